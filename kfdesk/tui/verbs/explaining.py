"""Saying why a ticket is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.tui.main import Main


async def why(main: Main, event: int = 0) -> None:
    """Show it over the whole screen, from one event on if it is named."""
    from kfdesk.desk.why.words import Words
    from kfdesk.tui.screens.explanation import Explanation

    if (number := main.number) is None:
        return
    found = await main.threads.read(desk_of(main).why, number)
    main.app.push_screen(Explanation(main, found, Words.of(main.settings), event))
