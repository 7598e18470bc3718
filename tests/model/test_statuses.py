"""Statuses of a team's own: each is of the kind of a standard one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.tickets.plain import ticket_json
from kfdesk.errors import ConfigError, ConfigErrors, UserError
from kfdesk.model import Status
from kfdesk.rules.reading.load import load as load_rules
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw
from tests.model.shop import FIELDS, STATUSES, put, ticket
from tests.replay.test_replay import past


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    return opened(STATUSES)


def test_a_status_of_ones_own_stands_as_its_kind(office: Office) -> None:
    """The column that everything goes by is the kind; the name stands beside it."""
    number = ticket(office)
    found = put(office, number, "status=waiting-parts")
    assert (found.status, found.substatus) == (Status.HOLD, "waiting-parts")
    json = ticket_json(found)
    assert (json["status"], json["status_kind"]) == ("waiting-parts", "hold")
    assert office.events(number)[-1].changes == {
        "status": ("new", "hold"),
        "substatus": ("", "waiting-parts"),
    }


def test_a_title_means_the_status_too(office: Office) -> None:
    """As agents' and teams' titles do."""
    assert put(office, ticket(office), "status=等配件").substatus == "waiting-parts"


def test_a_standard_status_takes_the_own_one_off(office: Office) -> None:
    """Also the one of its kind: nothing else of the ticket changes then."""
    number = ticket(office, "status=waiting-parts")
    found = put(office, number, "status=hold")
    assert (found.status, found.substatus) == (Status.HOLD, "")
    assert office.events(number)[-1].changes == {"substatus": ("waiting-parts", "")}
    json = ticket_json(found)
    assert (json["status"], json["status_kind"]) == ("hold", "hold")


def test_a_query_for_a_kind_holds_for_all_of_it_and_one_for_a_name_for_that_one(
    office: Office,
) -> None:
    """In lists, denied too, and by a pattern."""
    own, plain, other = (
        ticket(office, "status=waiting-parts"), ticket(office, "status=hold"), ticket(office),
    )  # fmt: skip
    assert office.find("status:hold sort:number") == [own, plain]
    assert office.find("is:hold sort:number") == [own, plain]
    assert office.find("status:waiting-parts") == [own]
    assert office.find("status:等配件") == [own]
    assert office.find("-status:waiting-parts sort:number") == [plain, other]
    assert office.find("status!=waiting-parts,new") == [plain]
    assert office.find("status~parts") == [own]
    assert office.find("status:wait*,new sort:number") == [own, other]
    with pytest.raises(Exception, match="waiting-part"):
        office.find("status:waiting-prts")


def test_a_customers_answer_reopens_a_ticket_whatever_its_hold_is_called(office: Office) -> None:
    """It comes to the standard status, and its journal says what it left."""
    office.receive(raw(id="one@customer.example"))
    put(office, 1, "status=waiting-parts")
    office.later(hours=1)
    office.receive(raw(Subject="Re: My order", answers=["one@customer.example"]))
    found = office.ticket(1)
    assert (found.status, found.substatus) == (Status.OPEN, "")
    assert office.events(1)[-1].changes["substatus"] == ("waiting-parts", "")


def test_a_reply_may_ask_for_an_own_status(office: Office) -> None:
    """As it may for a standard one."""
    office.receive(raw(id="one@customer.example"))
    found = reply(office.desk, 1, "Parts are on their way.", ANNA, status="waiting-parts")
    assert found.substatus == "waiting-parts"
    with pytest.raises(UserError, match="did you mean waiting-parts"):
        reply(office.desk, 1, "x", ANNA, status="waiting-part")


CHANGES = (
    STATUSES
    + """
