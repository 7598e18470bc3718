"""The line at the bottom that a query, a command or tags are typed into."""

from __future__ import annotations

from collections.abc import Sequence
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
from kfdesk.tui.frame.offers import Offer, Offers
from kfdesk.tui.lines.content import content

#: So many lines that were entered are remembered, of each kind.
_REMEMBERED = 100


class Line(Input):
    """One line of text; what is pasted into it is cleaned."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab", "complete", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("shift+tab", "step(-1)", show=False),
    ]

    def action_leave(self) -> None:
        """Give up."""
        self.post_message(Prompt.Left())

    def action_complete(self) -> None:
        """Take the word that is offered; a picker's line is offered none."""
        for prompt in self._prompts:
            prompt.take_offer()

    def action_step(self, step: int) -> None:
        """To the next of the words that are offered; of lines that were entered, if none are."""
        for prompt in self._prompts:
            prompt.step(step)

    async def action_submit(self) -> None:
        """Take the word that was stepped to, or finish the line."""
        if not any(prompt.take_chosen() for prompt in self._prompts):
            await super().action_submit()

    @property
    def _prompts(self) -> list[Prompt]:
        return [each for each in self.ancestors if isinstance(each, Prompt)]

    def _on_paste(self, event: events.Paste) -> None:
        super()._on_paste(events.Paste(plain_line(event.text)))
        event.prevent_default()
        event.stop()


class Prompt(Vertical):
    """Asks for one line, with words above it that may be typed, and what is wrong below it."""

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
        self.remembered: dict[str, list[str]] = {}  # what was entered, the newest last
        self.words = Offers()
        self._back = 0  # so many lines before the one that is typed
        self._recalled: str | None = None
        self._typed = ""

    def compose(self) -> ComposeResult:
        """The mark and the line; above them what is offered, below them what is wrong."""
        yield self.words
        with Horizontal(id="prompt-line"):
            yield Static(id="prompt-mark", markup=False)
            yield Line(id="prompt-input", compact=True, select_on_focus=False)
        yield Static(id="prompt-said", markup=False)

    @property
    def line(self) -> Line:
        """What is typed into."""
        return self.query_one(Line)

    @property
    def before(self) -> str:
        """The text up to the cursor."""
        return self.line.value[: self.line.cursor_position]

    def ask(self, kind: str, mark: str, text: str) -> None:
        """Ask for a line of that kind, beginning with `text`."""
        self.kind = kind
        self.display = True
        self._back, self._recalled = 0, None
        self.words.close()
        self.say()
        self.query_one("#prompt-mark", Static).update(content((mark, "$primary bold")))
        line = self.line
        with self.prevent(Input.Changed):
            line.value = plain_line(text) + " " * text.endswith(" ")
        line.cursor_position = len(line.value)
        self.screen.set_focus(line)

    def close(self) -> None:
        """Put it away."""
        self.display = False
        self.words.close()

    def say(self, error: str = "", column: int | None = None) -> None:
        """Say what is wrong, with a caret under the column; or nothing."""
        said = self.query_one("#prompt-said", Static)
        said.display = bool(error)
        if error:
            caret = ""
            if column is not None:
                mark = self.query_one("#prompt-mark").size.width
                caret = " " * (mark + cell_len(self.line.value[:column])) + "^ "
            said.update(content((caret, "$error bold"), (plain_line(error), "$error")))

    # --- what may be typed

    def offer(self, start: int, offers: Sequence[Offer]) -> None:
        """Offer words in the place of the one that begins at `start` and ends at the cursor."""
        word = self.before[start:]
        if self.line.value == self._recalled or not self.display:
            offers = ()  # ↑ goes further back
        mark = self.query_one("#prompt-mark").size.width
        self.words.show(
            [offer for offer in offers if offer[0] != word],
            start,
            mark + cell_len(self.line.value[:start]),
        )

    def take_offer(self) -> None:
        """Put the word that is chosen, or else the first one, in its place."""
        if (word := self.words.word) is not None:
            line, start = self.line, self.words.start
            after = line.value[line.cursor_position :]
            line.value = f"{line.value[:start]}{word}{after}"
            line.cursor_position = start + len(word)
            self.words.close()

    def take_chosen(self) -> bool:
        """Take the word that was stepped to; False if none was."""
        if not self.words.chosen:
            return False
        self.take_offer()
        return True

    def step(self, step: int) -> None:
        """Step to another word that is offered; without any, to a line that was entered."""
        if self.words.display:
            self.words.step(step)
        else:
            self._recall(self._back - step)

    def on_offers_taken(self) -> None:
        """A click takes a word."""
        self.take_offer()
        self.screen.set_focus(self.line)

    # --- what was entered before

    def keep(self, text: str) -> None:
        """Remember a line that was entered."""
        if text:
            lines = self.remembered.setdefault(self.kind, [])
            lines[:] = [*(line for line in lines if line != text), text][-_REMEMBERED:]

    def _recall(self, back: int) -> None:
        """Put a line that was entered in the place of what is typed; 0 is what was typed."""
        lines, line = self.remembered.get(self.kind, []), self.line
        if 0 <= back <= len(lines) and back != self._back:
            if not self._back:
                self._typed = line.value
            self._back = back
            self._recalled = lines[-back] if back else self._typed
            line.value = self._recalled
            line.cursor_position = len(line.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what stands there."""
        event.stop()
        if event.value != self._recalled:
            self._back, self._recalled = 0, None
        self.post_message(self.Typed(self.kind, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass on what was entered."""
        event.stop()
        self.post_message(self.Entered(self.kind, event.value))
