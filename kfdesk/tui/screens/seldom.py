"""A sheet that counts through the whole desk: it never takes more than a part of the time."""

from __future__ import annotations

from time import monotonic
from typing import Any

from textual.timer import Timer

from kfdesk.tui.screens.sheet import Sheet

#: After a change it rests for so many times as long as it took to read.
_REST = 3
_LEAST = 0.01


class Seldom(Sheet[Any]):
    """Reads again after a change, soon where that is cheap; changes meanwhile wait for the next."""

    _soon: Timer | None = None
    _took = 0.0

    async def changed(self) -> None:
        """The store has changed: read it again when this has rested."""
        if self._soon is None:
            self._soon = self.set_timer(max(_LEAST, self._took * _REST), self._again)

    def _again(self) -> None:
        self._soon = None
        self.attempt(self._timed())

    async def _timed(self) -> None:
        began = monotonic()
        await self.load()
        self._took = monotonic() - began
