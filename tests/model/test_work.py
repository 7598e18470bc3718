"""Types, tasks that are due, time spent, who wrote a ticket down, numbers with a check digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk import number
from kfdesk.desk.tickets.listing import find
from kfdesk.desk.tickets.opening import new
from kfdesk.desk.tickets.plain import ticket_json
from kfdesk.desk.tickets.spent import listing, read, spend
from kfdesk.errors import FieldError, NotFound, QueryError, UserError
from kfdesk.mail.token import subject_token
from kfdesk.model import Address
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office
from tests.model.shop import put, ticket


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    return opened()


# --- types and tasks


def test_a_ticket_has_a_type(office: Office) -> None:
    number = ticket(office, "type=problem")
    assert ticket_json(office.ticket(number))["type"] == "problem"
    assert office.find("type:problem,task") == [number]
    assert ticket_json(put(office, number, "type=none"))["type"] is None
    assert office.find("type:none") == [number]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("2026-11-30", datetime(2026, 11, 30, 15, 59, tzinfo=UTC)),
        ("2026-11-30 18:00", datetime(2026, 11, 30, 10, 0, tzinfo=UTC)),
        ("2026-11-30T18:00+00:00", datetime(2026, 11, 30, 18, 0, tzinfo=UTC)),
        ("3d", datetime(2026, 11, 24, 12, 0, tzinfo=UTC)),
        ("none", None),
    ],
)
def test_a_task_is_due_on_a_day_or_at_a_time_of_the_desks_zone(
    office: Office, typed: str, due: datetime | None
) -> None:
    """A day is over at its end."""
    found = put(office, ticket(office, "type=task"), f"task_due={typed}")
    assert found.task_due == due
    assert ticket_json(found)["task_due"] == due


def test_only_a_task_is_due(office: Office) -> None:
    """One that is a task no longer is due no longer."""
    number = ticket(office)
    with pytest.raises(FieldError, match="set type=task too"):
        put(office, number, "task_due=3d")
    put(office, number, "type=task", "task_due=3d")
    found = put(office, number, "type=question")
    assert found.task_due is None
    assert office.events(number)[-1].changes.keys() == {"type", "task_due"}


def test_tasks_are_found_by_when_they_are_due_and_sorted_by_it(office: Office) -> None:
    """There is a view of them; one whose time is over is overdue until it is solved."""
    late = ticket(office, "type=task", "task_due=2026-11-20")
    later = ticket(office, "type=task", "task_due=2026-12-02")
    never = ticket(office, "type=task")
    ticket(office)
    assert office.find("task_due:2026-12") == [later]
    assert office.find("task_due<2026-11-21") == [late]
    assert office.find("type:task task_due:none") == [never]
    assert office.find("is:overdue") == [late]
    tasks = [one.number for one in find(office.desk, "", "anna", view="tasks")]
    assert tasks == [late, later, never]
    put(office, late, "status=solved")
    assert office.find("is:overdue") == []


# --- time spent


def test_work_is_written_down_and_adds_up(office: Office) -> None:
    """In the journal, the JSON, and for queries."""
    number = ticket(office)
    spend(office.desk, number, read("25m"), ANNA, "looked  it up")
    found = spend(office.desk, number, read("1h30m"), ANNA)
    assert found.spent == timedelta(minutes=115)
    assert ticket_json(found)["spent"] == 6900
    assert [(one.agent, one.note) for one in listing(office.desk, number)] == [
        ("anna", "looked it up"), ("anna", ""),
    ]  # fmt: skip
    assert office.events(number)[-1].changes == {"spent": (1500, 6900)}
    assert office.find("spent>1h") == [number]
    assert office.find("spent>2h") == []
    assert office.find("spent<1m") == []


@pytest.mark.parametrize("text", ["", "soon", "25", "-5m", "0m", "31d", "25m 3"])
def test_a_length_of_work_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="“"):
        read(text)


def test_work_needs_a_ticket(office: Office) -> None:
    with pytest.raises(NotFound):
        spend(office.desk, 9, read("5m"), ANNA)


# --- who wrote it down

BY = """
[[trigger]]
name = "by"
on = ["created"]
when = "by:customer"
do = [{ tag = "theirs" }]
"""


def test_the_customer_is_the_author_of_what_an_agent_writes_down(opened: OpenOffice) -> None:
    """Also to rules; the journal says who wrote it down."""
    office = opened(BY)
    found = new(office.desk, Address("Eve", "eve@example.com"), "x", "y", opened_by=ANNA)
    assert found.tags == ("theirs",)
    created = office.events(found.number)[0]
    assert str(created.actor) == "eve@example.com"
    assert created.changes["opened_by"] == (None, "anna")
    assert created.operation is not None


# --- numbers


@given(st.integers(1, 10**18 - 1))
def test_a_number_is_read_however_it_is_written(n: int) -> None:
    """Bare, with a #, and as it stands in a subject; in full width too."""
    token = subject_token("KF", n)
    for text in (str(n), f"#{n}", token, f"[{token}]", token.lower(), f" {n} ", f"＃{n}"):
        assert number.read(text) == n
        assert number.looks_like(text)


@given(st.integers(1, 10**17), st.integers(0, 9))
def test_a_wrong_check_digit_is_refused_naming_the_right_form(n: int, digit: int) -> None:
    """So is a missing one."""
    right = subject_token("KF", n)
    if digit == number.check_digit(n):
        return
    for text in (f"KF-{n}-{digit}", f"KF-{n}"):
        with pytest.raises(number.NoNumber, match=right):
            number.read(text)


@pytest.mark.parametrize("text", ["", "0", "#", "-1", "1.5", "KF-", "x", "1042-7", "9" * 19, "١"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no number of a ticket"):
        number.read(text)


def test_a_query_reads_numbers_alike(office: Office) -> None:
    """Ranges too; a wrong check digit is told with its place."""
    first, second = ticket(office), ticket(office)
    right = subject_token("KF", first)
    for text in ("1", "#1", right, f"[{right}]"):
        assert office.find(f"number:{text}") == [first]
    assert office.find("number:1..2 sort:number") == [first, second]
    with pytest.raises(QueryError, match=right):
        office.find(f"number:{right[:-1]}{(int(right[-1]) + 1) % 10}")
