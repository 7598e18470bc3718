"""Going on in the queue once one is done with the ticket that is read."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from kfdesk import labels
from kfdesk.i18n import _
from kfdesk.model import OPEN_STATUSES
from kfdesk.tui.verbs.going import open_ticket
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


def after(main: Main, number: int) -> int | None:
    """The ticket that stands below one in the queue, else the one above; None for none.

    For one that is not listed, the ticket under the cursor.
    """
    listing = main.queue.listing
    if number not in listing.ids:
        return listing.number
    place = listing.ids.index(number)
    beside = listing.ids[place + 1 : place + 2] or listing.ids[max(0, place - 1) : place]
    return beside[0] if beside else None


async def go_on(main: Main, number: int | None) -> None:
    """Read the next ticket, with the queue's cursor on it; `u` takes back what led here."""
    here = main.opened.gone_on = main.follow.number
    if number is None:
        main.leave()
        return
    if number in main.queue.listing.ids:
        main.queue.go(main.queue.listing.ids.index(number))
    await open_ticket(main, number, here)


async def change(main: Main, number: int, work: Awaitable[object]) -> None:
    """Wait for a change of one ticket, and show it; one that is solved by it is done with.

    Where it was read out of the queue, the next one is read, unless `ui.after_solving` says not.
    """
    before = main.ticket
    was_open = before is not None and before.status in OPEN_STATUSES
    listed = number in main.queue.listing.ids
    following = after(main, number)
    await work
    found = await main.threads.read(desk_of(main).rows, [number])
    solved = was_open and bool(found) and found[0].status not in OPEN_STATUSES
    if solved:
        status = labels.status(found[0].status)
        told = _("#{number} {status}, u takes it back").format(number=number, status=status)
        main.poller.tell(told)
    await main.refresh_all()
    if solved and main.reading and listed and main.settings.ui.after_solving == "next":
        await go_on(main, following)
