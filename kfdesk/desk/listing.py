"""Finding tickets by a query or a view."""

from __future__ import annotations

from difflib import get_close_matches

from kfdesk.desk import Desk
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Ticket
from kfdesk.rules.query import parse
from kfdesk.store import queue, tickets

#: What a list without a query shows.
EVERYTHING_OPEN = "is:open"


#: Views that are there unless the configuration has its own under their names.
BUILT_IN = {"quarantine": "is:quarantine"}


def find(
    desk: Desk, query: str, me: str, *, limit: int | None = None, view: str | None = None
) -> list[Ticket]:
    """Return the tickets of a query, within a view if one is named."""
    if view is None:
        parsed = parse(query.strip() or EVERYTHING_OPEN, desk.known)
    else:
        parsed = parse(_view(desk, view), desk.known).within(parse(query, desk.known))
    with desk.store.read() as tx:
        return tickets.get_many(tx, queue.ids(tx, parsed, desk.scope(me), limit))


def _view(desk: Desk, name: str) -> str:
    views = BUILT_IN | {view.name: view.query for view in desk.settings.views}
    if name not in views:
        near = get_close_matches(name, views, 1)
        hint = _("did you mean {name}?").format(name=near[0]) if near else ", ".join(views)
        raise UserError(_("there is no view “{name}”; {hint}").format(name=name, hint=hint))
    return views[name]
