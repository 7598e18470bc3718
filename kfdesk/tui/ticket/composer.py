"""Where a reply or a note is written: kept as it is typed, and read over before it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from kfdesk.cells import plain_line
from kfdesk.desk.sending.head import Head
from kfdesk.i18n import _
from kfdesk.text import clean
from kfdesk.tui.lines.content import content
from kfdesk.tui.ticket import wording
from kfdesk.tui.ticket.draft import Draft, offers
from kfdesk.tui.ticket.heading import Heading

if TYPE_CHECKING:
    from kfdesk.desk.sending.window import Window

_SAVE_AFTER = 0.3
#: So many lines of what is quoted are shown, and where there are few lines in all.
_QUOTED, _LITTLE, _FEW = 3, 1, 32
#: Where a word aside goes: on in a conversation, by its id, or to whom, under which subject.
Aside = int | tuple[str, str]
Said = Sequence[str | tuple[str, str]]


class Review(Static, can_focus=True):
    """The line that asks once more; its keys are not letters of a text any more."""


class Composer(Vertical):
    """Open on one ticket at a time: for a reply, a note, a word aside, a message passed on."""

    @dataclass
    class Typed(Message):
        """The draft is to be kept."""

        number: int
        kind: str
        text: str
        head: Head

    class Checked(Message):
        """The text is another now: somebody may look at its spelling."""

    def __init__(self) -> None:
        super().__init__(id="composer")
        self.number = 0
        self.kind = "reply"
        self.seen: int | None = None  # the newest message when writing began
        self.aside: Aside | None = None
        self.names: Sequence[str] = ()  # whom a note may call upon
        self.display = self._open = False  # what has been closed by Textual has no display
        self.asking = False  # the line that asks is shown, and has not been answered
        self.going: tuple[str, Head] | None = None  # what is being sent
        self.opening = False  # it will be there in a moment
        self.window: Window | None = None  # what the channel still takes, where that is limited
        self._to = self._state = self._warning = self._left = ""
        self._timer: Timer | None = None
        self._saved = ("", Head())
        # Held here: what was written is asked for even when the widgets have gone.
        self.draft = Draft(
            id="draft", compact=True, show_line_numbers=False, highlight_cursor_line=False
        )
        self.heading = Heading()

    def compose(self) -> ComposeResult:
        """A line that says to whom, the head, the text, what is quoted, and the line that asks."""
        yield Static(id="composer-head", markup=False)
        yield self.heading
        yield self.draft
        yield Static(id="composer-quote", markup=False)
        yield Review(id="review", markup=False)

    @property
    def text(self) -> str:
        """What has been written."""
        return self.draft.text

    @property
    def head(self) -> Head:
        """To whom it goes, by which channel, with what."""
        return self.heading.head

    @property
    def leaves(self) -> bool:
        """Whether it is a letter with a head: a reply, or a message that is passed on."""
        return self.kind in ("reply", "forward")

    @property
    def posted(self) -> bool:
        """Whether it leaves the desk, as a word aside does too: files may go with it."""
        return self.kind != "note"

    def open(
        self,
        number: int,
        kind: str,
        to: str,
        text: str,
        seen: int | None,
        aside: Aside | None = None,
        *,
        head: Head = Head(),  # noqa: B008
        quoted: str = "",
    ) -> None:
        """Write to `to` about a ticket, going on from `text` and `head`; `quoted` goes below it."""
        self.save()  # another letter that is still open
        self.number, self.kind, self.seen, self.aside = number, kind, seen, aside
        self._to, self._saved, self._left, self.window = plain_line(to), (text, head), "", None
        self._appear(True)
        for name in ("note", "side", "forward"):
            self.set_class(kind == name, f"-{name}")
        self.draft.mark(frozenset())
        self.draft.load_text(clean(text))
        self.draft.move_cursor(self.draft.document.end)
        self.heading.display = self.posted
        self.heading.show(head, self._to if kind == "reply" else "")
        self._quote(quoted)
        self.edit()
        if kind == "forward" and not head.to:
            self.heading.ask("to")
        self._say(_("draft kept") if text else "")

    def close(self) -> None:
        """Close it; what was typed is kept."""
        self.save()
        self._appear(False)

    def put_away(self) -> None:
        """Close it without keeping the draft: it has become a message."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._saved = ("", Head())
        self._appear(False)

    def _appear(self, there: bool) -> None:
        """Be there or not; notices keep clear of what is written and asked."""
        self.display = self._open = there
        self.screen.set_class(there, "-writing")

    def review(self, undo_seconds: int, first: Said = ()) -> None:
        """Ask whether it shall go; `first` is what is to be read before that."""
        if not self.text.strip() and self.kind != "forward":
            return
        self.save()
        line = self.query_one(Review)
        asked = wording.question(self.kind, self._to, self.head, undo_seconds)
        line.update(content(*first, (asked, "bold")))
        line.display = self.asking = True
        self.screen.set_focus(line)

    def edit(self) -> None:
        """Go on writing."""
        self.query_one(Review).display = self.asking = False
        self.screen.set_focus(self.draft)

    def insert(self, text: str) -> None:
        """Put a text where the cursor is, in the place of what is marked."""
        self.draft.replace(clean(text), *self.draft.selection)
        self.screen.set_focus(self.draft)

    def rewrite(self, text: str) -> None:
        """Put another text in the place of the whole; undo of the text area takes it back."""
        draft = self.draft
        draft.replace(clean(text), (0, 0), draft.document.end)
        draft.move_cursor(draft.document.end)

    def save(self) -> None:
        """Keep the draft now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        now = (self.text, self.head)
        if self.display and now != self._saved:
            self._saved = now
            self.post_message(self.Typed(self.number, self.kind, *now))

    def kept(self, number: int, kind: str) -> None:
        """The draft was written down: say so, where it is still the one that stands here."""
        if self.display and (self.number, self.kind) == (number, kind):
            self._say(_("draft kept"))

    def writes(self, number: int, kind: str) -> bool:
        """Whether it is open for that letter."""
        return bool(self.display) and (self.number, self.kind) == (number, kind)

    def left(self) -> tuple[int, str, str, Head] | None:
        """What may not have been kept when the console ends."""
        if not self._open or (self.text, self.head) in (("", Head()), self.going):
            return None
        return self.number, self.kind, self.text, self.head

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep the draft, a moment after the first key that is not kept yet."""
        event.stop()
        self._offer()
        self._soon()
        self.post_message(self.Checked())

    def on_heading_changed(self) -> None:
        """Keep the draft: it has another head now."""
        self._soon()

    def _soon(self) -> None:
        if (self.text, self.head) == self._saved:
            return
        if self._timer is None:  # whoever never rests has it kept all the same
            self._timer = self.set_timer(_SAVE_AFTER, self.save)

    def _offer(self) -> None:
        """Offer the names that the word behind an @ may become, in a note."""
        draft = self.draft
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

    def tick(self, now: datetime) -> None:
        """Say how long, and how much, the channel still takes, where it knows a limit."""
        room = self.window
        if room is None or not self.display:
            return
        if (left := wording.limits(room, now, len(self.text))) != self._left:
            self._left = left
            self._say(self._state)

    def _quote(self, text: str) -> None:
        """Show the first lines of what goes below the text, and how many more there are."""
        shown = self.query_one("#composer-quote", Static)
        lines = wording.quoted(text, _QUOTED if self.app.size.height >= _FEW else _LITTLE)
        shown.display = bool(lines)
        shown.update(content(("\n".join(lines), "$ink-muted")))

    def alter(self, **values: object) -> None:
        """Change what the head has beside its lines: account, signature, files."""
        self.heading.alter(replace(self.head, **values))  # type: ignore[arg-type]
        self._say(self._state)

    def _say(self, state: str) -> None:
        self._state = state
        if named := self.draft.offers:
            state = "  ".join(["Tab", *(f"@{name}" for name in named[:6])])
        head = wording.chosen(self.head) if self.leaves else ""
        parts = [wording.title(self.kind, self._to)]
        for text, style in (
            (self._warning, "$error bold"),
            (self._left, "$warning bold"),
            (head, "$primary"),
            (state, "$ink-muted"),
        ):
            if text:
                parts.append((f"   {plain_line(text)}", style))
        self.query_one("#composer-head", Static).update(content(*parts))
