"""Filters first: member of the team, on shift, not away, below capacity, not excluded."""

from __future__ import annotations

from tests.assignment.conftest import OpenFloor
from tests.assignment.desk import LATE, removed, route


def test_only_members_of_the_team_are_asked(floor: OpenFloor) -> None:
    desk = floor(route())
    assert set(desk.tickets(8)) == {"anna", "bert", "carl"}
    assert removed(desk.decisions(1)[0])["dora"] == "team"


def test_a_route_can_name_another_team_than_the_tickets(floor: OpenFloor) -> None:
    desk = floor(route(team='"tech"'))
    assert desk.tickets(2) == ["dora", "dora"]


def test_a_ticket_without_a_team_may_go_to_everybody(floor: OpenFloor) -> None:
    desk = floor(route())
    assert desk.tickets(4, team="") == ["anna", "bert", "carl", "dora"]


def test_nobody_gets_a_ticket_out_of_their_shift(floor: OpenFloor) -> None:
    desk = floor(route(), anna=LATE)
    assert "anna" not in desk.tickets(4)
    (one, *_others) = desk.decisions(1)[0]["candidates"]
    assert one == {
        "agent": "anna",
        "removed_by": "off shift",
        "value": "2026-11-23T06:00:00+00:00",
    }


def test_nobody_gets_more_open_tickets_than_their_capacity(floor: OpenFloor) -> None:
    desk = floor(route(), anna="capacity = 1", bert="capacity = 2", carl="capacity = 2")
    assert desk.tickets(6) == ["anna", "bert", "carl", "bert", "carl", ""]
    assert removed(desk.decisions(6)[0]) == {
        "anna": "full", "bert": "full", "carl": "full", "dora": "team",
    }  # fmt: skip
    assert desk.decisions(6)[0]["candidates"][1]["value"] == "2/2"


def test_who_is_excluded_gets_nothing_by_the_route(floor: OpenFloor) -> None:
    desk = floor(route(exclude='["bert"]'))
    assert desk.tickets(4) == ["anna", "carl", "anna", "carl"]
    assert removed(desk.decisions(1)[0])["bert"] == "excluded"


def test_who_gave_a_ticket_back_does_not_get_it_again(floor: OpenFloor) -> None:
    desk = floor(route())
    assert desk.ticket().assignee == "anna"
    assert desk.change(1, "anna", assignee="").assignee == "bert"
    assert removed(desk.decisions(1)[-1])["anna"] == "gave back"
    assert desk.change(1, "bert", assignee="").assignee == "carl"
