"""The panes and where the keys go: side by side, or one at a time."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from kfdesk.actions import Scope
from kfdesk.tui.bars import Above, Below, Wrong
from kfdesk.tui.prompt import Line, Prompt
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.queue.queue import Queue
from kfdesk.tui.ticket.composer import Composer, Draft, Review
from kfdesk.tui.ticket.conversation import Conversation
from kfdesk.tui.ticket.facts import Facts, Head


class Panes(Screen[None]):
    """Queue, conversation with composer, facts; between a line above and two lines below."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 -- as Screen declares it
        (0, "-narrow"),
        (100, "-medium"),
        (150, "-wide"),
    ]

    def __init__(self, who: Who, palette: Mapping[str, Style]) -> None:
        super().__init__()
        self.who = who
        self.queue = Queue(who, palette)
        self.conversation, self.facts = Conversation(palette), Facts()
        self.wrong = Wrong(id="wrong", markup=False)
        self.composer, self.prompt = Composer(), Prompt()
        self.above, self.below = Above(id="above", markup=False), Below(id="below", markup=False)

    def compose(self) -> ComposeResult:
        """The panes between two lines."""
        yield self.above
        yield self.wrong
        with Horizontal(id="panes"):
            yield self.queue
            with Vertical(id="middle"):
                yield Head(id="head", markup=False)
                yield self.conversation
                yield self.composer
            yield self.facts
        yield self.prompt
        yield self.below

    @property
    def scope(self) -> Scope:
        """Where the keys go."""
        match self.focused:
            case Conversation() | Facts():
                return Scope.CONVERSATION
            case Draft():
                return Scope.COMPOSER
            case Review():
                return Scope.REVIEW
            case Line():
                return Scope.GLOBAL
            case _:
                return Scope.QUEUE

    @property
    def pane(self) -> Queue | Conversation | Facts:
        """The pane that movements are for."""
        if self.focused is self.facts:
            return self.facts
        return self.conversation if self.scope is Scope.CONVERSATION else self.queue

    @property
    def reading(self) -> bool:
        """Whether a ticket is read; else the queue is looked through."""
        return self.has_class("-reading")

    def place_keys(self) -> None:
        """The focus has moved, by key or mouse: it says what is read."""
        if self.focused is self.queue:
            self.remove_class("-reading")
        elif self.scope not in (Scope.QUEUE, Scope.GLOBAL):
            self.add_class("-reading")

    def refocus(self) -> None:
        """Give the keys back to the pane that is read."""
        if self.has_class("-narrow") and self.has_class("-facts"):
            self.set_focus(self.facts)
            return
        if self.composer.display:
            self.composer.edit()
            return
        self.set_focus(self.conversation if self.reading else self.queue)
