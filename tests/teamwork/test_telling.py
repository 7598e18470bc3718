"""Agents are told what others do to their tickets, once of each event, in the ways they chose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.history.undo import undo
from kfdesk.desk.sending import notices
from kfdesk.desk.teamwork import lease
from kfdesk.desk.teamwork.followers import follow, unfollow
from kfdesk.desk.teamwork.mentions import hint, mentioned
from kfdesk.desk.tickets.change import change
from kfdesk.errors import UserError
from kfdesk.mail.token import is_internal
from kfdesk.model import Change, Direction, Priority, Status
from kfdesk.rules.language.query import parse
from kfdesk.store import queue
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import BERT, LEAD, LI, OpenOffice

NOTIFY = """
[[agent]]
name = "cleo"
email = "cleo@shop.example"
notify = { mention = ["mail"], followed = [], assigned = ["desktop"] }
"""


def told(office: Office, agent: str) -> list[str]:
    """What an agent was told and has not seen; then they have."""
    with office.desk.store.read() as tx:
        found = notices.waiting(tx, agent)
    notices.seen(office.desk, [one.id for one in found])
    return [one.text for one in found]


@pytest.mark.parametrize(
    ("text", "agents", "teams", "unknown"),
    [
        ("@li.wei look", ("li.wei",), (), ()),
        ("@李伟请看一下", ("li.wei",), (), ()),
        ("＠李伟 as an input method may write it", ("li.wei",), (), ()),
        ("ask @anna, and @bert.", ("anna", "bert"), (), ()),
        ("(@Anna)", ("anna",), (), ()),
        ("@team:refunds and @refunds", (), ("refunds",), ()),
        ("@annabel is nobody", (), (), ("annabel",)),
        ("mail anna@bert.example", (), (), ()),
        ("@", (), (), ()),
        ("no one", (), (), ()),
        ("@li.weiss", (), (), ("li.weiss",)),
    ],
)
def test_a_mention_is_a_name_behind_an_at(
    office: Office, text: str, agents: tuple[str, ...], teams: tuple[str, ...], unknown: object
) -> None:
    found = mentioned(office.settings, text)
    assert (found.agents, found.teams, found.unknown) == (agents, teams, unknown)


def test_who_is_mentioned_is_told_and_follows_from_then_on(office: Office) -> None:
    office.receive(raw())
    note(office.desk, 1, "@李伟 please check the payment", ANNA)
    assert told(office, "li.wei") == ["Anna calls you: @李伟 please check the payment"]
    assert office.ticket(1).followers == ("li.wei",)
    event = office.events(1)[-1]
    assert event.changes == {"followers": ([], ["li.wei"])}
    assert event.root == office.events(1)[-2].id
    office.receive(raw("Again.\r\n", answers=[office.messages(1)[0].message_id]))
    assert told(office, "li.wei") == ["Jane: Again."]


def test_a_team_that_is_mentioned_is_told_and_nobody_of_it_has_to_follow(office: Office) -> None:
    office.receive(raw())
    note(office.desk, 1, "@refunds who takes it?", BERT)
    assert (
        told(office, "anna") == told(office, "li.wei") == ["bert calls you: @refunds who takes it?"]
    )
    assert told(office, "lena") == []
    assert office.ticket(1).followers == ()


def test_a_name_that_nobody_has_stays_text_with_a_hint(office: Office) -> None:
    office.receive(raw())
    note(office.desk, 1, "@ana look", BERT)
    assert told(office, "anna") == []
    assert hint(office.settings, "@ana look") == (
        "nobody is called @ana, and nobody was told (did you mean “@anna”?)"
    )
    assert hint(office.settings, "@anna look") == ""


def test_an_at_in_a_customer_s_mail_calls_nobody(office: Office) -> None:
    office.receive(raw("@anna help me\r\n"))
    assert told(office, "anna") == []
    assert office.ticket(1).followers == ()


def test_nobody_is_told_of_what_they_did_themselves(office: Office) -> None:
    office.receive(raw())
    follow(office.desk, 1, ANNA)
    assign(office.desk, 1, "anna", ANNA)
    note(office.desk, 1, "@anna remember", ANNA)
    reply(office.desk, 1, "Yes.", ANNA)
    assert told(office, "anna") == []


def test_one_notice_an_event_whatever_the_reasons(office: Office) -> None:
    office.receive(raw())
    follow(office.desk, 1, LEAD, "li.wei")
    assign(office.desk, 1, "li.wei", ANNA, note="@李伟 yours now")
    assert told(office, "li.wei") == ["Anna calls you: @李伟 yours now"]


def test_who_has_a_ticket_is_told_when_it_is_given_and_when_the_customer_writes(
    office: Office,
) -> None:
    office.receive(raw(id="first@customer.example"))
    assign(office.desk, 1, "bert", ANNA)
    assert told(office, "bert") == ["Anna gave you this: My order"]
    office.receive(raw("And now?\r\n", answers=["first@customer.example"]))
    assert told(office, "bert") == ["Jane: And now?"]


def test_followers_are_told_of_messages_notes_answers_and_statuses(office: Office) -> None:
    office.receive(raw(id="first@customer.example"))
    follow(office.desk, 1, BERT)
    note(office.desk, 1, "Hm.", ANNA)
    reply(office.desk, 1, "Soon.", ANNA)
    change(office.desk, 1, Change(priority=Priority.HIGH), ANNA)
    change(office.desk, 1, Change(status=Status.SOLVED), ANNA)
    office.receive(raw("Thanks.\r\n", answers=["first@customer.example"]))
    assert told(office, "bert") == ["Anna: Hm.", "Anna: Soon.", "Anna: now solved", "Jane: Thanks."]
    unfollow(office.desk, 1, BERT)
    note(office.desk, 1, "Hm.", ANNA)
    assert told(office, "bert") == []


def test_what_a_rule_told_of_the_event_is_not_told_again(opened: OpenOffice) -> None:
    office = opened(
        """
