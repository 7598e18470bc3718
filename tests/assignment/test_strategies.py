"""The listed strategies, falling through."""

from __future__ import annotations

from typing import Any

from kfdesk.model import Priority
from tests.assignment.conftest import OpenFloor
from tests.assignment.desk import Floor, removed, route, shares


def values(decision: dict[str, Any], strategy: str) -> dict[str, Any]:
    """{agent: what a strategy compared} of a decision."""
    return {
        one["agent"]: one["values"][strategy]
        for one in decision["candidates"]
        if strategy in one.get("values", {})
    }


# --- last-agent


def test_a_returning_customer_goes_to_the_agent_who_had_them_last(floor: OpenFloor) -> None:
    desk = floor(route("last-agent", "round-robin"))
    desk.tickets(1)
    assert desk.ticket(email="jane@customer.example").assignee == "bert"
    desk.solve(2, "bert")
    desk.later(days=29)
    assert desk.ticket(email="jane@customer.example").assignee == "bert"
    assert desk.decisions(3)[0]["strategy"] == "last-agent"
    assert removed(desk.decisions(3)[0])["anna"] == "last-agent"


def test_a_customer_who_returns_after_the_days_is_anybodys(floor: OpenFloor) -> None:
    desk = floor(route("last-agent", "round-robin", last_agent_within='"30d"'))
    desk.ticket()
    desk.solve(1)
    desk.later(days=31)
    assert desk.ticket().assignee == "bert"
    assert desk.decisions(2)[0]["passed"] == [["last-agent", "nobody"]]


def test_where_the_last_agent_cannot_the_next_strategy_is_asked(floor: OpenFloor) -> None:
    desk = floor(route("last-agent", "round-robin"), anna="capacity = 1")
    assert desk.ticket().assignee == "anna"
    assert desk.ticket().assignee == "bert"
    assert desk.decisions(2)[0]["passed"] == [["last-agent", "anna"]]


def test_two_tickets_of_one_customer_at_once_go_to_one_agent(floor: OpenFloor) -> None:
    desk = floor(route("last-agent", "round-robin", when='"is:unassigned tag:now"'))
    desk.tickets(1, add_tags=("now",))
    desk.ticket()
    desk.ticket()
    desk.again(route("last-agent", "round-robin"))
    desk.sql(
        "INSERT INTO waiting VALUES (2, 'refunds', '', '', 0, 0), (3, 'refunds', '', '', 0, 0)"
    )
    desk.retry()
    assert desk.get(2).assignee == desk.get(3).assignee == "bert"


# --- source


LINES = """[
  { when = "customer.email:*@big.example", to = "agent:bert" },
  { when = "subject~refund", to = "team:refunds" },
  { when = "subject~wifi", to = "tech" },
]"""


def by_source(floor: OpenFloor, **agents: str) -> Floor:
    """A desk whose tickets go by where they come from, whatever their team."""
    return floor(route("source", "round-robin", source=LINES.replace("\n", "")), **agents)


def test_the_first_line_that_holds_names_the_agent(floor: OpenFloor) -> None:
    desk = by_source(floor)
    assert desk.ticket("refund", "eve@big.example", team="").assignee == "bert"
    assert desk.decisions(1)[0]["strategy"] == "source"


def test_a_line_can_name_a_team_of_whose_agents_the_next_strategies_choose(
    floor: OpenFloor,
) -> None:
    desk = by_source(floor)
    got = [desk.ticket("my refund", f"c{n}@x.example", team="").assignee for n in range(4)]
    assert got == ["anna", "bert", "carl", "anna"]
    assert desk.ticket("my wifi", team="").assignee == "dora"
    assert desk.decisions(1)[0]["strategy"] == "round-robin"
    assert removed(desk.decisions(1)[0])["dora"] == "source"


def test_where_no_line_holds_or_nobody_of_it_is_there_the_next_is_asked(floor: OpenFloor) -> None:
    desk = by_source(floor, bert="capacity = 1", dora="capacity = 1")
    assert desk.ticket("hello", team="").assignee == "anna"
    assert desk.decisions(1)[0]["passed"] == [["source", "nobody"]]
    assert desk.ticket("x", "eve@big.example", team="").assignee == "bert"
    assert desk.ticket("x", "eve@big.example", team="").assignee != "bert"
    assert desk.decisions(3)[0]["passed"] == [["source", "bert"]]


# --- skill


REFUND = "售后/退款"


def practised(floor: OpenFloor, enough: int = 4) -> Floor:
    """A desk where anna solved four refunds of four, and bert four of which two came back."""
    desk = floor(route("skill", "round-robin", skill_from=str(enough), when='"-tag:by-hand"'))
    for n in range(8):
        who = "anna" if n < 4 else "bert"
        desk.ticket(category=REFUND, assignee=who, add_tags=("by-hand",))
        desk.solve(n + 1, who)
        if n > 5:
            desk.change(n + 1, who, status="open")
            desk.solve(n + 1, who)
    return desk


def test_skill_is_the_agents_own_record_in_that_category(floor: OpenFloor) -> None:
    desk = practised(floor)
    assert desk.tickets(3, category=REFUND) == ["anna", "anna", "anna"]
    decision = desk.decisions(9)[0]
    assert decision["strategy"] == "skill"
    assert values(decision, "skill")["bert"] == {
        "score": 0.21, "had": 4, "solved": 4, "reopened": 2, "satisfaction": None,
    }  # fmt: skip
    assert removed(decision)["bert"] == "skill"


def test_satisfaction_counts_in_skill(floor: OpenFloor) -> None:
    desk = practised(floor)
    for n in range(1, 9):
        score = 1 if n < 5 else 5
        desk.sql(
            "INSERT INTO survey (ticket_id, asked_at, score, comment) VALUES (:n, 0, :s, '')",
            n=n,
            s=score,
        )
    assert desk.ticket(category=REFUND).assignee == "bert"
    assert values(desk.decisions(9)[0], "skill")["anna"]["satisfaction"] == 0


