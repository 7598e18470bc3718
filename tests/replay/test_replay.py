"""Rules tried on the past: what comes out otherwise, and that the desk is left alone."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.replay import Replay, replay
from kfdesk.desk.sending.outbox import cancel
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.opening import new, person
from kfdesk.errors import ConfigError, StoreError
from kfdesk.model import Change, Priority, Status
from kfdesk.settings import Settings
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, ANNA, ANSWER_ALL, NOW, Office, raw

REFUNDS = """
[[trigger]]
name = "Refunds first"
when = "message:refund"
do = [{ tag = ["refund"] }, { set = { priority = "high", team = "refunds" } }]

[[trigger]]
name = "Say that it is done"
when = "status.now:solved"
do = [{ note = "Done: {{ticket.number}}" }]
"""


def past(office: Office, rules: str | None = None, *, since: float = 30, **keys: object) -> Replay:
    """Replay an office's past over its own rules, or others in their place."""
    settings = office.settings if rules is None else other(office, rules)
    begin = office.now - timedelta(days=since)
    return replay(office.settings.database, settings, begin, office.now, **keys)  # type: ignore[arg-type]


def other(office: Office, rules: str) -> Settings:
    """The office's configuration with other rules."""
    plain = office.file.read_text(encoding="utf-8").split("[[trigger]]")[0]
    file = office.folder / "new.toml"
    file.write_text(plain + rules, encoding="utf-8")
    return load(file)


def live(office: Office) -> None:
    """A morning at the desk."""
    office.receive(raw("Where is it?\r\n"), raw("A refund, please.\r\n", "Bob <bob@x.example>"))
    office.later(minutes=5)
    note(office.desk, 1, "Look at this.", ANNA)
    office.later(minutes=5)
    reply(office.desk, 1, "It is on its way.", ANNA, status=Status.SOLVED)
    office.later(hours=1)
    office.receive(raw("No: refund me.\r\n", Subject="Re: [KF-1-3] My order"))
    office.later(minutes=1)
    change(office.desk, 2, Change(assignee="anna", add_tags=("mine",)), ANNA)
    new(office.desk, person("Eve <eve@y.example>"), "By phone", "refund", Change(assignee="bert"))
    office.receive(raw("Away.\r\n", "Bob <bob@x.example>", Auto_Submitted="auto-replied"))


def test_unchanged_rules_show_no_difference(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE + REFUNDS)
    live(office)
    found = past(office)
    assert found.differences == ()
    assert found.tickets == 4
    assert found.totals["mail"] == (3, 3)
    assert all(rule.happened == rule.replayed for rule in found.rules)


def test_a_changed_rule_shows_exactly_what_it_changes(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE + REFUNDS)
    live(office)
    found = past(office, ACKNOWLEDGE + REFUNDS.replace('["refund"]', '["money"]'))
    assert [one.ticket for one in found.differences] == [1, 2, 3]
    assert all(set(one.fields) == {"tags"} for one in found.differences)
    assert found.differences[0].fields["tags"] == (["refund"], ["money"])
    assert found.totals["mail"][0] == found.totals["mail"][1]


