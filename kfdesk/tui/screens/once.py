"""A screen is left once, however many keys were pressed before it had gone."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

T = TypeVar("T")


class Once(Screen[T]):
    """Its result is given once: Textual fails at a second one, which two quick keys would give."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Leave with a result, unless it was left already."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
