"""The whole answer of `kfdesk why`: schedules, deadlines, routes, groups, bots, and its layout."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from kfdesk.desk.tickets.change import change
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.desk.why import Why, why
from kfdesk.desk.why.page import Choice, page
from kfdesk.desk.why.paper import Paper
from kfdesk.desk.why.words import Words
from kfdesk.errors import UserError
from kfdesk.model import Change, Priority, Status
from tests.desk.office import ANNA, NOW, Office, raw

RULES = """
[[agent]]
name = "carl"
teams = ["refunds"]
[[trigger]]
name = "退款 goes to the refunds team"
on = ["created"]
when = "by:customer parcel"
do = [{ set = { team = "refunds" } }, { tag = ["parcel"] }]
[[trigger]]
name = "Greet"
group = "greeting"
when = "by:customer"
do = [{ note = "hello" }]
[[trigger]]
name = "Greet again"
group = "greeting"
when = "by:customer"
do = [{ note = "hello again" }]
[[trigger]]
name = "Tell"
when = "event:sla.warning"
do = [{ notify = { to = "assignee", text = "hurry" } }]
[[trigger]]
name = "Call"
when = "changed:priority priority:urgent"
[[trigger.do]]
webhook = { url = "https://hook.example/x" }
[[trigger.do]]
mail = { to = "agent:bert", template = "ack" }
[[bot]]
name = "Where is it"
when = "by:customer where"
reply = "ack"
[[schedule]]
name = "Remind"
every = "hour"
when = "status:pending idle>2h"
do = [{ set = { priority = "high" } }]
[[sla]]
name = "Gold"
pause_on = ["pending"]
first_response = "4h"
resolve = "8h"
[[route]]
name = "Refund questions"
when = "team:refunds is:unassigned"
strategies = ["last-agent", "least-open", "round-robin"]
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A ticket that a good deal has happened to."""
    office = Office(tmp_path, RULES)
    catch_up(office.desk)
    office.receive(raw("Where is my parcel?\r\n", "Jane <jane@customer.example>"))
    number = office.tickets()[0].number
    office.later(hours=1)
    change(office.desk, number, Change(status=Status.PENDING), ANNA)
    office.later(hours=4)
    catch_up(office.desk)
    change(office.desk, number, Change(status=Status.OPEN), ANNA)
    office.later(hours=2, minutes=50)
    catch_up(office.desk)
    change(office.desk, number, Change(priority=Priority.URGENT), ANNA)
    return office


def told(office: Office, width: int = 110, **choice: Any) -> tuple[Why, str]:
    found = why(office.desk, office.tickets()[0].number)
    words = Words.of(office.settings)
    lines = [
        "".join(text for text, _s in line) for line in page(found, words, width, Choice(**choice))
    ]
    assert max(map(cell_len, lines)) <= width
    return found, "\n".join(lines)


def test_it_begins_with_where_the_ticket_stands_and_what_gave_each_fact_its_value(
    office: Office,
) -> None:
    _found, text = told(office)
    head = text.partition("Deadlines")[0]
    for said in ("by Anna", "by the rule “退款 goes to the refunds team”", "by the route “Refund"):
        assert said in head, said


def test_each_counted_interval_and_each_pause_is_told_with_what_is_left(office: Office) -> None:
    found, text = told(office)
    first = next(clock for clock in found.clocks if clock.target == "first_response")
    assert first.left == timedelta(minutes=10)
    assert "10m left" in text
    assert "+ 2026-11-21 20:00 – 21:00" in text
    assert "‖ 2026-11-21 21:00 – 2026-11-22 01:00  paused: pending" in text
    assert "2h 50m, 3h 50m in all" in text
    assert "policy “Gold”, 4h allowed, all time counts" in text


def test_a_choice_of_an_agent_is_told_with_every_candidate(office: Office) -> None:
    _found, text = told(office)
    assert "was chosen by the route “Refund questions” among refunds" in text
    assert "“last-agent”: it knows nobody for this ticket" in text
    assert "bert" in text
    assert "not in the team" in text


def test_groups_and_bots_say_what_kept_them_and_effects_their_outbox_ids(office: Office) -> None:
    found, text = told(office)
    assert "“Greet” of the same group “greeting” had fired: Greet again" in text
    urgent = found.events[-1].passes[0]
    call = next(rule for rule in urgent if rule.rule == "Call")
    assert call.outcome == "fired"
    assert len(call.outbox) == 2
    assert "a call to https://hook.example/x was queued" in text
    assert "mail “ack” to bert@shop.example was queued" in text


def test_a_schedule_says_when_it_acted_and_what_it_would_find_now(office: Office) -> None:
    found, text = told(office)
    (fired,) = [event for event in found.events if event.kind == "schedule"]
    assert fired.at == NOW + timedelta(hours=4)
    assert "Remind: a schedule acted" in text
    (ahead,) = found.ahead
    assert (ahead.holds, ahead.condition) == (False, "status:pending")
    assert "status:pending does not hold: status is open; it looks again at" in text


def test_a_warning_is_an_event_that_rules_looked_at(office: Office) -> None:
    found, text = told(office)
    (warning,) = [event for event in found.events if event.kind == "sla.warning"]
    tell = next(rule for rule in warning.passes[0] if rule.rule == "Tell")
    assert tell.outcome == "fired"
    assert "was told: hurry" in text


@pytest.mark.parametrize("width", [40, 60, 80, 110, 200])
def test_no_line_is_wider_than_the_terminal(office: Office, width: int) -> None:
    told(office, width)
    told(office, width, everything=True)


def test_one_event_or_one_rule_can_be_asked_for_alone(office: Office) -> None:
    found, _text = told(office)
    _found, one = told(office, event=found.events[0].id)
    assert "Where it stands" not in one
    assert one.count("(event ") == 1
    _found, rule = told(office, rule="Greet")
    assert rule.count("(event ") == 4  # those at which it was asked, or told why not
    assert "Tell" not in rule


def test_what_the_ticket_has_nothing_of_is_an_error_with_the_nearest_name(office: Office) -> None:
    with pytest.raises(UserError, match="has no event 999"):
        told(office, event=999)
    with pytest.raises(UserError, match="did you mean Greet again"):
        told(office, rule="Greet agian")


def test_the_json_holds_everything(office: Office) -> None:
    found, _text = told(office)
    data = json.loads(json.dumps(found.as_json(), default=str))
    assert set(data) >= {"number", "standing", "events", "clocks", "ahead"}
    assert data["clocks"][0]["allowed"] == 4 * 3600
    assert data["events"][0]["routes"][0]["candidates"]
    rules = {rule["rule"] for rule in data["events"][0]["passes"][0]}
    assert rules == {
        "退款 goes to the refunds team",
        "Greet",
        "Greet again",
        "Tell",
        "Call",
        "Where is it",
    }


def test_a_long_cell_with_nothing_behind_it_leaves_no_blank_line() -> None:
    rows = [("anna", "away until 2026-11-24 09:00", ""), ("bert", "away", "")]
    paper = Paper(Words(ZoneInfo("UTC")), 80)
    lines = list(paper.table(rows, ("text", "muted", "muted"), 2, (20, 20)))
    told = ["".join(text for text, _style in line).strip() for line in lines]
    assert told == ["anna  away until 2026-11-24 09:00", "bert  away"]
