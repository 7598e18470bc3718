"""Counts the tickets of the views whenever the store has changed, behind everything else."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from kfdesk.tui.source.source import Interrupted
from kfdesk.tui.verbs.kind import desk_of
from kfdesk.tui.views.pane import Counted

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: What is counted by itself is counted so far: nobody reads on.
MOST = 1000
#: Nothing is counted again before this many times its own length has passed.
_PATIENCE = 10


class Counts:
    """The counters: most by one pass over the open tickets, the others one by one after it."""

    def __init__(self, main: Main) -> None:
        self.overdue = True  # the store has changed since they were counted
        self._main = main
        self._counting = False
        self._not_before = 0.0

    async def refresh(self, *, now: bool = False) -> None:
        """Count, where that is seen and was not done a moment ago; `now` if the change is ours."""
        self.overdue = True
        if self._counting or not self._main.views.display or self._main.source is None:
            return
        if monotonic() < self._not_before and not now:
            return
        self._counting, self.overdue = True, False
        started = monotonic()
        try:
            await self._count()
        except Interrupted:
            self.overdue = True  # something is listed: that goes first
        finally:
            self._counting = False
            self._not_before = monotonic() + (monotonic() - started) * _PATIENCE

    async def _count(self) -> None:
        main, source = self._main, desk_of(self._main)
        queries = list(dict.fromkeys(view.query for view in main.status.views))
        found = await main.threads.query(source.counts, queries)
        counts = zip(queries, found, strict=True)
        main.views.count({query: Counted(n) for query, n in counts if n is not None})
        for query in (query for query, n in zip(queries, found, strict=True) if n is None):
            number = await main.threads.query(source.count, query, MOST)
            main.views.count({query: Counted(number, number >= MOST)})
