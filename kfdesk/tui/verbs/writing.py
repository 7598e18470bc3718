"""Writing a reply or a note, sending it, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.errors import Conflict, KfdeskError
from kfdesk.i18n import _
from kfdesk.tui.content import notify
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


def write(kind: str, main: Main) -> Work:
    """Open the composer on the ticket, with what was being written."""
    if (number := main.number) is None:
        return None
    main.composer.opening = True
    return _write(kind, number, main)


async def _write(kind: str, number: int, main: Main) -> None:
    desk = desk_of(main)
    try:
        # After what is still being saved.
        draft = await main.threads.write(desk.draft, number, kind)
        await main.follow.show(number)
    finally:
        main.composer.opening = False
    if (reading := main.follow.reading) is None:
        return
    customer = reading.ticket.customer
    newest = reading.messages[-1].id if reading.messages else None
    main.add_class("-reading")
    main.composer.open(number, kind, customer.name or customer.email, draft, newest)


def review(main: Main) -> None:
    """Ask once more before it leaves."""
    main.composer.review(int(main.settings.ui.undo_send.total_seconds()))


def edit(main: Main) -> None:
    """Go on writing."""
    main.composer.edit()


def leave(main: Main) -> None:
    """Put the composer away; the draft is kept."""
    main.composer.close()
    main.conversation.focus()


async def send(main: Main) -> None:
    """Make a message of the text; it stays in the composer where that cannot be."""
    desk, composer = desk_of(main), main.composer
    number, kind, text = composer.number, composer.kind, composer.text
    if not composer.asking:
        return  # a second `y` before the first has been done
    composer.asking = False
    try:
        if kind == "note":
            await main.threads.write(desk.note, number, text)
        else:
            main.poller.held = await main.threads.write(desk.reply, number, text, composer.seen)
    except KfdeskError as error:
        composer.edit()
        if isinstance(error, Conflict):
            await main.follow.refresh()
            reading = main.follow.reading
            composer.seen = reading.messages[-1].id if reading else None
        raise
    composer.put_away()
    main.conversation.focus()
    await main.threads.write(desk.put_draft, number, kind, "")
    await main.refresh_all()


async def undo(main: Main) -> None:
    """Take back the reply that still waits: what it said becomes the draft again."""
    if (held := main.poller.held) is None:
        notify(main.app, _("No reply is waiting to leave"))
        return
    main.poller.held = None
    desk = desk_of(main)
    reading = await main.threads.read(desk.reading, held.ticket)
    said = [m.text for m in reading.messages if m.message_id == held.message_id]
    await main.threads.write(desk.cancel, held.id)
    if said and not await main.threads.write(desk.draft, held.ticket, "reply"):
        await main.threads.write(desk.put_draft, held.ticket, "reply", said[0])
    notify(main.app, _("Taken back; r goes on with the text"))
    await main.refresh_all()
