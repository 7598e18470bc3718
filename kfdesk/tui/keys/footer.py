"""The keys that work here: in the line below, and in a panel once one of several was pressed.

A click on what a key does is as good as the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from rich.cells import cell_len
from textual import events

from kfdesk.actions import ACTIONS, BY_ID, Scope, shown
from kfdesk.cells import fit
from kfdesk.i18n import _
from kfdesk.tui.frame.bars import Bar
from kfdesk.tui.keys.keymap import Keys
from kfdesk.tui.lines.content import content

if TYPE_CHECKING:
    from kfdesk.tui.console import Console

#: The columns of the panel are as wide as their words, within these.
_NARROWEST, _WIDEST = 24, 44
#: The key in a column, with the blanks around it.
_KEY = 8


class Hint(NamedTuple):
    """A key, what it does in a word, and the action that it is, where it is one."""

    key: str
    word: str
    action: str = ""
    argument: str = ""


#: What there is for a letter alone.
_OF_LETTERS = (
    *("compose.attach", "compose.preview", "compose.recipients"),
    *("compose.attach_more", "compose.view"),
)
#: Of the two that are never left out.
_LAST = ("console.help", "console.palette")


def hints(scope: Scope, keys: Keys, words: Mapping[str, str] = MappingProxyType({})) -> list[Hint]:
    """The keys of a pane, from the registry; help and palette come last, and are never left out.

    `words` says of some actions what they come to just now, or by an empty word that they do not.
    """
    here = [
        action
        for each in scope.within
        if each is not Scope.GLOBAL
        for action in ACTIONS
        if each in action.scopes and action.id not in _LAST
    ]
    shared = [BY_ID[name] for name in _LAST if {*scope.within} & {*BY_ID[name].scopes}]
    return [
        Hint(shown(keys.of_action[action.id][0]), word, action.id)
        for action in [*here, *shared]
        if (word := words.get(action.id, action.hint)) and keys.of_action[action.id]
    ]


def of_a_letter(kind: str) -> Mapping[str, str]:
    """What the composer's keys come to: a note is sent to nobody, a word aside has no head."""
    if kind == "side":
        return {"compose.recipients": ""}
    if kind != "note":
        return {}
    return {
        "compose.review": _("review and save"),
        "compose.send": _("save"),
        "compose.solve": _("save, solve"),
        "compose.next": _("save, next"),
        "compose.solve_next": _("save, solve, next"),
        **dict.fromkeys(_OF_LETTERS, ""),
    }


def following(scope: Scope, keys: Keys, begun: tuple[str, ...]) -> list[Hint]:
    """The keys that may follow those that were pressed, and what each then does."""
    return [
        Hint(shown(key), action.title, action.id, key if action.key_is_argument else "")
        for key, action in keys.follow(scope, begun)
    ]


def typing() -> list[Hint]:
    """The keys of a line that is typed."""
    return [Hint("Enter", _("done")), Hint("Tab", _("complete")), Hint("Esc", _("cancel"))]


class _Clickable(Bar):
    """Says hints; a click on one does it."""

    def _do(self, hint: Hint) -> None:
        if hint.action:
            cast("Console", self.app).clicked(hint.action, hint.argument)


class Below(_Clickable):
    """The keys that work in the pane that has the focus, and what is waiting."""

    said: tuple[Hint, ...] = ()  # all that could be said
    _ends: tuple[tuple[int, Hint], ...] = ()  # where each hint ends

    def show(self, said: list[Hint], width: int, waiting: str = "") -> None:
        """Say as many as there is room for, the first ones and the last two."""
        self.said = tuple(said)
        room = width - 1 - (cell_len(waiting) + 1 if waiting else 0)
        while len(said) > 2 and _length(said) > room:
            del said[-3]
        parts: list[str | tuple[str, str]] = [" "]
        ends, end = [], 1
        for hint in said:
            parts += [(hint.key, "$primary bold"), (f" {hint.word}  ", "$ink-muted")]
            end += _size(hint)
            ends.append((end, hint))
        self._ends = tuple(ends)
        if waiting:
            gap = " " * max(0, room - _length(said))
            parts += [gap, (waiting, "$warning bold")]
        self.say(content(*parts))

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        if found := next((hint for end, hint in self._ends if event.x < end), None):
            self._do(found)


class Goings(_Clickable):
    """Where a key leads that others follow: all of them, in columns, until one is pressed."""

    _said_hints: tuple[Hint, ...] = ()
    _lines = _column = 1

    def __init__(self) -> None:
        super().__init__(id="goings", markup=False)
        self.display = False

    def close(self) -> None:
        """Go away."""
        self.display = False

    def show(self, begun: tuple[str, ...], said: list[Hint], width: int) -> None:
        """Say them below one another, then beside one another."""
        widest = max((cell_len(hint.word) for hint in said), default=0) + _KEY
        self._column = max(_NARROWEST, min(widest + 2, _WIDEST, width - 2))
        columns = max(1, (width - 2) // self._column)
        self._lines = -(-len(said) // columns)
        self._said_hints = tuple(said)
        pressed = " ".join(map(shown, begun))
        parts: list[str | tuple[str, str]] = [
            (f" {pressed} …", "$primary bold"),
            ("   " + _("Esc cancels"), "$ink-muted"),
        ]
        for line in range(self._lines):
            parts.append("\n ")
            for hint in said[line :: self._lines]:
                key = f"{hint.key:>{_KEY - 3}}  "
                parts += [(key, "$primary bold"), fit(hint.word, self._column - cell_len(key))]
        self.display = True
        self.update(content(*parts))

    def on_click(self, event: events.Click) -> None:
        """Go where was clicked."""
        line, column = event.y - 1, max(0, event.x - 1) // self._column
        place = column * self._lines + line
        if 0 <= line < self._lines and place < len(self._said_hints):
            self._do(self._said_hints[place])


def _length(said: list[Hint]) -> int:
    return sum(map(_size, said))


def _size(hint: Hint) -> int:
    return cell_len(hint.key) + cell_len(hint.word) + 3
