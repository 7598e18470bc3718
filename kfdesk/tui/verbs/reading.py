"""Reading a conversation: finding in it, folding it, its links, files and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.cells import plain
from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs.explaining import why
from kfdesk.tui.verbs.kind import Work, desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


def unfold(main: Main) -> None:
    """Show or fold what is folded of the messages in view."""
    main.conversation.unfold()


def unfold_all(main: Main) -> None:
    """Show or fold everything."""
    main.conversation.unfold_all()


async def want(main: Main, way: str) -> None:
    """Read another part of a long conversation."""
    if way == "newest":
        await main.follow.newest()
    elif way == "oldest":
        await main.follow.part("oldest", end="first")
    else:
        await main.follow.part("earlier" if way == "earlier" else "later")


# --- finding


def find(main: Main, argument: str) -> Work:
    """Find a text; without one, ask for it."""
    if argument:
        return main.follow.find(argument)
    main.prompt.ask("find", "/ ", "")
    return None


async def found(main: Main, text: str) -> None:
    """A text stands in the line: what is found is marked as it is typed."""
    await main.follow.find(text.strip())


def step(by: int, main: Main) -> Work:
    """The next hit, or the one before; what was looked for last is looked for again."""
    if main.follow.finding is None:
        return find(main, "")
    return main.follow.step(by)


async def steps(main: Main) -> None:
    """Show the whole journal between the messages, or what changed alone."""
    main.follow.steps = not main.follow.steps
    await main.follow.refit()


# --- what is in a message


def copy(main: Main) -> None:
    """Put the text of the message in view on the clipboard."""
    if (message := main.conversation.current()) is not None:
        main.app.copy_to_clipboard(plain(message.text[: message.cut] or message.text))
        name = main.who.title(message.author) or message.author_email
        notify(main.app, _("Copied the message of {author}").format(author=name))


async def open_something(main: Main) -> None:
    """Choose among the links and files of the messages in view, shown whole before."""
    from kfdesk.tui.ticket.opening import choose

    await choose(main)


async def copy_link(main: Main) -> None:
    """Choose a link, and put it on the clipboard."""
    from kfdesk.tui.ticket.opening import choose

    await choose(main, copying=True)


async def clicked(main: Main, what: str, id: int, number: int) -> None:
    """Something in a conversation was clicked: it is shown whole before anything is opened."""
    if what == "why":
        await why(main, id)
        return
    from kfdesk.tui.ticket.opening import choose

    await choose(main, current=f"{what}:{id}:{number}" if what == "link" else f"{what}:{id}")


async def source(main: Main) -> None:
    """Show the raw source of the message that is being read."""
    from kfdesk.desk.tickets.show import source as read
    from kfdesk.tui.screens.source import Source

    if (message := main.conversation.current()) is None:
        return
    raw = await main.threads.read(desk_of(main).do, lambda desk, _me: read(desk, message.id))
    title = main.who.title(message.author) or message.author_email
    main.app.push_screen(Source(main, raw, title))
