"""A day's work by keyboard: tickets answered, solved and gone on from, and what each costs in keys.

The console is a real one, on a real desk.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.pilot import Pilot

from kfdesk.errors import KfdeskError
from kfdesk.model import OPEN_STATUSES, OutboxState, Status
from kfdesk.tui.console import Console
from tests.desk.office import Office, raw
from tests.teamwork.conftest import OpenOffice, console, opened, until
from tests.tui.console import text

__all__ = ["opened"]

MACROS = """
[[macro]]
name = "thanks"
title = "Thank, and solve"
do = [
    { set = { status = "solved" } },
    { reply = { text = "Dear {{customer.name}}, it is on its way." } },
]
[[macro]]
name = "ask"
do = [{ set = { status = "pending" } }, { note = "Asked the carrier." }]
"""
#: What a ticket may cost: opening, reading, answering with a macro, solving, being on the next.
MOST = 5
TICKETS = 20


def filled(opened: OpenOffice, tickets: int = 3, rules: str = MACROS, **keys: str) -> Office:
    """A desk with so many tickets, of as many customers; the highest number stands on top."""
    office = opened(rules, **keys)
    office.receive(
        *(
            raw(f"Where is order {n}?\r\n", f"Jane {n} <jane{n}@customer.example>")
            for n in range(1, tickets + 1)
        )
    )
    return office


class Fingers:
    """Presses keys, and counts them."""

    def __init__(self, app: Console, pilot: Pilot[KfdeskError | None]) -> None:
        self.app, self.pilot, self.pressed = app, pilot, 0

    async def press(self, *keys: str) -> None:
        """Press some keys."""
        self.pressed += len(keys)
        await self.pilot.press(*keys)

    async def reading(self, number: int | None) -> None:
        """Wait until a ticket is read, or none."""
        main = self.app.main
        await until(
            self.pilot,
            lambda: (
                (main.follow.number if main.reading else None) == number
                and (number is None or main.follow.reading is not None)
            ),
        )

    async def picking(self) -> None:
        """Wait until there is something to choose from."""
        await until(self.pilot, lambda: len(self.app.screen_stack) > 1)


@asynccontextmanager
async def working(
    office: Office, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Console, Fingers]]:
    """The console of Anna, and her fingers."""
    async with console(office, size=size) as (app, pilot):
        yield app, Fingers(app, pilot)


async def test_twenty_tickets_cost_at_most_five_keys_each_with_a_macro(opened: OpenOffice) -> None:
    """Enter, m, Enter, and one reads the next; from the second on it is m and Enter."""
    office = filled(opened, TICKETS)
    spent: list[int] = []
    async with working(office) as (app, hands):
        await hands.press("enter")
        for number in range(TICKETS, 0, -1):
            await hands.reading(number)
            assert f"Where is order {number}?" in text(app)
            await hands.press("m")
            await hands.picking()
            await hands.press("enter")
            await hands.reading(number - 1 or None)
            spent.append(hands.pressed)
            hands.pressed = 0
        await until(hands.pilot, lambda: "No ticket" in text(app))
    assert spent == [3, *[2] * (TICKETS - 1)]
    assert max(spent) <= MOST
    assert len(office.outbox()) == TICKETS
    assert {office.ticket(n).status for n in range(1, TICKETS + 1)} == {Status.SOLVED}


async def test_where_one_stays_with_what_is_solved_the_next_is_one_key_more(
    opened: OpenOffice,
) -> None:
    office = filled(opened)
    office.settings = replace(office.settings, ui=replace(office.settings.ui, after_solving="stay"))
    async with working(office) as (app, hands):
        await hands.press("enter")
        await hands.reading(3)
        await hands.press("m")
        await hands.picking()
        await hands.press("enter")
        await until(hands.pilot, lambda: office.ticket(3).status is Status.SOLVED)
        await until(hands.pilot, lambda: "✓ solved" in text(app))
        assert app.main.follow.number == 3
        await hands.press("J")
        await hands.reading(2)
        assert hands.pressed <= MOST


async def test_a_macro_that_does_not_solve_stays_with_its_ticket(opened: OpenOffice) -> None:
    office = filled(opened)
    async with working(office) as (app, hands):
        await hands.press("enter")
        await hands.reading(3)
        await hands.press("m")
        await hands.picking()
        await hands.press("down", "enter")
        await until(hands.pilot, lambda: office.ticket(3).status is Status.PENDING)
        await until(hands.pilot, lambda: "Asked the carrier." in text(app))
        assert app.main.follow.number == 3
        await hands.press("e")
        await hands.reading(2)


async def test_what_led_on_is_taken_back_by_u_and_one_is_there_again(opened: OpenOffice) -> None:
    """Unless one has done something else since: then that is taken back first."""
    office = filled(opened, undo_send="600s")
    async with working(office) as (app, hands):
        main = app.main
        await hands.press("enter")
        await hands.reading(3)
        await hands.press("e")
        await hands.reading(2)
        assert "#3 solved, u takes it back" in text(app)
        await hands.press("u")
        await hands.reading(3)
        assert office.ticket(3).status in OPEN_STATUSES
        assert main.queue.listing.number == 3
        await hands.press(*"rOn its way", "ctrl+s")
        await until(hands.pilot, lambda: main.composer.asking)
        await hands.press("N")
        await hands.reading(2)
        assert re.search(r"#3 leaves in .*, u takes it back", text(app))
        await hands.press("u")
        await hands.reading(3)
        assert [row.state for row in office.outbox()] in ([], [OutboxState.CANCELLED])
        await hands.press("r")
        await until(hands.pilot, lambda: main.composer.display)
        assert main.composer.text.startswith("On its way")


async def test_in_the_queue_undo_puts_a_ticket_back_where_one_sees_it(opened: OpenOffice) -> None:
    office = filled(opened)
    async with working(office) as (app, hands):
        main = app.main
        await hands.press("e")
        await until(hands.pilot, lambda: list(main.queue.listing.ids) == [2, 1])
        assert "#3 solved, u takes it back" in text(app)
        await hands.press("u")
        await until(hands.pilot, lambda: main.queue.listing.number == 3)
        assert sorted(main.queue.listing.ids) == [1, 2, 3]
