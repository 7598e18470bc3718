"""How satisfied a customer was: asked once, answered by a mail with a signed score."""

from __future__ import annotations

import re
from email import message_from_bytes
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.plain import ticket_json
from kfdesk.mail.token import find_score, score_mark
from kfdesk.model import By, Change, Direction, Status
from tests.desk.office import ANNA, Office, raw
from tests.effects.conftest import OpenOffice, trigger

ASK = trigger('{ csat = "ask" }', on="updated", when="status.now:solved", name="Ask")


def asked(opened: OpenOffice, rules: str = "") -> Office:
    """A desk with one solved ticket, whose customer was asked."""
    office = opened(ASK + rules)
    office.receive(raw(id="jane1@customer.example"))
    reply(office.desk, 1, "Here it is.", ANNA)
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    office.sql("UPDATE ticket SET unread = 0")
    return office


def links(office: Office) -> dict[str, str]:
    """{word: the subject of the mail that its link writes}."""
    text = office.messages(1)[-1].text
    found = re.findall(r"(\w+): mailto:support@shop.example(\?\S+)", text)
    return {word: parse_qs(urlsplit(query).query)["subject"][0] for word, query in found}


def score(office: Office) -> object:
    """What the ticket's JSON says."""
    return ticket_json(office.ticket(1))["csat"]


def test_the_customer_is_asked_once_a_ticket(opened: OpenOffice) -> None:
    office = asked(opened)
    assert len(links(office)) == 2
    office.later(minutes=10)
    office.deliver_outbox()
    said = len(office.messages(1))
    change(office.desk, 1, Change(status=Status.OPEN), ANNA)
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert len(office.messages(1)) == said
    assert office.sql("SELECT count(*) FROM survey") == [(1,)]
    assert score(office) is None


def test_a_survey_is_no_acknowledgement(opened: OpenOffice) -> None:
    """Two acknowledgements with the ticket's subject do not keep the question from the customer."""
    rules = ASK.replace('"ask"', '"plain"') + trigger(
        '{ reply = "ack" }', on="message", when="by:customer"
    )
    office = opened(f'{rules}[[template]]\nname = "plain"\ntext = "Good: {{{{csat.good}}}}"\n')
    office.receive(raw(id="jane1@customer.example"))
    office.receive(raw("And?", In_Reply_To="<jane1@customer.example>"))
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert office.held(1) == []
    assert list(links(office)) == ["Good"]


def test_what_was_held_back_may_be_asked_later(opened: OpenOffice) -> None:
    office = opened(ASK)
    office.receive(raw(Auto_Submitted="auto-replied"))
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    assert office.sql("SELECT count(*) FROM survey") == [(0,)]
    office.receive(raw())


def test_the_links_can_be_clicked_and_show_no_secret(opened: OpenOffice) -> None:
    office = asked(opened)
    mail = message_from_bytes(office.letter(office.outbox()[-1]).raw)
    html = mail.get_payload(1).get_payload(decode=True).decode()  # type: ignore[union-attr]
    (good, _bad) = re.findall(r'<a href="(mailto:[^"]+)">support@shop.example</a>', html)
    assert "[KF-1-" in unquote(good)


def test_an_answer_sets_score_and_comment_and_disturbs_nothing(opened: OpenOffice) -> None:
    office = asked(opened)
    before = office.ticket(1)
    office.later(hours=1)
    office.receive(raw("Very kind!\r\n", Subject=links(office)["Good"]))
    after = office.ticket(1)
    assert score(office) == {"score": 5, "comment": "Very kind!"}
    assert after.status is Status.SOLVED
    assert after.waiting_since is None
    assert office.sql("SELECT unread FROM ticket") == [(0,)]
    said = office.messages(1)[-1]
    assert (said.direction, said.text.strip()) == (Direction.IN, "Very kind!")
    assert after.message_count == before.message_count + 1
    event = office.events(1)[-1]
    assert (event.kind, event.actor.kind, event.changes) == (
        "csat",
        By.CUSTOMER,
        {"csat": (None, 5)},
    )
    assert len(office.tickets()) == 1


def test_what_is_quoted_is_no_comment(opened: OpenOffice) -> None:
    office = asked(opened)
    quoted = "Thanks.\r\n\r\nOn 2026-11-21, Shop wrote:\r\n> How did we do?\r\n"
    office.receive(raw(quoted, Subject=links(office)["Good"]))
    assert score(office) == {"score": 5, "comment": "Thanks."}


