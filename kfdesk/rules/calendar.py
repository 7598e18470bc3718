"""Business calendars: working time between two instants, and the instant that lies so far ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kfdesk.errors import ConfigError
from kfdesk.settings import Settings


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works, in the calendar's own time zone."""

    name: str
    timezone: str


def read(settings: Settings) -> tuple[Mapping[str, Calendar], list[ConfigError]]:
    """Return the calendars of a configuration, and what is wrong with the others."""
    found = {
        name: Calendar(name, calendar.timezone or settings.desk.timezone)
        for name, calendar in settings.calendars.items()
    }
    return found, []
