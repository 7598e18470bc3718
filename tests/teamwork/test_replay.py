"""What people did together does not keep rules from being tried on the past."""

from __future__ import annotations

from datetime import timedelta

from kfdesk.desk.conversation.reply import note
from kfdesk.desk.replay import replay
from kfdesk.desk.teamwork import collaborators, side
from kfdesk.desk.teamwork.followers import follow
from tests.desk.office import ANNA, raw
from tests.teamwork.conftest import BERT, OpenOffice

RULE = """
[[trigger]]
name = "Urgent"
on = ["created"]
when = "by:customer"
do = [{ set = { priority = "high" } }]
"""


def test_rules_are_tried_on_a_past_with_words_aside_followers_and_parties(
    opened: OpenOffice,
) -> None:
    office = opened(RULE)
    office.receive(raw())
    office.later(minutes=1)
    follow(office.desk, 1, BERT)
    side.ask(office.desk, 1, "sue@supplier.example", "S", "Aside.", ANNA)
    row = office.outbox()[-1]
    office.later(minutes=1)
    office.receive(raw("Yes.\r\n", "sue@supplier.example", answers=[row.message_id]))
    collaborators.add(office.desk, 1, "boss@big.example", ANNA)
    note(office.desk, 1, "@bert look", ANNA)
    office.later(minutes=1)
    begin = office.now - timedelta(days=1)
    found = replay(office.settings.database, office.settings, begin, office.now)
    assert found.differences == ()
