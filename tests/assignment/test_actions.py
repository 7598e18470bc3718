"""A rule that assigns by a route, or by strategies within the ticket's team."""

from __future__ import annotations

from datetime import timedelta

from tests.assignment.conftest import OpenFloor
from tests.assignment.desk import MONDAY, OFFICE, route

BY_ROUTE = """
[[trigger]]
name = "Give it out"
on = ["created"]
do = [{ assign = "route:refunds" }]
"""
NEVER = '"tag:never"'


def test_a_rule_assigns_by_a_route_whatever_the_routes_own_condition(floor: OpenFloor) -> None:
    desk = floor(route(when=NEVER) + BY_ROUTE)
    assert desk.tickets(4) == ["anna", "bert", "carl", "anna"]
    event = desk.events(1)[-1]
    assert (event.rule, event.changes) == ("Give it out", {"assignee": ("", "anna")})


def test_a_rule_assigns_by_a_strategy_within_the_tickets_team(floor: OpenFloor) -> None:
    desk = floor(BY_ROUTE.replace("route:refunds", "least-open"))
    assert desk.tickets(3) == ["anna", "bert", "carl"]
    assert desk.tickets(1, team="tech") == ["dora"]


def test_a_ticket_that_somebody_has_stays_with_them(floor: OpenFloor) -> None:
    desk = floor(route(when=NEVER) + BY_ROUTE)
    assert desk.ticket(assignee="dora").assignee == "dora"


def test_where_nobody_can_get_it_now_the_rules_route_takes_it_at_the_next_shift(
    floor: OpenFloor,
) -> None:
    people = dict.fromkeys(("anna", "bert", "carl"), OFFICE)
    desk = floor(route(when=NEVER) + BY_ROUTE, MONDAY + timedelta(hours=10), **people)
    assert desk.ticket().assignee == ""
    desk.change(1, add_tags=("seen",))
    assert desk.waits() == {1: "off shift: 3"}
    desk.now = MONDAY + timedelta(hours=23)
    desk.retry()
    assert desk.get(1).assignee == "anna"
    assert desk.events(1)[-1].rule == "Give it out"


def test_what_waits_for_a_route_that_is_gone_waits_no_longer(floor: OpenFloor) -> None:
    desk = floor(route(when=NEVER) + BY_ROUTE, anna="capacity = 1", bert="capacity = 1")
    desk.again(carl="capacity = 1")
    desk.tickets(4)
    assert list(desk.waits()) == [4]
    desk.again("")
    desk.retry()
    assert desk.waits() == {}


def test_triggers_look_at_what_a_route_changed(floor: OpenFloor) -> None:
    rule = """
[[trigger]]
name = "Greet"
when = "assignee.now:anna"
do = [{ note = "Anna has it" }]
"""
    desk = floor(route() + rule)
    assert desk.ticket().message_count == 2


def test_the_first_route_that_holds_decides(floor: OpenFloor) -> None:
    first = route(name='"first"', when='"is:unassigned subject~wifi"', team='"tech"')
    desk = floor(first + route())
    assert desk.ticket("wifi").assignee == "dora"
    assert desk.ticket("refund").assignee == "anna"
    assert [desk.decisions(n)[0]["route"] for n in (1, 2)] == ["first", "refunds"]


def test_what_a_rule_unassigns_is_routed_again(floor: OpenFloor) -> None:
    rule = """
[[trigger]]
name = "Too hot"
when = "priority.now:urgent"
do = [{ assign = "none" }]
"""
    desk = floor(route() + rule)
    desk.ticket()
    assert desk.change(1, priority="urgent").assignee == "bert"


def test_a_change_that_no_route_asks_about_routes_nothing(floor: OpenFloor) -> None:
    desk = floor(route(when='"is:unassigned priority>=high"'))
    desk.ticket()
    desk.again(route())
    assert desk.change(1, add_tags=("seen",)).assignee == ""
    assert desk.change(1, status="open").assignee == "anna"
