"""What is typed before there is anybody to take it: kept in its order, and taken once there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.events import Key, Paste

from kfdesk.tui.verbs import WITHOUT_DESK

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


class Held:
    """Keys and pastes while the desk, or the composer, is being opened."""

    def __init__(self, main: Main, take: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._main, self._take = main, take
        self._events: list[Key | Paste] = []
        self._meant: int | None = None  # the ticket that was under the cursor at the first of them

    def keep(self, event: Key | Paste) -> bool:
        """Keep it if it has to wait, or if another one does."""
        if not (self._events or self._main.waiting) or self._needs_no_desk(event):
            return False
        if not self._events:
            self._meant = self._main.queue.listing.number
        self._events.append(event)
        return True

    def _needs_no_desk(self, event: Key | Paste) -> bool:
        if self._main.source is not None or not isinstance(event, Key):
            return False
        pressed = self._main.keys.find(self._main.scope, (event.key,))
        return pressed is not None and pressed.action in WITHOUT_DESK

    async def release(self) -> None:
        """Take what waits; nothing of it where another ticket is under the cursor by now."""
        if self._meant is not None and self._meant != self._main.queue.listing.number:
            self._events.clear()
        self._meant = None
        while self._events and not self._main.waiting:
            await self._take(self._events.pop(0))
