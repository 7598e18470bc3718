"""The line at the bottom that a query, a command or tags are typed into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from kfdesk.cells import plain_line
from kfdesk.tui.content import content


class Line(Input):
    """One line of text; what is pasted into it is cleaned."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab", "complete", show=False),
    ]

    def action_leave(self) -> None:
        """Give up."""
        self.post_message(Prompt.Left())

    def action_complete(self) -> None:
        """Take the first of the words that are offered; a picker's line is offered none."""
        for prompt in (each for each in self.ancestors if isinstance(each, Prompt)):
            prompt.take_offer()

    def _on_paste(self, event: events.Paste) -> None:
        super()._on_paste(events.Paste(plain_line(event.text)))
        event.prevent_default()
        event.stop()


class Prompt(Vertical):
    """Asks for one line, with something said below it: an error, or what may be typed."""

    @dataclass
    class Typed(Message):
        """Another text stands there."""

        kind: str
        text: str

    @dataclass
    class Entered(Message):
        """The line is finished."""

        kind: str
        text: str

    class Left(Message):
        """The line is given up."""

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self.kind = ""
        self.display = False
        self.offers: list[str] = []

    def compose(self) -> ComposeResult:
        """The mark and the line, and below them what is said about it."""
        with Horizontal(id="prompt-line"):
            yield Static(id="prompt-mark", markup=False)
            yield Line(id="prompt-input", compact=True, select_on_focus=False)
        yield Static(id="prompt-said", markup=False)

    def ask(self, kind: str, mark: str, text: str) -> None:
        """Ask for a line of that kind, beginning with `text`."""
        self.kind = kind
        self.display = True
        self.say()
        self.query_one("#prompt-mark", Static).update(content((mark, "$primary bold")))
        line = self.query_one(Line)
        with self.prevent(Input.Changed):
            line.value = plain_line(text) + " " * text.endswith(" ")
        line.cursor_position = len(line.value)
        self.screen.set_focus(line)

    def close(self) -> None:
        """Put it away."""
        self.display = False
        self.offers = []

    def say(
        self, error: str = "", column: int | None = None, offers: list[str] | None = None
    ) -> None:
        """Say what is wrong, with a caret under the column, or what may come next."""
        self.offers = offers or []
        said = self.query_one("#prompt-said", Static)
        said.display = bool(error or offers)
        if error:
            caret = ""
            if column is not None:
                mark = self.query_one("#prompt-mark").size.width
                caret = " " * (mark + cell_len(self.query_one(Line).value[:column])) + "^ "
            said.update(content((caret, "$error bold"), (plain_line(error), "$error")))
        elif offers:
            said.update(content(("  ".join(offers[:12]), "$ink-muted")))

    def take_offer(self) -> None:
        """Put the first of the offers in place of the word at the end of the line."""
        line = self.query_one(Line)
        if self.offers:
            start = max(line.value.rfind(mark) for mark in " (") + 1
            line.value = line.value[:start] + self.offers[0]
            line.cursor_position = len(line.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what stands there."""
        event.stop()
        self.post_message(self.Typed(self.kind, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass on what was entered."""
        event.stop()
        self.post_message(self.Entered(self.kind, event.value))
