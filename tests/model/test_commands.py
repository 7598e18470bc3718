"""The ticket model on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kfdesk.mail.token import subject_token
from tests.cli.conftest import Run
from tests.desk.office import Office
from tests.model.shop import CATEGORIES, FIELDS, STATUSES

FORM = """
[[form]]
name = "refund"
title = "退款单"
category = "售后/退款/*"
fields = ["kind", "reason", "order_no"]
required = ["kind"]
text = "先问订单号"
"""
NEW = ("new", "--from", "Eve <eve@example.com>", "--subject", "Broken")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, STATUSES + FIELDS + CATEGORIES + FORM)
    yield office
    office.close()


def test_every_command_takes_a_number_with_its_check_digit(run: Run) -> None:
    """A wrong one is refused, with the right form and exit code 2."""
    run(*NEW)
    right = subject_token("KF", 1)
    for text in ("1", "#1", right, f"[{right}]"):
        assert run("show", text, "--json").json["number"] == 1
    done = run("show", "KF-1-9")
    assert (done.code, f"is {right}" in done.err) == (2, True)
    assert run("show", "x").code == 2
    assert run("show", "99").code == 1


def test_new_by_a_form_asks_for_what_it_requires(run: Run) -> None:
    done = run(*NEW, "--form", "refund")
    assert done.code == 2
    assert "kind must be filled in: kind=…" in done.err
    made = run(*NEW, "--form", "refund", "kind=return", "category=退款", "--json").json
    assert made["category"] == "售后/退款"
    shown = run("fields", "1", "--json").json
    assert (shown["form"], shown["missing"]) == ("refund", ["reason", "order_no"])
    assert [one["name"] for one in shown["fields"]] == ["kind", "reason", "order_no"]
    told = run("fields", "1").out
    assert "退款单" in told
    assert "先问订单号" in told
    assert "reason, 订单号" in told


def test_own_statuses_are_shown_by_their_titles(run: Run) -> None:
    run(*NEW)
    assert "等配件" in run("set", "1", "status=waiting-parts").out
    assert "等配件" in run("list", "status:hold").out
    assert "等配件" in run("show", "1").out
    assert "等配件" in run("why", "1").out
    json = run("show", "1", "--json").json
    assert (json["status"], json["status_kind"]) == ("waiting-parts", "hold")


def test_links_spent_spam_and_quarantine(run: Run) -> None:
    """Each answers with the ticket."""
    run(*NEW)
    run(*NEW)
    assert run("link", "1", "incident", "2", "--json").json["links"][0]["kind"] == "incident"
    assert "incident" in run("show", "1").out
    assert "problem" in run("show", "2").out
    assert run("link", "1", "parent", "1").code == 2
    assert run("spent", "1", "25m", "--note", "call", "--json").json["spent"] == 1500
    assert "25m" in run("spent", "1").out
    assert run("spent", "1", "--json").lines[0]["note"] == "call"
    run("set", "1", "order_no=A123")
    run("set", "2", "order_no=A123")
    assert "--incidents" in run("solve", "1").out
    assert run("solve", "1", "--incidents", "--json").json["incidents"] == {
        "solved": [2], "open": [],
    }  # fmt: skip
    assert run("unlink", "2", "1", "--json").json["links"] == []
    assert run("spam", "1", "--json").json["spam"] is True
    assert run("list", "--view", "spam", "--json").lines[0]["number"] == 1
    assert run("ham", "1", "--json").json["spam"] is False
    assert run("quarantine", "--json").lines == []
    assert run("release", "1").code == 2


def test_the_doctor_tells_what_the_configuration_forgot(run: Run, office: Office) -> None:
    """Statuses and categories that tickets have."""
    run(*NEW, "status=waiting-parts", "category=投诉", "order_no=A123")
    text = office.file.read_text(encoding="utf-8")
    text = text.replace('name = "waiting-parts"', 'name = "parts"').replace("投诉", "抱怨")
    office.file.write_text(text, encoding="utf-8")
    told = run("doctor").out
    assert "“waiting-parts”" in told
    assert "“投诉”" in told
    assert "bulk 'category~" in told
    assert run("show", "1", "--json").json["status"] == "waiting-parts"


def test_a_reply_can_end_in_an_own_status(run: Run) -> None:
    run(*NEW)
    done = run("reply", "1", "--body", "Soon.", "--status", "in-work", "--json")
    assert done.json["status"] == "in-work"
    assert run("reply", "1", "--body", "x", "--status", "solved").code == 2
