"""What is typed before there is anybody to take it: kept in its order, and taken once there is.

Whoever knows the way types ahead: `g s refund`, `m` and the macro's name, `e` and on to the next.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.events import Key, Paste
from textual.screen import Screen

from kfdesk.tui.verbs import WITHOUT_DESK

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

#: Longer than this, in seconds, no key waits for what the one before it began.
_LONGEST = 1.0


class _Turn(NamedTuple):
    """What the last key began, on which screen, and until when the next key waits for it."""

    screen: Screen[Any]
    until: float


class Held:
    """Keys and pastes while the desk, the composer or a screen is being opened."""

    def __init__(
        self, app: Console, main: Main, take: Callable[[Key | Paste], Awaitable[None]]
    ) -> None:
        self._app, self._main, self._take = app, main, take
        self._events: list[Key | Paste] = []
        self._meant: int | None = None  # the ticket that was under the cursor at the first of them
        self._turn: _Turn | None = None

    def keep(self, event: Key | Paste) -> bool:
        """Keep it if it has to wait, or if another one does."""
        if not (self._events or self._waits) or self._needs_no_desk(event):
            return False
        if not self._events and self._main.waiting:
            self._meant = self._main.queue.listing.number
        if not self._events and self._turn is not None:
            self._app.set_timer(max(0.01, self._turn.until - monotonic()), self.release)
        self._events.append(event)
        return True

    def until(self, work: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, None]:
        """What a key began: until it is done, or has opened a screen, the next one waits."""
        self._turn = turn = _Turn(self._app.screen, monotonic() + _LONGEST)
        return self._do(work, turn)

    async def _do(self, work: Coroutine[Any, Any, Any], turn: _Turn) -> None:
        try:
            await work
        finally:
            if self._turn is turn:
                self._turn = None
            self._app.call_later(self.release)

    def opened(self, screen: Screen[Any]) -> None:
        """Another screen is shown: what waits is for it, once it stands."""
        self._turn = None
        screen.call_later(self.release)

    @property
    def _waits(self) -> bool:
        """Whether what is typed now would go to somebody it is not meant for."""
        screen, turn = self._app.screen, self._turn
        if screen is self._main and self._main.waiting:
            return True
        return not screen.is_mounted or (
            turn is not None and turn.screen is screen and monotonic() < turn.until
        )

    def _needs_no_desk(self, event: Key | Paste) -> bool:
        if self._main.source is not None or not isinstance(event, Key):
            return False
        pressed = self._main.keys.find(self._main.scope, (event.key,))
        return pressed is not None and pressed.action in WITHOUT_DESK

    async def release(self) -> None:
        """Take what waits; nothing of it where another ticket is under the cursor by now."""
        if self._waits:
            return
        if self._meant is not None and self._meant != self._main.queue.listing.number:
            self._events.clear()
        self._meant = None
        while self._events and not self._waits:
            await self._take(self._events.pop(0))
