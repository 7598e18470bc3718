"""Keeps the queue in step with the store: the first page at once, then all, then what changes."""

from __future__ import annotations

from array import array
from time import monotonic

from kfdesk.errors import QueryError
from kfdesk.tui.queue.listing import PAGE, merge
from kfdesk.tui.queue.queue import Queue, nothing
from kfdesk.tui.source import Interrupted, Source
from kfdesk.tui.threads import Threads

#: A query is not asked again before this many times its own length has passed.
_PATIENCE = 10
#: "All of them": a number, for with one a search lists its newest hits first at any length.
_ALL = 1 << 40


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

    async def show(self, query: str) -> bool:
        """Ask another query; False if it is wrong, or a newer one took its place."""
        self._serial += 1
        serial = self._serial
        self._source.interrupt()
        try:
            first = await self._ids(query, PAGE)
        except Interrupted:
            return False
        except QueryError as error:
            if serial == self._serial:
                self.failed = error
            return False
        if serial != self._serial:
            return False
        self.query, self.failed = query, None
        self.complete = len(first) < PAGE
        self._queue.empty = nothing(query)
        self._queue.show(first, top=True)
        if not self.complete:
            await self._all(serial)
        return True

    async def _all(self, serial: int) -> None:
        try:
            ids = await self._ids(self.query, _ALL)
        except Interrupted:
            return
        if serial == self._serial:
            self.complete = True
            self._queue.show(ids, top=False)

    async def refresh(self, *, now: bool = False) -> None:
        """The store has changed: ask again what is shown; `now` if the change was made here."""
        self._queue.window.expire()
        self._queue.want()
        self.overdue = not self.complete or (monotonic() < self._not_before and not now)
        if self.overdue:
            return
        serial, before = self._serial, self._queue.listing.ids
        try:
            latest = await self._ids(self.query, _ALL)
        except Interrupted:
            return
        keep = None if now else self._queue.listing.number
        change = await self._threads.query(merge, before, latest, keep)
        if serial == self._serial:
            self._queue.merge(change)

    async def rows(self, numbers: list[int]) -> None:
        """Read rows for the queue."""
        self._queue.put(numbers, await self._threads.read(self._source.rows, numbers))

    async def _ids(self, query: str, limit: int) -> array[int]:
        started = monotonic()
        ids = await self._threads.query(self._source.ids, query, limit)
        took = monotonic() - started
        self._not_before = monotonic() + took * _PATIENCE
        return ids
