"""Taking back what was done, and doing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.i18n import _, ngettext
from kfdesk.tui.lines.content import notify
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.verbs.going import open_ticket
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from textual.app import App

    from kfdesk.desk import Desk
    from kfdesk.desk.history.undo import Undone
    from kfdesk.model import Actor
    from kfdesk.tui.main import Main

#: A change of more tickets than these is asked about, where one of them is read.
_FEW = 2


async def undo(main: Main) -> None:
    """Take back the last change of the ticket that is read; in the queue, one's own last.

    Where one has just gone on from another ticket, or one's reply to it still waits, and that is
    what one did last, it is taken back: nothing else was meant.
    """
    from kfdesk.desk.history.undo import undo as take_back
    from kfdesk.store.history import operations

    number = main.number if main.reading else None
    desk, held = desk_of(main), main.poller.held
    waiting = held.ticket if held is not None else None
    left = {one for one in (main.opened.gone_on, waiting) if one is not None and one != number}

    def try_it(it: Desk, me: Actor) -> Undone:
        with it.store.read() as tx:
            own = operations.last(tx, actor=me.name) if number is not None and left else None
            there = own is not None and own in (operations.last(tx, number=one) for one in left)
        return take_back(it, me, None if there else number, dry_run=True)

    tried = await main.threads.read(desk.do, try_it)
    if number is not None and len(tried.changes) > _FEW and not await sure(main.app, tried):
        return

    done = await main.threads.write(
        desk.do, lambda it, me: take_back(it, me, id=tried.operation.id)
    )
    if held is not None:
        main.poller.held = await main.threads.read(desk.waiting, held.ticket)
    if done.draft is not None:
        forwarded = done.operation.kind == "forward"
        goes_on = _("Taken back; f goes on with the text") if forwarded else ""
        notify(main.app, goes_on or _("Taken back; r goes on with the text"))
    else:
        _say(main, _("Undone: {what} by {who}, {tickets}"), done)
    main.poller.tell("")
    await main.refresh_all()
    await _return(main, done)


async def _return(main: Main, done: Undone) -> None:
    """Be again on the ticket that was put back, wherever it had gone."""
    queue, number = main.queue, min(done.changes, default=done.draft)
    if number is None:
        return
    if done.changes.keys() & queue.listing.arrived:
        queue.take_in()
    if len(done.changes) > 1:
        return
    if number in queue.listing.ids:
        queue.go(queue.listing.ids.index(number))
    if main.reading and main.follow.number != number:
        await open_ticket(main, number, main.follow.number)


async def redo(main: Main) -> None:
    """Do again what was taken back last, on the ticket that is read or by oneself."""
    from kfdesk.desk.history.undo import redo as again

    number = main.number if main.reading else None

    done = await main.threads.write(desk_of(main).do, lambda it, me: again(it, me, number))
    _say(main, _("Redone: {tickets}"), done)
    await main.refresh_all()


async def sure(app: App[Any], tried: Undone, *, rest: bool = False) -> bool:
    """Whether all that was done with this change shall go, or the `rest` of it that can."""
    n = len(tried.changes)
    title = ngettext("Undo {what} of {n} ticket?", "Undo {what} of {n} tickets?", n)
    title = title if n else _("Undo {what}?")
    what = labels.operation(tried.operation.kind)
    yes = _("Undo the rest, skip what is in the way") if rest else _("Undo all of it")
    choices = [Choice("yes", yes), Choice("no", _("Cancel"))]
    return await pick(app, title.format(what=what, n=n), choices) == "yes"


def _say(main: Main, text: str, done: Undone) -> None:
    numbers = sorted(done.changes)
    tickets = (
        _(", ").join(f"#{number}" for number in numbers)
        if len(numbers) <= _FEW
        else ngettext("{n} ticket", "{n} tickets", len(numbers)).format(n=len(numbers))
    )
    one = done.operation
    who = main.who.title(str(one.actor))
    told = text.format(what=labels.operation(one.kind), who=who, tickets=tickets)
    if done.left:
        left = ngettext(
            "{n} mail has left and stays", "{n} mails have left and stay", len(done.left)
        )
        told = _("; ").join((told, left.format(n=len(done.left))))
    notify(main.app, told, "warning" if done.left else "information")
