"""Nobody there: stays unassigned with that reason, and is taken at the next shift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kfdesk.config import load
from kfdesk.desk.assigning.presence import away, back
from kfdesk.desk.syncing.sync import sync
from kfdesk.model import Actor, By, Status
from tests.assignment.conftest import OpenFloor
from tests.assignment.desk import MONDAY, OFFICE, Floor, removed, route

EVENING = MONDAY + timedelta(hours=10)  # 20:00 in Shanghai
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai
ALL_OFFICE = {"anna": OFFICE, "bert": OFFICE, "carl": OFFICE}


def closed(floor: OpenFloor, **keys: str) -> Floor:
    """A desk after hours."""
    return floor(route(**keys), EVENING, **ALL_OFFICE)


def test_everybody_away_leaves_it_unassigned_with_that_reason(floor: OpenFloor) -> None:
    desk = closed(floor)
    assert desk.ticket().assignee == ""
    assert desk.waits() == {1: "off shift: 3"}
    (decision,) = desk.decisions(1)
    assert (decision["agent"], decision["reason"]) == (None, "nobody")
    assert removed(decision)["anna"] == "off shift"
    assert desk.due() == TUESDAY


def test_it_is_taken_at_the_next_shift(floor: OpenFloor) -> None:
    desk = closed(floor)
    desk.tickets(3)
    assert desk.retry() == 0
    desk.now = TUESDAY
    assert desk.retry() == 3
    assert [desk.get(n).assignee for n in (1, 2, 3)] == ["anna", "bert", "carl"]
    assert desk.waits() == {}
    assert desk.decisions(1)[-1]["reason"] == "chosen"


def test_a_sync_takes_it_at_the_next_shift(floor: OpenFloor) -> None:
    desk = closed(floor)
    (desk.file.parent / "Maildir").mkdir()
    for sub in ("tmp", "new", "cur"):
        (desk.file.parent / "Maildir" / sub).mkdir()
    sync(desk.desk.settings, (), lambda: desk.now)
    desk.tickets(3)
    desk.now = TUESDAY + timedelta(minutes=30)
    sync(desk.desk.settings, (), lambda: desk.now)
    assert [desk.get(n).assignee for n in (1, 2, 3)] == ["anna", "bert", "carl"]
    assert desk.events(1)[-1].at == TUESDAY, "as of the instant at which the shift began"


def test_triggers_see_what_a_retry_gave(floor: OpenFloor) -> None:
    rule = """
