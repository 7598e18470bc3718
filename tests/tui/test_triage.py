"""A day's work by keyboard: tickets answered, solved and gone on from, and what each costs in keys.

The console is a real one, on a real desk.
"""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from kfdesk.actions import Scope
from kfdesk.desk.teamwork.calls import ring
from kfdesk.errors import KfdeskError
from kfdesk.model import OPEN_STATUSES, OutboxState, Status
from kfdesk.tui.console import Console
from kfdesk.tui.keys.keymap import Keys, keymap
from tests.conftest import missing
from tests.desk.office import Office, raw
from tests.support.net import Missing
from tests.support.terminal import Terminal
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
        await until(hands.pilot, lambda: "#3 solved, u takes it back" in text(app))
        await hands.press("u")
        await hands.reading(3)
        assert office.ticket(3).status in OPEN_STATUSES
        assert main.queue.listing.number == 3
        await hands.press("r")
        await until(hands.pilot, lambda: main.composer.display)
        await hands.press(*"On its way", "ctrl+s")
        await until(hands.pilot, lambda: main.composer.asking)
        await hands.press("N")
        await hands.reading(2)
        await until(hands.pilot, lambda: "#3 leaves in" in text(app))
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


async def test_many_are_closed_at_once_and_come_back_at_once(opened: OpenOffice) -> None:
    """Five keys for all of a query: mark all, close, yes; one more takes it back."""
    office = filled(opened, TICKETS)
    async with working(office) as (app, hands):
        main = app.main
        await hands.press("asterisk", "x")
        await hands.picking()
        await until(hands.pilot, lambda: f"{TICKETS} tickets are changed" in text(app))
        await hands.press("y")
        await until(hands.pilot, lambda: not main.queue.listing.ids)
        assert hands.pressed <= MOST
        assert {one.status for one in office.tickets()} == {Status.CLOSED}
        await hands.press("u")
        await until(hands.pilot, lambda: len(main.queue.listing.ids) == TICKETS)
        assert {one.status for one in office.tickets()} == {Status.NEW}


async def test_a_ticket_is_passed_on_with_a_note_and_merged_and_taken_apart(
    opened: OpenOffice,
) -> None:
    office = filled(opened)
    async with working(office) as (app, hands):
        main = app.main
        await hands.press("enter")
        await hands.reading(3)
        await hands.press("t")
        await hands.picking()
        await hands.press(*"李伟", "enter")
        await until(hands.pilot, lambda: main.prompt.display)
        await hands.press(*"knows her", "enter")
        await until(hands.pilot, lambda: office.ticket(3).assignee == "li.wei")
        await until(hands.pilot, lambda: "knows her" in text(app))
        assert main.focused is main.conversation
        await hands.press("M")
        await hands.picking()
        await hands.press("1", "enter")
        await hands.reading(1)
        assert "#3 was merged into #1" in text(app)
        assert list(main.queue.listing.ids) == [2, 1]
        await hands.press("u")
        await until(hands.pilot, lambda: sorted(main.queue.listing.ids) == [1, 2, 3])
        assert office.ticket(3).merged_into is None


async def test_a_call_comes_while_one_writes_and_takes_no_letter(opened: OpenOffice) -> None:
    office = filled(opened)
    async with working(office) as (app, hands):
        main = app.main
        await hands.press("r")
        await until(hands.pilot, lambda: main.composer.display)
        await hands.press(*"Dear ")
        ring(office.desk, "+8613800002222")
        await until(hands.pilot, lambda: "is calling" in text(app))
        await hands.press(*"Jane", "enter")
        assert main.composer.text.startswith("Dear Jane\n")
        await hands.press("f9", "escape", "x")
        await until(hands.pilot, lambda: main.composer.text.startswith("Dear Jane\nx"))


