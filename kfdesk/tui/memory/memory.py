"""Remembers where one is, so that the next console begins there: written seldom, never awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from time import monotonic
from typing import TYPE_CHECKING, Any

from kfdesk.tui.memory.kept import cursor, numbers, part, where, words

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

#: At most so often, in seconds: every writing makes the consoles of all colleagues look.
_EVERY = 5.0
#: So many of the lines that were entered, of each kind.
_LINES = 30


class Memory:
    """What is kept under `where`, `panes`, `lines` and `recent` of an agent's console state.

    Whatever of it cannot be any more is left out: a view that has gone, a query that is wrong.
    """

    def __init__(self, main: Main, kept: Mapping[str, Any]) -> None:
        self._main, self._kept, self._where = main, dict(kept), where(kept)
        self._written = 0.0
        self._begun = False  # what was remembered is shown
        self._latest: dict[str, Any] = {}
        self._page: Sequence[int] = ()
        #: What was chosen in the palette, the newest first.
        self.recent = words(kept, "recent")
        lines: dict[str, Any] = part(kept, "lines", dict) or {}
        main.prompt.remembered = {kind: words(lines, kind) for kind in lines}
        status, view = main.status, part(self._where, "view", str)
        names = [one.name for one in status.views]
        if view in names:
            status.view = names.index(view)
            query = part(self._where, "query", str)
            status.query = status.views[status.view].query if query is None else query
        main.queue.choose(status.views[status.view].columns or main.settings.ui.columns)
        main.queue.face.grouped = part(self._where, "grouped", str) or ""
        main.opened.row.restore(numbers(self._where, "open"))

    def point(self, shown: Sequence[int]) -> None:
        """Put the cursor where it was among the tickets that are shown."""
        self._main.queue.go(cursor(self._kept, shown))

    async def restore(self) -> None:
        """The desk is open: list what was listed, with the cursor where it was."""
        main, status = self._main, self._main.status
        shown = await main.show(status.query, top=False)
        if not shown and main.feed.failed is not None:
            await main.show(status.views[status.view].query)
        number, listing = part(self._where, "cursor", int), main.queue.listing
        if number is not None and number != listing.number and number in listing.ids:
            main.queue.go(listing.ids.index(number))
        self._begun = True
        await main.opened.refresh()

    def tick(self) -> None:
        """Write, if there is something new, it has come to rest, and it is time."""
        before, self._latest = self._latest, self._now() if self._begun else {}
        if before == self._latest and monotonic() - self._written >= _EVERY:
            self._main.attempt(self.write())

    async def write(self) -> None:
        """Write what is new."""
        source = self._main.source
        if source is None or not self._begun:
            return
        changed = {name: each for name, each in self._now().items() if self._kept.get(name) != each}
        if changed:
            self._kept |= changed
            self._written = monotonic()
            await self._main.threads.write(source.remember, changed)

    def _now(self) -> dict[str, Any]:
        main = self._main
        if main.queue.is_attached and main.queue.size:  # else the console ends: as it was before
            self._page = list(main.queue.page)
        lines = {kind: each[-_LINES:] for kind, each in main.prompt.remembered.items()}
        return {
            "where": {
                "view": main.status.views[main.status.view].name,
                "query": main.feed.query,
                "grouped": main.queue.face.grouped,
                "cursor": main.queue.listing.number,
                "page": list(self._page),
                "open": list(main.opened.row.numbers),
            },
            "panes": asdict(main.wish),
            "lines": lines,
            "recent": list(self.recent),
        }