def test_an_answer_from_another_address_of_theirs_counts(opened: OpenOffice) -> None:
    office = asked(opened)
    office.receive(raw("", "Jane <jane@home.example>", Subject=links(office)["Bad"]))
    assert score(office) == {"score": 1, "comment": ""}
    assert office.ticket(1).collaborators == ()


def test_a_second_answer_takes_the_place_of_the_first(opened: OpenOffice) -> None:
    office = asked(opened)
    office.receive(raw("Hm.\r\n", Subject=links(office)["Good"]))
    subject = f"Re: {links_of(office)}"
    office.receive(raw("Broken again!\r\n", Subject=subject))
    assert score(office) == {"score": 1, "comment": "Broken again!"}
    assert office.events(1)[-1].changes == {"csat": (5, 1)}


def links_of(office: Office) -> str:
    """The subject that gives 1 of 5."""
    return score_mark(office.desk.secret, 1, 1).upper()


@pytest.mark.parametrize("part", ["number", "score", "signature"])
def test_a_forged_score_is_an_ordinary_mail(opened: OpenOffice, part: str) -> None:
    office = asked(opened)
    mark = score_mark(office.desk.secret, 1, 1)
    forged = {
        "number": mark.replace("kfs-1-", "kfs-2-"),
        "score": mark.replace("-1-1-", "-1-5-"),
        "signature": mark[:-1] + ("a" if mark[-1] != "a" else "b"),
    }[part]
    assert find_score(office.desk.secret, forged) is None
    office.receive(raw("Give me five.\r\n", Subject=f"[KF-1-4] {forged}"))
    assert score(office) is None


def test_an_ordinary_mail_to_the_same_ticket_reopens_it(opened: OpenOffice) -> None:
    office = asked(opened)
    office.receive(raw(answers=["jane1@customer.example"], Subject="Re: My order"))
    assert office.ticket(1).status is Status.OPEN


def test_a_robot_and_an_agent_give_no_score(opened: OpenOffice) -> None:
    office = asked(opened)
    subject = links(office)["Good"]
    office.receive(raw(Subject=subject, Auto_Submitted="auto-replied"))
    office.receive(raw("", "Anna <anna@shop.example>", Subject=subject))
    assert score(office) is None


def test_rules_see_the_score(opened: OpenOffice) -> None:
    rules = trigger('{ tag = ["unhappy"] }', on="updated", when="csat<3", name="Low")
    rules += trigger('{ tag = ["scored"] }', on="updated", when="changed:csat", name="Any")
    office = asked(opened, rules)
    office.receive(raw("", Subject=links(office)["Good"]))
    assert office.ticket(1).tags == ("scored",)
    office.receive(raw("", Subject=links_of(office)))
    assert office.ticket(1).tags == ("scored", "unhappy")


def test_a_score_is_no_message_that_rules_acknowledge(opened: OpenOffice) -> None:
    office = asked(opened, trigger('{ reply = "ack" }', on="message", name="Ack"))
    before = len(office.outbox())
    office.receive(raw("", Subject=links(office)["Good"]))
    assert len(office.outbox()) == before


def test_a_score_waits_for_no_answer_even_after_a_reply_was_taken_back(opened: OpenOffice) -> None:
    office = asked(opened)
    office.receive(raw("", Subject=links(office)["Good"]))
    change(office.desk, 1, Change(status=Status.OPEN), ANNA)
    reply(office.desk, 1, "Once more.", ANNA)
    box.cancel(office.desk, office.outbox()[-1].id, ANNA)
    assert office.ticket(1).waiting_since is None


def test_a_reply_after_a_score_quotes_its_comment_and_no_empty_one(opened: OpenOffice) -> None:
    office = asked(opened)
    for comment, lines in (("", 0), ("Broken again!\r\n", 1)):
        office.receive(raw(comment, Subject=links_of(office)))
        reply(office.desk, 1, "We are sorry.", ANNA)
        mail = message_from_bytes(office.letter(office.outbox()[-1]).raw)
        text = mail.get_payload(0).get_payload(decode=True).decode()  # type: ignore[union-attr]
        assert text.count(" wrote:") == lines
        assert text.count("> Broken again!") == lines


def test_the_score_is_kept_on_a_closed_ticket_of_a_team_that_opens_new_ones(
    opened: OpenOffice,
) -> None:
    office = asked(opened)
    change(office.desk, 1, Change(team="strict", status=Status.CLOSED), ANNA)
    office.receive(raw("", Subject=score_mark(office.desk.secret, 1, 4)))
    assert score(office) == {"score": 4, "comment": ""}
    assert len(office.tickets()) == 1
