"""Writing a reply or a note, sending it, taking it back."""

from __future__ import annotations

import re
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.cells import plain_line
from kfdesk.desk.sending.head import Head, Readers
from kfdesk.desk.teamwork.mentions import hint
from kfdesk.errors import Conflict, KfdeskError, Leased, UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, By, Change, Direction, Message, Status
from kfdesk.text import shorten
from kfdesk.tui.lines import when
from kfdesk.tui.lines.content import notify
from kfdesk.tui.ticket.composer import Aside, Composer
from kfdesk.tui.verbs import composing
from kfdesk.tui.verbs.kind import Work, desk_of
from kfdesk.tui.verbs.onward import after, go_on

if TYPE_CHECKING:
    from kfdesk.desk import Desk
    from kfdesk.tui.main import Main


#: How much of what was said meanwhile is shown above the question: messages, and letters of each.
_SHOWN, _LONGEST = 3, 150
#: Words that promise a file.
_SPEAKS_OF_FILES = re.compile(r"附件|附上|見附|\battach(?:ed|ment|ing)?\b|\benclosed\b", re.I)


def write(kind: str, main: Main) -> Work:
    """Open the composer on the ticket, with what was being written; `all` copies everybody."""
    if (number := main.number) is None:
        return None
    return open_composer(main, number, kind)


def open_composer(
    main: Main, number: int, kind: str, to: str = "", aside: Aside | None = None
) -> Coroutine[Any, Any, None]:
    """Write a reply, a note, a word aside `to` somebody else, or pass on what is read."""
    main.composer.opening = True
    return _write(main, number, kind, to, aside)


async def _write(main: Main, number: int, kind: str, to: str, aside: Aside | None) -> None:
    desk, everybody = desk_of(main), kind == "all"
    kind = "reply" if everybody else kind
    message = main.conversation.current() if main.pane is main.conversation else None
    try:
        if kind == "reply":
            await main.together.attend(number, True)
        # After what is still being saved.
        draft = await main.threads.write(desk.draft, number, kind)
        head = await main.threads.read(desk.head, number, kind)
        await main.follow.show(number)
        if kind == "forward" and not head.message:
            head = await _passed_on(main, number, message)
        room = await main.threads.read(desk.room, number, head.account) if kind == "reply" else None
    finally:
        main.composer.opening = False
        main.take_held()
    if (reading := main.follow.reading) is None:
        return
    if everybody and not head.cc:
        head = replace(head, cc=", ".join(map(str, reading.ticket.collaborators)))
    customer = reading.ticket.customer
    newest = reading.messages[-1].id if reading.messages else None
    if main.composer.writes(number, kind):  # it was typed on meanwhile
        draft = main.composer.text
        head = head if everybody else main.composer.head
    main.add_class("-reading")
    main.composer.open(
        number, kind, to or customer.name or customer.email, draft, newest, aside,
        head=head, quoted=_quoted(reading.messages, kind, head),
    )  # fmt: skip
    main.composer.window = room
    main.together.warn()
    if head.files:
        await composing.look_at_files(main)


async def _passed_on(main: Main, number: int, message: Message | None) -> Head:
    """The head that passing on the message in view begins with, else the customer's newest."""
    from kfdesk.desk.conversation.forward import begun

    said = message is not None and not message.internal and not message.auto
    chosen = message.id if message is not None and said else 0
    return await main.threads.read(desk_of(main).do, lambda it, _me: begun(it, number, chosen))


def _quoted(said: Sequence[Message], kind: str, head: Head) -> str:
    """What goes below the text: the customer's newest words, or the message that is passed on."""
    if kind == "forward":
        return next((one.text for one in said if one.id == head.message), "")
    if kind != "reply":
        return ""
    asked = [one for one in said if one.direction is Direction.IN and not one.internal]
    return asked[-1].text[: asked[-1].cut] if asked else ""


