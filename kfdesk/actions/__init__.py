"""What a person can do, each thing once: keys, help, palette, `:` line and documentation read it.

An action has one id (`ticket.assign`), and one verb in `tui/verbs/` or on the screen it is for;
there is no second notion of an action. `python -m kfdesk.actions docs/keys.md` writes the page.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from kfdesk.actions.action import LOOK, READ, Action, Scope
from kfdesk.actions.composing import COMPOSING
from kfdesk.actions.console import CONSOLE
from kfdesk.actions.keys import NAMES, shown
from kfdesk.actions.moving import MOVING
from kfdesk.actions.overview import OVERVIEW
from kfdesk.actions.queue import QUEUE
from kfdesk.actions.reading import READING
from kfdesk.actions.screens import SCREENS
from kfdesk.actions.tickets import TICKETS
from kfdesk.actions.watching import WATCHING
from kfdesk.errors import UserError
from kfdesk.i18n import _

__all__ = ["ACTIONS", "BY_ID", "LOOK", "NAMES", "READ", "Action", "Scope", "find", "shown"]

ACTIONS: tuple[Action, ...] = (
    *TICKETS,
    *READING,
    *QUEUE,
    *MOVING,
    *COMPOSING,
    *SCREENS,
    *WATCHING,
    *OVERVIEW,
    *CONSOLE,
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def find(name: str, lists: str = "^P") -> Action:
    """Return the action with that id or alias; UserError with the nearest, or with what `lists`."""
    for action in ACTIONS:
        if name == action.id or name in action.aliases:
            return action
    known = [*BY_ID, *(alias for action in ACTIONS for alias in action.aliases)]
    near = difflib.get_close_matches(name, known, 1)
    if near:
        raise UserError(
            _("there is no command “{name}”; did you mean “{near}”?").format(
                name=name, near=near[0]
            )
        )
    raise UserError(
        _("there is no command “{name}”; {lists} lists them").format(name=name, lists=lists)
    )
