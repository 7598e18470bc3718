"""Looking at the customer of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kfdesk.tui.verbs import moving
from kfdesk.tui.verbs.kind import desk_of

if TYPE_CHECKING:
    from kfdesk.store.people.timeline import Moment, Point
    from kfdesk.tui.main import Main


async def card(main: Main) -> None:
    """Show the customer over the whole screen; a ticket that is chosen there opens."""
    from kfdesk.desk.customers import card as cards
    from kfdesk.tui.screens.customer import CustomerCard

    number = main.number
    if number is None:
        return
    do = desk_of(main).do
    found = await main.threads.read(do, lambda desk, _actor: cards.of_ticket(desk, number, 200))

    async def more(points: Sequence[Point]) -> list[Moment]:
        return await main.threads.read(do, lambda desk, _actor: cards.more(desk, points))

    screen = CustomerCard(found, main.settings, main.palette, more)
    chosen = await main.app.push_screen_wait(screen)
    if chosen is not None and (work := moving.open_ticket(main, str(chosen))) is not None:
        await work
