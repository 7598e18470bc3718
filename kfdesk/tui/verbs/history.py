"""Taking back and doing again; merging tickets, taking them apart, deleting them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.errors import UserError
from kfdesk.i18n import _, ngettext
from kfdesk.number import read as read_number
from kfdesk.tui.lines.content import notify
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.verbs import marking
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from textual.app import App

    from kfdesk.desk import Desk
    from kfdesk.desk.history.undo import Undone
    from kfdesk.model import Actor, Ticket
    from kfdesk.tui.main import Main

#: A change of more tickets than these is asked about, where one of them is read.
_FEW = 2
#: So many tickets are offered to merge into.
_OFFERED = 200


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

    def do_it(it: Desk, me: Actor) -> Undone:
        return take_back(it, me, id=tried.operation.id)

    done = await main.threads.write(desk.do, do_it)
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
    from kfdesk.tui.verbs.going import open_ticket

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

    def do_it(it: Desk, me: Actor) -> Undone:
        return again(it, me, number)

    done = await main.threads.write(desk_of(main).do, do_it)
    _say(main, _("Redone: {tickets}"), done)
    await main.refresh_all()


async def sure(app: App[Any], tried: Undone, *, rest: bool = False) -> bool:
    """Whether all that was done with this change shall go, or the `rest` of it that can."""
    n = len(tried.changes)
    title = ngettext("Undo {what} of {n} ticket?", "Undo {what} of {n} tickets?", n)
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


# --- rearranging


async def merge(main: Main, argument: str) -> None:
    """Merge the ticket, or the marked ones, into one that is named or picked."""
    from kfdesk.desk.merging.merge import merge as join

    if (number := main.number) is None:
        return
    into = argument.strip() or await _picked(main, number)
    if not into:
        return
    main.repeat = partial(merge, argument=into)
    if marking.marked(main):
        await marking.act(main, ["merge", into])
        return
    target = read_number(into)

    def do_it(it: Desk, me: Actor) -> Ticket:
        return join(it, [number], target, me)

    await main.threads.write(desk_of(main).do, do_it)
    notify(main.app, _("#{number} was merged into #{into}").format(number=number, into=target))
    if main.reading:
        await main.follow.show(target)
    await main.refresh_all()


async def _picked(main: Main, number: int) -> str | None:
    """A ticket out of those marked, then of the same customer, then of the queue."""
    desk = desk_of(main)
    ticket = (await main.threads.read(desk.reading, number)).ticket
    own = f"customer:{ticket.customer.email}" if ticket.customer.email else ""
    mine = list(await main.threads.query(desk.ids, own, _OFFERED)) if own else []
    others = list(main.queue.listing.ids[:_OFFERED])
    marks = main.queue.marks.listed(main.queue.listing.ids) if marking.marked(main) else []
    title = ngettext("Merge {n} marked ticket into", "Merge {n} marked tickets into", len(marks))
    if not marks:
        title = _("Merge #{number} into")
    numbers = [n for n in dict.fromkeys([*marks, *mine, *others]) if marks or n != number][
        :_OFFERED
    ]
    rows = await main.threads.read(desk.rows, numbers)
    choices = [
        Choice(str(row.number), f"#{row.number} {row.subject}", row.customer or row.customer_email)
        for row in rows
    ]
    # A stranger's ticket has to be meant: Enter alone takes the customer's own.
    likely = "" if marks or any(n != number for n in mine) else None
    return await pick(main.app, title.format(number=number, n=len(marks)), choices, likely)


async def unmerge(main: Main, argument: str) -> None:
    """Take a merged ticket out again; what came since is asked about, or named by its ids."""
    from kfdesk.desk.merging.unmerge import Parting, parting
    from kfdesk.desk.merging.unmerge import unmerge as take_out

    if main.number is None or (number := await _part(main, main.number)) is None:
        return
    desk = desk_of(main)

    def ask(it: Desk, _me: Actor) -> Parting:
        return parting(it, number)

    asked = await main.threads.read(desk.do, ask)
    words = argument.replace(",", " ").split()
    if not all(word.isdecimal() for word in words):
        raise UserError(
            _("“{text}”: write ids with commas between them, 12,13").format(text=argument)
        )
    back = [int(word) for word in words]
    if asked.since and not words:
        count = len(asked.since)
        all_ = ngettext("{n} message came since", "{n} messages came since", count)
        choices = [
            Choice(
                "theirs",
                _("What seems to belong to #{number} goes back to it"),
                str(len(asked.theirs)),
            ),
            Choice("here", _("All of it stays on #{into}"), str(count)),
            Choice("there", _("All of it goes back to #{number}"), str(count)),
        ]
        offered = [
            Choice(one.value, one.title.format(number=number, into=asked.into), one.more)
            for one in choices
            if one.value != "theirs" or asked.theirs
        ]
        chosen = await pick(main.app, all_.format(n=count), offered)
        if chosen is None:
            return
        since = {message.id for message in asked.since}
        back = sorted({"theirs": set(asked.theirs), "here": set(), "there": since}[chosen])

    def do_it(it: Desk, me: Actor) -> Ticket:
        return take_out(it, number, me, back)

    await main.threads.write(desk.do, do_it)
    notify(main.app, _("#{number} was unmerged").format(number=number))
    await main.refresh_all()


async def _part(main: Main, number: int) -> int | None:
    """The ticket that is to be taken out: this one, or one that was merged into it."""
    ticket = (await main.threads.read(desk_of(main).reading, number)).ticket
    if ticket.merged_into is not None:
        return number
    parts = [other for kind, other, _why in ticket.links if kind == "merged"]
    if not parts:
        raise UserError(_("no ticket was merged into #{number}").format(number=number))
    if len(parts) == 1:
        return parts[0]
    choices = [Choice(str(part), f"#{part}") for part in parts]
    chosen = await pick(main.app, _("Unmerge"), choices)
    return None if chosen is None else int(chosen)


async def split(main: Main, argument: str) -> None:
    """Make a new ticket of the message in view, under the subject that is named."""
    from kfdesk.desk.merging.split import split as part

    message = main.conversation.current()
    if message is None or not main.reading:
        raise UserError(_("open a ticket and go to the message that shall be split off"))

    def do_it(it: Desk, me: Actor) -> Ticket:
        return part(it, message.ticket, [message.id], me, argument)

    new = await main.threads.write(desk_of(main).do, do_it)
    notify(main.app, _("The message is ticket #{number} now").format(number=new.number))
    await main.refresh_all()


async def move(main: Main, argument: str) -> None:
    """Give the message in view to another ticket, named or picked."""
    from kfdesk.desk.merging.split import move as give

    message = main.conversation.current()
    if message is None or not main.reading:
        raise UserError(_("open a ticket and go to the message that shall move"))
    into = argument.strip() or await _picked(main, message.ticket)
    if not into:
        return
    target = read_number(into)

    def do_it(it: Desk, me: Actor) -> Ticket:
        return give(it, message.id, target, me)

    await main.threads.write(desk_of(main).do, do_it)
    notify(main.app, _("The message is on #{number} now").format(number=target))
    await main.refresh_all()


async def delete(main: Main) -> None:
    """Delete the ticket, or the marked ones."""
    from kfdesk.desk.tickets.delete import delete as remove

    main.repeat = delete
    if marking.marked(main):
        await marking.act(main, ["delete"])
        return
    if (number := main.number) is None:
        return

    def do_it(it: Desk, me: Actor) -> None:
        remove(it, [number], me)

    await main.threads.write(desk_of(main).do, do_it)
    notify(main.app, _("#{number} is deleted; u brings it back").format(number=number))
    main.leave()
    await main.refresh_all()


async def restore(main: Main, argument: str) -> None:
    """Bring a deleted ticket back."""
    from kfdesk.desk.tickets.delete import restore as bring_back

    number = read_number(argument) if argument.strip() else main.number
    if number is None:
        return

    def do_it(it: Desk, me: Actor) -> Ticket:
        return bring_back(it, number, me)

    await main.threads.write(desk_of(main).do, do_it)
    notify(main.app, _("#{number} is back").format(number=number))
    await main.refresh_all()


async def lead(main: Main) -> None:
    """Where the ticket that was opened is part of another, show that one."""
    from kfdesk.store import tickets

    reading = main.follow.reading
    if reading is None or reading.ticket.merged_into is None:
        return
    number = reading.ticket.number

    def ask(it: Desk, _me: Actor) -> int:
        with it.store.read() as tx:
            return tickets.leads_to(tx, number)

    into = await main.threads.read(desk_of(main).do, ask)
    notify(main.app, _("#{number} was merged into #{into}").format(number=number, into=into))
    await main.follow.show(into)
