"""Following, letting others take part, asking aside: what people do together on a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs.kind import desk_of
from kfdesk.tui.verbs.writing import open_composer

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def follow(main: Main) -> None:
    """Follow the ticket, or follow it no more."""
    from kfdesk.desk.teamwork import followers

    if (number := main.number) is None:
        return
    source = desk_of(main)
    ticket = (await main.threads.read(source.reading, number)).ticket
    if main.who.agent in ticket.followers:
        await main.threads.write(source.do, lambda desk, a: followers.unfollow(desk, number, a))
        notify(main.app, _("You no longer follow #{number}").format(number=number))
    else:
        await main.threads.write(source.do, lambda desk, a: followers.follow(desk, number, a))
        notify(main.app, _("You follow #{number}").format(number=number))
    await main.refresh_all()


async def collaborate(main: Main, argument: str) -> None:
    """Let somebody take part by mail; with a minus in front, take them off."""
    from kfdesk.desk.teamwork import collaborators

    if (number := main.number) is None:
        return
    if not argument:
        main.prompt.ask("collaborator", _("collaborators (- removes):") + " ", "")
        return
    who = argument.lstrip("-")
    change = collaborators.remove if argument.startswith("-") else collaborators.add
    source = desk_of(main)
    await main.threads.write(source.do, lambda desk, a: change(desk, number, who, a))
    await main.refresh_all()


async def ask_aside(main: Main, argument: str) -> None:
    """Write to somebody aside: to who is named, or in the conversation that is being read."""
    from kfdesk.desk.teamwork import side

    if (number := main.number) is None:
        return
    message = main.conversation.current() if main.pane is main.conversation else None
    if argument:
        to, _blank, subject = argument.partition(" ")
        people = side.recipients(main.settings, to)
        await open_composer(main, number, "side", ", ".join(map(str, people)), (to, subject))
    elif message is not None and message.side is not None:
        reading = main.follow.reading
        found = [one for one in reading.sides if one.id == message.side] if reading else []
        if found:
            to = ", ".join(map(str, found[0].to))
            await open_composer(main, number, "side", to, found[0].id)
    else:
        main.prompt.ask("side", _("side conversation (address or team:NAME, subject):") + " ", "")


async def close_aside(main: Main) -> None:
    """The conversation aside that is being read is over."""
    from kfdesk.desk.teamwork import side

    message = main.conversation.current()
    if message is None or message.side is None:
        notify(main.app, _("This message is in no side conversation"))
        return
    id = message.side
    await main.threads.write(desk_of(main).do, lambda desk, a: side.close(desk, id, a))
    notify(main.app, _("Closed; an answer reopens it"))
    await main.refresh_all()
