"""Help: the keys that work in a pane, from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from kfdesk.actions import ACTIONS, Scope, shown
from kfdesk.cells import fit
from kfdesk.i18n import _
from kfdesk.tui.content import content

#: The cells of the keys, and of what they do: commands stand below one another.
_KEYS, _TITLE = 14, 32


class Help(ModalScreen[None]):
    """What can be done in one pane; any of the leaving keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", show=False),
        Binding("j,down", "scroll_by(1)", show=False),
        Binding("k,up", "scroll_by(-1)", show=False),
        Binding("pagedown,space,ctrl+f", "scroll_by(10)", show=False),
        Binding("pageup,ctrl+b", "scroll_by(-10)", show=False),
    ]

    def __init__(self, scope: Scope, keys: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._scope = scope
        self._keys = keys

    def compose(self) -> ComposeResult:
        """A page of keys."""
        with VerticalScroll(id="help"):
            yield Static(page(self._scope, self._keys), markup=False)

    def action_scroll_by(self, lines: int) -> None:
        """Read on."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)


def page(scope: Scope, keys: Mapping[str, tuple[str, ...]]) -> Content:
    """Keys and titles: what this pane alone does first, then what works everywhere."""
    about = _("Esc closes · : runs a command · [ui] keys moves keys")
    parts: list[str | tuple[str, str]] = [
        (scope.words, "bold $primary"),
        (f"   {about}\n\n", "$ink-muted"),
    ]
    here = [action for action in ACTIONS if {*scope.within} & {*action.scopes}]
    for listed in (True, False):
        for action in here:
            if action.listed is listed and keys[action.id]:
                several = (
                    keys[action.id]
                    if len(keys[action.id]) < 5
                    else (keys[action.id][0], "…", keys[action.id][-1])
                )
                names = " ".join(shown(key) for key in several)
                parts += [(fit(names, _KEYS), "$primary"), " "]
                if not action.aliases:
                    parts += [action.title, "\n"]
                    continue
                command = f":{action.aliases[0]} {action.argument}".rstrip()
                title = fit(action.title, max(_TITLE, cell_len(action.title)))
                parts += [title, (f" {command}", "$ink-muted"), "\n"]
        parts.append("\n")
    return content(*parts)
