"""Which panes are shown and how large they are, for a terminal of any size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

#: Parts of the screen that can have the keys.
Pane = Literal["views", "queue", "middle", "facts"]

#: With fewer columns there is one pane beside nothing; with so many lines one stands above another.
_BESIDE, _ABOVE = 100, 34
#: With so many columns the facts, and the views, are there unless somebody hid them.
_WITH_FACTS, _WITH_VIEWS = 150, 180
_FACTS, _VIEWS = 36, 24
#: What is left of a pane however far the divider is moved.
_LEAST_COLUMNS, _LEAST_LINES = 30, 6
#: The queue's part of the room that it shares with the conversation, in percent: what `+` and `_`
#: step through.
_STEPS = (0, 25, 45, 65, 100)
_USUAL = 45


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chose; None is for what fits."""

    share: int = _USUAL
    facts: bool | None = None
    views: bool | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Wish:
        """What was kept; anything that cannot be is as it comes."""
        share, facts, views = (kept.get(name) for name in ("share", "facts", "views"))
        return cls(
            max(0, min(share, 100)) if isinstance(share, int) else _USUAL,
            facts if isinstance(facts, bool) else None,
            views if isinstance(views, bool) else None,
        )

    def grown(self, pane: Pane, step: int) -> Wish:
        """The pane larger, or smaller, by a step: at the end it is alone, or hidden."""
        up = step if pane in ("queue", "views") else -step
        further = [at for at in _STEPS if (at > self.share if up > 0 else at < self.share)]
        if not further:
            return self
        return replace(self, share=further[0] if up > 0 else further[-1])

    def beside(self, shown: bool) -> Wish:
        """With the conversation beside the queue, or without."""
        return replace(self, share=_USUAL if shown else 100)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of each pane, or the queue's lines where it is `stacked`; 0: it is not shown.

    What is left is the conversation's, if `middle`.
    """

    stacked: bool
    views: int
    queue: int
    middle: bool
    facts: int

    @property
    def divided(self) -> bool:
        """Whether queue and conversation share the room."""
        return bool(self.queue) and self.middle


def lay_out(width: int, height: int, wish: Wish, at: Pane, *, writing: bool = False) -> Layout:
    """Lay the panes out in the room between the bars; the one that has the keys is always there."""
    if width < _BESIDE:
        if at in ("views", "facts"):
            alone = {"views": 0, "facts": 0, at: width}
            return Layout(False, alone["views"], 0, False, alone["facts"])
        if height < _ABOVE or writing or wish.share in (0, 100):
            return Layout(False, 0, width if at == "queue" else 0, at != "queue", 0)
        lines = height * wish.share // 100
        return Layout(True, 0, max(_LEAST_LINES, min(lines, height - 2 * _LEAST_LINES)), True, 0)
    facts = wish.facts if wish.facts is not None else width >= _WITH_FACTS
    views = wish.views if wish.views is not None else width >= _WITH_VIEWS
    taken = _FACTS * (facts or at == "facts")
    aside = _VIEWS * (views or at == "views")
    room = width - taken - aside
    if wish.share in (0, 100):
        queue_alone = at == "queue" or (at != "middle" and wish.share == 100)
        return Layout(False, aside, room if queue_alone else 0, not queue_alone, taken)
    columns = max(_LEAST_COLUMNS, min(room * wish.share // 100, room - _LEAST_COLUMNS))
    return Layout(False, aside, columns, True, taken)


def share_at(place: int, room: int) -> int:
    """The queue's share where the divider stands at a place of the room, as a percentage."""
    return max(5, min(round(100 * place / max(1, room)), 95))
