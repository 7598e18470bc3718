"""Marks in the queue, and what is done to all that are marked: by key, on a real desk."""

from __future__ import annotations

import threading
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.desk.bulk import doing
from kfdesk.desk.tickets.change import change
from kfdesk.model import Change, Priority
from kfdesk.tui.pickers.macros import Macros
from kfdesk.tui.queue.marks import Marks
from kfdesk.tui.screens.bulk import Confirm
from tests.bulk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import console, until
from tests.tui.console import text


@given(st.lists(st.integers(1, 9), unique=True, min_size=1), st.data())
def test_a_range_is_what_lies_between_where_it_began_and_the_cursor(
    numbers: list[int], data: st.DataObject
) -> None:
    ids = array("q", numbers)
    places = st.integers(0, len(ids) - 1)
    begin, end = data.draw(places), data.draw(places)
    marks = Marks({99})
    marks.turn_range(ids[begin])
    for place in data.draw(st.lists(places)):
        marks.moved(ids, place)
    marks.moved(ids, end)
    first, last = sorted((begin, end))
    assert marks.numbers == {99, *ids[first : last + 1]}
    marks.turn_range(ids[end])
    assert not marks.moved(ids, 0)
    assert marks.listed(ids) == [*ids[first : last + 1], 99]


async def test_tickets_are_marked_one_by_one_as_a_range_and_all(opened: OpenOffice) -> None:
    office = opened(tickets=6)
    async with console(office) as (app, pilot):
        marks = app.main.queue.marks
        first, second, third, *_rest = app.main.queue.listing.ids
        await pilot.press("space", "space")
        assert marks.numbers == {first, second}
        assert app.main.queue.listing.number == third
        assert "2 marked" in text(app)
        assert sum(line.startswith("*") for line in text(app).splitlines()) == 2
        await pilot.press("g", "g", "space")
        assert marks.numbers == {second}
        await pilot.press("escape")
        assert not marks
        await pilot.press("g", "g", "v", "j", "j", "v", "j")
        assert marks.numbers == {first, second, third}
        await pilot.press("asterisk")
        await until(pilot, lambda: len(marks) == 6)
        await pilot.press("asterisk")
        await until(pilot, lambda: not marks)
        await pilot.press("pagedown")
        assert app.main.queue.listing.index > 0


async def test_marks_stay_with_their_tickets_when_rows_move(opened: OpenOffice) -> None:
    office = opened(tickets=4)
    async with console(office) as (app, pilot):
        marks = app.main.queue.marks
        await pilot.press("j", "space")
        (marked,) = marks.numbers
        office.later(minutes=1)
        office.receive(raw(sender="new@customer.example"))
        change(office.desk, 1, Change(add_tags=("x",)), ANNA)
        app.main.poller.tick()
        await until(pilot, lambda: bool(app.main.queue.listing.arrived))
        await pilot.press("g", "g", "k")
        await until(pilot, lambda: len(app.main.queue.listing.ids) == 5)
        assert marks.numbers == {marked}
        (line,) = (line for line in text(app).splitlines() if line.startswith("*"))
        assert f" {marked} Order" in line


async def test_what_is_done_to_marks_is_shown_first_and_undone_as_one(opened: OpenOffice) -> None:
    office = opened(tickets=4)
    async with console(office) as (app, pilot):
        await pilot.press("space", "space", "e")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await until(pilot, lambda: "0 tickets are changed" in text(app))
        await until(pilot, lambda: "order_no is empty" in text(app))
        await pilot.press("n")
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        # The summary, and a line each.
        await until(pilot, lambda: text(app).count("new → closed") == 3)
        assert "2 tickets are changed" in text(app)
        await pilot.press("n")
        await until(pilot, lambda: not isinstance(app.screen, Confirm))
        assert {t.status for t in office.tickets()} == {"new"}
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: not app.main.queue.marks)
        assert sorted(t.status for t in office.tickets()) == ["closed", "closed", "new", "new"]
        await pilot.press("u")
        await until(pilot, lambda: {t.status for t in office.tickets()} == {"new"})