[[trigger]]
name = "Tell"
on = ["message"]
when = "by:customer"
do = [{ notify = { to = "agent:bert", text = "by rule" } }]
"""
    )
    office.receive(raw(id="first@customer.example"))
    follow(office.desk, 1, BERT)
    told(office, "bert")
    office.receive(raw("More.\r\n", answers=["first@customer.example"]))
    assert told(office, "bert") == ["by rule"]


def test_a_mailbox_that_waited_for_days_and_a_robot_tell_nobody(office: Office) -> None:
    office.receive(raw(id="first@customer.example"))
    follow(office.desk, 1, BERT)
    office.later(days=3)
    answers = ["first@customer.example"]
    office.receive(raw("Old.\r\n", answers=answers))
    office.receive(raw("Away.\r\n", answers=answers, Auto_Submitted="auto-replied", Date=""))
    assert told(office, "bert") == []


def test_each_way_is_as_the_agent_wants_it(opened: OpenOffice) -> None:
    office = opened(NOTIFY)
    office.receive(raw("Blue.\r\n"))
    note(office.desk, 1, "@cleo look", ANNA)
    note(office.desk, 1, "nothing for you", ANNA)
    assert told(office, "cleo") == []
    (row,) = office.outbox()
    assert (row.kind, row.to, row.automatic) == ("letter", ("cleo@shop.example",), True)
    assert is_internal(row.message_id)
    letter = office.letter(row).raw.decode()
    assert "Auto-Submitted" in letter
    assert "cleo@shop.example" in letter
    assert office.deliver_outbox().sent == 1
    assign(office.desk, 1, "cleo", ANNA)
    with office.desk.store.read() as tx:
        (notice,) = notices.waiting(tx, "cleo")
    assert notice.ways == ("desktop",)
    office.receive(raw("Done.\r\n", "cleo@shop.example", answers=[row.message_id]))
    answer = office.messages(1)[-1]
    assert (answer.direction, answer.author, answer.text.strip()) == (
        Direction.NOTE,
        "cleo",
        "Done.",
    )


def test_a_deadline_that_was_missed_is_told_to_who_has_the_ticket(opened: OpenOffice) -> None:
    from kfdesk.desk.timing.clockwork import catch_up

    office = opened('[[sla]]\nname = "all"\nfirst_response = "1h"\n')
    office.receive(raw())
    assign(office.desk, 1, "bert", ANNA)
    told(office, "bert")
    office.later(hours=2)
    catch_up(office.desk, office.now, lambda _event: None)
    assert told(office, "bert") == ["a deadline was missed (first response): My order"]


def test_what_one_follows_can_be_found(office: Office) -> None:
    office.receive(raw(), raw(Subject="Two"))
    follow(office.desk, 2, BERT)
    for query in ("is:followed", "follower:me"):
        with office.desk.store.read() as tx:
            scope = office.desk.scope("bert")
            assert [*queue.ids(tx, parse(query, office.desk.known), scope)] == [2]
    assert office.find("follower:bert") == [2]
    assert office.find("follower:none") == [1]
    assert office.find("-follower:bert") == [1]


def test_following_is_in_the_journal_and_needs_an_agent(office: Office) -> None:
    office.receive(raw())
    before = office.ticket(1)
    follow(office.desk, 1, ANNA, "bert")
    assert office.events(1)[-1].changes == {"followers": ([], ["bert"])}
    follow(office.desk, 1, ANNA, "bert")
    assert len(office.events(1)) == 2
    assert office.ticket(1).version == before.version
    with pytest.raises(UserError, match="no such agent"):
        follow(office.desk, 1, ANNA, "berta")


def test_a_rule_sees_that_somebody_follows(opened: OpenOffice) -> None:
    office = opened(
        """
