"""Reports, the board and the search on the command line."""

from __future__ import annotations

import pytest

from tests.reports.conftest import Run


def test_a_report_is_printed_for_people_and_for_programs(run: Run) -> None:
    done = run("report", "weekly")
    assert "Every week · Tickets created by Week, Team" in done.out
    assert "4 in total" in done.out
    lines = run("report", "weekly", "--json").lines
    assert {
        "week": "2026-W47",
        "team": "refunds",
        "measure": "created",
        "value": 2,
        "n": 2,
    } in lines
    csv = run("report", "--measure", "first_response", "--by", "agent", "--csv").out
    assert csv.splitlines()[0] == "agent,measure,value,n,nine_in_ten"
    assert "anna,first_response,1800.0,1,1800.0" in csv


def test_without_a_name_what_can_be_measured_is_listed(run: Run) -> None:
    done = run("report")
    assert "weekly: created --by week,team" in done.out
    assert "backlog" in done.out
    assert {"report": "weekly", "measure": "created", "by": ["week", "team"]} in run(
        "report", "--json"
    ).lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "wekly"), "there is no report “wekly”"),
        (("report", "--measure", "x"), "nothing of that name is measured"),
        (("report", "weekly", "--by", "x"), "--by x"),
        (("report", "weekly", "--since", "x"), "“x” is no time"),
        (("report", "weekly", "--where", "stat:x"), "stat"),
    ],
)
def test_what_is_wrong_is_named(run: Run, arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert said in done.err


def test_the_board_is_printed(run: Run) -> None:
    assert "Waiting longest" in run("board").out
    (found,) = run("board", "--json").lines
    assert found["now"]["open"] == {"n": 3, "query": "is:open"}
    assert found["today"]["created"]["today"] == 1
    assert found["agents"][0]["name"] == "anna"


def test_a_search_finds_what_was_said_and_who_said_it(run: Run) -> None:
    lines = run("search", "refund", "--json").lines
    assert [(one["ticket"], one["snippet"]) for one in lines if one["kind"] == "message"] == [
        (3, "Another refund, please."), (1, "Hello."), (1, "A refund, please.")
    ]  # fmt: skip
    assert [one["kind"] for one in run("search", "jane", "--json").lines][-1] == "customer"
    only = run("search", "refund", "-assignee:anna", "--json").lines
    assert only == []
    assert "#3 Another refund" in run("search", "refund", "status:new").out
    assert run("search", "refund", "stat:x").code == 2
