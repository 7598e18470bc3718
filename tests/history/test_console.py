"""The console: taking back, doing again, merging and taking apart, by key, on a real desk."""

from __future__ import annotations

import pytest

from kfdesk.desk.conversation.reply import note
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.tickets.change import change
from kfdesk.model import Change, Priority, Status
from kfdesk.tui.pickers.picker import Picker
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import BERT, console, until
from tests.tui.console import text


@pytest.fixture
def held(opened: OpenOffice) -> Office:
    """A desk that holds replies back, with three tickets."""
    office = opened(undo_send="10m")
    for n in range(1, 4):
        office.receive(raw(f"Question {n}\r\n", Subject=f"Order {n}"))
        office.later(minutes=1)
    return office


async def test_u_takes_back_the_last_change_and_capital_u_does_it_again(held: Office) -> None:
    """In the queue it is one's own last, wherever the cursor is since."""
    async with console(held) as (app, pilot):
        number = app.main.number
        assert number is not None
        await pilot.press("e")
        await until(pilot, lambda: held.ticket(number).status is Status.SOLVED)
        await pilot.press("j", "u")
        await until(pilot, lambda: held.ticket(number).status is Status.NEW)
        await until(pilot, lambda: "Undone: change by Anna" in text(app))
        await pilot.press("U")
        await until(pilot, lambda: held.ticket(number).status is Status.SOLVED)


async def test_u_takes_back_the_reply_that_waits(held: Office) -> None:
    """What it said is the draft again, and r goes on with it."""
    async with console(held) as (app, pilot):
        number = app.main.number
        assert number is not None
        await pilot.press("enter", "r")
        await until(pilot, lambda: app.main.composer.has_focus_within)
        await pilot.press(*"sorry", "ctrl+s", "y")
        await until(pilot, lambda: len(held.outbox()) == 1)
        await until(pilot, lambda: app.main.poller.held is not None)
        await pilot.press("u")
        await until(pilot, lambda: held.outbox() == [])
        await until(pilot, lambda: app.main.poller.held is None)
        assert len(held.messages(number)) == 1
        await pilot.press("r")
        await until(pilot, lambda: app.main.composer.text == "sorry")


async def test_in_a_conversation_u_takes_back_what_was_done_there_last(held: Office) -> None:
    """Whoever did it; what is in the way of it is said."""
    change(held.desk, 2, Change(priority=Priority.HIGH), BERT)
    change(held.desk, 1, Change(priority=Priority.HIGH), ANNA)
    async with console(held) as (app, pilot):
        await pilot.press("colon", "2", "enter")
        await until(pilot, lambda: app.main.follow.number == 2 and app.main.reading)
        await pilot.press("u")
        await until(pilot, lambda: held.ticket(2).priority is Priority.NORMAL)
        assert held.ticket(1).priority is Priority.HIGH
        await pilot.press("u")
        await until(pilot, lambda: "nothing was done on ticket 2" in text(app))


async def test_a_change_of_many_is_asked_about_where_one_of_them_is_read(held: Office) -> None:
    """Only who means it takes back a merge of three."""
    merge(held.desk, [2, 3], 1, BERT)
    async with console(held) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: app.main.reading)
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await until(pilot, lambda: "Undo merge of 3 tickets?" in text(app))
        await pilot.press("escape")
        assert held.ticket(2).merged_into == 1
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("enter")
        await until(pilot, lambda: held.ticket(2).merged_into is None)


async def test_enter_alone_merges_into_no_strangers_ticket(opened: OpenOffice) -> None:
    """Where the customer has no other, the others are offered, and none is under the cursor."""
    office = opened()
    for number in (1, 2):
        office.receive(raw("Hello\r\n", f"c{number}@x.example", Subject=f"Order {number}"))
    async with console(office) as (app, pilot):
        await pilot.press("M")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert isinstance(app.screen, Picker)
        await pilot.press("down", "enter")
        await until(pilot, lambda: any(office.ticket(n).merged_into for n in (1, 2)))


async def test_merge_offers_tickets_of_the_customer(held: Office) -> None:
    """M, a few letters, Enter; the old number leads to the other."""
    async with console(held) as (app, pilot):
        await pilot.press("colon", "3", "enter")
        await until(pilot, lambda: app.main.follow.number == 3 and app.main.reading)
        await pilot.press("M")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press(*"Order 1", "enter")
        await until(pilot, lambda: held.ticket(3).merged_into == 1)
        await until(pilot, lambda: app.main.follow.number == 1)
        assert len(held.messages(1)) == 2
        await pilot.press("colon", "3", "enter")
        await until(pilot, lambda: "#3 was merged into #1" in text(app))
        await until(pilot, lambda: "merged #3 Order 3" in text(app))


async def test_taking_apart_asks_where_belongs_what_came_since(held: Office) -> None:
    """From the target: the only part is meant; a picker asks about the rest."""
    merge(held.desk, [2], 1, ANNA)
    note(held.desk, 1, "since", ANNA)
    async with console(held) as (app, pilot):
        await pilot.press("colon", "1", "enter")
        await until(pilot, lambda: app.main.follow.number == 1 and app.main.reading)
        await pilot.press("colon", *"unmerge", "enter")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await until(pilot, lambda: "1 message came since" in text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: held.ticket(2).merged_into is None)
        assert [m.text for m in held.messages(2)][-1] == "since"


async def test_a_message_becomes_a_ticket_or_moves(held: Office) -> None:
    """The one in view; the new one is named."""
    note(held.desk, 1, "aside", ANNA)
    async with console(held) as (app, pilot):
        await pilot.press("colon", "1", "enter")
        await until(pilot, lambda: app.main.follow.number == 1 and app.main.reading)
        await pilot.press("G", "colon", *"split Aside", "enter")
        await until(pilot, lambda: held.sql("SELECT count(*) FROM ticket")[0][0] == 4)
        await until(pilot, lambda: "ticket #4 now" in text(app))
        assert held.ticket(4).subject == "Aside"
        note(held.desk, 1, "again", ANNA)
        await until(pilot, lambda: app.main.follow.reading is not None)
        await app.main.refresh_all()
        await pilot.press("G", "colon", *"move 4", "enter")
        await until(pilot, lambda: held.ticket(4).message_count == 2)


async def test_a_deleted_ticket_is_gone_and_u_brings_it_back(held: Office) -> None:
    """D; the queue goes on without it."""
    async with console(held) as (app, pilot):
        number = app.main.number
        assert number is not None
        await pilot.press("D")
        await until(pilot, lambda: held.find("is:deleted") == [number])
        await until(pilot, lambda: number not in app.main.queue.listing.ids)
        await pilot.press("u")
        await until(pilot, lambda: held.find("is:deleted") == [])
        await pilot.press("D")
        await until(pilot, lambda: len(held.find("is:deleted")) == 1)
        gone = held.find("is:deleted")[0]
        await pilot.press("colon", *f"restore {gone}", "enter")
        await until(pilot, lambda: held.find("is:deleted") == [])
