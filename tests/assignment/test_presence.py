"""Agents go away and come back; routes give them nothing in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kfdesk.desk.admin.doctor import examine
from kfdesk.desk.assigning.presence import agents, away, back
from kfdesk.errors import UserError
from kfdesk.model import Actor, By
from tests.assignment.conftest import OpenFloor
from tests.assignment.desk import LATE, removed, route

ANNA = Actor(By.AGENT, "anna")


def test_who_is_away_gets_nothing_until_they_are_back(floor: OpenFloor) -> None:
    desk = floor(route())
    away(desk.desk, ANNA, until="2026-11-23 12:00", reason="dentist")
    assert desk.tickets(2) == ["bert", "carl"]
    assert desk.decisions(1)[0]["candidates"][0] == {
        "agent": "anna", "removed_by": "away", "value": "2026-11-23T04:00:00+00:00",
    }  # fmt: skip
    back(desk.desk, ANNA)
    assert desk.tickets(1) == ["anna"]


def test_somebody_else_can_be_marked_away(floor: OpenFloor) -> None:
    desk = floor(route())
    found = away(desk.desk, ANNA, "bert", reason="ill")
    assert (found.agent, found.away, found.until, found.reason) == ("bert", True, None, "ill")
    assert removed(desk.decisions(desk.ticket().number)[0])["bert"] == "away"


def test_the_time_of_an_absence_is_read_in_the_desks_zone(floor: OpenFloor) -> None:
    desk = floor()
    assert away(desk.desk, ANNA, until="2026-11-23 12:00").until == datetime(
        2026, 11, 23, 4, 0, tzinfo=UTC
    )
    assert away(desk.desk, ANNA, until="2026-11-23T12:00+00:00").until == datetime(
        2026, 11, 23, 12, 0, tzinfo=UTC
    )
    assert away(desk.desk, ANNA, until="2d").until == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def test_absences_are_kept(floor: OpenFloor) -> None:
    desk = floor()
    away(desk.desk, ANNA, reason="lunch")
    desk.later(hours=1)
    away(desk.desk, ANNA, reason="dentist")
    desk.later(hours=1)
    back(desk.desk, ANNA)
    rows = desk.sql("SELECT reason, (until - since) / 3600000 FROM absence ORDER BY id")
    assert rows == [("lunch", 1), ("dentist", 1)]


@pytest.mark.parametrize("until", ["soon", "2026-11-23 09:00", "0h", "2999-01-01", "3 pm"])
def test_a_time_that_cannot_be_is_an_error(floor: OpenFloor, until: str) -> None:
    with pytest.raises(UserError, match="--until"):
        away(floor().desk, ANNA, until=until)


def test_who_is_not_away_cannot_come_back(floor: OpenFloor) -> None:
    with pytest.raises(UserError, match="anna is not away"):
        back(floor().desk, ANNA)


def test_an_unknown_agent_is_named_with_the_nearest(floor: OpenFloor) -> None:
    with pytest.raises(UserError, match="did you mean anna"):
        away(floor().desk, ANNA, "ana")


def test_the_list_says_who_is_there_and_how_much_they_have(floor: OpenFloor) -> None:
    desk = floor(route(), anna='title = "Anna"\ncapacity = 5', bert=LATE)
    desk.tickets(3)
    desk.solve(1)
    away(desk.desk, Actor(By.AGENT, "carl"), until="1h", reason="lunch")
    anna, bert, carl, dora = agents(desk.desk)
    assert anna.as_json() == {
        "agent": "anna", "title": "Anna", "teams": ["refunds"], "on_shift": True, "away": False,
        "until": None, "reason": "", "open": 1, "capacity": 5, "today": 2, "at": [],
    }  # fmt: skip
    assert not bert.on_shift
    assert (carl.away, carl.reason, carl.open) == (True, "lunch", 1)
    assert (dora.capacity, dora.open) == (0, 0)


def test_tickets_of_somebody_who_has_left_are_found_by_the_doctor(floor: OpenFloor) -> None:
    desk = floor(route())
    desk.tickets(3)
    desk.solve(2)
    settings = desk.desk.settings
    assert not any("no agent" in one.detail for one in examine(settings, desk.desk.clock))
    carl = tuple(agent for agent in settings.agents if agent.name == "carl")
    without = replace(settings, agents=carl)
    (held,) = [one for one in examine(without, desk.desk.clock) if "no agent" in one.detail]
    assert held.detail == "anna is no agent any more, and has 1 open ticket"
    assert "kfdesk list 'is:open is:assigned -assignee:carl'" in held.remedy
