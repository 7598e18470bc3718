"""Finding tickets by a query or a view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfdesk.desk import Desk
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Ticket
from kfdesk.rules.language.query import parse
from kfdesk.rules.names import meant
from kfdesk.store import queue, whole_tickets

#: Views that are there unless the configuration has its own under their names.
BUILT_IN = {
    "quarantine": "is:quarantine",
    "spam": "is:spam",
    "tasks": "type:task is:open sort:task_due",
}
#: So many tickets are read at a time: a list of all there are takes no more memory than one page.
PAGE = 500


def find(
    desk: Desk, query: str, me: str, *, limit: int | None = None, view: str | None = None
) -> Iterator[Ticket]:
    """Yield the tickets of a query, within a view if one is named; of no query, all there are.

    QueryError and UserError come at the call, not at the first ticket.
    """
    parsed = parse(query, desk.known)
    if view is not None:
        parsed = parse(_view(desk, view), desk.known).within(parsed)
    with desk.store.read() as tx:
        found = queue.ids(tx, parsed, desk.scope(me), limit)
    return _read(desk, found)


def _read(desk: Desk, numbers: Sequence[int]) -> Iterator[Ticket]:
    for start in range(0, len(numbers), PAGE):
        with desk.store.read() as tx:
            page = whole_tickets.get_many(tx, numbers[start : start + PAGE], deleted=True)
        now = desk.clock()
        yield from (ticket.as_of(now) for ticket in page)


def _view(desk: Desk, name: str) -> str:
    views = BUILT_IN | {view.name: view.query for view in desk.settings.views}
    if name not in views:
        hint = meant(name, views)
        raise UserError(_("there is no view “{name}”; {hint}").format(name=name, hint=hint))
    return views[name]
