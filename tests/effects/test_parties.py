"""Whom and what else a rule connects a ticket with."""

from __future__ import annotations

from typing import Any

from kfdesk.store.history import trace
from tests.desk.office import Office, raw
from tests.effects.conftest import OpenOffice, trigger


def outcome(office: Office, number: int) -> dict[str, Any]:
    """What the only rule came to on a ticket."""
    with office.desk.store.read() as tx:
        (found,) = trace.of_ticket(tx, number).values()
    step: dict[str, Any] = found.passes[0][0][1]
    return step


def test_a_collaborator_becomes_a_party_whose_mail_joins(opened: OpenOffice) -> None:
    office = opened(trigger('{ collaborator = "Boss@bigbuyer.example" }'))
    office.receive(raw(id="jane1@customer.example"))
    assert [one.email for one in office.ticket(1).collaborators] == ["boss@bigbuyer.example"]
    assert outcome(office, 1) == {"collaborators": ["boss@bigbuyer.example"]}
    event = office.events(1)[-1]
    assert event.changes == {"collaborators": ([], ["boss@bigbuyer.example"])}
    assert event.rule == "Rule"
    office.receive(raw(sender="boss@bigbuyer.example", answers=["jane1@customer.example"]))
    assert len(office.tickets()) == 1


def test_an_agent_is_a_collaborator_by_name(opened: OpenOffice) -> None:
    office = opened(trigger('{ collaborator = "agent:bert" }'))
    office.receive(raw())
    assert [str(one) for one in office.ticket(1).collaborators] == ["bert <bert@shop.example>"]


def test_who_is_a_party_already_stays_one_and_nothing_is_written(opened: OpenOffice) -> None:
    office = opened(trigger('{ collaborator = "boss@bigbuyer.example" }'))
    office.receive(raw(Cc="boss@bigbuyer.example"))
    assert [event.kind for event in office.events(1)] == ["created"]
    assert outcome(office, 1) == {}


LINK = trigger('{ tag = ["x"] }, { link = { ticket = 1, kind = "incident" } }', when="two")


def test_a_link_leads_to_the_other_ticket(opened: OpenOffice) -> None:
    office = opened(LINK)
    office.receive(raw(), raw(Subject="Two", sender="other@customer.example"))
    assert [(kind, number) for kind, number, _why in office.ticket(2).links] == [("incident", 1)]
    assert outcome(office, 2)["links"] == [["incident", 1]]
    assert office.events(2)[-1].changes == {"links": ([], [["incident", 1]])}


def test_a_link_to_a_ticket_that_does_not_exist_undoes_the_whole_rule(opened: OpenOffice) -> None:
    office = opened(LINK.replace("ticket = 1", "ticket = 77"))
    office.receive(raw(Subject="Two"))
    assert office.ticket(1).tags == ()
    assert office.ticket(1).links == ()
    assert "77" in outcome(office, 1)["failed"]


def test_no_ticket_is_linked_with_itself(opened: OpenOffice) -> None:
    office = opened(LINK)
    office.receive(raw(Subject="Two"))
    assert "itself" in outcome(office, 1)["failed"]


def test_a_link_that_is_there_is_not_made_again(opened: OpenOffice) -> None:
    office = opened(LINK.replace('on = ["created"]', 'on = ["message"]'))
    office.receive(raw())
    sender = "other@customer.example"
    office.receive(raw(Subject="Two", sender=sender, id="two@customer.example"))
    office.receive(raw(Subject="Two", sender=sender, answers=["two@customer.example"]))
    assert len(office.ticket(2).links) == 1
