"""Keeps the queue in step with the store: the first page at once, then all, then what changes."""

from __future__ import annotations

import asyncio
from array import array
from dataclasses import dataclass
from time import monotonic

from kfdesk.errors import QueryError
from kfdesk.rules.language.sorting import order_of
from kfdesk.tui.queue.groups import Groups
from kfdesk.tui.queue.listing import PAGE, merge
from kfdesk.tui.queue.queue import Queue
from kfdesk.tui.source.source import Interrupted, Source
from kfdesk.tui.source.threads import Threads

#: A query is not asked again before this many times its own length has passed.
_PATIENCE = 10
#: "All of them": a number, for with one a search lists its newest hits first at any length.
_ALL = 1 << 40
#: How long fingers rest before all of what they typed is listed, not only its first page.
_REST = 0.3


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the store says to a query."""

    ids: array[int]
    groups: Groups | None
    whole: bool  # there are no more


class Feed:
    """What the queue shows: one query, answered again whenever the store changes."""

    def __init__(self, queue: Queue, source: Source, threads: Threads) -> None:
        self.query = ""
        self.complete = False  # every ticket of the query is listed
        self.failed: QueryError | None = None
        self.overdue = False  # something changed since the query was last asked
        self._queue = queue
        self._source = source
        self._threads = threads
        self._serial = 0
        self._not_before = 0.0

    async def show(self, query: str, *, typing: bool = False, top: bool = True) -> bool:
        """Ask another query; False if it is wrong, or a newer one took its place.

        While it is being typed, the first page is enough until the fingers rest. `top` begins at
        the first ticket.
        """
        self._serial += 1
        serial = self._serial
        self._source.interrupt()
        try:
            first = await self._ask(query, PAGE)
            words = await self._threads.query(self._source.words, query)
        except Interrupted:
            return False
        except QueryError as error:
            if serial == self._serial:
                self.failed = error
            return False
        if serial != self._serial:
            return False
        self.query, self.failed = query, None
        self.complete = first.whole
        self._queue.face.asked = query
        self._queue.asked(order_of(query) or (None if words else ("updated", True)), words)
        self._queue.show(first.ids, first.groups, top=top)
        if not self.complete:
            if typing:
                await asyncio.sleep(_REST)
            if serial == self._serial:
                await self._all(serial)
        return True

    async def group(self, by: str) -> None:
        """Put tickets of one customer, or one category, together; with nothing, no more."""
        self._queue.face.grouped = by
        await self.show(self.query)

    async def _all(self, serial: int) -> None:
        try:
            every = await self._ask(self.query, _ALL)
        except Interrupted:
            return
        if serial == self._serial:
            self.complete = True
            self._queue.show(every.ids, every.groups, top=False)

    async def refresh(self, *, now: bool = False) -> None:
        """The store has changed: ask again what is shown; `now` if the change was made here."""
        self._queue.window.expire()
        self._queue.want()
        self.overdue = not self.complete or (monotonic() < self._not_before and not now)
        if self.overdue:
            return
        serial, before, groups = self._serial, self._queue.listing.ids, self._queue.listing.groups
        try:
            latest = await self._ask(self.query, _ALL)
        except Interrupted:
            return
        keep = None if now else self._queue.listing.number
        change = await self._threads.query(merge, before, latest.ids, keep, groups, latest.groups)
        if serial == self._serial:
            self._queue.merge(change)

    async def rows(self, numbers: list[int]) -> None:
        """Read rows for the queue."""
        self._queue.put(numbers, await self._threads.read(self._source.rows, numbers))

    async def beside(self, step: int, query: str) -> int | None:
        """The place of the next ticket in the list, or the one before, that a query selects."""
        wanted = await self._threads.query(self._source.ids, query, _ALL)
        listing = self._queue.listing
        return await self._threads.query(_beside, listing.ids, listing.index, step, wanted)

    async def _ask(self, query: str, limit: int) -> _Answer:
        started = monotonic()
        answer = await self._threads.query(self._answer, query, limit, self._queue.face.grouped)
        took = monotonic() - started
        self._not_before = monotonic() + took * _PATIENCE
        return answer

    def _answer(self, query: str, limit: int, by: str) -> _Answer:
        """What the store says; for the thread of queries."""
        ids = self._source.ids(query, limit)
        whole = len(ids) < limit
        if not by:
            return _Answer(ids, None, whole)
        together, starts = self._source.grouped(ids, by)
        return _Answer(together, Groups(starts), whole)


def _beside(ids: array[int], here: int, step: int, wanted: array[int]) -> int | None:
    among = frozenset(wanted)
    places = range(here + 1, len(ids)) if step > 0 else range(here - 1, -1, -1)
    return next((place for place in places if ids[place] in among), None)
