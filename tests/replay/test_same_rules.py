"""Replay over unchanged rules shows no difference, whatever happened."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfdesk.config import load
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.history.undo import undo
from kfdesk.desk.replay import Replay, replay
from kfdesk.desk.teamwork import collaborators, side
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.link import link
from kfdesk.desk.tickets.spent import spend
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.model import Change, Status
from tests.desk.office import ANNA, NOW, Office
from tests.replay.lives import ACTS, live, open_office

_SLOW = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=12, derandomize=True
)


def over(office: Office, since: datetime) -> Replay:
    return replay(office.settings.database, office.settings, since, office.now)


@given(ACTS)
@_SLOW
def test_replay_over_unchanged_rules_shows_no_difference(acts: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder))
        try:
            live(office, acts)
            found = over(office, NOW - timedelta(days=1))
            assert found.differences == ()
            assert all(rule.happened == rule.replayed for rule in found.rules)
        finally:
            office.close()


@given(ACTS, ACTS, st.booleans())
@_SLOW
def test_nor_over_a_part_of_the_past(
    before: list[tuple[str, int, int]], acts: list[tuple[str, int, int]], pause: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder))
        try:
            live(office, before)
            if pause:
                office.later(hours=5)
            office.later(seconds=1)
            since = office.now
            live(office, acts)
            assert over(office, since).differences == ()
        finally:
            office.close()


@given(ACTS)
@_SLOW
def test_a_changed_rule_shows_exactly_what_it_changes(acts: list[tuple[str, int, int]]) -> None:
    """Another tag, on which no rule and no promise depends, is all that differs."""
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder))
        try:
            live(office, acts)
            tagged = {ticket.number for ticket in office.tickets() if "again" in ticket.tags}
            file = Path(folder) / "new.toml"
            text = office.file.read_text(encoding="utf-8")
            file.write_text(text.replace('["again"]', '["once more"]'), encoding="utf-8")
            since = NOW - timedelta(days=1)
            found = replay(office.settings.database, load(file), since, office.now)
            assert {one.ticket for one in found.differences} == tagged
            for one in found.differences:
                then, now = one.fields["tags"]
                assert sorted({*then, "once more"} - {"again"}) == now
                assert {done.rule for done in (*one.more, *one.fewer)} >= {"Reopened"}
                assert not [d for d in (*one.more, *one.fewer) if d.what != "change"]
        finally:
            office.close()


def test_a_reply_brings_its_ticket_to_a_status_of_the_team_s_own(tmp_path: Path) -> None:
    rules = """
[[status]]
name = "waiting-parts"
kind = "hold"
[[trigger]]
name = "Parts"
when = "status.now:waiting-parts"
do = [{ tag = ["parts"] }]
"""
    office = open_office(tmp_path, rules)
    live(office, [("mail", 1, 0)])
    reply(office.desk, 1, "We order it.", ANNA, status="waiting-parts")
    assert office.ticket(1).tags == ("parts",)
    found = over(office, NOW - timedelta(days=1))
    assert found.differences == ()
    assert [rule.replayed for rule in found.rules] == [1]
    office.close()


@pytest.mark.parametrize("what", ["link", "time spent", "collaborator", "side conversation"])
def test_whatever_a_person_does_begins_being_idle_anew(tmp_path: Path, what: str) -> None:
    office = open_office(tmp_path)
    live(office, [("mail", 1, 0), ("mail", 2, 0)])
    change(office.desk, 2, Change(status=Status.SOLVED), ANNA)
    office.later(hours=2, minutes=30)
    catch_up(office.desk)
    match what:
        case "link":
            link(office.desk, 1, "related", 2, ANNA)
        case "time spent":
            spend(office.desk, 2, timedelta(minutes=5), ANNA)
        case "collaborator":
            collaborators.add(office.desk, 2, "max@other.example", ANNA)
        case "side conversation":
            side.ask(office.desk, 2, "sue@supplier.example", "Stock", "Is there any?", ANNA)
    office.later(hours=1)
    catch_up(office.desk)
    assert office.ticket(2).status is Status.SOLVED
    assert over(office, NOW - timedelta(days=1)).differences == ()
    office.close()


def test_clocks_go_on_where_a_pause_was_taken_back(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    live(office, [("mail", 1, 0)])
    change(office.desk, 1, Change(status=Status.PENDING), ANNA)
    undo(office.desk, ANNA)
    office.later(hours=5)
    catch_up(office.desk)
    assert office.ticket(1).breached
    assert over(office, NOW - timedelta(days=1)).differences == ()
    office.close()
