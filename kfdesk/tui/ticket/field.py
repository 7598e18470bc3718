"""One line of a letter's head while it is written, with what its last word may become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from kfdesk.cells import plain_line
from kfdesk.tui.lines.content import content

#: What parts one address from the next.
PARTS = ",;，；、"
#: What follows where a line is done, by its name: Enter, an arrow, or Tab where nothing is offered.
Go = Callable[[str, str], None]


class Field(Input):
    """A line; Tab takes what is offered, Enter and the arrows go on to the next one."""

    @dataclass
    class Typed(Message):
        """Another text stands in the line."""

        name: str
        text: str

    @dataclass
    class Emptied(Message):
        """Backspace in an empty line."""

        name: str

    def __init__(self, name: str, go: Go) -> None:
        super().__init__(compact=True, select_on_focus=False, id=f"field-{name}")
        self.field = name
        self._go = go
        self.offers: list[str] = []
        self.at = 0  # the offer that Tab takes

    @property
    def last(self) -> str:
        """The part that is being written."""
        before = self.value[: self.cursor_position]
        return before[max(before.rfind(mark) for mark in PARTS) + 1 :].lstrip()

    def take(self) -> None:
        """Put what is offered in the place of the part that is being written."""
        offer, self.offers = self.offers[self.at], []
        part = self.last if self.field != "attach" else self.value
        before = self.value[: self.cursor_position - len(part)]
        more = "" if self.field == "attach" else ", "
        self.value = before + offer + more + self.value[self.cursor_position :].lstrip(", ")
        self.cursor_position = len(before + offer + more)

    async def _on_key(self, event: events.Key) -> None:
        focused = self.screen.focused
        if focused is not None and focused is not self:
            # It was pressed before the keys had gone on.
            focused.post_message(events.Key(event.key, event.character))
            event.prevent_default()
            event.stop()
            return
        ways = {"enter": "enter", "down": "down", "up": "up", "tab": "down", "shift+tab": "up"}
        if event.key == "tab" and self.offers:
            self.take()
        elif event.key in ("down", "up") and len(self.offers) > 1:
            self.at = (self.at + (1 if event.key == "down" else -1)) % len(self.offers)
            self.post_message(self.Typed(self.field, self.value))
        elif event.key in ways:
            self._go(self.field, ways[event.key])
        elif event.key == "backspace" and not self.value:
            self.post_message(self.Emptied(self.field))
        else:
            await super()._on_key(event)
            return
        event.prevent_default()
        event.stop()

    def _on_paste(self, event: events.Paste) -> None:
        super()._on_paste(events.Paste(plain_line(event.text)))
        event.prevent_default()
        event.stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what stands there."""
        event.stop()
        self.offers, self.at = [], 0
        self.post_message(self.Typed(self.field, event.value))


class FieldRow(Horizontal):
    """A line with its name in front."""

    def __init__(self, name: str, go: Go) -> None:
        super().__init__(classes="head-row", id=f"row-{name}")
        self.field = Field(name, go)

    def compose(self) -> ComposeResult:
        """The name and the line."""
        yield Static(classes="head-name", markup=False)
        yield self.field

    def show(self, title: str) -> None:
        """Name the line, in the language of now."""
        self.query_one(Static).update(content((title, "$ink-muted")))
        self.display = True
