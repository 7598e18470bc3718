"""Where a reply or a note is written: kept as it is typed, and read over before it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from kfdesk.cells import plain_line
from kfdesk.i18n import _
from kfdesk.text import clean, fold
from kfdesk.tui.content import content

_SAVE_AFTER = 0.3
#: Where a word aside goes: on in a conversation, by its id, or to whom, under which subject.
Aside = int | tuple[str, str]


def offers(names: Sequence[str], before: str) -> tuple[str, ...]:
    """Return the names that the word before the cursor may become, if it begins with an @."""
    _text, at, begun = before.rpartition("@")
    if not at or any(letter.isspace() for letter in begun) or fold(begun) in map(fold, names):
        return ()
    return tuple(name for name in names if fold(name).startswith(fold(begun)))


class Draft(TextArea):
    """The text; what is pasted into it is cleaned."""

    offers: Sequence[str] = ()  # what Tab makes of the word before the cursor

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "tab" and self.offers:
            event.prevent_default()
            event.stop()
            row, column = self.cursor_location
            begun = len(self.document.get_line(row)[:column].rpartition("@")[2])
            self.replace(f"{self.offers[0]} ", (row, column - begun), (row, column))
            return
        await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(clean(event.text)))
        event.prevent_default()
        event.stop()


class Review(Static, can_focus=True):
    """The line that asks once more; its keys are not letters of a text any more."""


class Composer(Vertical):
    """Open on one ticket at a time, for a reply, a note, or a word aside to somebody else."""

    @dataclass
    class Typed(Message):
        """The draft is to be kept."""

        number: int
        kind: str
        text: str

    def __init__(self) -> None:
        super().__init__(id="composer")
        self.number = 0
        self.kind = "reply"
        self.seen: int | None = None  # the newest message when writing began
        self.aside: Aside | None = None
        self.names: Sequence[str] = ()  # whom a note may call upon
        self.display = False
        self.asking = False  # the line that asks is shown, and has not been answered
        self.opening = False  # it will be there in a moment
        self._to = self._state = self._warning = ""
        self._timer: Timer | None = None
        self._saved = ""

    def compose(self) -> ComposeResult:
        """A line that says to whom, the text, and the line that asks."""
        yield Static(id="composer-head", markup=False)
        yield Draft(id="draft", compact=True, show_line_numbers=False, highlight_cursor_line=False)
        yield Review(id="review", markup=False)

    @property
    def text(self) -> str:
        """What has been written."""
        return self.query_one(Draft).text

    def open(
        self,
        number: int,
        kind: str,
        to: str,
        text: str,
        seen: int | None,
        aside: Aside | None = None,
    ) -> None:
        """Write to `to` about a ticket, going on from `text`."""
        self.number, self.kind, self.seen, self.aside = number, kind, seen, aside
        self._to, self._saved = plain_line(to), text
        self._appear(True)
        self.set_class(kind == "note", "-note")
        self.set_class(kind == "side", "-side")
        draft = self.query_one(Draft)
        draft.load_text(clean(text))
        draft.move_cursor(draft.document.end)
        self.edit()
        self._say(_("draft kept") if text else "")

    def close(self) -> None:
        """Close it; what was typed is kept."""
        self.save()
        self._appear(False)

    def put_away(self) -> None:
        """Close it without keeping the draft: it has become a message."""
        if self._timer is not None:
            self._timer.stop()
        self._saved = ""
        self._appear(False)

    def _appear(self, there: bool) -> None:
        """Be there or not; notices keep clear of what is written and asked."""
        self.display = there
        self.screen.set_class(there, "-writing")

    def review(self, undo_seconds: int, first: Sequence[str | tuple[str, str]] = ()) -> None:
        """Ask whether it shall go; `first` is what is to be read before that."""
        if not self.text.strip():
            return
        self.save()
        line = self.query_one(Review)
        if self.kind == "note":
            said = _("Save this internal note? The customer does not see it.")
        elif self.kind == "side":
            said = _("Send to {to} in a side conversation? The customer does not see it.").format(
                to=self._to
            )
        elif undo_seconds:
            said = _("Send to {to}? It can be taken back for {n} seconds.").format(
                to=self._to, n=undo_seconds
            )
        else:
            said = _("Send to {to}?").format(to=self._to)
        line.update(content(*first, (said, "bold")))
        line.display = self.asking = True
        self.screen.set_focus(line)

    def edit(self) -> None:
        """Go on writing."""
        self.query_one(Review).display = self.asking = False
        self.screen.set_focus(self.query_one(Draft))

    def insert(self, text: str) -> None:
        """Put a text where the cursor is, in the place of what is marked."""
        draft = self.query_one(Draft)
        draft.replace(clean(text), *draft.selection)
        self.screen.set_focus(draft)

    def save(self) -> None:
        """Keep the draft now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.display and self.text != self._saved:
            self._saved = self.text
            self.post_message(self.Typed(self.number, self.kind, self._saved))
            self._say(_("draft kept"))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep the draft a moment after the last key."""
        event.stop()
        self._offer()
        if self.text == self._saved:
            return
        if self._timer is None:
            self._timer = self.set_timer(_SAVE_AFTER, self.save)
        else:
            self._timer.reset()

    def _offer(self) -> None:
        """Offer the names that the word behind an @ may become, in a note."""
        draft = self.query_one(Draft)
        draft.offers = ()
        if self.kind == "note":
            row, column = draft.cursor_location
            draft.offers = offers(self.names, draft.document.get_line(row)[:column])
        self._say(self._state)

    def warn(self, warning: str) -> None:
        """Say beside the title that somebody else is at it; empty: nobody is."""
        if warning != self._warning:
            self._warning = warning
            self._say(self._state)

    def _say(self, state: str) -> None:
        self._state = state
        title, color = {
            "note": (_("Internal note"), "$warning bold"),
            "side": (_("Side conversation with {to}").format(to=self._to), "$accent bold"),
        }.get(self.kind, (_("Reply to {to}").format(to=self._to), "$success bold"))
        head = self.query_one("#composer-head", Static)
        warning = f"   {self._warning}" if self._warning else ""
        if named := self.query_one(Draft).offers:
            state = "  ".join(["Tab", *(f"@{name}" for name in named[:6])])
        said = f"   {state}" if state else ""
        head.update(content((title, color), (warning, "$error bold"), (said, "$ink-muted")))
