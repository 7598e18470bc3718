"""One line of a conversation, and how the conversation is to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kfdesk.cells import Part
from kfdesk.pictures import Picture
from kfdesk.tui.ticket.body import Marks

Pixels = tuple[tuple[tuple[int, int, int], tuple[int, int, int]], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the screen.

    `owner` is the id of its message, of its event below zero, or 0; `at` its place in that
    message. `does` is what a click on it is for: `fold`, `file:ID`, `why:EVENT`, `more`.
    """

    parts: tuple[Part, ...]
    owner: int = 0
    at: int = 0
    back: str = "back"
    head: bool = False
    does: str = ""
    hits: int = 0
    pixels: Pixels = ()  # of a picture: the upper and the lower half of each cell


@dataclass(frozen=True, slots=True)
class Look:
    """What of a conversation is unfolded, told and marked. `unfolded` are ids of messages."""

    unfolded: frozenset[int] = frozenset()
    everything: bool = False
    steps: bool = False
    marks: Marks = Marks()  # noqa: RUF009 -- it is frozen
    pictures: Mapping[int, Picture] = field(default_factory=dict)
