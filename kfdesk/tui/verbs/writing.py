"""Writing a reply or a note, sending it, taking it back."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from kfdesk.cells import plain_line
from kfdesk.desk.teamwork import side
from kfdesk.desk.teamwork.lease import may_override
from kfdesk.desk.teamwork.mentions import hint
from kfdesk.errors import Conflict, KfdeskError, Leased
from kfdesk.i18n import _
from kfdesk.model import Actor, By, Direction, Message
from kfdesk.text import shorten
from kfdesk.tui import when
from kfdesk.tui.content import notify
from kfdesk.tui.ticket.composer import Aside
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.tui.main import Main


#: How much of what was said meanwhile is shown above the question: messages, and letters of each.
_SHOWN, _LONGEST = 3, 150


def write(kind: str, main: Main) -> Work:
    """Open the composer on the ticket, with what was being written."""
    if (number := main.number) is None:
        return None
    return open_composer(main, number, kind)


def open_composer(
    main: Main, number: int, kind: str, to: str = "", aside: Aside | None = None
) -> Coroutine[Any, Any, None]:
    """Write a reply, a note, or aside `to` somebody else."""
    main.composer.opening = True
    return _write(main, number, kind, to, aside)


async def _write(main: Main, number: int, kind: str, to: str, aside: Aside | None) -> None:
    desk = desk_of(main)
    try:
        if kind == "reply":
            await main.together.attend(number, True)
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
    main.composer.open(number, kind, to or customer.name or customer.email, draft, newest, aside)
    main.together.warn()


def review(main: Main) -> None:
    """Ask once more before it leaves, and show first what was said since writing began."""
    composer, who = main.composer, main.who
    first: list[str | tuple[str, str]] = []
    if composer.kind == "reply":
        if news := _news(main):
            first += [(_("Said since you began to write:"), "$warning bold"), "\n"]
            for message in news[-_SHOWN:]:
                at = when.clock(message.at, who.now(), who.zone)
                said = shorten(plain_line(message.text[: message.cut] or message.text), _LONGEST)
                first += [(f"  {who.title(message.author)} {at}  ", "$accent"), said, "\n"]
            composer.seen = news[-1].id
        if (other := main.together.answering()) is not None:
            first += [(main.together.words(other), "$error bold"), "\n"]
            if may_override(main.settings, Actor(By.AGENT, who.agent)):
                first += [_("F sends all the same."), "\n"]
    composer.review(int(main.settings.ui.undo_send.total_seconds()), first)


def _news(main: Main) -> list[Message]:
    """What customer and colleagues said on the composer's ticket since writing began."""
    reading, seen = main.follow.reading, main.composer.seen
    if reading is None or reading.ticket.number != main.composer.number or seen is None:
        return []
    return [
        message
        for message in reading.messages
        if message.id > seen
        and (message.direction is Direction.IN or message.author != main.who.agent)
        and not message.auto.startswith("rule")
    ]


def edit(main: Main) -> None:
    """Go on writing."""
    main.composer.edit()


def leave(main: Main) -> None:
    """Put the composer away; the draft is kept."""
    main.composer.close()
    main.set_focus(main.conversation)


async def send(main: Main, force: bool = False) -> None:
    """Make a message of the text; it stays in the composer where that cannot be.

    What somebody said meanwhile is shown, and asked about once more. `force` goes over a
    colleague's lease.
    """
    desk, composer = desk_of(main), main.composer
    number, kind, text = composer.number, composer.kind, composer.text
    if not composer.asking:
        return  # a second `y` before the first has been done
    composer.asking = False
    try:
        if kind == "note":
            await main.threads.write(desk.note, number, text)
            if unknown := hint(main.settings, text):
                notify(main.app, unknown, "warning")
        elif composer.aside is not None:
            await _say_aside(main, number, composer.aside, text)
        else:
            main.poller.held = await main.threads.write(
                desk.reply, number, text, composer.seen, force
            )
    except KfdeskError as error:
        composer.edit()
        if isinstance(error, Conflict):
            await main.follow.show(number)
            if not isinstance(error, Leased):
                review(main)
        raise
    composer.put_away()
    main.set_focus(main.conversation)
    await main.threads.write(desk.put_draft, number, kind, "")
    await main.refresh_all()


async def _say_aside(main: Main, number: int, aside: Aside, text: str) -> None:
    """Open a conversation aside, or go on in one."""

    def say(desk: Desk, actor: Actor) -> object:
        if isinstance(aside, int):
            return side.answer(desk, aside, text, actor)
        to, subject = aside
        return side.ask(desk, number, to, subject, text, actor)

    await main.threads.write(desk_of(main).do, say)


def send_anyway(main: Main) -> Work:
    """Send although a colleague is answering, as a lead or an admin may."""
    return send(main, force=True)
