"""Help: what can be done in the pane one comes from, and by which keys, from the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult

from kfdesk.actions import ACTIONS, BY_ID, Action, Scope, shown
from kfdesk.i18n import _
from kfdesk.tui.lines.table import Column, Row, Table
from kfdesk.tui.pickers.fuzzy import score
from kfdesk.tui.screens.sheet import Sheet
from kfdesk.tui.verbs.kind import Work

if TYPE_CHECKING:
    from kfdesk.tui.console import Console
    from kfdesk.tui.main import Main

#: So many keys of an action are told, or the first and the last.
_FEW = 4


class Help(Sheet[None]):
    """A line for each thing that can be done there; `/` finds one, Enter does it."""

    def __init__(self, main: Main, about: Scope) -> None:
        super().__init__(main)
        self._about = about
        self._find = ""
        self._table = Table(main.palette)
        self._table.empty = lambda: _("Nothing has these words")

    def title_parts(self) -> list[str | tuple[str, str]]:
        """For which pane it is."""
        said = _("/ finds · Enter does it · [ui] keys moves keys")
        find = [("   / ", "$primary bold"), (self._find, "$warning")] if self._find else []
        return [
            (_("{name}: ").format(name=_("Help")) + self._about.words, "bold"),
            *(find or [(f"   {said}", "$ink-muted")]),
        ]

    def parts(self) -> ComposeResult:
        """The list."""
        yield self._table

    def lay_out(self) -> None:
        """List what is looked for."""
        columns = (
            Column(_("Keys"), 16),
            Column(_("Does")),
            Column(_("Command"), 30, least=76),
            Column(_("Where"), 22, least=110),
        )
        self._table.show(columns, self._rows())

    def filtered(self, text: str) -> None:
        """List what has these words, in either language."""
        self._find = text
        self.say()
        self.lay_out()

    def open(self) -> Work:
        """Do it, where one came from."""
        action, app = self._table.key, cast("Console", self.app)
        self.leave()
        if isinstance(action, str):
            app.call_later(app.perform, action)
        return None

    def work_of(self, action: str, argument: str) -> Work:
        """The key that opened it leads back too."""
        return super().work_of("console.back" if action == "console.help" else action, argument)

    def _rows(self) -> Sequence[Row]:
        """What this pane alone does first, then what works everywhere; movements come last."""
        keys = self.main.keys.of_action
        here = [
            action
            for scope in self._about.within
            for action in ACTIONS
            if scope in action.scopes and (keys[action.id] or action.aliases)
        ]
        once = sorted(dict.fromkeys(action.id for action in here), key=_moves)
        return [
            self._row(BY_ID[id], keys[id])
            for id in once
            if score(self._find, words_of(BY_ID[id], keys[id])) is not None
        ]

    def _row(self, action: Action, keys: Sequence[str]) -> Row:
        several = keys if len(keys) <= _FEW else (keys[0], "…", keys[-1])
        command = f":{action.aliases[0]} {action.argument}".rstrip() if action.aliases else ""
        where = next(scope for scope in self._about.within if scope in action.scopes)
        return Row(
            action.id,
            (
                ("  ".join(map(shown, several)), "primary"),
                (action.title, "text" if action.listed else "muted"),
                (command, "muted"),
                (where.words, "faint"),
            ),
        )


def _moves(id: str) -> bool:
    return not BY_ID[id].listed


def words_of(action: Action, keys: Sequence[str]) -> str:
    """All that an action is found by: its title in both languages, its names and its keys."""
    names = (action.title, action.message, *action.aliases, action.id, *map(shown, keys))
    return " ".join(names)