#: The keys that users of aerc, neomutt, lazygit, k9s and RT have in their fingers.
FINGERS = {
    Scope.QUEUE: {
        "j down": "move.down", "k up": "move.up", "home": "move.first", "G end": "move.last",
        "pagedown ctrl+f": "move.page_down", "pageup ctrl+b": "move.page_up",
        "ctrl+d": "move.half_down", "ctrl+u": "move.half_up", "enter": "ticket.open",
        "escape": "console.back", "q": "console.close", "question_mark": "console.help",
        "colon": "console.command", "ctrl+p": "console.palette", "slash": "queue.filter",
        "space": "queue.mark", "v": "queue.range", "asterisk": "queue.all",
        "r": "ticket.reply", "c": "ticket.note", "f": "ticket.forward", "C": "ticket.new",
        "a": "ticket.assign", "L": "ticket.tags", "p": "ticket.priority", "s": "ticket.status",
        "e": "ticket.solve", "x": "ticket.close", "X": "ticket.reopen", "u": "change.undo",
        "U": "change.redo", "full_stop": "change.repeat", "m": "ticket.macro", "R": "console.sync",
        "1 9": "view.show", "right_square_bracket": "view.next",
        "left_square_bracket": "view.previous", "P": "pane.conversation", "plus": "pane.grow",
        "underscore": "pane.shrink", "y": "ticket.copy", "n": "queue.unread",
        "N": "queue.unread_before",
    },
    Scope.CONVERSATION: {
        "n": "conversation.next", "N": "conversation.previous", "y": "message.copy",
        "Y": "link.copy", "o": "message.open", "slash": "conversation.find",
    },
    Scope.COMPOSER: {"ctrl+s": "compose.review", "ctrl+e": "compose.editor"},
    Scope.REVIEW: {
        "y": "compose.send", "n": "compose.abort", "e": "compose.edit", "a": "compose.attach_more",
        "v": "compose.view",
    },
}  # fmt: skip


@pytest.mark.parametrize("scope", FINGERS)
def test_keys_are_those_that_people_know(scope: Scope) -> None:
    """Whoever comes from another such program finds them."""
    keys = Keys(keymap({}))
    wanted = {key: does for names, does in FINGERS[scope].items() for key in names.split()}
    found = {
        key: pressed.action for key in wanted if (pressed := keys.find(scope, (key,))) is not None
    }
    assert found == wanted


def test_the_main_way_in_a_real_terminal(opened: OpenOffice) -> None:
    """Triage, what is taken back, a draft that kill -9 does not take, and the way out."""
    office = filled(opened, 4, undo_send="600s")
    command = [
        *(sys.executable, "-m", "kfdesk", "--config", str(office.file), "--as", "anna"),
        *("--lang", "en"),
    ]
    try:
        terminal = Terminal(120, 40)
    except Missing as error:
        missing(error)
        return
    with terminal:
        terminal.start(command, {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"})
        terminal.wait_for("Where is order 4?", "Enter open")
        terminal.keys("Enter")
        for number in (4, 3):
            terminal.wait_for(f"Where is order {number}?", "r reply  c note")
            terminal.keys("m")
            terminal.wait_for("Thank, and solve", "it is on its way")
            terminal.keys("Enter")
        terminal.wait_for("Where is order 2?", "#3 leaves in")
        terminal.keys("u")
        terminal.wait_for("Where is order 3?", "Undone: macro by Anna, #3")
        terminal.keys("J")
        terminal.wait_for("Where is order 2?")
        terminal.keys("r")
        terminal.wait_for("Reply to Jane 2")
        terminal.type("It is in the")
        terminal.wait_for("It is in the", "draft kept")
        terminal.kill()
        terminal.restart(command)
        terminal.wait_for("My order", "Enter open")
        terminal.wait_for("synced")
        terminal.keys("#")
        terminal.wait_until(lambda screen: re.search(r"(?m)^ *# *$", screen) is not None, "a line")
        terminal.keys("2", "Enter")
        terminal.wait_for("Where is order 2?", "r reply  c note")
        terminal.keys("r")
        terminal.wait_for("Reply to Jane 2", "It is in the")
        terminal.type(" post.")
        terminal.keys("C-s")
        terminal.wait_for("Send to Jane 2?", "S send, solve, next")
        terminal.keys("S")
        terminal.wait_until(lambda screen: "Where is order 2?" not in screen, "the next ticket")
        terminal.keys("q", "q")
        terminal.wait_for_end()
    assert office.ticket(4).status is office.ticket(2).status is Status.SOLVED
    assert office.ticket(3).status is Status.NEW
    assert office.messages(2)[-1].text.startswith("It is in the post.")
