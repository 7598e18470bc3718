"""`kfdesk rules test`: which desk, which rules, and what is printed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kfdesk.__main__ import hoist
from tests.cli.conftest import Run
from tests.desk.office import Office, raw


def tried(office: Office, old: str, new: str, name: str = "new.toml") -> Path:
    """A configuration to try: the desk's own with one text in another's place."""
    file = office.folder / name
    file.write_text(office.file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return file


@pytest.fixture
def lived(office: Office, run: Run) -> Office:
    """The desk after three mails."""
    office.receive(raw("Hello.\r\n"), raw("A refund!\r\n", "Bob <bob@x.example>", Subject="Refund"))
    office.later(hours=1)
    office.receive(raw("And?\r\n", "Bob <bob@x.example>", Subject="Re: [KF-2-1] Refund"))
    return office


def now(office: Office) -> list[str]:
    return ["--now", (office.now + timedelta(minutes=1)).isoformat()]


def test_a_config_behind_rules_test_is_the_one_to_try() -> None:
    given = ["--config", "desk.toml", "rules", "test", "--config", "new.toml", "--json"]
    assert hoist(given) == [
        "--config", "desk.toml", "--json", "rules", "test", "--config", "new.toml"
    ]  # fmt: skip
    assert hoist(["rules", "check", "--config", "x.toml"])[0] == "--config"
    assert hoist(["rules", "test", "--config=new.toml"]) == ["rules", "test", "--config=new.toml"]


def test_the_desks_own_rules_show_no_difference(lived: Office, run: Run) -> None:
    done = run("rules", "test", *now(lived))
    assert done.code == 0
    assert "no ticket came out otherwise" in done.out
    assert "events of 2 tickets" in done.out


def test_other_rules_are_tried_on_the_desk_that_is_found_as_usual(
    lived: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tried(lived, '"by:customer"', '"by:customer -subject:refund"')
    monkeypatch.chdir(lived.folder)
    done = run("rules", "test", "--config", str(file), "--json", *now(lived))
    (only,) = done.json["differences"]
    assert only["ticket"] == 2
    assert [mail["name"] for mail in only["mails_fewer"]] == ["bob@x.example"]
    assert done.json["totals"]["mail"] == {"happened": 2, "replayed": 1}


def test_the_table_says_what_would_have_come_out(lived: Office, run: Run) -> None:
    file = tried(lived, 'do = [{ reply = "ack" }]', 'do = [{ tag = ["seen"] }]')
    done = run("rules", "test", "--config", str(file), *now(lived))
    assert "2 tickets came out otherwise" in done.out
    assert "Tags: nothing → seen" in done.out
    assert "- mail to bob@x.example" in done.out
    assert "mails by rules: 2 then, 0 now" in done.out


def test_one_ticket_is_shown_event_by_event(lived: Office, run: Run) -> None:
    file = tried(lived, 'do = [{ reply = "ack" }]', 'do = [{ tag = ["seen"] }]')
    done = run("rules", "test", "--config", str(file), "--ticket", "2", *now(lived))
    assert "Ticket 2: Refund" in done.out
    assert "(Acknowledge)" in done.out
    assert "jane@customer.example" not in done.out


def test_a_rule_that_never_matched_is_named(lived: Office, run: Run) -> None:
    file = tried(lived, '"by:customer"', '"by:customer subject:unicorn"')
    done = run("rules", "test", "--config", str(file), *now(lived))
    assert "never matched" in done.out


def test_wrong_rules_are_an_error_of_the_configuration(lived: Office, run: Run) -> None:
    file = tried(lived, '"by:customer"', '"by:nobody"')
    done = run("rules", "test", "--config", str(file))
    assert done.code == 2
    assert "new.toml" in done.err


def test_a_time_that_cannot_be_read_is_told_with_the_remedy(lived: Office, run: Run) -> None:
    done = run("rules", "test", "--since", "yore")
    assert done.code == 2
    assert "30d" in done.err


def test_the_window_may_be_bounded(lived: Office, run: Run) -> None:
    until = (lived.now - timedelta(minutes=30)).isoformat()
    done = run("rules", "test", "--since", "30d", "--until", until, "--json", *now(lived))
    assert done.json["tickets"] == 2
    assert done.json["differing"] == 0
