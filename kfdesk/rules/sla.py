"""What customers were promised: policies, and how a clock of theirs is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from kfdesk.errors import ConfigError, Place
from kfdesk.model import Priority, Status
from kfdesk.rules.known import Known
from kfdesk.rules.read_query import query
from kfdesk.rules.tree import Query
from kfdesk.settings import NOWHERE, Settings

Target = Literal["first_response", "next_response", "resolve"]
TARGETS: tuple[Target, ...] = ("first_response", "next_response", "resolve")


@dataclass(frozen=True)
class Policy:
    """One policy; `allowed` is the working time of each target by priority."""

    name: str
    when: Query
    calendar: str  # empty: all time counts
    pause_on: frozenset[Status]
    allowed: Mapping[Target, Mapping[Priority, timedelta]]
    warn: float | timedelta
    place: Place = NOWHERE


def read(settings: Settings, known: Known) -> tuple[tuple[Policy, ...], list[ConfigError]]:
    """Return the policies of a configuration, and what is wrong with the others."""
    policies: list[Policy] = []
    errors: list[ConfigError] = []
    for written in settings.policies:
        try:
            when = query(written.when, known, written.place.at("when"))
        except ConfigError as error:
            errors.append(error)
            continue
        allowed = {
            target: {Priority(name): time for name, time in getattr(written, target).items()}
            for target in TARGETS
        }
        policies.append(
            Policy(
                written.name,
                when,
                written.calendar,
                frozenset(map(Status, written.pause_on)),
                allowed,
                written.warn,
                written.place,
            )
        )
    return tuple(policies), errors