[[trigger]]
name = "came"
when = "status.now:waiting-parts"
do = [{ tag = "came" }]
[[trigger]]
name = "went"
when = "status.was:waiting-parts"
do = [{ tag = "went" }]
[[trigger]]
name = "changed"
when = "changed:status by:agent"
do = [{ note = "status" }]
[[trigger]]
name = "to hold"
when = "status.now:hold"
do = [{ tag = "held" }]
"""
)


def test_rules_see_a_change_of_either(opened: OpenOffice) -> None:
    """changed:status, status.was, status.now; a kind that stayed the same did not change."""
    office = opened(CHANGES)
    number = ticket(office)
    found = put(office, number, "status=waiting-parts")
    assert set(found.tags) == {"came", "held"}
    put(office, number, "tag=-came,-held")
    found = put(office, number, "status=hold")
    assert set(found.tags) == {"went", "held"}, "it is now called hold"
    put(office, number, "tag=-went,-held")
    found = put(office, number, "status=waiting-parts")
    assert set(found.tags) == {"came"}
    assert sum(e.kind == "note" for e in office.events(number)) == 3


def test_a_rule_sets_an_own_status(opened: OpenOffice) -> None:
    """By its name or title; the trace and the list of rules call it so."""
    office = opened(
        STATUSES
        + '[[trigger]]\nname = "t"\non = ["created"]\ndo = [{ set = { status = "等配件" } }]'
    )
    number = ticket(office)
    assert office.ticket(number).substatus == "waiting-parts"
    assert office.desk.rules.texts[0]["do"] == [{"status": "waiting-parts"}]


SLA = (
    STATUSES
    + """
[[sla]]
name = "s"
pause_on = ["waiting-parts"]
resolve = "4h"
"""
)


def test_statuses_named_in_pause_on_may_be_ones_own(opened: OpenOffice) -> None:
    """Only that one stops the clock then, and not the others of its kind."""
    office = opened(SLA)
    number = ticket(office)
    due = office.ticket(number).resolve_due
    assert due is not None
    put(office, number, "status=hold")
    assert office.ticket(number).resolve_due == due
    office.later(hours=1)
    put(office, number, "status=waiting-parts")
    assert office.ticket(number).resolve_due is None
    office.later(hours=2)
    put(office, number, "status=hold")
    assert office.ticket(number).resolve_due == due + timedelta(hours=2)


def test_rules_tried_on_the_past_see_own_statuses_types_and_fields(opened: OpenOffice) -> None:
    """What people set then is set again."""
    office = opened(CHANGES + FIELDS)
    office.receive(raw())
    for fields in (
        ("status=waiting-parts", "type=task", "task_due=2026-11-30"),
        ("status=in-work", "amount=3", "type=question"),
        ("status=hold",),
        ("status=waiting-parts",),
    ):
        office.later(minutes=5)
        put(office, 1, *fields)
    office.later(minutes=5)
    found = past(office)
    assert found.differences == ()
    assert [rule.happened for rule in found.rules] == [rule.replayed for rule in found.rules]


def test_a_status_that_the_configuration_forgot_keeps_its_kind(opened: OpenOffice) -> None:
    """The ticket is shown with the name that it had, and can come to any other."""
    office = opened(STATUSES)
    number = ticket(office, "status=waiting-parts")
    again = opened("")
    again.close()
    office.copy(again.folder)
    later = Office(again.folder)
    found = later.ticket(number)
    assert (found.status, found.substatus) == (Status.HOLD, "waiting-parts")
    assert later.find("status:hold") == [number]
    assert put(later, number, "status=open").substatus == ""
    later.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[status]]\nname = "open"\nkind = "open"', "“open” is a standard status"),
        ('[[status]]\nname = "x"\ntitle = "Closed"\nkind = "open"', "“Closed” is a standard"),
        ('[[status]]\nname = "x"\nkind = "waiting"', "unknown value “waiting”"),
        ('[[status]]\nname = "x"', "the key “kind” is missing"),
        (
            '[[status]]\nname = "x"\nkind = "open"\n[[status]]\nname = "X"\nkind = "open"',
            "is used at",
        ),
        (STATUSES + '[[sla]]\nname = "s"\npause_on = ["solved"]\nresolve = "1h"', "no clock"),
        (STATUSES + '[[view]]\nname = "v"\nquery = "status:waiting-prts"', "waiting-parts"),
    ],
)  # fmt: skip
def test_a_wrong_status_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With file and line."""
    file = tmp_path / "kfdesk.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises((ConfigError, ConfigErrors), match=said) as caught:
        load_rules(load(file))
    assert f"{file}:" in str(caught.value)
