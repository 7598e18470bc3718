"""What the desk knows, at hand: articles for an answer, tickets that were like this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.i18n import _
from kfdesk.tui.lines.content import notify
from kfdesk.tui.verbs.kind import desk_of
from kfdesk.tui.verbs.moving import open_ticket
from kfdesk.tui.verbs.writing import open_composer

if TYPE_CHECKING:
    from kfdesk.desk.knowledge.reading import Entry
    from kfdesk.tui.main import Main


async def insert(main: Main, argument: str) -> None:
    """Let a person find an article, and put it where the cursor of the composer is.

    Where nothing is being written, a reply is begun with it.
    """
    from kfdesk.desk.knowledge import reading
    from kfdesk.tui.pickers.knowledge import LINK, Articles

    source, writing = desk_of(main), main.composer.display
    number = main.composer.number if writing else main.number
    if number is None:
        return
    note = writing and main.composer.kind == "note"
    words = argument or await main.threads.read(
        source.do, lambda desk, _actor: reading.asked(desk, number)
    )

    async def search(text: str) -> list[Entry]:
        return await main.threads.read(
            source.do, lambda desk, _actor: reading.offer(desk, text, number)
        )

    chosen: str | None = await main.app.push_screen_wait(
        Articles(search, words, to_customer=not note)
    )
    if chosen is None:
        return
    how, _blank, name = chosen.partition(" ")
    said = await main.threads.read(
        source.do,
        lambda desk, _actor: reading.answer(desk, name, number, as_link=how == LINK),
    )
    if not writing:
        await open_composer(main, number, "reply")
    behind = "\n\n" if not writing and main.composer.text.strip() else ""
    main.composer.insert(behind + said.text)
    if said.warning and not note:
        notify(main.app, said.warning, "warning")


async def similar(main: Main) -> None:
    """Show tickets like this one, and open the one that is chosen."""
    from kfdesk.desk.knowledge.similar import similar as find
    from kfdesk.tui.pickers.knowledge import SimilarTickets

    if (number := main.number) is None:
        return
    found = await main.threads.read(desk_of(main).do, lambda desk, _actor: find(desk, number, 20))
    if not found:
        notify(main.app, _("No other ticket is like it"))
        return
    chosen: str | None = await main.app.push_screen_wait(SimilarTickets(found))
    if chosen is not None:
        main.attempt(open_ticket(main, chosen))
