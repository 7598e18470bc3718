"""The ticket model from the keyboard of a real desk."""

from __future__ import annotations

import pytest

from kfdesk.desk.tickets.link import link
from kfdesk.model import Status
from kfdesk.tui.screens.form import Form
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office
from tests.model.shop import CATEGORIES, FIELDS, STATUSES, put, ticket
from tests.teamwork.conftest import console, until
from tests.tui.console import text

FORM = """
[[form]]
name = "refund"
title = "退款单"
category = "售后/退款/*"
fields = ["kind", "reason", "order_no", "gift"]
required = ["kind"]
text = "先问订单号"
"""


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    return opened(STATUSES + FIELDS + CATEGORIES + FORM)


async def test_fields_are_filled_in_each_by_its_type_and_what_is_wrong_stands_beside(
    office: Office,
) -> None:
    """Only those that are shown; a field appears once another has its value."""
    number = ticket(office, "category=退款")
    async with console(office) as (app, pilot):
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, Form))
        await until(pilot, lambda: "Fields of ticket 1 · 退款单" in text(app))
        await until(pilot, lambda: "先问订单号" in text(app))
        form = app.screen
        assert isinstance(form, Form)
        names = [row.entry.name for row in form.rows if row.display]
        assert names == ["category", "type", "priority", "kind", "order_no", "gift"]
        await pilot.press("tab", "tab", "tab", *"return", "tab")
        await until(pilot, lambda: "reason" in [row.entry.name for row in form.rows if row.display])
        await pilot.press(*"broken", "tab", *"wrong", "tab")
        await until(pilot, lambda: "expected a text that fits" in text(app))
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, Form), "nothing is kept while something is wrong"
        line = next(row for row in form.rows if row.entry.name == "order_no").line
        line.value = "A123"
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is not form)
        await pilot.press(*"yes", "enter")
        await until(pilot, lambda: app.screen is form)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, Form))
        assert dict(office.ticket(number).fields) == {
            "kind": "return", "reason": "quality/broken", "order_no": "A123", "gift": True,
        }  # fmt: skip


async def test_leaving_the_form_changes_nothing(office: Office) -> None:
    number = ticket(office)
    async with console(office) as (app, pilot):
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, Form))
        await pilot.press(*"投诉", "escape")
        await until(pilot, lambda: not isinstance(app.screen, Form))
    assert office.ticket(number).category == ""


async def test_a_new_ticket_is_opened_by_a_form(office: Office) -> None:
    """What is missing is said beside it."""
    ticket(office)
    async with console(office) as (app, pilot):
        await pilot.press("C")
        await until(pilot, lambda: "退款单" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Form))
        await pilot.press(*"eve", "tab", *"Broken", "tab", *"It broke.", "ctrl+s")
        await until(pilot, lambda: "is no address" in text(app))
        form = app.screen
        assert isinstance(form, Form)
        form.rows[0].line.value = "Eve <eve@example.com>"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "must be filled in" in text(app))
        await pilot.press(*"repair", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, Form))
        found = office.ticket(2)
        assert (found.subject, found.fields) == ("Broken", {"kind": "repair"})
        assert office.events(2)[0].changes["opened_by"] == (None, "anna")


async def test_own_statuses_are_picked_by_their_titles(office: Office) -> None:
    """And shown so in the list and beside the conversation."""
    number = ticket(office)
    async with console(office) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "等配件" in text(app))
        await pilot.press(*"等配件", "enter")
        await until(pilot, lambda: office.ticket(number).substatus == "waiting-parts")
        await until(pilot, lambda: "‖ 等配件" in text(app) or "等配件" in text(app))
        await pilot.press("colon", *"status in-work", "enter")
        await until(pilot, lambda: office.ticket(number).substatus == "in-work")


async def test_work_spam_and_links_have_their_keys(office: Office) -> None:
    """`T 25m call`, `!`, `:link parent #2`; `:KF-2-…` opens a ticket."""
    ticket(office)
    ticket(office, email="b@example.com")
    async with console(office) as (app, pilot):
        await pilot.press("colon", *"1", "enter")
        await until(pilot, lambda: app.main.follow.number == 1)
        await pilot.press("T", *"25m call", "enter")
        await until(pilot, lambda: office.ticket(1).spent.total_seconds() == 1500)
        await pilot.press("colon", *"link parent #2", "enter")
        await until(pilot, lambda: office.ticket(2).links != ())
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: office.ticket(1).spam)
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: not office.ticket(1).spam)
        await pilot.press("colon", *"open KF-2-9", "enter")
        await until(pilot, lambda: "wrong check digit" in text(app))


async def test_solving_a_problem_offers_to_solve_its_incidents(office: Office) -> None:
    """One key more, and one undo for all of it."""
    for n in range(2):
        put(office, ticket(office, email=f"c{n}@example.com"), "order_no=A123")
    link(office.desk, 1, "incident", 2, ANNA)
    async with console(office) as (app, pilot):
        await pilot.press("colon", *"1", "enter")
        await until(pilot, lambda: app.main.follow.reading is not None)
        await until(pilot, lambda: app.main.follow.number == 1)
        await pilot.press("e")
        await until(pilot, lambda: "its incidents too" in text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: office.ticket(2).status is Status.SOLVED)
        assert office.events(1)[-1].operation == office.events(2)[-1].operation
