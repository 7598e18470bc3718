"""What the queue lists: a filter; and what a line at the bottom does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.actions import find
from kfdesk.number import looks_like
from kfdesk.rules.language.complete import without_begun_name, word_start
from kfdesk.tui.verbs import commanding, going, reading
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


async def typed(main: Main, kind: str, text: str) -> None:
    """What happens while a line is typed: a filter filters, and what may follow is offered."""
    if kind == "filter":
        before = main.prompt.before
        words = await _offer(main, before)
        asked = without_begun_name(text, words) if text == before else text
        await main.show(asked.strip(), typing=True)
        error = main.feed.failed
        if main.prompt.line.value == text:  # a mistake is none while its word can be completed
            wrong = error is not None and not main.prompt.words.display
            main.prompt.say(*((error.message, error.column) if error and wrong else ()))
    elif kind == "find":
        await reading.found(main, text)
    elif kind == "command":
        await commanding.offer(main, main.prompt)
    else:
        main.prompt.say()


async def _offer(main: Main, before: str) -> list[str]:
    """Offer the words that may stand at the cursor of a query, people with their titles."""
    words = await main.threads.read(desk_of(main).complete, before)
    titles = [main.who.titles.get(word.rpartition(":")[2].strip('"'), "") for word in words]
    if main.prompt.before == before:
        main.prompt.offer(word_start(before, len(before)), [*zip(words, titles, strict=True)])
    return words


async def entered(main: Main, kind: str, text: str) -> None:
    """What a finished line does."""
    if kind == "filter":
        if await main.show(text.strip()) or main.feed.failed is None:
            main.prompt.keep(text.strip())
            main.prompt.close()
            main.leave()
        return
    main.prompt.keep(text.strip() if kind == "command" else "")
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
    elif kind == "find":
        await reading.found(main, text)
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
    elif kind == "find":
        await reading.found(main, "")
