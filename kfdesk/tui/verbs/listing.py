"""What the queue lists: filter and views; and what a line at the bottom does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.actions import ACTIONS, find
from kfdesk.number import looks_like
from kfdesk.tui.verbs import going
from kfdesk.tui.verbs.changing import change_tags, replace_tags
from kfdesk.tui.verbs.handling import spent
from kfdesk.tui.verbs.kind import Work, desk_of
from kfdesk.tui.verbs.moving import open_ticket
from kfdesk.tui.verbs.passing import transferred
from kfdesk.tui.verbs.replies import kept
from kfdesk.tui.verbs.together import ask_aside, collaborate

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


def filter_by(main: Main, argument: str) -> Work:
    """List what a query selects; without one, ask for it."""
    if argument:
        return entered(main, "filter", argument)
    query = main.status.query
    main.prompt.ask("filter", "/ ", f"{query} " if query else "")
    return None


def show_view(main: Main, argument: str) -> Work:
    """Show a view by its number."""
    if not argument.isdecimal() or int(argument) >= len(main.status.views):
        return None
    main.status.view = int(argument)
    view = main.status.views[main.status.view]
    main.queue.choose(view.columns)
    main.leave()
    return main.show(view.query)


def show_beside(step: int, main: Main) -> Work:
    """Show the next view, or the one before."""
    return show_view(main, str((main.status.view + step) % len(main.status.views)))


async def typed(main: Main, kind: str, text: str) -> None:
    """What happens while a line is typed: a filter filters, commands are offered."""
    if kind == "filter":
        listed = await main.show(text.strip())
        error = main.feed.failed
        if error is not None and not listed:
            main.prompt.say(error.message, error.column)
        else:
            main.prompt.say(offers=await main.threads.read(desk_of(main).complete, text))
    elif kind == "command" and text and " " not in text:
        names = [name for action in ACTIONS for name in (*action.aliases, action.id)]
        main.prompt.say(offers=[name for name in names if name.startswith(text)])
    else:
        main.prompt.say()


async def entered(main: Main, kind: str, text: str) -> None:
    """What a finished line does."""
    if kind == "filter":
        if await main.show(text.strip()) or main.feed.failed is None:
            main.prompt.close()
            main.leave()
        return
    main.prompt.close()
    main.refocus()
    if kind == "marked tags":
        if text.strip():
            await change_tags(main, text)
    elif kind == "tags":
        await replace_tags(main, text)
    elif kind == "spent":
        await spent(main, text)
    elif kind == "transfer":
        await transferred(main, text)
    elif kind == "canned":
        await kept(main, text)
    elif kind == "number":
        main.attempt(going.to_number(main, text.strip()) if text.strip() else None)
    elif kind in ("side", "collaborator"):
        await (ask_aside if kind == "side" else collaborate)(main, text.strip())
    elif words := text.split(maxsplit=1):
        if looks_like(words[0]):
            main.attempt(open_ticket(main, words[0]))
        else:
            main.perform(find(words[0]).id, *words[1:])


async def given_up(main: Main, kind: str) -> None:
    """Esc in a line: a filter is taken back."""
    main.prompt.close()
    main.refocus()
    if kind == "filter":
        await main.show(main.status.views[main.status.view].query)
