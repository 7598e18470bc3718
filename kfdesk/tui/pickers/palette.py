"""Every action with its key, found by a few letters of its title in either language."""

from __future__ import annotations

from collections.abc import Sequence

from kfdesk.actions import ACTIONS, Action, Scope, shown
from kfdesk.i18n import _
from kfdesk.tui.keys.keymap import Keys
from kfdesk.tui.pickers.picker import Choice, Picker


class Palette(Picker):
    """What can be done where one is; what was done last stands first."""

    room = 66

    def __init__(self, scope: Scope, keys: Keys, recent: Sequence[str]) -> None:
        here = [
            action
            for action in ACTIONS
            if action.listed
            and {*scope.within} & {*action.scopes}
            and action.id != "console.palette"
        ]
        places = {id: place for place, id in enumerate(recent)}
        here.sort(key=lambda action: places.get(action.id, len(places)))
        super().__init__(
            _("What do you want to do?"),
            [_choice(action, keys.of_action[action.id], action.id in places) for action in here],
        )


def _choice(action: Action, keys: Sequence[str], recent: bool) -> Choice:
    """An action with its first key; with its command where it has none."""
    return Choice(
        action.id,
        action.title,
        "  ".join(map(shown, keys[:2])) or action.command,
        "bold" if recent else "",
        words=" ".join((action.message, *action.aliases)),
    )