def test_a_ticket_handed_on_counts_against_skill(floor: OpenFloor) -> None:
    desk = practised(floor)
    for _n in range(4):
        ticket = desk.ticket(category=REFUND, assignee="anna", add_tags=("by-hand",))
        desk.change(ticket.number, "anna", assignee="carl")
    assert desk.decisions(desk.ticket(category=REFUND).number)[0]["strategy"] == "skill"
    found = values(desk.decisions(13)[0], "skill")
    assert (found["anna"]["had"], found["anna"]["solved"]) == (8, 4)
    assert found["carl"]["had"] == 0, "what carl still works on says nothing yet"


def test_skill_says_nothing_before_there_is_enough_of_it(floor: OpenFloor) -> None:
    desk = practised(floor, enough=5)
    assert desk.tickets(3, category=REFUND) == ["anna", "bert", "carl"]
    assert desk.decisions(9)[0]["passed"] == [["skill", "nobody"]]


def test_skill_says_nothing_of_another_category_or_of_none(floor: OpenFloor) -> None:
    desk = practised(floor)
    assert desk.tickets(2) == ["anna", "bert"]
    assert desk.decisions(9)[0]["passed"] == [["skill", "no category"]]


# --- least-open, least-today


def test_least_open_is_weighted_by_priority(floor: OpenFloor) -> None:
    desk = floor(route("least-open"))
    desk.ticket(assignee="anna", priority=Priority.URGENT)
    desk.ticket(assignee="bert", priority=Priority.LOW)
    desk.ticket(assignee="bert", priority=Priority.LOW)
    desk.ticket(assignee="carl", priority=Priority.HIGH)
    assert desk.ticket(email="x@y.example").assignee == "bert"
    assert values(desk.decisions(5)[0], "least-open") == {"anna": 4, "bert": 2, "carl": 3}


def test_work_that_is_done_does_not_count_as_open(floor: OpenFloor) -> None:
    desk = floor(route("least-open"))
    assert desk.tickets(3) == ["anna", "bert", "carl"]
    desk.solve(2, "bert")
    assert desk.ticket(email="x@y.example").assignee == "bert"


def test_work_that_waits_for_the_customer_counts_as_open(floor: OpenFloor) -> None:
    desk = floor(route("least-open"))
    desk.tickets(3)
    desk.change(1, "anna", status="pending")
    desk.solve(2, "bert")
    assert desk.tickets(1) == ["bert"]


def test_least_today_counts_what_was_given_today_even_if_it_is_done(floor: OpenFloor) -> None:
    desk = floor(route("least-today"))
    assert desk.tickets(3) == ["anna", "bert", "carl"]
    desk.solve(2, "bert")
    desk.ticket(assignee="bert")
    assert set(desk.tickets(2)) == {"anna", "carl"}
    assert values(desk.decisions(5)[0], "least-today") == {"anna": 2, "bert": 4, "carl": 2}


def test_today_is_the_day_of_the_desks_zone(floor: OpenFloor) -> None:
    desk = floor(route("least-today"))
    desk.ticket(assignee="anna")
    desk.later(hours=13, minutes=59)  # 23:59 in Shanghai
    assert desk.tickets(1) == ["bert"]
    desk.later(minutes=2)
    assert desk.tickets(1) == ["carl"], "all are equal again, and bert had the last turn"


# --- round-robin


def test_round_robin_goes_in_the_order_of_the_file(floor: OpenFloor) -> None:
    desk = floor(route("round-robin"))
    assert desk.tickets(7) == ["anna", "bert", "carl"] * 2 + ["anna"]


def test_whose_turn_it_is_survives_a_restart(floor: OpenFloor) -> None:
    desk = floor(route("round-robin"))
    desk.tickets(2)
    desk.again()
    assert desk.tickets(2) == ["carl", "anna"]


def test_round_robin_favours_nobody_when_somebody_is_away(floor: OpenFloor) -> None:
    desk = floor(route("round-robin"), bert="capacity = 1")
    desk.tickets(2)
    assert shares(desk.tickets(10)) == {"anna": 5, "carl": 5}


def test_each_team_has_its_own_turn(floor: OpenFloor) -> None:
    desk = floor(route("round-robin"), dora="")
    assert desk.tickets(1) == ["anna"]
    assert desk.tickets(1, team="tech") == ["dora"]
    assert desk.tickets(1) == ["bert"]


def test_what_another_strategy_gives_does_not_move_the_turn(floor: OpenFloor) -> None:
    desk = floor(route("last-agent", "round-robin"))
    assert desk.ticket().assignee == "anna"
    assert [desk.ticket().assignee for _n in range(3)] == ["anna"] * 3
    assert desk.tickets(1) == ["bert"]


def test_a_tie_is_broken_by_the_next_strategy_and_said(floor: OpenFloor) -> None:
    desk = floor(route("least-open", "round-robin"))
    assert desk.tickets(4) == ["anna", "bert", "carl", "anna"]
    first, second = desk.decisions(1)[0], desk.decisions(2)[0]
    assert (first["strategy"], first["tie_break"]) == ("least-open", "round-robin")
    assert removed(second) == {
        "anna": "least-open", "bert": "", "carl": "round-robin", "dora": "team",
    }  # fmt: skip


def test_without_another_strategy_a_tie_is_broken_by_whose_turn_it_is(floor: OpenFloor) -> None:
    desk = floor(route("least-open"))
    assert desk.tickets(4) == ["anna", "bert", "carl", "anna"]
    assert desk.decisions(1)[0]["tie_break"] == "turn"