async def test_every_key_that_changes_a_ticket_changes_the_marked_ones(office: Office) -> None:
    async with console(office) as (app, pilot):
        for keys, value, wanted in (
            (("p",), "priority", Priority.URGENT),
            (("colon", *"assign bert", "enter"), "assignee", "bert"),
            (("colon", *"tag vip", "enter"), "tags", ("vip",)),
            (("colon", *"snooze none", "enter"), "snoozed_until", None),
            (("colon", *"bulk set status=hold", "enter"), "status", "hold"),
        ):
            await pilot.press("escape", "asterisk", *keys)
            if keys == ("p",):
                await pilot.pause(0.1)
                await pilot.press("home", "pageup", "enter")
            await until(pilot, lambda: isinstance(app.screen, Confirm))
            await pilot.press("y")
            await until(pilot, lambda: not isinstance(app.screen, Confirm))
            await until(
                pilot,
                lambda value=value, wanted=wanted: (  # type: ignore[misc]
                    {getattr(t, value) for t in office.tickets()} == {wanted}
                ),
            )


async def test_marks_that_were_left_stay_marked(office: Office) -> None:
    for number in (2, 3):
        change(office.desk, number, Change(fields={"order_no": "A1"}), ANNA)
    async with console(office) as (app, pilot):
        await pilot.press("asterisk", "e")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        change(office.desk, 2, Change(add_tags=("meanwhile",)), ANNA)
        await pilot.press("y")
        await until(
            pilot, lambda: "2 were left unchanged" in str([t.message for t in app._notifications])
        )
        assert app.main.queue.marks.numbers == {1, 2}
        assert office.ticket(3).status == "solved"


async def test_the_console_paints_while_many_are_changed(
    opened: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys move the cursor, and the line below says how far it is, while the writer writes."""
    office = opened(tickets=6)
    go_on, waiting = threading.Event(), threading.Event()

    def slowly(*given: Any, **more: Any) -> Any:
        waiting.set()
        assert go_on.wait(10)
        return doing.do(*given, **more)

    monkeypatch.setattr("kfdesk.desk.bulk.many.do", slowly)
    async with console(office) as (app, pilot):
        await pilot.press("asterisk", "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, waiting.is_set)
        await until(pilot, lambda: "changing tickets: 0 of 6" in text(app))
        before = app.main.queue.listing.index
        await pilot.press("j", "j")
        assert app.main.queue.listing.index == before + 2
        assert {t.status for t in office.tickets()} == {"new"}
        go_on.set()
        await until(pilot, lambda: {t.status for t in office.tickets()} == {"closed"})
        await until(pilot, lambda: "changing tickets" not in text(app))


async def test_a_macro_is_picked_with_what_it_would_do_in_view(office: Office) -> None:
    async with console(office) as (app, pilot):
        number = app.main.queue.listing.number
        assert number is not None
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, Macros))
        await until(pilot, lambda: "is refunded. Anna" in text(app))
        shown = text(app)
        assert "Refund is done" in shown
        assert "Calm down" not in shown
        assert f"Dear Customer {number}, ticket {number} is refunded. Anna" in shown
        await pilot.press(*"nothing")
        await until(pilot, lambda: "Nothing has these words" in text(app))
        await pilot.press(*["backspace"] * 7, *"refund", "enter")
        await until(pilot, lambda: office.ticket(number).status == "pending")
        assert office.messages(number)[1].author == "anna"


async def test_a_macro_on_marks_is_confirmed_like_any_bulk(office: Office) -> None:
    async with console(office) as (app, pilot):
        await pilot.press("asterisk", "m")
        await until(pilot, lambda: isinstance(app.screen, Macros))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await until(pilot, lambda: "reply × 3" in text(app))
        await pilot.press("y")
        await until(pilot, lambda: {t.status for t in office.tickets()} == {"pending"})
        assert len(office.outbox()) == 3


async def test_in_the_composer_a_macro_gives_its_words_and_does_nothing(office: Office) -> None:
    async with console(office) as (app, pilot):
        number = app.main.queue.listing.number
        assert number is not None
        await pilot.press("r")
        await until(pilot, lambda: app.main.composer.display)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, Macros))
        await pilot.press("enter")
        await until(pilot, lambda: "is refunded" in app.main.composer.text)
        assert office.ticket(number).status == "new"
        assert len(office.messages(number)) == 1


async def test_what_was_taken_back_is_done_again(office: Office) -> None:
    async with console(office) as (app, pilot):
        number = app.main.queue.listing.number
        assert number is not None
        await pilot.press("x")
        await until(pilot, lambda: office.ticket(number).status == "closed")
        await pilot.press("u")
        await until(pilot, lambda: office.ticket(number).status == "new")
        await pilot.press("U")
        await until(pilot, lambda: office.ticket(number).status == "closed")