def test_mails_that_would_have_left_and_those_that_would_not(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    live(office)
    less = past(office, ACKNOWLEDGE.replace('"by:customer"', '"by:customer -message:refund"'))
    (fewer,) = [done for one in less.differences for done in one.fewer if one.ticket == 2]
    assert (fewer.what, fewer.name, fewer.rule) == ("mail", "bob@x.example", "Acknowledge")
    more = past(office, ACKNOWLEDGE + ANSWER_ALL)
    assert [done.what for one in more.differences for done in one.more].count("mail") >= 1


def test_a_rule_that_never_matched_is_named(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE)
    live(office)
    never = REFUNDS.replace("message:refund", "message:unicorn")
    assert past(office, ACKNOWLEDGE + never).never == ("Refunds first",)


def test_a_loop_is_shown_with_its_chain(opened: OpenOffice) -> None:
    office = opened()
    live(office)
    whens = ["event:created", *(f"tag.now:t{n}" for n in range(11))]
    ring = "".join(
        f'[[trigger]]\nname = "r{n}"\nwhen = "{when}"\ndo = [{{ tag = ["t{n}"] }}]\n'
        for n, when in reversed(list(enumerate(whens)))
    )
    found = past(office, ring)
    assert [number for number, _alarm in found.loops] == [1, 2, 3, 4]
    assert "r0 → r1" in found.loops[0][1].value


def test_what_a_person_wanted_is_done_to_a_ticket_that_looks_different(opened: OpenOffice) -> None:
    office = opened()
    live(office)
    found = past(
        office, '[[trigger]]\nname = "t"\non = ["created"]\ndo = [{ tag = ["mine", "x"] }]'
    )
    (two,) = [one for one in found.differences if one.ticket == 2]
    assert two.fields == {"tags": (["mine"], ["mine", "x"])}


def test_a_ticket_older_than_the_window_stands_as_it_did_then(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE + REFUNDS)
    live(office)
    change(office.desk, 1, Change(status=Status.PENDING, priority=Priority.LOW), ANNA)
    office.later(days=3)
    office.receive(raw("Still nothing.\r\n", Subject="Re: [KF-1-3] My order"))
    reply(office.desk, 2, "Soon.", ANNA)
    office.later(hours=1)
    found = past(office, since=2)
    assert (found.events, found.tickets, found.differences) == (2, 2, ())
    reopened = (
        '[[trigger]]\nname = "r"\nwhen = "status.was:pending priority:low"\ndo = [{tag=["r"]}]'
    )
    again = past(office, reopened, since=2)
    assert {one.ticket: one.fields for one in again.differences} == {
        1: {"tags": (["refund"], ["r", "refund"])}
    }


def test_a_reply_that_was_taken_back_is_taken_back(opened: OpenOffice) -> None:
    office = opened(REFUNDS, undo_send="1m")
    live(office)
    (row,) = (row for row in office.outbox() if row.kind == "mail")
    cancel(office.desk, row.id, ANNA)
    office.receive(raw("Hello?\r\n", Subject="Re: [KF-1-3] My order"))
    assert past(office).differences == ()


def test_a_customer_joins_a_group_when_they_did(opened: OpenOffice) -> None:
    office = opened(
        """
[[group]]
name = "angry"
when = "text:complaint"
[[trigger]]
name = "Angry people first"
on = ["created"]
when = "customer.group:angry"
do = [{ tag = ["angry"] }]
"""
    )
    for text in ("Hello.\r\n", "A complaint!\r\n", "Hello again.\r\n"):
        office.receive(raw(text))
        office.later(minutes=1)
    assert [ticket.tags for ticket in office.tickets()] == [(), ("angry",), ("angry",)]
    assert past(office).differences == ()


def test_the_end_of_the_window_is_where_tickets_are_compared(opened: OpenOffice) -> None:
    office = opened(ACKNOWLEDGE + REFUNDS)
    live(office)
    until = office.now
    office.later(days=1)
    change(office.desk, 1, Change(priority=Priority.URGENT, add_tags=("late",)), ANNA)
    found = replay(office.settings.database, office.settings, NOW - timedelta(days=1), until)
    assert found.differences == ()


def _bytes(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.is_file()
    }


def test_a_replay_writes_nothing_to_the_desk_and_leaves_nothing_behind(
    opened: OpenOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = opened(ACKNOWLEDGE + REFUNDS)
    live(office)
    office.close()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    watch = sqlite3.connect(office.settings.database)
    version = watch.execute("PRAGMA data_version").fetchone()
    before = _bytes(office.folder)
    settings = other(office, ANSWER_ALL)
    past(office, ANSWER_ALL)
    after = _bytes(office.folder)
    after.pop("new.toml")
    assert after == before
    assert watch.execute("PRAGMA data_version").fetchone() == version
    watch.close()
    assert list(scratch.iterdir()) == []
    assert settings.triggers


def test_the_copy_is_private_and_is_removed_after_an_error(
    opened: OpenOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = opened(ACKNOWLEDGE)
    live(office)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    modes: list[int] = []

    def broken(*_given: object) -> None:
        (folder,) = scratch.iterdir()
        modes.extend(part.stat().st_mode & 0o077 for part in (folder, *folder.iterdir()))
        raise StoreError("broken")

    monkeypatch.setattr("kfdesk.desk.replay.acts.settle", broken)
    with pytest.raises(StoreError, match="broken"):
        past(office)
    assert modes
    assert not any(modes)
    assert list(scratch.iterdir()) == []


def test_wrong_rules_are_told_before_anything_is_copied(opened: OpenOffice) -> None:
    office = opened()
    live(office)
    with pytest.raises(ConfigError, match="unknown action"):
        past(office, '[[trigger]]\nname = "t"\ndo = [{ fly = true }]')


def test_a_desk_without_a_database_has_no_past(opened: OpenOffice) -> None:
    office = opened()
    office.close()
    os.remove(office.settings.database)
    with pytest.raises(StoreError, match="no past"):
        past(office)
