"""A screen is left once, however many keys were pressed before it had gone."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import Screen

T = TypeVar("T")


class Once(Screen[T]):
    """Its result is given once: Textual fails at a second one, which two quick keys would give.

    Where it opens while the console is being left Textual puts nothing into it: it does not begin.
    """

    async def on_event(self, event: events.Event) -> None:
        """Begin, fit, and what else happens; not where everything ends."""
        if not (self.app._exit and isinstance(event, events.Mount | events.Resize)):
            await super().on_event(event)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Leave with a result, unless it was left already."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
