"""Merging tickets and taking them apart again; splitting a message off, moving it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kfdesk.errors import UserError
from kfdesk.i18n import _, ngettext
from kfdesk.number import read as read_number
from kfdesk.tui.lines.content import notify
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.verbs import marking
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.desk.merging.unmerge import Parting
    from kfdesk.model import Actor, Message
    from kfdesk.tui.main import Main

#: So many tickets are offered to merge into.
_OFFERED = 200


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

    await main.threads.write(desk_of(main).do, lambda it, me: join(it, [number], target, me))
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
    from kfdesk.desk.merging.unmerge import parting
    from kfdesk.desk.merging.unmerge import unmerge as take_out

    if main.number is None or (number := await _part(main, main.number)) is None:
        return
    desk = desk_of(main)
    asked = await main.threads.read(desk.do, lambda it, _me: parting(it, number))
    words = argument.replace(",", " ").split()
    if not all(word.isdecimal() for word in words):
        raise UserError(
            _("“{text}”: write ids with commas between them, 12,13").format(text=argument)
        )
    back: list[int] | None = [int(word) for word in words]
    if asked.since and not words:
        back = await _going_back(main, number, asked)
    if back is None:
        return
    await main.threads.write(desk.do, lambda it, me: take_out(it, number, me, back))
    notify(main.app, _("#{number} was unmerged").format(number=number))
    await main.refresh_all()


async def _going_back(main: Main, number: int, asked: Parting) -> list[int] | None:
    """Which of the messages that came since go back to a ticket; None where one thinks again."""
    since = sorted(message.id for message in asked.since)
    count, theirs = len(since), sorted(asked.theirs)
    title = ngettext("{n} message came since", "{n} messages came since", count)
    here = _("All of it stays on #{into}").format(into=asked.into)
    there = _("All of it goes back to #{number}").format(number=number)
    choices = [Choice("here", here, str(count)), Choice("there", there, str(count))]
    if theirs:
        likely = _("What seems to belong to #{number} goes back to it").format(number=number)
        choices.insert(0, Choice("theirs", likely, str(len(theirs))))
    chosen = await pick(main.app, title.format(n=count), choices)
    ids = {"theirs": theirs, "here": [], "there": since}
    return None if chosen is None else ids[chosen]


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

    refusal = _("open a ticket and go to the message that shall be split off")
    message = _in_view(main, refusal)
    new = await main.threads.write(
        desk_of(main).do, lambda it, me: part(it, message.ticket, [message.id], me, argument)
    )
    notify(main.app, _("The message is ticket #{number} now").format(number=new.number))
    await main.refresh_all()


async def move(main: Main, argument: str) -> None:
    """Give the message in view to another ticket, named or picked."""
    from kfdesk.desk.merging.split import move as give

    message = _in_view(main, _("open a ticket and go to the message that shall move"))
    into = argument.strip() or await _picked(main, message.ticket)
    if not into:
        return
    target = read_number(into)
    await main.threads.write(desk_of(main).do, lambda it, me: give(it, message.id, target, me))
    notify(main.app, _("The message is on #{number} now").format(number=target))
    await main.refresh_all()


def _in_view(main: Main, refusal: str) -> Message:
    """The message in view; UserError with the `refusal` where none is."""
    message = main.conversation.current()
    if message is None or not main.reading:
        raise UserError(refusal)
    return message


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
