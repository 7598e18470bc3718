"""What a ticket's clocks come to, by its policy and by what the ticket is now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kfdesk.rules.tickets.statuses import stands
from kfdesk.rules.timing.calendar import ALWAYS, Calendar
from kfdesk.rules.timing.clock import DONE, Came, Clock, Stretch, stretches
from kfdesk.rules.timing.sla import TARGETS, Policy, Target
from kfdesk.store.timing.clocks import Facts


@dataclass(frozen=True, slots=True)
class Promises:
    """Sets clocks as of `now`.

    `history` gives the statuses that a ticket came to, `answered` when a person answered it last:
    both are asked for only where it matters.
    """

    calendars: Mapping[str, Calendar]
    now: datetime
    history: Callable[[int], Sequence[Came]]
    answered: Callable[[int], datetime | None]

    def follow(self, ticket: Facts, policy: Policy | None, clocks: Sequence[Clock]) -> list[Clock]:
        """Return the clocks of a ticket as they shall be kept; new ones have no id."""
        found: list[Clock] = []
        for target in TARGETS:
            mine = [c for c in clocks if c.target == target and c.dropped_at is None]
            terms = _Terms(self, ticket, policy, target)
            match target:
                case "first_response":
                    found += self._first(terms, mine[-1] if mine else None)
                case "next_response":
                    found += self._next(terms, mine)
                case "resolve":
                    found += self._resolve(terms, mine[-1] if mine else None)
        return found

    def _first(self, terms: _Terms, clock: Clock | None) -> list[Clock]:
        """It starts when a customer first waits, and is met by a person's answer."""
        ticket = terms.ticket
        if clock is None and ticket.waiting_since is not None and ticket.first_response_at is None:
            clock = terms.start(ticket.waiting_since)
        return [terms.set(clock, ticket.first_response_at, terms.waits)] if clock else []

    def _next(self, terms: _Terms, clocks: Sequence[Clock]) -> list[Clock]:
        """One for each time that a customer who was answered before waits again."""
        ticket = terms.ticket
        since = ticket.waiting_since if ticket.first_response_at is not None else None
        found: list[Clock] = []
        current = None
        for clock in clocks:
            if since is not None and clock.started_at == since:
                current = clock
            elif not clock.ended:
                answered = self.answered(ticket.id)
                if answered is not None and answered >= clock.started_at:
                    found.append(terms.meet(clock, answered))
                else:  # solved without an answer, or part of a longer wait now
                    found.append(terms.drop(clock))
        if current is None and since is not None:
            current = terms.start(since)
        return [*found, terms.set(current, None, terms.waits)] if current else found

    def _resolve(self, terms: _Terms, clock: Clock | None) -> list[Clock]:
        """It runs from the ticket's creation whenever the ticket is neither solved nor paused."""
        done = terms.ticket.status in DONE
        if clock is None:
            clock = None if done else terms.start(terms.ticket.created_at)
        if clock is None:
            return []
        return [terms.set(clock, clock.met_at or self.now if done else None, not terms.stands)]


class _Terms:
    """What is promised of one target of one ticket, and how its clocks follow from it."""

    def __init__(
        self, promises: Promises, ticket: Facts, policy: Policy | None, target: Target
    ) -> None:
        self.promises = promises
        self.now = promises.now
        self.ticket = ticket
        self.target = target
        self.policy = None if ticket.gone else policy
        self.allowed: timedelta | None = None
        paused: Collection[str] = ()
        if self.policy is not None:
            self.allowed = self.policy.allowed[target].get(ticket.priority)
            paused = self.policy.pause_on
        self.stands = stands(ticket.status, ticket.substatus, paused) or ticket.status in DONE
        self.waits = ticket.waiting_since is not None and not self.stands

    def calendar(self, name: str) -> Calendar:
        return self.promises.calendars.get(name, ALWAYS)

    def start(self, since: datetime) -> Clock | None:
        """A clock that runs since then, but for what the ticket's history says; if promised."""
        if self.policy is None or self.allowed is None:
            return None
        return Clock(
            self.ticket.id,
            self.target,
            self.policy.name,
            self.policy.calendar,
            self.allowed,
            since,
            self._ran(since, self.policy),
        )

    def _ran(self, since: datetime, policy: Policy) -> tuple[Stretch, ...]:
        if self.ticket.version == 1:  # nothing ever changed
            return ((since, None),)
        return stretches(since, self.promises.history(self.ticket.id), policy.pause_on)

    def set(self, clock: Clock, met_at: datetime | None, runs: bool) -> Clock:
        """The clock as it stands by what is promised now."""
        if clock.met_at is not None and met_at == clock.met_at:
            return clock
        policy, allowed = self.policy, self.allowed
        if policy is None or allowed is None:
            return clock if clock.ended else self.drop(clock)
        if clock.met_at is not None:
            back = clock.target == "resolve"  # what was solved came back; an answer was taken back
            clock = clock.again(clock.stretches if back else self._ran(clock.started_at, policy))
        if met_at is not None:
            return self.meet(clock, met_at)
        known = clock.id != 0
        if known:
            clock = _warned_too(self._passed(clock, self.now), clock)
        moved = known and (clock.calendar, clock.allowed) != (policy.calendar, allowed)
        clock = clock.under(policy, allowed)
        clock = clock.resume(self.now) if runs else clock.stop(self.now)
        clock = clock.timed(self.calendar(clock.calendar), policy.warn)
        if clock.warned_at and clock.warn_at and clock.warn_at > self.now:
            clock = replace(clock, warned_at=None)  # there is more time than when it warned
        return self._struck(clock, moved, known)

    def meet(self, clock: Clock, at: datetime) -> Clock:
        """The clock met, in time or late."""
        return self._passed(clock, at).meet(self.calendar(clock.calendar), at)

    def drop(self, clock: Clock) -> Clock:
        """The clock of what is promised no longer."""
        return self._passed(clock, self.now).drop(self.calendar(clock.calendar), self.now)

    def _passed(self, clock: Clock, at: datetime) -> Clock:
        """The clock with the breach that nobody was there to see."""
        if clock.breached_at is not None:
            return clock
        due = clock.reached(self.calendar(clock.calendar), clock.allowed)
        return replace(clock, breached_at=due) if due is not None and due < at else clock

    def _struck(self, clock: Clock, moved: bool, known: bool) -> Clock:
        """The clock with the breach or the warning that has come; a deadline that was moved into
        the past is missed from now on."""
        if not clock.runs and clock.breached_at is None:  # it stands, and has had its time
            late = self._passed(clock, self.now)
            return replace(late, breached_at=self.now) if moved and late.breached_at else late
        if clock.next_at is None or clock.next_at > self.now:
            return clock
        assert clock.due_at is not None
        if clock.due_at > self.now:
            return replace(clock, warned_at=clock.warn_at)
        late = replace(clock, breached_at=self.now if moved else clock.due_at)
        return _warned_too(late, clock) if known and not moved else late


def _warned_too(clock: Clock, before: Clock) -> Clock:
    """A clock that still runs and breached just now, with the warning that nobody was there to
    see either."""
    if before.breached_at or before.warned_at or not (clock.breached_at and before.warn_at):
        return clock
    missed = before.warn_at < clock.breached_at
    return replace(clock, warned_at=before.warn_at) if missed else clock
