"""Events, as the rules get them from the real use cases."""

from __future__ import annotations

import email

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.opening import new, person
from kfdesk.errors import Conflict
from kfdesk.model import Actor, By, Change, Priority, Status
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw

COUNT = """
[[trigger]]
name = "Any change"
always = true
on = ["updated"]
do = [{ note = "seen" }]
"""

ON_MESSAGE = """
[[trigger]]
name = "Came"
on = ["updated"]
when = "by:customer event:message"
do = [{ tag = ["came"] }]
"""

ON_CREATED = """
[[trigger]]
name = "Made"
on = ["created"]
when = "changed:priority"
do = [{ tag = ["made"] }]

[[trigger]]
name = "Updated"
on = ["updated"]
always = true
do = [{ tag = ["updated"] }]
"""


def notes(office: Office) -> int:
    """How often the rule wrote."""
    return len([e for e in office.events(1) if e.kind == "note" and e.rule])


def test_one_save_that_changes_three_fields_is_one_event(opened: OpenOffice) -> None:
    office = opened(COUNT)
    office.receive(raw())
    wanted = Change(status=Status.OPEN, priority=Priority.HIGH, add_tags=("a", "b"), team="refunds")
    change(office.desk, 1, wanted, ANNA)
    (event,) = [e for e in office.events(1) if e.kind == "changed"]
    assert set(event.changes) == {"status", "priority", "tags", "team"}
    assert event.changes["status"] == ("new", "open")
    assert notes(office) == 1


def test_created_wins_over_updated(opened: OpenOffice) -> None:
    office = opened(ON_CREATED)
    found = new(
        office.desk, person("Jane <jane@customer.example>"), "S", "B", Change(priority=Priority.LOW)
    )
    assert found.tags == ("made", "updated") or found.tags == ("made",)


def test_a_change_that_changes_nothing_is_no_event(opened: OpenOffice) -> None:
    office = opened(COUNT)
    office.receive(raw())
    before = office.ticket(1)
    change(office.desk, 1, Change(status=Status.NEW, priority=Priority.NORMAL), ANNA)
    assert office.ticket(1) == before
    assert notes(office) == 0


def test_a_new_message_is_an_update(opened: OpenOffice) -> None:
    office = opened(ON_MESSAGE)
    office.receive(raw(id="jane1@customer.example"))
    assert office.ticket(1).tags == ()
    office.receive(raw(answers=["jane1@customer.example"]))
    assert office.ticket(1).tags == ("came",)


def test_a_reply_with_a_status_is_one_event(opened: OpenOffice) -> None:
    office = opened(COUNT)
    office.receive(raw())
    reply(office.desk, 1, "Done.", ANNA, status=Status.SOLVED)
    events = [e for e in office.events(1) if e.actor == ANNA]
    assert [(e.kind, e.changes) for e in events] == [("reply", {"status": ("new", "solved")})]
    assert notes(office) == 1


def test_a_note_is_one_event(opened: OpenOffice) -> None:
    office = opened(COUNT)
    office.receive(raw())
    note(office.desk, 1, "For us.", ANNA)
    assert notes(office) == 1
    assert office.outbox() == []


def test_a_version_grows_with_every_change_and_an_older_one_is_a_conflict(office: Office) -> None:
    office.receive(raw())
    seen = office.ticket(1).version
    change(office.desk, 1, Change(priority=Priority.HIGH), ANNA, seen)
    with pytest.raises(Conflict):
        change(office.desk, 1, Change(priority=Priority.LOW), ANNA, seen)
    assert office.ticket(1).priority is Priority.HIGH
    assert office.ticket(1).version == seen + 1


def test_a_reply_shows_first_what_came_in_meanwhile(office: Office) -> None:
    office.receive(raw(id="jane1@customer.example"))
    seen = office.messages(1)[-1].id
    office.receive(raw("Never mind!", answers=["jane1@customer.example"]))
    with pytest.raises(Conflict, match="Jane"):
        reply(office.desk, 1, "Sent anyway?", ANNA, seen=seen)
    assert office.outbox() == []


def test_a_colleague_who_wrote_meanwhile_is_shown_first(office: Office) -> None:
    bert = Actor(By.AGENT, "bert")
    office.receive(raw())
    seen = office.messages(1)[-1].id
    note(office.desk, 1, "My own note.", ANNA)
    reply(office.desk, 1, "I wrote only to myself.", ANNA, seen=seen)
    seen = office.messages(1)[-1].id
    reply(office.desk, 1, "I have answered.", bert)
    with pytest.raises(Conflict, match="bert"):
        reply(office.desk, 1, "Twice?", ANNA, seen=seen)


def test_what_a_colleague_mails_into_a_ticket_is_never_quoted_to_the_customer(
    office: Office,
) -> None:
    office.receive(raw("Where is it?", id="jane1@customer.example"))
    office.receive(raw("A nuisance.", "bert@shop.example", answers=["jane1@customer.example"]))
    reply(office.desk, 1, "On its way.", ANNA)
    letter = email.message_from_bytes(office.letter(office.outbox()[0]).raw)
    texts = [p.get_payload(decode=True) for p in letter.walk() if not p.is_multipart()]
    assert not any(b"nuisance" in bytes(text) for text in texts)
    assert any(b"Where is it?" in bytes(text) for text in texts)
    assert letter["In-Reply-To"] == "<jane1@customer.example>"


def test_what_a_colleague_adds_to_a_forwarded_mail_is_never_quoted_to_the_customer(
    office: Office,
) -> None:
    forwarded = (
        "A nuisance.\r\n\r\n---------- Forwarded message ---------\r\n"
        "From: Jane <jane@customer.example>\r\nSubject: My order\r\n\r\nWhere is it?\r\n"
    )
    office.receive(raw(forwarded, "bert@shop.example", Subject="Fwd: My order"))
    reply(office.desk, 1, "On its way.", ANNA)
    (row,) = office.outbox()
    assert row.to == ("jane@customer.example",)
    assert b"nuisance" not in office.letter(row).raw
