"""An SLA clock as a value: when it ran, how much working time that was, when it is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kfdesk.model import Status
from kfdesk.rules.tickets.statuses import stands as stands_in
from kfdesk.rules.timing.calendar import Calendar
from kfdesk.rules.timing.sla import Policy, Target

#: A time in which a clock ran; it runs still where there is no end.
Stretch = tuple[datetime, datetime | None]
#: When a ticket came to a status: its kind, and the team's own name for it where it has one.
Came = tuple[datetime, Status, str]
#: Statuses in which nobody owes the customer anything.
DONE = frozenset((Status.SOLVED, Status.CLOSED))


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise to a customer being kept; its lengths are working time.

    It stands where the last of its stretches has an end. `used` is known once it was met or
    dropped; `due_at` and `warn_at` are those of the time when it last ran.
    """

    ticket_id: int
    target: Target
    policy: str
    calendar: str
    allowed: timedelta
    started_at: datetime
    stretches: tuple[Stretch, ...]
    due_at: datetime | None = None
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    met_at: datetime | None = None
    used: timedelta | None = None
    dropped_at: datetime | None = None
    breached_at: datetime | None = None
    holder: str = ""
    team: str = ""
    id: int = 0  # 0: not kept yet

    @property
    def ended(self) -> bool:
        """Whether the promise was kept, or holds no longer."""
        return self.met_at is not None or self.dropped_at is not None

    @property
    def runs(self) -> bool:
        """Whether time is running out at all."""
        return not self.ended and bool(self.stretches) and self.stretches[-1][1] is None

    @property
    def next_at(self) -> datetime | None:
        """When it warns or breaches next, if nothing happens before."""
        if not self.runs or self.breached_at is not None or self.due_at is None:
            return None
        if self.warned_at is None and self.warn_at is not None and self.warn_at < self.due_at:
            return self.warn_at
        return self.due_at

    def resume(self, at: datetime) -> Clock:
        """The clock running from an instant on."""
        return self if self.runs else replace(self, stretches=(*self.stretches, (at, None)))

    def stop(self, at: datetime) -> Clock:
        """The clock standing from an instant on."""
        if not self.runs:
            return self
        start = self.stretches[-1][0]
        last = (start, max(start, at))
        return replace(self, stretches=(*self.stretches[:-1], last), due_at=None, warn_at=None)

    def meet(self, calendar: Calendar, at: datetime) -> Clock:
        """The clock of a promise that was kept, or kept late, at an instant."""
        done = replace(self.stop(at), met_at=at, due_at=self.due_at)
        return replace(done, used=done.counted(calendar, at))

    def drop(self, calendar: Calendar, at: datetime) -> Clock:
        """The clock of a promise that holds no longer."""
        done = replace(self.stop(at), dropped_at=at, due_at=self.due_at)
        return replace(done, used=done.counted(calendar, at))

    def again(self, stretches: tuple[Stretch, ...]) -> Clock:
        """The clock as if it had not been met: that ran in these stretches."""
        return replace(self, met_at=None, used=None, stretches=stretches)

    def under(self, policy: Policy, allowed: timedelta) -> Clock:
        """The clock under a policy: what was counted stays."""
        terms = (policy.name, policy.calendar, allowed)
        if terms == (self.policy, self.calendar, self.allowed):
            return self
        return replace(self, policy=policy.name, calendar=policy.calendar, allowed=allowed)

    def timed(self, calendar: Calendar, warn: float | timedelta) -> Clock:
        """The clock with the instants at which it warns and is due, as long as it runs."""
        if not self.runs:
            return replace(self, due_at=None, warn_at=None)
        if isinstance(warn, timedelta):
            share = max(self.allowed - warn, timedelta(0))
        else:
            share = timedelta(seconds=int(self.allowed.total_seconds() * warn))
        due, warned = self.reached(calendar, self.allowed), self.reached(calendar, share)
        return replace(self, due_at=due, warn_at=warned)

    def counted(self, calendar: Calendar, until: datetime) -> timedelta:
        """Return how much working time it ran up to an instant."""
        return sum(
            (
                calendar.between(start, until if end is None else min(end, until))
                for start, end in self.stretches
            ),
            timedelta(0),
        )

    def reached(self, calendar: Calendar, length: timedelta) -> datetime | None:
        """Return when so much working time was counted, or will be if it runs on.

        None where it stands before that. What is reached just as it stops is not passed.
        """
        left = length
        for start, end in self.stretches:
            at = calendar.add(start, left)
            if end is None or (at is not None and at < end):
                return at
            left -= calendar.between(start, end)
        return None


def stretches(
    start: datetime, statuses: Iterable[Came], pause_on: Collection[str]
) -> tuple[Stretch, ...]:
    """Return when a clock ran that started then, by the statuses that a ticket came to since."""
    found: list[Stretch] = [(start, None)]
    for at, status, own in statuses:
        if at < start:
            continue
        stands = stands_in(status, own, pause_on) or status in DONE
        begun, end = found[-1]
        if stands and end is None:
            found[-1] = (begun, at)
        elif not stands and end is not None:
            found.append((at, None))
    return tuple(found)
