"""Why a ticket is as it is, as plain facts: what `kfdesk why --json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from kfdesk.desk.timing.counted import Counted

Outcome = Literal["fired", "failed", "not fired", "suppressed", "not looked at"]
#: What kept a rule from acting. Suppressed: a rule that stopped the pass (`stop`), an earlier one
#: of its group (`group`), itself at this event (`fired`) or often enough (`times`). Not looked at:
#: it is for other events (`on`), nothing changed that it names (`unchanged`), the ticket was merged
#: or deleted (`silent`).
Cause = Literal["", "stop", "group", "fired", "times", "handover", "on", "unchanged", "silent"]

Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class RuleWhy:
    """What came of one rule in one pass.

    Not fired: `condition` is the first that did not hold, `actual` what was there instead. What a
    rule did is `changes`, what it said, and all that came of it in `did`, as the trace keeps it.
    """

    rule: str
    outcome: Outcome
    kind: str = "trigger"  # trigger, bot, schedule, route
    line: int = 0
    when: str = ""
    condition: str = ""
    actual: str = ""
    changes: Changes = field(default_factory=dict)
    replies: tuple[str, ...] = ()
    notes: int = 0
    did: Mapping[str, Any] = field(default_factory=dict)
    outbox: tuple[int, ...] = ()
    cause: Cause = ""
    by: str = ""  # the rule that suppressed it
    reason: str = ""  # why it failed, was held back or kept from acting; a sentence
    stopped: bool = False  # it ended the pass


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What else was written because of an event: an answer held back, an alarm, a bounce."""

    id: int
    kind: str
    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class EventWhy:
    """One thing that happened, and what rules and routes made of it, pass by pass."""

    id: int
    at: datetime
    actor: str
    by: str  # customer, agent, rule, system
    kind: str
    changes: Changes
    text: str
    said: str = ""  # how its message begins
    passes: tuple[tuple[RuleWhy, ...], ...] = ()
    routes: tuple[
        Mapping[str, Any], ...
    ] = ()  # how it was assigned, as `Decision.as_json` gives it
    then: tuple[Aftermath, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """One fact of the ticket, and who or what gave it that value.

    `by` is customer, agent, system, rule, route; `created` where it is as it was when the ticket
    was opened, empty where nothing ever set it.
    """

    field: str
    value: Any
    by: str = ""
    name: str = ""
    at: datetime | None = None
    event: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a schedule will do with the ticket: when it looks next, and what it would find now.

    `waits`: it has acted, at `fired_at`, and its condition has held ever since.
    """

    rule: str
    every: str
    at: datetime
    holds: bool
    condition: str = ""
    actual: str = ""
    fired_at: datetime | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer for one ticket."""

    number: int
    subject: str
    now: datetime
    standing: tuple[Standing, ...]
    events: tuple[EventWhy, ...]
    clocks: tuple[Counted, ...] = ()
    ahead: tuple[Ahead, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The answer as plain data, times as datetimes, lengths in seconds."""
        return asdict(replace(self, clocks=())) | {
            "clocks": [clock.as_json() for clock in self.clocks]
        }
