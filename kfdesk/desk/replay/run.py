"""The way through the past: copy, facts, then moment by moment, and what that came to."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.merging.merge import count
from kfdesk.desk.replay.acts import Acts
from kfdesk.desk.replay.compare import Balance, beside, effects
from kfdesk.desk.replay.facts import begin, follow
from kfdesk.desk.replay.instants import Instants
from kfdesk.desk.replay.material import Material
from kfdesk.desk.replay.moments import Moment, goes_with, moments
from kfdesk.model import LeftOut
from kfdesk.rules.timing.schedules import Every
from kfdesk.settings import Settings, StoreSettings
from kfdesk.store.engine import Store
from kfdesk.store.history import replica
from kfdesk.store.history.past import Past, PastEvent, Window
from kfdesk.store.tx import Tx, driver

_T = TypeVar("_T")
#: Moments that are gone through, and compared, together.
CHUNK = 300


@dataclass(slots=True)
class Run:
    """One replay."""

    past: Past
    window: Window
    desk: Desk
    acts: Acts
    instants: Instants
    left_out: Mapping[int, LeftOut]  # ticket: why
    balance: Balance = field(default_factory=Balance)
    events: int = 0
    tickets: set[int] = field(default_factory=set)
    read: int = 0  # the copy's events that are compared

    @classmethod
    def prepare(
        cls,
        past: Past,
        window: Window,
        settings: Settings,
        file: Path,
        since: datetime,
        until: datetime,
        *,
        indexed: bool,
    ) -> Run:
        """Make the copy."""
        left_out = past.left_out(window)
        stopped = past.stopped(window)
        store = replica.make(
            past.file,
            file,
            window,
            still=left_out,
            heard=[row["email"] for row in stopped],
            groups=[group.name for group in settings.groups if group.when],
            indexed=indexed,
        )
        here = replace(settings, store=StoreSettings(f"sqlite:///{file}"))
        desk = Desk.open(here, lambda: since, store)
        acts = Acts(desk, indexed, {(row["ticket_id"], row["at"]): row for row in stopped})
        instants = _instants(past, window, desk, since, until)
        return cls(past, window, desk, acts, instants, left_out)

    def facts(self, since: datetime) -> None:
        """Bring the tickets of the window to where they stood when it began."""
        struck: dict[int, dict[str, int]] = {}
        facts = (e for e in self.past.facts(self.window) if e.ticket not in self.left_out)
        replayed = self.past.numbers(self.window) - self.left_out.keys()
        for some in _batches(facts, CHUNK):
            material = Material.of(self.past, some).on(replayed)
            with self.desk.store.write() as tx:
                for event in some:
                    self.acts.fact(tx, event, material)
                    follow(self.desk, tx, event)
            for event in some:
                struck.setdefault(event.ticket, {})[event.kind] = event.at
        with self.desk.store.write() as tx:
            count(tx, sorted(self.past.rearranged(self.window) & replayed), {})
        swept = min(since, self.instants.begin())
        with self.desk.store.write() as tx:
            begin(self.desk, tx, self.past, self.window, struck, swept)
            replica.reserve(tx, self.window)

    def go(self, since: datetime, until: datetime) -> None:
        """Go through the window."""
        self.read = self.window.start
        happened = self.past.events(self.window.start, self.window.end)
        for some in _batches(moments(happened, self.left_out), CHUNK):
            self._again(some)
        with self._writing() as writing:
            for bound in self.instants.before(2**63 - 1, until + timedelta(milliseconds=1)):
                self._time(writing, min(bound, until))
        self._compare({}, [])
        self.balance.count(beside(self.past, since, until, self.left_out), 1)
        with self.desk.store.read() as tx:
            self.balance.count(beside(journal_of(tx), since, until, self.left_out), -1)

    def _again(self, some: Sequence[Moment]) -> None:
        then = [event for moment in some for event in (*moment.roots, *moment.after)]
        acted = [m for m in some if not m.by_time]
        material = Material.of(
            self.past, [e for m in acted for e in (*m.roots, *filter(goes_with, m.after))]
        )
        roots: dict[int, int] = {}
        with self._writing() as writing:
            for moment in acted:
                first = moment.roots[0]
                for bound in self.instants.before(first.id, first.when):
                    self._time(writing, bound)
                roots |= self.acts.again(writing.tx(), moment, material)
        self.events += len(then)
        self.tickets.update(event.ticket for event in then)
        self._compare(roots, then)

    def _time(self, writing: _Writing, bound: datetime) -> None:
        """Let time run up to a bound, if anything waits for it."""
        if self.instants.leavings:
            self.instants.wake(writing.tx(), bound)
        if self.instants.due(bound, lambda: journal_of(writing.tx()).pending()):
            writing.commit()
            self.instants.run(bound)

    def _compare(self, roots: dict[int, int], then: Sequence[PastEvent]) -> None:
        known = {root: root for root in roots.values()}
        undone: set[tuple[int, int, str]] = set()
        self.balance.count(effects(self.past, then, known, undone), 1)
        with self.desk.store.read() as tx:
            copy = journal_of(tx)
            now = [
                event
                for event in copy.events(self.read, 2**63 - 1)
                if event.ticket not in self.left_out
            ]
            self.balance.count(effects(copy, now, roots, undone), -1)
            if now:
                self.read = now[-1].id

    @contextmanager
    def _writing(self) -> Iterator[_Writing]:
        writing = _Writing(self.desk.store)
        try:
            yield writing
        except BaseException:
            writing.close(sys.exc_info())
            raise
        writing.commit()


@dataclass(slots=True)
class _Writing:
    """A transaction that is begun when it is needed, and ended where time runs in its own ones."""

    store: Store
    _open: AbstractContextManager[Tx] | None = None
    _tx: Tx | None = None

    def tx(self) -> Tx:
        if self._tx is None:
            self._open = self.store.write()
            self._tx = self._open.__enter__()
        return self._tx

    def commit(self) -> None:
        self.close((None, None, None))

    def close(self, why: Any) -> None:
        if self._open is not None:
            self._open.__exit__(*why)
        self._open = self._tx = None


def journal_of(tx: Tx) -> Past:
    """The copy's own journal, read as that of the desk."""
    return Past(Path(), driver(tx))


def _instants(past: Past, window: Window, desk: Desk, since: datetime, until: datetime) -> Instants:
    """Find out when time ran in the past, and where it ended although more was due."""
    before, ran, after = past.ran(window)
    mark = past.mark()
    last = after
    if after is None and mark is not None:
        zone = ZoneInfo(desk.settings.desk.timezone)
        coming = [Every(every).after(mark.at, zone) for _name, every in mark.schedules]
        last = min([*coming, *filter(None, [past.pending()])], default=None)
    if last is not None:
        last -= timedelta(milliseconds=1)
    begins = max(since, before) if before else since
    if before is None and mark is not None and mark.schedules:
        begins = max(since, ran[0].first if ran else min(mark.at, until))
    if ran:
        begins = min(begins, ran[0].first - timedelta(milliseconds=1))
    return Instants(desk, ran, begins, last, past.leavings(begins, until))


def _batches(items: Iterator[_T], size: int) -> Iterator[list[_T]]:
    while some := list(islice(items, size)):
        yield some
