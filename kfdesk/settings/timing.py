"""Working time, and what is promised by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Day, Name, Target, Timezone, Warn


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: what deadlines and shifts are counted by."""

    timezone: Timezone = ""
    """The calendar's own time zone; without it, that of the desk."""
    hours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The intervals of each day or run of days: { mon-fri = ["09:00-12:00", "13:30-18:00"] };
    24:00 may end one. Without it, always."""
    holidays: str = ""
    """The country whose public holidays are free, such as CN or DE-BY."""
    extra_holidays: tuple[Day, ...] = ()
    """Further free days."""
    extra_workdays: tuple[Day, ...] = ()
    """Days that are worked although they are a holiday or a weekend (调休)."""
    workday_hours: tuple[str, ...] = ()
    """The intervals of extra working days; without it, those of the first day that has any."""
    ical: Path | None = None
    """An iCalendar file; its all-day events are free days."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Sla:
    """What customers were promised. The first policy whose `when` holds is the ticket's."""

    name: Name
    """What rules, queries and `kfdesk why` call the policy."""
    when: str = ""
    """A query; the policy is for tickets that it is true of."""
    calendar: str = ""
    """The calendar whose working time counts; without it, all time does."""
    pause_on: tuple[str, ...] = ("pending",)
    """The statuses in which the clocks stand: new, open, pending, hold, or your own of these
    kinds."""
    first_response: Target = field(default_factory=dict)
    """The time to a person's first answer: "30m", or by priority { urgent = "15m" }."""
    next_response: Target = field(default_factory=dict)
    """The time to an answer, from the first customer message that has none."""
    resolve: Target = field(default_factory=dict)
    """The time until the ticket is solved."""
    warn: Warn = 0.8
    """When to warn: at a share of the time, 0.8, or a time before its end, "30m"."""
    place: Place = NOWHERE