[[trigger]]
name = "Given"
on = ["updated"]
when = "assignee.now:anna by:rule"
do = [{ tag = ["given"] }]
"""
    desk = floor(route() + rule, EVENING, **ALL_OFFICE)
    desk.ticket()
    desk.now = TUESDAY
    desk.retry()
    assert desk.get(1).tags == ("given",)
    kinds = [(event.kind, event.actor.name) for event in desk.events(1)]
    assert ("retried", "refunds") in kinds


def test_who_waits_longest_comes_first_and_nobody_gets_more_than_they_can_hold(
    floor: OpenFloor,
) -> None:
    desk = floor(
        route(), EVENING, **dict.fromkeys(("anna", "bert", "carl"), f"{OFFICE}capacity = 1")
    )
    for _n in range(5):
        desk.ticket()
        desk.later(minutes=1)
    desk.now = TUESDAY
    desk.retry()
    assert [desk.get(n).assignee for n in range(1, 6)] == ["anna", "bert", "carl", "", ""]
    assert desk.due() is None, "only work that ends can help now"
    desk.solve(2, "bert")
    assert desk.due() == desk.now
    desk.retry()
    assert [desk.get(n).assignee for n in (4, 5)] == ["bert", ""]


def test_work_that_is_passed_on_frees_its_agent(floor: OpenFloor) -> None:
    desk = floor(route(), anna="capacity = 1", bert="capacity = 1", carl="capacity = 1")
    desk.tickets(4)
    desk.change(1, "anna", assignee="dora")
    desk.retry()
    assert desk.get(4).assignee == "anna"


def test_who_comes_back_from_an_absence_is_given_what_waits(floor: OpenFloor) -> None:
    desk = floor(route(team='"tech"'))
    dora = Actor(By.AGENT, "dora")
    away(desk.desk, dora)
    desk.ticket()
    assert (desk.waits(), desk.due()) == ({1: "away: 1"}, None)
    back(desk.desk, dora)
    desk.retry()
    assert desk.get(1).assignee == "dora"


def test_an_absence_that_ends_by_itself_is_an_instant_to_try_again(floor: OpenFloor) -> None:
    desk = floor(route(team='"tech"'))
    away(desk.desk, Actor(By.AGENT, "dora"), until="3h")
    desk.ticket()
    assert desk.due() == MONDAY + timedelta(hours=3)
    desk.later(hours=3)
    desk.retry()
    assert desk.get(1).assignee == "dora"


def test_an_absence_that_ends_after_hours_is_over_at_the_next_shift(floor: OpenFloor) -> None:
    desk = floor(route(team='"tech"'), dora=OFFICE)
    away(desk.desk, Actor(By.AGENT, "dora"), until="10h")
    desk.ticket()
    assert desk.due() == TUESDAY


def test_a_new_agent_in_the_configuration_is_given_what_waits(floor: OpenFloor) -> None:
    desk = floor(route(), anna="capacity = 1", bert="capacity = 1", carl="capacity = 1")
    desk.tickets(4)
    assert desk.due() is None
    desk.again(bert="capacity = 2")
    desk.retry()
    assert desk.get(4).assignee == "bert"


def test_a_retry_with_the_same_outcome_writes_nothing(floor: OpenFloor) -> None:
    desk = floor(route(), anna="capacity = 1", bert="capacity = 1", carl="capacity = 1")
    desk.tickets(4)
    before = desk.sql("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM trace)")
    desk.sql("UPDATE waiting SET retry_at = 0")
    assert desk.retry() == 1
    assert desk.sql("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM trace)") == before
    assert desk.due() is None


def test_work_older_than_the_limit_is_not_poured_over_who_comes_in(floor: OpenFloor) -> None:
    desk = closed(floor, not_older_than='"8h"')
    desk.ticket()
    desk.later(hours=6)
    desk.ticket(email="late@customer.example")
    desk.now = TUESDAY
    desk.retry()
    assert [desk.get(n).assignee for n in (1, 2)] == ["", "anna"]
    assert desk.waits() == {}
    assert desk.decisions(1)[-1]["reason"] == "too old"
    told = desk.events(1)[-1]
    assert told.kind == "waited too long"
    assert "too long" in told.text
    assert "since 2026-11-23 20:00," in told.text  # by the desk's own clock
    assert desk.decisions(1)[-1]["team"] == desk.get(1).team != ""
    assert desk.retry() == 0


def test_what_was_left_for_a_person_is_routed_again_when_the_customer_writes(
    floor: OpenFloor,
) -> None:
    desk = closed(floor, not_older_than='"8h"')
    desk.ticket()
    desk.now = TUESDAY
    desk.retry()
    assert desk.change(1, add_tags=("seen",)).assignee == ""
    assert desk.change(1, team="tech").assignee == "dora", "the route asks about the team"


def test_a_ticket_that_is_given_or_solved_otherwise_waits_no_longer(floor: OpenFloor) -> None:
    desk = closed(floor)
    desk.tickets(3)
    desk.change(1, assignee="dora")
    desk.change(2, status=Status.SOLVED)
    assert list(desk.waits()) == [3]
    desk.now = TUESDAY
    desk.retry()
    assert [desk.get(n).assignee for n in (1, 2, 3)] == ["dora", "", "anna"]


def test_a_ticket_that_no_route_is_for_any_more_waits_no_longer(floor: OpenFloor) -> None:
    desk = floor(route(when='"is:unassigned priority:normal"'), EVENING, **ALL_OFFICE)
    desk.ticket()
    desk.change(1, priority="high")
    assert desk.waits() == {}


def test_after_long_downtime_a_retry_happens_as_of_its_own_instant(floor: OpenFloor) -> None:
    desk = closed(floor)
    desk.ticket()
    desk.now = TUESDAY + timedelta(days=1, hours=12)  # 21:00: closed again
    desk.retry()
    assert desk.get(1).assignee == "anna"


def test_an_otherwise_idle_sync_sees_that_somebody_new_can_take_what_waits(
    floor: OpenFloor,
) -> None:
    desk = floor(route(), anna="capacity = 1", bert="capacity = 1", carl="capacity = 1")
    for part in ("tmp", "new", "cur"):
        (desk.file.parent / "Maildir" / part).mkdir(parents=True)
    desk.tickets(4)
    sync(desk.desk.settings, (), lambda: desk.now)
    assert desk.get(4).assignee == ""
    desk.agents["bert"] = "capacity = 2"
    desk.write()
    sync(load(desk.file), (), lambda: desk.now)
    assert desk.get(4).assignee == "bert"


def test_a_ticket_that_a_rule_takes_from_everybody_is_not_tried_for_ever(floor: OpenFloor) -> None:
    rule = """
[[trigger]]
name = "Nobody shall"
on = ["updated"]
when = "is:assigned"
do = [{ assign = "none" }]
"""
    desk = floor(route() + rule, EVENING, **ALL_OFFICE)
    desk.ticket()
    desk.now = TUESDAY
    assert desk.retry() == 1
    assert (desk.get(1).assignee, desk.waits()) == ("", {})