[[trigger]]
name = "Watched"
on = ["updated"]
when = "changed:followers follower:li.wei"
do = [{ tag = ["watched"] }]
"""
    )
    office.receive(raw())
    follow(office.desk, 1, BERT)
    assert office.ticket(1).tags == ()
    follow(office.desk, 1, LI)
    assert office.ticket(1).tags == ("watched",)


def test_the_age_of_a_day_is_counted_from_the_message(office: Office) -> None:
    office.receive(raw(id="first@customer.example"))
    follow(office.desk, 1, BERT)
    office.later(hours=20)
    assert office.now - office.messages(1)[0].at < timedelta(days=1)
    office.receive(raw("Fresh.\r\n", answers=["first@customer.example"]))
    assert told(office, "bert") == ["Jane: Fresh."]


def test_a_rule_lets_somebody_follow(opened: OpenOffice) -> None:
    office = opened(
        """
[[trigger]]
name = "Watch"
on = ["created"]
do = [{ follow = "agent:bert" }, { follow = "team:refunds" }]
"""
    )
    office.receive(raw(id="first@customer.example"))
    assert office.ticket(1).followers == ("anna", "bert", "li.wei")
    event = office.events(1)[-1]
    assert (event.rule, event.root) == ("Watch", office.events(1)[0].id)
    office.receive(raw("More.\r\n", answers=["first@customer.example"]))
    assert told(office, "bert") == ["Jane: More."]


def test_a_notice_that_was_seen_stands_in_the_way_of_no_undo(office: Office) -> None:
    office.receive(raw())
    assign(office.desk, 1, "bert", ANNA)
    told(office, "bert")
    undo(office.desk, ANNA, 1)
    assert office.ticket(1).assignee == ""
    note(office.desk, 1, "@bert look", ANNA)
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    undo(office.desk, ANNA, 1)
    assert office.ticket(1).followers == ()
    assert told(office, "bert") == []
    follow(office.desk, 1, BERT)
    undo(office.desk, BERT, 1)
    assert office.ticket(1).followers == ()
