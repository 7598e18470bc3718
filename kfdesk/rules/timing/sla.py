"""What customers were promised: policies, and how a clock of theirs is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _
from kfdesk.model import OPEN_STATUSES, Priority
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.tree import Query
from kfdesk.rules.names import hint
from kfdesk.rules.reading.read_query import query
from kfdesk.rules.timing.calendar import unknown
from kfdesk.settings import NOWHERE, Settings, Sla

Target = Literal["first_response", "next_response", "resolve"]
TARGETS: tuple[Target, ...] = ("first_response", "next_response", "resolve")

#: More working time than anybody promises; calendars need not look further ahead.
LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class Policy:
    """One policy; `allowed` is the working time of each target by priority."""

    name: str
    when: Query
    calendar: str  # empty: all time counts
    pause_on: frozenset[str]  # kinds, and statuses of the team's own
    allowed: Mapping[Target, Mapping[Priority, timedelta]]
    warn: float | timedelta
    place: Place = NOWHERE


def read(settings: Settings, known: Known) -> tuple[tuple[Policy, ...], list[ConfigError]]:
    """Return the policies of a configuration, and what is wrong with the others."""
    policies: list[Policy] = []
    errors: list[ConfigError] = []
    pausing = [*OPEN_STATUSES, *(s.name for s in settings.statuses if s.kind in OPEN_STATUSES)]
    for written in settings.policies:
        wrong: list[ConfigError] = []
        try:
            when = query(written.when, known, written.place.at("when"))
        except ConfigError as error:
            wrong.append(error)
        if written.calendar and written.calendar not in settings.calendars:
            place = written.place.at("calendar")
            wrong.append(ConfigError(unknown(written.calendar, settings), place))
        for name in written.pause_on:
            if name not in pausing:
                message = _("no clock can stand in the status “{name}”{hint}")
                said = message.format(name=name, hint=hint(name, pausing))
                wrong.append(ConfigError(said, written.place.at("pause_on")))
        allowed = {
            target: {Priority(name): time for name, time in getattr(written, target).items()}
            for target in TARGETS
        }
        wrong.extend(_wrong_times(written, allowed))
        if wrong:
            errors.extend(wrong)
            continue
        policies.append(
            Policy(
                written.name,
                when,
                written.calendar,
                frozenset(written.pause_on),
                allowed,
                written.warn,
                written.place,
            )
        )
    return tuple(policies), errors


def _wrong_times(
    written: Sla, allowed: Mapping[Target, Mapping[Priority, timedelta]]
) -> list[ConfigError]:
    """What is wrong with the times that a policy allows."""
    if not any(allowed.values()):
        message = _(
            "this policy promises nothing: give it first_response, next_response or resolve"
        )
        return [ConfigError(message, written.place)]
    return [
        ConfigError(
            _("expected a time of at least a second and at most ten years"),
            written.place.at(target),
        )
        for target, times in allowed.items()
        if not all(timedelta(seconds=1) <= time <= LONGEST for time in times.values())
    ]
