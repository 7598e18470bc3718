"""Passing a ticket on to a colleague or a team with a note, and giving it back."""

from __future__ import annotations

import pytest

from kfdesk.desk.assigning.passing import assign
from kfdesk.errors import Conflict, UserError
from kfdesk.model import Actor, By, Direction
from kfdesk.store import messages
from tests.assignment.conftest import OpenFloor
from tests.assignment.desk import Floor, route

ANNA, BERT = Actor(By.AGENT, "anna"), Actor(By.AGENT, "bert")

BOTH = """
[[trigger]]
name = "Passed on"
on = ["updated"]
when = "changed:assignee message~look"
do = [{ tag = ["passed"] }]
"""


def notes(desk: Floor, number: int) -> list[str]:
    """The internal notes of a ticket."""
    with desk.desk.store.read() as tx:
        said = messages.of_ticket(tx, number)
    return [one.text for one in said if one.direction is Direction.NOTE]


def test_the_note_and_the_assignment_are_one_event(floor: OpenFloor) -> None:
    desk = floor(BOTH)
    desk.ticket(assignee="anna")
    found = assign(desk.desk, 1, "bert", ANNA, note="Please look at this")
    assert (found.assignee, found.tags) == ("bert", ("passed",))
    assert notes(desk, 1) == ["Please look at this"]
    roots = desk.sql("SELECT DISTINCT root FROM event WHERE actor = 'anna'")
    assert len(roots) == 1


def test_a_note_goes_along_even_where_nothing_changes(floor: OpenFloor) -> None:
    desk = floor()
    desk.ticket(assignee="bert")
    assign(desk.desk, 1, "bert", ANNA, note="It is yours")
    assert notes(desk, 1) == ["It is yours"]


def test_a_ticket_that_goes_to_a_team_leaves_its_agent_and_the_teams_route_takes_it(
    floor: OpenFloor,
) -> None:
    desk = floor(route())
    desk.ticket()
    found = assign(desk.desk, 1, "tech", ANNA)
    assert (found.team, found.assignee) == ("tech", "dora")
    desk = floor()
    desk.ticket(assignee="anna")
    found = assign(desk.desk, 1, "tech", ANNA)
    assert (found.team, found.assignee) == ("tech", "")


def test_who_passes_a_ticket_to_their_own_team_does_not_get_it_again(floor: OpenFloor) -> None:
    desk = floor(route())
    desk.ticket()
    assert assign(desk.desk, 1, "refunds", ANNA).assignee == "bert"


def test_back_gives_it_to_whom_it_was_passed_on_by(floor: OpenFloor) -> None:
    desk = floor()
    desk.ticket(assignee="anna")
    assign(desk.desk, 1, "bert", ANNA)
    found = assign(desk.desk, 1, "back", BERT, note="Not mine")
    assert found.assignee == "anna"
    assert notes(desk, 1) == ["Not mine"]


def test_back_gives_it_to_the_team_too_and_past_what_rules_did(floor: OpenFloor) -> None:
    desk = floor(route())
    desk.ticket()
    assert assign(desk.desk, 1, "tech", ANNA).assignee == "dora"
    found = assign(desk.desk, 1, "back", Actor(By.AGENT, "dora"))
    assert (found.team, found.assignee) == ("refunds", "anna")


def test_there_is_no_way_back_where_no_person_passed_it_on(floor: OpenFloor) -> None:
    desk = floor(route())
    desk.ticket()
    with pytest.raises(UserError, match="assign 1 none"):
        assign(desk.desk, 1, "back", ANNA)


def test_there_is_no_way_back_to_who_took_it_from_nobody(floor: OpenFloor) -> None:
    desk = floor()
    desk.ticket(team="")
    assign(desk.desk, 1, "me", ANNA)
    with pytest.raises(UserError, match="no person passed"):
        assign(desk.desk, 1, "back", ANNA)


def test_there_is_no_way_back_to_somebody_who_left(floor: OpenFloor) -> None:
    desk = floor()
    desk.ticket(assignee="anna")
    assign(desk.desk, 1, "bert", ANNA)
    desk.again(name="anne")
    with pytest.raises(UserError, match="anna had it before"):
        assign(desk.desk, 1, "back", BERT)


def test_an_unknown_name_is_an_error_and_nothing_is_written(floor: OpenFloor) -> None:
    desk = floor()
    desk.ticket(assignee="anna")
    with pytest.raises(UserError, match="did you mean bert"):
        assign(desk.desk, 1, "berta", ANNA, note="hello")
    assert notes(desk, 1) == []


def test_passing_on_what_was_changed_meanwhile_is_a_conflict(floor: OpenFloor) -> None:
    desk = floor()
    seen = desk.ticket(assignee="anna").version
    desk.change(1, priority="high")
    with pytest.raises(Conflict):
        assign(desk.desk, 1, "bert", ANNA, seen)
