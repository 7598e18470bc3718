"""How each minute of a ticket's SLA clocks was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kfdesk.desk import Desk
from kfdesk.model import Status
from kfdesk.rules.timing.calendar import ALWAYS, Interval
from kfdesk.rules.timing.clock import Came, Clock
from kfdesk.rules.timing.sla import Target
from kfdesk.store.timing import clocks
from kfdesk.store.tx import Tx

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a clock stood, and in which status; it stands still where `end` is None."""

    start: datetime
    end: datetime | None
    status: Status | None  # none: nobody waited for an answer
    substatus: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One clock: all that it was counted from, and what came of it. Lengths are working time.

    `intervals` are the times that counted: while it ran, and somebody worked by the calendar.
    `left` is below zero once the time is over; `over` is by how much it was over when it was met,
    or is by now.
    """

    target: Target
    policy: str
    calendar: str  # empty: all time counts
    allowed: timedelta
    started_at: datetime
    intervals: tuple[Interval, ...]
    pauses: tuple[Pause, ...]
    used: timedelta
    left: timedelta
    runs: bool
    due_at: datetime | None
    warn_at: datetime | None
    warned_at: datetime | None
    met_at: datetime | None
    dropped_at: datetime | None  # promised no longer
    breached_at: datetime | None
    over: timedelta
    holder: str  # who had the ticket at the breach; empty: nobody
    team: str

    def as_json(self) -> dict[str, Any]:
        """The clock as plain data: lengths in seconds of working time."""
        return {
            "target": self.target,
            "policy": self.policy,
            "calendar": self.calendar,
            "allowed": int(self.allowed.total_seconds()),
            "used": int(self.used.total_seconds()),
            "left": int(self.left.total_seconds()),
            "over": int(self.over.total_seconds()),
            "runs": self.runs,
            "started_at": self.started_at,
            "due_at": self.due_at,
            "warn_at": self.warn_at,
            "warned_at": self.warned_at,
            "met_at": self.met_at,
            "dropped_at": self.dropped_at,
            "breached_at": self.breached_at,
            "holder": self.holder,
            "team": self.team,
            "intervals": [list(interval) for interval in self.intervals],
            "pauses": [
                {
                    "start": p.start,
                    "end": p.end,
                    "status": p.substatus or (p.status.value if p.status else None),
                }
                for p in self.pauses
            ],
        }


def explain(desk: Desk, tx: Tx, number: int, now: datetime) -> tuple[Counted, ...]:
    """Return the clocks of a ticket as of `now`, in the order in which they were started."""
    history = clocks.statuses(tx, [number]).get(number, [])
    kept = clocks.of_tickets(tx, [number]).get(number, [])
    return tuple(_counted(desk, clock, history, now) for clock in kept)


def _counted(desk: Desk, clock: Clock, history: Sequence[Came], now: datetime) -> Counted:
    calendar = desk.rules.calendars.get(clock.calendar, ALWAYS)
    used = clock.counted(calendar, now) if clock.used is None else clock.used
    return Counted(
        clock.target,
        clock.policy,
        clock.calendar,
        clock.allowed,
        clock.started_at,
        tuple(
            interval
            for start, end in clock.stretches
            for interval in calendar.intervals(start, now if end is None else end)
        ),
        tuple(_pauses(clock, history)),
        used,
        clock.allowed - used,
        clock.runs,
        clock.due_at,
        clock.warn_at,
        clock.warned_at,
        clock.met_at,
        clock.dropped_at,
        clock.breached_at,
        max(used - clock.allowed, _NONE),
        clock.holder,
        clock.team,
    )


def _pauses(clock: Clock, history: Sequence[Came]) -> list[Pause]:
    """The times between a clock's stretches, and since the last one where it only stands."""
    ends = [end for _start, end in clock.stretches if end is not None]
    starts: list[datetime | None] = [start for start, _end in clock.stretches[1:]]
    if len(ends) > len(starts):
        if clock.ended:
            ends.pop()
        else:
            starts.append(None)
    return [
        Pause(end, start, *_status(history, end)) for end, start in zip(ends, starts, strict=True)
    ]


def _status(history: Sequence[Came], at: datetime) -> tuple[Status | None, str]:
    """The status that a ticket came to at an instant, if that is why a clock stands."""
    found = ((status, own) for changed, status, own in reversed(history) if changed == at)
    return next(found, (None, ""))
