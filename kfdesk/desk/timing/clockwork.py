"""What time brings: schedules, SLA warnings and breaches, tickets that wake, routes that retry.

Everything that became due since the last time runs in time order, each with `now` = its instant.
What is due at an instant beside schedules comes before them, and the schedules in the order of the
file. All that is done is in transactions of a few hundred tickets, each with how far it got: a run
that dies is finished by the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.assigning import waiting
from kfdesk.desk.lock import channel_lock
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import fire, settle
from kfdesk.desk.tickets import edit
from kfdesk.desk.timing import clocks, epochs, striking
from kfdesk.desk.timing.due import Swept, written
from kfdesk.model import SYSTEM, Change
from kfdesk.rules.triggers import Rule
from kfdesk.store import journal, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.mark import Known, Mark
from kfdesk.store.timing import epochs as kept
from kfdesk.store.timing import sweeps
from kfdesk.store.tx import Tx

#: Tickets in one transaction.
CHUNK = 500
#: What is due within it, and no schedule between, is done together.
GROUP = timedelta(minutes=1)
#: What comes up again and again at one instant is left to the next run.
ROUNDS = 10

Report = Callable[[Mapping[str, Any]], None]


def catch_up(
    desk: Desk, until: datetime | None = None, report: Report = lambda _event: None
) -> Swept:
    """Run all that became due since the last time, up to `until` (now, unless given).

    Time began when the desk was made; for a schedule that is new, it begins with this run.
    Where another process is at it, or the clock went backwards, nothing runs.
    """
    with channel_lock(desk.settings.database, ":clock") as mine:
        if not mine:
            return Swept()
        return _Sweep(desk, (until or desk.clock()).astimezone(UTC), report).run()


class _OvertakenError(Exception):
    """Another process sweeps too, which the lock should have prevented."""


@dataclass(slots=True)
class _Sweep:
    """One run."""

    desk: Desk
    until: datetime
    report: Report
    due: int = 0
    fired: int = 0
    first: datetime | None = None  # the first instant of all
    row: int = 0  # that says what this run did
    mark: Mark = field(init=False)  # how far this run is
    stored: Mark | None = field(init=False)  # how far it is known to be

    def run(self) -> Swept:
        rules = self.desk.rules.schedules
        zone = ZoneInfo(self.desk.settings.desk.timezone)
        current = written(self.desk.settings)
        with self.desk.store.read() as tx:
            self.stored = sweeps.read(tx)
        self.mark = self.stored or Mark(self.until, ())
        if self.until < self.mark.at:
            return Swept()
        begun = self.mark.amid if self.mark.schedules == current else None
        every = {n: rule.every for n, rule in enumerate(rules) if rule.every is not None}
        coming: dict[int, datetime] = {}
        for n, one in every.items():
            # A schedule that the last run did not know begins now, however long ago that run is.
            known = (rules[n].name, one.text) in self.mark.schedules
            coming[n] = one.after(self.mark.at if known else self.until, zone)
        try:
            while coming and (at := min(coming.values())) <= self.until:
                self._between(at)
                for n in [n for n, instant in coming.items() if instant == at]:
                    if begun is None or (at, n) >= begun:
                        self._instant(n, rules[n], at)
                    coming[n] = every[n].after(at, zone)
                self.mark = replace(self.mark, at=at, amid=None)
            self._between(self.until)
            self._finish(current)
        except _OvertakenError:
            pass  # it does the rest
        return Swept(self.due, self.fired)

    # schedules

    def _instant(self, n: int, rule: Rule, at: datetime) -> None:
        """Let one schedule act on all tickets that its condition holds of at an instant."""
        self.first = self.first or at
        self.mark = replace(self.mark, amid=(at, n))
        with self.desk.store.read() as tx:
            waiting, over = epochs.look(self.desk, tx, rule, at)
        if over:
            with self._writing() as tx:
                self._keep(tx, at, sweeps.newest_event(tx))
                epochs.leave(self.desk, tx, over, at)
        place = len(self.desk.rules.rules) + n
        fired = 0
        for start in range(0, len(waiting), CHUNK):
            with self._writing() as tx:
                if fresh := epochs.begin(self.desk, tx, rule, waiting[start : start + CHUNK], at):
                    self._keep(tx, at, sweeps.newest_event(tx))
                    fired += fire(self.desk, tx, place, fresh, at)
        self.due += 1
        self.fired += fired
        if fired:
            self.report(
                {"event": "fired", "rule": rule.name, "at": at.isoformat(), "tickets": fired}
            )

    # what is due between them

    def _between(self, bound: datetime) -> None:
        """Strike clocks, wake tickets and let routes retry, up to an instant."""
        rounds: Counter[datetime] = Counter()
        while True:
            with self.desk.store.read() as tx:
                first = _pending(tx)
                if first is None or first > bound:
                    return
                now = max(first, sweeps.last(tx, min(first + GROUP, bound)) or first)
            with self._writing() as tx:
                before = sweeps.newest_event(tx)
                struck = striking.strike(self.desk, tx, now, CHUNK)
                struck += _wake(self.desk, tx, now, CHUNK)
                struck += waiting.retry(self.desk, tx, now, CHUNK)
                rounds[first] += struck < CHUNK
                if not struck or rounds[first] > ROUNDS:
                    return
                self.first = self.first or first
                self._keep(tx, now, before)

    # how far it got

    @contextmanager
    def _writing(self) -> Iterator[Tx]:
        """A write transaction, in which the mark is where this run left it."""
        with self.desk.store.write() as tx:
            if sweeps.read(tx) != self.stored:
                raise _OvertakenError
            yield tx

    def _keep(self, tx: Tx, at: datetime, event_id: int) -> None:
        """Write, beside what is done, how far that is."""
        if not self.row:
            self.row = sweeps.begin(tx, self.desk.clock(), self.first or at, at, event_id)
        else:
            sweeps.extend(tx, self.row, at)
        self._set(tx, self.mark)

    def _set(self, tx: Tx, mark: Mark) -> None:
        sweeps.write(tx, mark)
        self.mark = self.stored = mark

    def _finish(self, schedules: Known) -> None:
        """Write that time is swept, if anything was due."""
        known = schedules == self.mark.schedules
        if self.first is None and known:
            return
        with self._writing() as tx:
            self.mark = Mark(self.until, schedules)
            if self.first is not None:
                self._keep(tx, self.until, sweeps.newest_event(tx))
            if not known:
                kept.forget_others(tx, [name for name, _every in schedules])
                self._set(tx, self.mark)


def _pending(tx: Tx) -> datetime | None:
    """When a clock warns or breaches next, a ticket wakes, or a route is to try again."""
    found = (clocks.next_at(tx), sweeps.asleep(tx), waiting.next_retry(tx))
    return min((at for at in found if at is not None), default=None)


def _wake(desk: Desk, tx: Tx, now: datetime, limit: int) -> int:
    """Bring back tickets that were put aside until now, and what follows from that."""
    numbers = sweeps.awake(tx, now, limit)
    states = tickets.states(tx, numbers)
    diffs = {n: edit.difference(states[n], Change(snoozed_until=None)) for n in numbers}
    values = {n: edit.columns(states[n], diff, SYSTEM, now) for n, diff in diffs.items()}
    tickets.update_many(tx, values)
    events = [NewEvent(n, SYSTEM, "woke", diff) for n, diff in diffs.items()]
    ids = journal.record(tx, events, now)
    roots = [
        Root(n, "updated", SYSTEM, None, diff, id, what="woke")
        for (n, diff), id in zip(diffs.items(), ids, strict=True)
    ]
    settle(desk, tx, roots, now)
    return len(numbers)