def review(main: Main) -> None:
    """Ask once more before it leaves, and show first what was said since writing began."""
    composer, who = main.composer, main.who
    if composer.window is not None:
        text, now = composer.text.strip(), who.now()
        if why := composer.window.refusal(len(text), now, who.zone):
            raise UserError(why)
    if composer.leaves:
        Readers.of(main.settings, composer.head)  # what is wrong in a line is said before it goes
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
            from kfdesk.desk.teamwork.lease import may_override

            if may_override(main.settings, Actor(By.AGENT, who.agent)):
                first += [_("F sends anyway."), "\n"]
    first += _told(composer)
    composer.review(int(main.settings.ui.undo_send.total_seconds()), first)


def _told(composer: Composer) -> list[str | tuple[str, str]]:
    """What goes with it, and what may be missing."""
    first: list[str | tuple[str, str]] = []
    files = composer.heading.enclosed if composer.posted else ()
    for file in files:
        told = file.wrong or labels.size(file.size)
        style = "$error bold" if file.wrong else ""
        first += [("▫ ", "$accent"), plain_line(file.name), (f"  {told}\n", style or "$ink-muted")]
    if composer.posted and not files and _SPEAKS_OF_FILES.search(composer.text):
        first += [(_("You speak of an attachment, and nothing is attached."), "$warning"), "\n"]
    return first


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
    """Put the composer away, or the line of its head that is written; the draft is kept."""
    composer = main.composer
    if composer.heading.leave():
        return
    composer.close()
    _give_back(main)


def _give_back(main: Main) -> None:
    """The conversation has its room and the keys again."""
    main.composer.remove_class("-tall")
    main.conversation.display = True
    main.set_focus(main.conversation)


async def send(
    main: Main, force: bool = False, *, solve: bool = False, onward: bool = False
) -> None:
    """Make a message of the text; it stays in the composer where that cannot be.

    What somebody said meanwhile is shown, and asked about once more. `force` goes over a
    colleague's lease; `solve` solves the ticket by it, `onward` reads the next one.
    """
    composer = main.composer
    number, kind, text = composer.number, composer.kind, composer.text
    if not composer.asking:
        return  # a second `y` before the first has been done
    composer.asking, composer.going = False, (text, composer.head)
    following = after(main, number) if onward else None
    try:
        await _become(main, kind, force=force, solve=solve)
    except KfdeskError as error:
        composer.going = None
        if composer.writes(number, kind):
            composer.edit()
        if isinstance(error, Conflict) and composer.writes(number, kind):
            await main.follow.show(number)
            if not isinstance(error, Leased):
                review(main)
        raise
    if composer.writes(number, kind) and composer.text == text:
        composer.put_away()
        _give_back(main)
    composer.going = None
    await main.threads.write(desk_of(main).drop_draft, number, kind, text)
    if solve and kind != "reply":
        await main.threads.write(desk_of(main).change, number, Change(status=Status.SOLVED))
    await main.refresh_all()
    if onward:
        await go_on(main, following)


async def _become(main: Main, kind: str, *, force: bool, solve: bool) -> None:
    """Make a reply, a note, a word aside of what is written."""
    desk, composer = desk_of(main), main.composer
    number, text, head = composer.number, composer.text, composer.head
    if kind == "note":
        await main.threads.write(desk.note, number, text)
        if unknown := hint(main.settings, text):
            notify(main.app, unknown, "warning")
    elif composer.aside is not None:
        await _say_aside(main, number, composer.aside, text, head.files)
    elif kind == "forward":
        from kfdesk.desk.conversation.forward import forward

        await main.threads.write(
            desk.do, lambda it, me: forward(it, number, text, me, head, drafted=True)
        )
    else:
        status = str(Status.SOLVED) if solve else None
        main.poller.held = await main.threads.write(
            desk.reply, number, text, composer.seen, force, head, status
        )


async def _say_aside(
    main: Main, number: int, aside: Aside, text: str, files: Sequence[str]
) -> None:
    """Open a conversation aside, or go on in one."""
    from kfdesk.desk.teamwork import side

    def say(desk: Desk, actor: Actor) -> object:
        if isinstance(aside, int):
            return side.answer(desk, aside, text, actor, files, drafted=number)
        to, subject = aside
        return side.ask(desk, number, to, subject, text, actor, files, drafted=True)

    await main.threads.write(desk_of(main).do, say)


def send_anyway(main: Main) -> Work:
    """Send although a colleague is answering, as a lead or an admin may."""
    return send(main, force=True)
