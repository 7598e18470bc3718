"""The line between the queue and the conversation, which a mouse can move."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget


class Divider(Widget):
    """Stands between two panes; `-lying` where one is above the other."""

    @dataclass
    class Dragged(Message):
        """It is to stand at that place of the screen."""

        to: Offset

    def __init__(self) -> None:
        super().__init__(id="divider")

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of it."""
        self.capture_mouse()
        self.add_class("-held")
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        if self.has_class("-held"):
            self.post_message(self.Dragged(event.screen_offset))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let it go."""
        self.release_mouse()
        self.remove_class("-held")
        event.stop()
