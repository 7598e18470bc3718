"""The head of a letter while it is written: whom it is to, what goes with it, what sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.outside.browser import ask_server, reachable
from kfdesk.tui.pickers.picker import Choice, pick
from kfdesk.tui.ticket.wording import signatures
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.desk.sending.files import Enclosed
    from kfdesk.model import Actor
    from kfdesk.tui.main import Main

_CHOSEN = "● "


def write_recipients(main: Main) -> None:
    """Write To, Cc, Bcc and the subject; To begins with the customer, who is meant anyway."""
    composer = main.composer
    if not composer.leaves:
        notify(main.app, _("Only a reply and what is forwarded have recipients to choose"))
        return
    composer.heading.ask("cc" if composer.kind == "reply" and not composer.head.to else "to")


async def offer(main: Main, name: str, text: str) -> None:
    """Offer who may be meant in a line, or which file."""
    from kfdesk.desk.sending import addressbook
    from kfdesk.desk.tickets.files import offered

    composer = main.composer
    if name == "attach":
        words = await main.threads.read(offered, text) if text else []
    elif text:
        found = await main.threads.read(
            desk_of(main).do, lambda desk, _me: addressbook.offers(desk, composer.number, text)
        )
        words = [str(one) for one in found if one.email != text.strip().lower()]
    else:
        words = []
    composer.heading.offer(words, name)


def ask_file(main: Main) -> Work:
    """Ask for the path of a file that shall go with the letter; a browser has it chosen there."""
    composer = main.composer
    if not composer.posted:
        notify(main.app, _("Files go with a reply, or with what is forwarded"))
        return None
    if composer.asking:
        composer.edit()
    if main.app.is_web:
        ask_server(main.app, "file", composer.number)
    else:
        composer.heading.ask("attach")
    return None


async def attach(main: Main, path: str) -> None:
    """Take a file in, if it is there and the channel sends so much."""
    from kfdesk.desk.sending import files
    from kfdesk.desk.sending.head import account_of
    from kfdesk.store import tickets

    composer, head = main.composer, main.composer.head
    reachable(main.app, path)

    def look(desk: Desk, _me: Actor) -> list[Enclosed]:
        found = [files.look(desk, one) for one in (*head.files, path)]
        with desk.store.read() as tx:
            own = tickets.state(tx, composer.number).account
        files.check(account_of(desk.settings, head, own), [one.size for one in found])
        return found

    found = await main.threads.read(desk_of(main).do, look)
    if found[-1].wrong:
        notify(main.app, f"{found[-1].given}: {found[-1].wrong}", "error")
        return
    composer.alter(files=(*head.files, path))
    composer.heading.attached()
    composer.heading.enclose(found)


async def attach_sent(main: Main, path: str, meant: int) -> None:
    """Attach a file that the page has sent, if what is being written still is what it was for."""
    composer = main.composer
    if composer.display and composer.posted and composer.number == meant:
        await attach(main, path)
    else:
        told = _("That file was for #{number}: attach it again").format(number=meant)
        notify(main.app, told, "error")


async def look_at_files(main: Main) -> None:
    """Show the files of the letter as they are now."""
    from kfdesk.desk.sending import files

    composer, given = main.composer, main.composer.head.files
    found: list[Enclosed] = []
    if given:
        found = await main.threads.read(
            desk_of(main).do, lambda desk, _me: [files.look(desk, one) for one in given]
        )
    composer.heading.enclose(found)


async def choose_account(main: Main) -> None:
    """Let a person choose the channel that sends, or the signature."""
    from kfdesk.desk.sending.accounts import able_channels, sending_channel
    from kfdesk.desk.sending.outgoing import sender_of

    composer, settings = main.composer, main.settings
    reading = main.follow.reading
    if not composer.leaves or reading is None:
        return
    head = composer.head
    here = head.account or sending_channel(settings, reading.ticket.account).name
    channel = next(one for one in able_channels(settings) if one.name == here)
    signed = head.signature or channel.signs
    own = next((a.signature for a in settings.agents if a.name == main.who.agent), "")
    texts = {"channel": channel.signature, "agent": own, "none": ""}
    choices = [
        Choice(
            f"account:{one.name}",
            (_CHOSEN if one.name == here else "  ") + str(sender_of(settings, one)),
            one.name,
        )
        for one in able_channels(settings)
    ] + [
        Choice(
            f"signature:{name}",
            (_CHOSEN if name == signed else "  ") + _("signature: {name}").format(name=title),
            texts[name].partition("\n")[0][:24],
        )
        for name, title in signatures().items()
    ]
    chosen = await pick(main.app, _("Account and signature"), choices)
    kind, _colon, name = (chosen or "").partition(":")
    if kind == "account":
        composer.alter(account="" if name == reading.ticket.account else name)
        composer.window = await main.threads.read(desk_of(main).room, composer.number, name)
    elif kind == "signature":
        composer.alter(signature=name)


async def show(main: Main) -> None:
    """Show exactly what would leave."""
    from kfdesk.desk.conversation import trial
    from kfdesk.tui.screens.letter import LetterPage

    composer = main.composer
    if not composer.posted:
        notify(main.app, _("A note does not leave the desk"))
        return
    number, text, head, kind = composer.number, composer.text, composer.head, composer.kind
    aside = composer.aside or 0
    found = await main.threads.write(
        desk_of(main).do,
        lambda desk, me: trial.preview(desk, number, text, me, head, kind, aside=aside),
    )
    main.app.push_screen(LetterPage(main, number, found))


def grow(main: Main) -> None:
    """Give the composer all the room, or some of it."""
    main.composer.toggle_class("-tall")
    main.conversation.display = not main.composer.has_class("-tall")
