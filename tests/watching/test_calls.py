"""Somebody calls: met by their number, shown over what one does, in the way of nothing typed."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kfdesk.desk.customers.card import card
from kfdesk.desk.teamwork.alerts import Heard, answer, news, today
from kfdesk.desk.teamwork.calls import ring
from kfdesk.desk.tickets.change import change
from kfdesk.errors import UserError
from kfdesk.model import Change, Priority
from kfdesk.tui.frame.ring import Ring
from kfdesk.tui.screens.customer import CustomerCard
from kfdesk.tui.screens.form import Form
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import BERT, PEOPLE, console, until

PHONE = "+8613800138000"


@pytest.fixture
def office(tmp_path: Path) -> object:
    """A desk with a ticket."""
    made = Office(tmp_path, PEOPLE)
    made.receive(raw())
    yield made
    made.close()


def test_who_calls_is_met_by_their_number(office: Office) -> None:
    """The first call makes a customer, the next one finds them."""
    first = ring(office.desk, "138 0013 8000")
    again = ring(office.desk, PHONE, "anna")
    assert first.customer == again.customer
    assert again.call.phone == PHONE
    assert card(office.desk, PHONE).profile.id == first.customer
    with pytest.raises(UserError, match="no telephone number"):
        ring(office.desk, "1001")
    with pytest.raises(UserError, match="no agent"):
        ring(office.desk, PHONE, "nobody")


def test_a_call_rings_for_its_agent_and_for_a_while(office: Office) -> None:
    """Another agent hears nothing, one who comes later hears no old call; the day's list has it."""
    ring(office.desk, PHONE, "anna")
    assert [one.call.phone for one in news(office.desk, ANNA, None).callers] == [PHONE]
    assert not news(office.desk, BERT, None).callers
    assert [one.kind for one in today(office.desk, ANNA)] == ["call"]
    office.now += timedelta(minutes=5)
    assert not news(office.desk, ANNA, None).callers


def test_a_newer_call_that_was_taken_rings_no_more_when_an_older_one_is_put_away(
    office: Office,
) -> None:
    """In two consoles of one agent; in a third, which opens now, neither rings."""
    older, newer = ring(office.desk, PHONE, "anna"), ring(office.desk, PHONE, "anna")
    answer(office.desk, ANNA, newer.call.id)
    answer(office.desk, ANNA, older.call.id)
    assert not news(office.desk, ANNA, None).callers


def test_what_becomes_urgent_is_called_out_to_those_whom_it_concerns(office: Office) -> None:
    """Not to who made it urgent, and not of a ticket that somebody else has."""
    since = news(office.desk, ANNA, None).heard
    change(office.desk, 1, Change(priority=Priority.URGENT), BERT)
    assert [one.kind for one in news(office.desk, ANNA, since).alerts] == ["urgent"]
    assert not news(office.desk, BERT, since).alerts
    change(office.desk, 1, Change(priority=Priority.LOW, assignee="bert"), BERT)
    change(office.desk, 1, Change(priority=Priority.URGENT), BERT)
    assert not news(office.desk, ANNA, since).alerts
    assert not news(office.desk, ANNA, Heard(10**9, 0)).alerts


def test_a_call_that_was_put_away_rings_in_no_console_of_the_agent(office: Office) -> None:
    """Neither in one that is opened a moment later; a later call rings, and others' go on."""
    first = ring(office.desk, PHONE)
    since = news(office.desk, ANNA, None).heard
    answer(office.desk, ANNA, first.call.id)
    assert news(office.desk, ANNA, since).answered == first.call.id
    assert not news(office.desk, ANNA, None).callers
    assert news(office.desk, BERT, None).callers
    second = ring(office.desk, PHONE)
    assert [one.call.id for one in news(office.desk, ANNA, since).callers] == [second.call.id]


async def test_a_call_that_comes_while_one_writes_takes_no_letter(office: Office) -> None:
    """Another process tells it; what is typed goes on into the reply, F9 answers, Esc goes back."""
    async with console(office) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.main.composer.display)
        await pilot.press(*"Dear")
        command = [sys.executable, "-m", "kfdesk", "--config", str(office.file)]
        at = ["--now", office.now.isoformat()]
        subprocess.run([*command, *at, "call", PHONE], check=True)
        await until(pilot, lambda: bool(app.screen.query(Ring)))
        await pilot.pause(1)
        await pilot.press("C", "enter", "x")
        assert app.main.composer.text == "DearC\nx"
        await pilot.press("f9")
        await until(pilot, lambda: app.screen.query_one(Ring).has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.query(Ring))
        await until(pilot, lambda: news(office.desk, ANNA, None).answered == 1)
        await pilot.press("y")
        assert app.main.composer.text == "DearC\nxy"


async def test_who_calls_while_somebody_rings_takes_their_place(office: Office) -> None:
    """The panel is of the newest call; the one before stays among the notices of the day."""
    async with console(office) as (app, pilot):
        ring(office.desk, PHONE)
        ring(office.desk, "+4915112345678")
        await until(pilot, lambda: len(app.screen.query(Ring)) == 1)
        await until(pilot, lambda: app.screen.query_one(Ring).caller.call.phone == "+4915112345678")
        ring(office.desk, PHONE)
        await until(pilot, lambda: [one.caller.call.id for one in app.screen.query(Ring)] == [3])


async def test_the_keys_come_back_when_two_calls_were_found_waiting(office: Office) -> None:
    """Two that rang before the console was opened: one panel, and Esc gives the queue its keys."""
    office.receive(raw())
    ring(office.desk, PHONE)
    ring(office.desk, "+4915112345678")
    async with console(office) as (app, pilot):
        await until(pilot, lambda: any(one.has_focus for one in app.screen.query(Ring)))
        await pilot.pause(0.2)
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.query(Ring))
        assert app.focused is app.main.queue


async def test_a_call_leads_to_the_card_and_to_a_ticket_by_telephone(office: Office) -> None:
    """Enter opens the card; C opens a form for a ticket of theirs."""
    async with console(office) as (app, pilot):
        ring(office.desk, PHONE)
        await until(pilot, lambda: any(one.has_focus for one in app.screen.query(Ring)))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerCard))
        ring(office.desk, PHONE)
        await until(pilot, lambda: any(one.has_focus for one in app.screen.query(Ring)))
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, Form))
        await pilot.press(*"Lost", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, Form))
    ticket = office.ticket(2)
    assert (ticket.channel, ticket.subject) == ("phone", "Lost")
