"""The head of a letter in the composer: To, Cc, Bcc, the subject, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from kfdesk import labels
from kfdesk.cells import plain_line
from kfdesk.desk.sending.head import Head
from kfdesk.i18n import _
from kfdesk.tui.lines.content import content
from kfdesk.tui.ticket.draft import Draft
from kfdesk.tui.ticket.field import Field, FieldRow

if TYPE_CHECKING:
    from kfdesk.desk.sending.files import Enclosed

_LINES = ("to", "cc", "bcc", "subject")
_MOST = 4  # offers that are shown


def titles() -> dict[str, str]:
    """The lines by their names."""
    return {
        "to": _("To"),
        "cc": _("Cc"),
        "bcc": _("Bcc"),
        "subject": _("Subject"),
        "attach": _("Attach"),
    }


class Heading(Vertical):
    """Lines that are empty take no room until they are asked for."""

    class Changed(Message):
        """The head is another now."""

    @dataclass
    class Asked(Message):
        """Which words may the part become that is being written in a line?"""

        name: str
        text: str

    @dataclass
    class Attached(Message):
        """A path was written, to be looked at."""

        path: str

    def __init__(self) -> None:
        super().__init__(id="heading")
        self._head = Head()
        self._files: Sequence[Enclosed] = ()
        self._open = False
        self._rows = {name: FieldRow(name, self._go) for name in (*_LINES, "attach")}

    def compose(self) -> ComposeResult:
        """The lines, what is offered for one of them, the files."""
        for name in _LINES:
            yield self._rows[name]
        yield Static(id="head-files", markup=False)
        yield self._rows["attach"]
        yield Static(id="head-offers", markup=False)

    @property
    def head(self) -> Head:
        """What stands there."""
        to, cc, bcc, subject = (self._rows[name].field.value.strip(" ,") for name in _LINES)
        return replace(self._head, to=to, cc=cc, bcc=bcc, subject=subject)

    def show(self, head: Head, customer: str = "") -> None:
        """Show a head; who is meant where nobody is named stands in To, pale."""
        self._head, self._open, self._files = head, False, ()
        self._rows["to"].field.placeholder = customer
        for name in _LINES:
            with self.prevent(Field.Changed):
                self._rows[name].field.value = getattr(head, name)
        self._rows["attach"].display = False
        self.settle()

    def alter(self, head: Head) -> None:
        """Change what is no line: account, signature, files."""
        self._head = replace(self.head, account=head.account, signature=head.signature)
        self._head = replace(self._head, files=head.files)
        self.post_message(self.Changed())

    def settle(self) -> None:
        """Show the lines in which something stands, and the others where they were asked for."""
        for name in _LINES:
            row = self._rows[name]
            # A line that has just lost the keys does not know it yet; the screen does.
            if self._open or row.field.value or self.screen.focused is row.field:
                row.show(titles()[name])
            else:
                row.display = False
        self.offer([])

    def ask(self, name: str = "to") -> None:
        """Write in a line; all of them are there."""
        self._open = self._open or name != "attach"
        self.settle()
        row = self._rows[name]
        row.show(titles()[name])
        self.screen.set_focus(row.field)

    def leave(self) -> bool:
        """Give the keys back to the text, if a line has them; lines that are empty go."""
        if not isinstance(self.screen.focused, Field):
            return False
        self._open = False
        assert self.parent is not None
        self.screen.set_focus(self.parent.query_one(Draft))
        self._rows["attach"].display = False
        self.settle()
        return True

    def offer(self, words: Sequence[str], name: str = "") -> None:
        """Offer words for a line, if it still is the one that is written in."""
        shown = self.query_one("#head-offers", Static)
        focused = self.screen.focused
        if not isinstance(focused, Field) or focused.field != name or not words:
            shown.display = False
            return
        focused.offers, focused.at = list(words), min(focused.at, len(words) - 1)
        first = max(0, focused.at - _MOST + 1)
        lines: list[str | tuple[str, str]] = []
        for place, word in enumerate(words[first : first + _MOST], first):
            here = place == focused.at
            mark = ("Tab ", "$primary bold") if here else "    "
            end = "" if word is words[-1] or place == first + _MOST - 1 else "\n"
            style = "$foreground bold" if here else "$ink-muted"
            lines += [mark, (plain_line(word), style), end]
        shown.update(content(*lines))
        shown.display = True

    def enclose(self, files: Sequence[Enclosed]) -> None:
        """Show the files, each with its size, or why it cannot go."""
        self._files = files
        shown = self.query_one("#head-files", Static)
        shown.display = bool(files)
        parts: list[str | tuple[str, str]] = []
        for place, file in enumerate(files, 1):
            told = file.wrong or labels.size(file.size)
            style = "$error bold" if file.wrong else "$ink-muted"
            mark = "✗" if file.wrong else "▫"
            parts += [(f"{mark} {place} ", style), plain_line(file.name), (f" {told}   ", style)]
        shown.update(content(*parts))

    @property
    def enclosed(self) -> Sequence[Enclosed]:
        """The files, as they were when they were looked at."""
        return self._files

    def detach(self, place: int) -> None:
        """Take a file off; places are counted from 1."""
        files = list(self.head.files)
        del files[place - 1]
        self.alter(replace(self.head, files=tuple(files)))

    def on_field_typed(self, event: Field.Typed) -> None:
        """The head is another now; what may be meant is asked for."""
        event.stop()
        field = self._rows[event.name].field
        if field.offers:
            self.offer(field.offers, event.name)  # the cursor among them has moved
            return
        if event.name != "attach":
            self.post_message(self.Changed())
        if event.name != "subject" and field.has_focus:
            self.post_message(
                self.Asked(event.name, event.text if event.name == "attach" else field.last)
            )

    def _go(self, name: str, way: str) -> None:
        """On to the next line, and behind the last one to the text."""
        if name == "attach":
            self._take_file(way)
            return
        names = [each for each in _LINES if self._rows[each].display]
        place = names.index(name) + (-1 if way == "up" else 1)
        self.offer([])
        if 0 <= place < len(names):
            self.screen.set_focus(self._rows[names[place]].field)
        elif place:
            self.leave()

    def _take_file(self, way: str) -> None:
        """Attach what is written; an empty line, or an arrow, is the end of it."""
        field = self._rows["attach"].field
        text = field.value.strip()
        if way != "enter" or not text:
            self.leave()
        elif text[1:].isdecimal() and text[0] == "-" and 0 < int(text[1:]) <= len(self._files):
            self.detach(int(text[1:]))
            field.value = ""
        else:
            self.post_message(self.Attached(text))

    def attached(self) -> None:
        """What was written is a file that goes with the letter: the next one."""
        self._rows["attach"].field.value = ""

    def on_field_emptied(self, event: Field.Emptied) -> None:
        """Backspace in the empty line takes the last file off."""
        event.stop()
        if event.name == "attach" and self._files:
            self.detach(len(self._files))
