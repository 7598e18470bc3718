"""Links and files of messages: chosen by number, shown whole before anything is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from kfdesk import labels
from kfdesk.cells import fit_ends, plain_line
from kfdesk.i18n import _
from kfdesk.mail.links import Link, doubts, readable
from kfdesk.model import Attachment
from kfdesk.tui.lines.content import content
from kfdesk.tui.pickers.picker import Choice, Previewed

#: The cells of a file's name in the list; below it stands whole.
_NAME = 36


@dataclass(frozen=True, slots=True)
class Entry:
    """A link or a file, the number it has in its message, and who sent it."""

    key: str
    number: int
    target: Link | Attachment
    sender: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with an entry: `open`, `save`, `copy`."""

    entry: Entry
    what: str


class Contents(Previewed):
    """The list; Enter opens, ^S saves a file, ^Y copies."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "wish('save')", show=False, priority=True),
        Binding("ctrl+y", "wish('copy')", show=False, priority=True),
    ]

    def __init__(
        self, title: str, entries: Sequence[Entry], current: str = "", *, copying: bool = False
    ) -> None:
        self._entries: Mapping[str, Entry] = {entry.key: entry for entry in entries}
        super().__init__(title, [_choice(entry) for entry in entries], current)
        self._first = "copy" if copying else "open"
        self._warned = ""
        self.wish: Wish | None = None

    def narrowed(self, text: str) -> list[Choice]:
        """A number is the entry that has it; anything else is looked for in all that is known."""
        if text.strip().isdecimal():
            wanted = int(text)
            return [c for c in self._choices if self._entries[c.value].number == wanted]
        found = super().narrowed(text)
        return found or [c for c in self._choices if text.lower() in _told(self._entries[c.value])]

    def previewed(self, choice: Choice | None) -> Content:
        """The address whole, its host by itself, and what about it should give one pause."""
        if choice is None:
            return content((_("Nothing"), "$ink-muted"))
        entry = self._entries[choice.value]
        copying = self._first == "copy"
        if isinstance(entry.target, Link):
            parts = _of_link(entry.target)
            if self._warned == entry.key:
                parts += ["\n", (_("Enter again opens it anyway"), "$error bold")]
            keys = _("Enter copies  Esc leaves") if copying else _("Enter opens  ^Y copies")
        else:
            parts = _of_file(entry.target)
            keys = _("Enter opens  ^S saves  ^Y copies the name")
        return content(*parts, "\n", (keys, "$ink-muted"))

    def take(self, choice: Choice) -> None:
        """One was chosen; what gives one pause is asked about once more."""
        entry = self._entries[choice.value]
        warns = isinstance(entry.target, Link) and self._first == "open" and doubts(entry.target)
        if warns and self._warned != entry.key:
            self._warned = entry.key
            self.preview()
            return
        self.wish = Wish(entry, self._first)
        self.dismiss(choice.value)

    def action_wish(self, what: str) -> None:
        """Do something else than to open it."""
        if (choice := self.chosen) is None:
            return
        entry = self._entries[choice.value]
        if what == "save" and isinstance(entry.target, Link):
            return
        self.wish = Wish(entry, what)
        self.dismiss(choice.value)


def _choice(entry: Entry) -> Choice:
    target = entry.target
    if isinstance(target, Link):
        mark = "⚠ " if doubts(target) else ""
        where = target.host or target.url
        return Choice(entry.key, f"[{entry.number}] {mark}{where}", entry.sender)
    more = f"{labels.size(target.size)}  {entry.sender}"
    return Choice(entry.key, f"[{entry.number}] ▫ {fit_ends(target.name, _NAME)}", more)


def _told(entry: Entry) -> str:
    target = entry.target
    return (target.url if isinstance(target, Link) else f"{target.name} {target.type}").lower()


def _of_link(link: Link) -> list[str | tuple[str, str]]:
    """Where it leads and what gives one pause, and then all of it, however long it is."""
    before, host, after = link.url.partition(link.host) if link.host else (link.url, "", "")
    parts: list[str | tuple[str, str]] = []
    if link.host:
        parts += [(_("Host") + "  ", "$ink-muted"), (plain_line(link.host), "bold"), "\n"]
    for doubt in doubts(link):
        parts += [("⚠ " + doubt, "$warning bold"), "\n"]
    if link.shown and plain_line(link.shown) not in link.url:
        parts += [(_("Shown as") + "  ", "$ink-muted"), plain_line(link.shown), "\n"]
    parts += [before, (host, "bold $primary"), after, "\n"]
    if told := readable(link.url):
        parts += [(_("Read as") + "  ", "$ink-muted"), (plain_line(told), "$ink-muted"), "\n"]
    return parts


def _of_file(file: Attachment) -> list[str | tuple[str, str]]:
    return [
        (plain_line(file.name), "bold"),
        "\n",
        f"{plain_line(file.type)} · {labels.size(file.size)}",
        "\n",
    ]
