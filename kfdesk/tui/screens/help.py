"""Help: what can be done in the pane one comes from, by subject, and by which keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult

from kfdesk.actions import ACTIONS, BY_ID, Action, Scope, shown
from kfdesk.actions.subjects import by_subject
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
#: Here the longest title leaves room for a command.
_ROOMY = 120


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
        roomy = self._table.size.width >= _ROOMY  # a command far at the right is nobody's
        columns = (
            Column(_("Keys"), 12),
            Column(_("Does"), _ROOMY - 48 if roomy else 0, snug=roomy),
            Column(_("Command"), 0 if roomy else 22, least=72),
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
        """What can be done there and has these words, each subject under its heading."""
        keys, places = self.main.keys.of_action, {*self._about.within}
        found = {
            action.id: score(self._find, words_of(action, keys[action.id]))
            for action in ACTIONS
            if places & {*action.scopes} and (keys[action.id] or action.aliases)
        }
        worth = {id: worth for id, worth in found.items() if worth is not None}
        best = max(worth.values(), default=0)  # letters that are scattered are for want of better
        here = [BY_ID[id] for id in worth if worth[id] * 2 >= best]
        return [
            row
            for title, actions in by_subject(self._about, here)
            for row in (
                Row(None, ((title, "accent"),)),
                *(self._row(action, keys[action.id]) for action in actions),
            )
        ]

    def _row(self, action: Action, keys: Sequence[str]) -> Row:
        several = keys if len(keys) <= _FEW else (keys[0], "…", keys[-1])
        return Row(
            action.id,
            (
                ("  ".join(map(shown, several)), "primary"),
                (action.title, "text"),
                (action.command, "muted"),
            ),
        )


def words_of(action: Action, keys: Sequence[str]) -> str:
    """All that an action is found by: its title in both languages, its names and its keys."""
    names = (action.title, action.message, *action.aliases, action.id, *map(shown, keys))
    return " ".join(names)
