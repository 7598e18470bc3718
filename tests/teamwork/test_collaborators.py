"""Parties of a ticket beside its customer: what mail each of them gets, and whose mail joins."""

from __future__ import annotations

import email
from typing import Any

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.teamwork import collaborators, side
from kfdesk.desk.tickets.opening import person
from kfdesk.errors import NotFound, UserError
from kfdesk.model import OutboxRow
from tests.desk.office import ANNA, Office, raw

BOSS = "Boss <boss@bigbuyer.example>"


def letter(office: Office, row: OutboxRow) -> tuple[str, str, str]:
    """To, Cc and the plain text of what leaves."""
    parsed = email.message_from_bytes(office.letter(row).raw)
    plain: Any = parsed.get_payload(0)
    text = str(plain.get_payload(decode=True).decode())
    return str(parsed["To"]), str(parsed["Cc"] or ""), text


def parties(office: Office) -> list[str]:
    """Who takes part."""
    return [one.email for one in office.ticket(1).collaborators]


def test_somebody_from_outside_is_copied_on_what_is_answered_to_all(office: Office) -> None:
    office.receive(raw("Where is it?\r\n"))
    collaborators.add(office.desk, 1, BOSS, ANNA)
    assert office.events(1)[-1].changes == {"collaborators": ([], ["boss@bigbuyer.example"])}
    assert office.outbox() == []
    reply(office.desk, 1, "Soon.", ANNA)
    reply(office.desk, 1, "Very soon.", ANNA, everyone=True)
    first, second = (letter(office, row) for row in office.outbox())
    assert first[:2] == ("Jane <jane@customer.example>", "")
    assert second[:2] == ("Jane <jane@customer.example>", "Boss <boss@bigbuyer.example>")


def test_they_never_read_notes_nor_what_was_said_aside_nor_what_was_said_before(
    office: Office,
) -> None:
    office.receive(raw("My secret is blue.\r\n", id="first@customer.example"))
    office.later(minutes=5)
    collaborators.add(office.desk, 1, BOSS, ANNA)
    note(office.desk, 1, "Internal.", ANNA)
    side.ask(office.desk, 1, "sue@supplier.example", "S", "Aside.", ANNA)
    reply(office.desk, 1, "Soon.", ANNA, everyone=True)
    assert letter(office, office.outbox()[-1])[2].strip() == "Soon."
    office.later(minutes=70)
    office.receive(
        raw("A second question.\r\n", answers=["first@customer.example"],
            Date="Sat, 21 Nov 2026 13:10:00 +0000")
    )  # fmt: skip
    reply(office.desk, 1, "Sooner.", ANNA, everyone=True)
    _to, _cc, text = letter(office, office.outbox()[-1])
    assert "second question" in text
    assert "secret" not in text
    assert "Internal" not in text
    assert "Aside" not in text
    for row in office.outbox():
        assert row.kind == "mail"
        to = ("sue@supplier.example",) if "S" in row.subject.split() else row.to
        assert row.to == to


def test_with_history_they_are_mailed_what_customer_and_desk_said(office: Office) -> None:
    office.receive(raw("Where is it?\r\n"))
    reply(office.desk, 1, "On its way.", ANNA)
    note(office.desk, 1, "Internal.", ANNA)
    side.ask(office.desk, 1, "sue@supplier.example", "S", "Aside.", ANNA)
    collaborators.add(office.desk, 1, BOSS, ANNA, with_history=True)
    row = office.outbox()[-1]
    to, _cc, text = letter(office, row)
    assert to == "Boss <boss@bigbuyer.example>"
    assert "Where is it?" in text
    assert "On its way." in text
    assert "Internal" not in text
    assert "Aside" not in text
    office.receive(raw("I see.\r\n", BOSS, answers=[row.message_id], Subject="Re: My order"))
    assert office.messages(1)[-1].author == "Boss"
    assert len(office.tickets()) == 1


def test_their_mail_joins_and_once_taken_off_it_is_a_suggestion(office: Office) -> None:
    office.receive(raw(id="first@customer.example"))
    collaborators.add(office.desk, 1, BOSS, ANNA)
    reply(office.desk, 1, "Soon.", ANNA, everyone=True)
    ours = office.outbox()[-1].message_id
    office.receive(raw("Good.\r\n", BOSS, answers=["first@customer.example"]))
    assert len(office.tickets()) == 1
    collaborators.remove(office.desk, 1, "boss@bigbuyer.example", ANNA)
    assert parties(office) == []
    office.receive(raw("And?\r\n", BOSS, answers=["first@customer.example"]))
    office.receive(raw("And now?\r\n", BOSS, answers=[ours], Subject="Re: [KF-1-3] My order"))
    assert len(office.messages(1)) == 3
    links = [(kind, number) for t in office.tickets()[1:] for kind, number, _why in t.links]
    assert links == [("maybe", 1), ("maybe", 1)]
    reply(office.desk, 1, "Soon.", ANNA, everyone=True)
    assert letter(office, office.outbox()[-1])[1] == ""


def test_a_copy_by_the_customer_lets_nobody_back_in_who_was_taken_off(office: Office) -> None:
    office.receive(raw(id="first@customer.example", Cc=BOSS))
    assert parties(office) == ["boss@bigbuyer.example"]
    collaborators.remove(office.desk, 1, BOSS, ANNA)
    office.receive(raw("Still there?\r\n", answers=["first@customer.example"], Cc=BOSS))
    assert parties(office) == []
    collaborators.add(office.desk, 1, BOSS, ANNA)
    assert parties(office) == ["boss@bigbuyer.example"]


def test_an_agent_who_copies_somebody_lets_them_in(office: Office) -> None:
    office.receive(raw())
    reply(office.desk, 1, "Soon.", ANNA, cc=[person(BOSS)])
    assert letter(office, office.outbox()[-1])[1] == "Boss <boss@bigbuyer.example>"
    assert parties(office) == ["boss@bigbuyer.example"]
    kinds = [event.kind for event in office.events(1)]
    assert kinds == ["created", "changed", "reply"]


def test_a_colleague_is_a_collaborator_by_name(office: Office) -> None:
    office.receive(raw())
    collaborators.add(office.desk, 1, "bert", ANNA)
    assert parties(office) == ["bert@shop.example"]
    collaborators.remove(office.desk, 1, "agent:bert", ANNA)
    assert parties(office) == []


def test_who_cannot_be_one_is_said(office: Office) -> None:
    office.receive(raw())
    for who, why in (
        ("jane@customer.example", "is the customer"),
        ("support@shop.example", "our own"),
        ("nobody", "is no address"),
    ):
        with pytest.raises(UserError, match=why):
            collaborators.add(office.desk, 1, who, ANNA)
    with pytest.raises(NotFound, match="no collaborator"):
        collaborators.remove(office.desk, 1, BOSS, ANNA)
    assert [event.kind for event in office.events(1)] == ["created"]
