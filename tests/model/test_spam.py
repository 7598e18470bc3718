"""Spam, and mails that could not be read: out of the lists, and back."""

from __future__ import annotations

import pytest

from kfdesk.desk.tickets.spam import ham, release, spam
from kfdesk.errors import UserError
from kfdesk.model import OutboxState
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, ANNA, Office, raw
from tests.model.shop import put, ticket
from tests.replay.test_replay import past

SLA = """
[[sla]]
name = "s"
resolve = "4h"
"""


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    return opened(ACKNOWLEDGE + SLA)


def test_spam_leaves_the_ordinary_lists(office: Office) -> None:
    """It is found by `is:spam` alone, and `-is:spam` shows it not to be there."""
    first, second = ticket(office), ticket(office, email="b@example.com")
    assert spam(office.desk, first, ANNA).spam
    assert office.find("") == [second]
    assert office.find("is:open") == [second]
    assert office.find("is:spam") == [first]
    assert office.find("-is:spam") == [second]
    assert office.find("is:spam is:open") == [first]


def test_spam_has_no_clock_and_no_automatic_mail(office: Office) -> None:
    """What had not left of itself stays, what a person wrote does not."""
    office.receive(raw())
    assert office.ticket(1).resolve_due is not None
    assert [row.state for row in office.outbox()] == [OutboxState.QUEUED]
    found = spam(office.desk, 1, ANNA)
    assert found.resolve_due is None
    assert [row.state for row in office.outbox()] == [OutboxState.CANCELLED]


def test_later_mails_of_that_sender_are_spam_too_until_undone(office: Office) -> None:
    """Their other tickets are not touched; no rule sees what comes as spam."""
    office.receive(raw(id="one@customer.example"), raw(Subject="Other"))
    spam(office.desk, 1, ANNA)
    assert not office.ticket(2).spam
    office.receive(raw(Subject="Buy now"), raw(sender="Bo <bo@customer.example>"))
    assert office.ticket(3).spam
    assert office.events(3)[0].changes["spam"] == (None, True)
    assert not office.ticket(4).spam
    assert len([row for row in office.outbox() if row.ticket == 3]) == 0
    ham(office.desk, 1, ANNA)
    office.receive(raw(Subject="Again"))
    assert not office.ticket(5).spam


def test_a_mail_to_an_older_ticket_of_theirs_is_theirs_still(office: Office) -> None:
    """Only new tickets are spam."""
    office.receive(raw(id="one@customer.example"), raw(Subject="Other"))
    spam(office.desk, 2, ANNA)
    office.receive(raw(Subject="Re: My order", answers=["one@customer.example"]))
    assert not office.ticket(1).spam
    assert office.ticket(1).message_count == 3, "with its acknowledgement"


def test_what_came_as_spam_and_is_none_is_new_to_the_rules(office: Office) -> None:
    """They acknowledge it then; once."""
    office.receive(raw())
    spam(office.desk, 1, ANNA)
    office.receive(raw(Subject="Real"))
    found = ham(office.desk, 2, ANNA)
    assert not found.spam
    assert found.resolve_due is not None
    assert len([row for row in office.outbox() if row.ticket == 2]) == 1
    spam(office.desk, 2, ANNA)
    ham(office.desk, 2, ANNA)
    assert len([row for row in office.outbox() if row.ticket == 2]) == 1
    with pytest.raises(UserError, match="no spam"):
        ham(office.desk, 2, ANNA)


def test_an_agent_who_forwards_spam_is_no_spammer(office: Office) -> None:
    """Who is forwarded is."""
    body = (
        "fyi\r\n\r\n---------- Forwarded message ---------\r\n"
        "From: Mallory <mallory@evil.example>\r\nDate: Sat, 21 Nov 2026\r\n"
        "Subject: Cheap\r\nTo: anna@shop.example\r\n\r\nBuy!\r\n"
    )
    office.receive(raw(body, "Anna <anna@shop.example>", Subject="Fwd: Cheap"))
    assert office.ticket(1).customer.email == "mallory@evil.example"
    spam(office.desk, 1, ANNA)
    assert office.sql("SELECT email FROM spammer") == [("mallory@evil.example",)]


RULE = """
[[trigger]]
name = "junk"
on = ["created"]
when = "subject~casino"
do = [{ set = { spam = true } }]
"""


def test_a_rule_calls_a_ticket_spam_and_not_its_sender(opened: OpenOffice) -> None:
    """It will see the sender's next mail itself."""
    office = opened(RULE)
    office.receive(raw(Subject="casino"), raw(Subject="Order"))
    assert [office.ticket(n).spam for n in (1, 2)] == [True, False]


def test_set_knows_spam(office: Office) -> None:
    """`set N spam=yes` is the same as `spam N`."""
    office.receive(raw())
    put(office, 1, "spam=yes")
    assert office.sql("SELECT count(*) FROM spammer") == [(1,)]
    put(office, 1, "spam=no")
    assert office.sql("SELECT count(*) FROM spammer") == [(0,)]


# --- quarantine


RELEASED = """
[[trigger]]
name = "came"
on = ["created"]
when = "by:customer event:message"
do = [{ tag = "came" }]
"""


def test_a_mail_that_cannot_be_read_waits_in_quarantine_until_released(
    opened: OpenOffice,
) -> None:
    """No rule has seen it before; then it has come, by its customer, with its message."""
    office = opened(RELEASED + SLA)
    office.receive(b"\xff\xfe\x00 no mail at all")
    assert office.find("is:quarantine") == [1]
    assert office.ticket(1).tags == ()
    found = release(office.desk, 1, ANNA)
    assert (found.quarantine, found.tags) == ("", ("came",))
    assert office.find("is:quarantine") == []
    assert [(e.kind, str(e.actor)) for e in office.events(1)][1] == ("released", "anna")
    assert found.resolve_due is not None
    with pytest.raises(UserError, match="in no quarantine"):
        release(office.desk, 1, ANNA)


def test_rules_tried_on_the_past_see_it_when_it_was_released(opened: OpenOffice) -> None:
    """Not when it came; the same rules make the same of it."""
    office = opened(RELEASED + SLA)
    office.receive(b"\xff\xfe\x00 no mail at all", raw())
    spam(office.desk, 2, ANNA)
    office.later(minutes=1)
    office.receive(raw(Subject="Real"))
    office.later(hours=1)
    release(office.desk, 1, ANNA)
    ham(office.desk, 3, ANNA)
    office.later(hours=1)
    found = past(office)
    assert found.differences == ()
    assert all(rule.happened == rule.replayed for rule in found.rules)
    assert found.rules[0].happened == 3
