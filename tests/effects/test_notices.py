"""What a rule says to agents at their consoles."""

from __future__ import annotations

from kfdesk.desk.admin.backup import backup, restore
from kfdesk.desk.sending import notices
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.sending.notices import Notice
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets.change import change
from kfdesk.model import Change, OutboxState, Priority
from kfdesk.store.peek import peek
from tests.desk.office import ANNA, Office, raw
from tests.effects.conftest import OpenOffice, trigger


def notify(to: str) -> str:
    """The action."""
    text = "#{{ticket.number}} is {{ticket.priority}}"
    return f'{{ notify = {{ to = "{to}", text = "{text}" }} }}'


def waiting(office: Office, agent: str) -> list[Notice]:
    """What an agent has not seen."""
    with office.desk.store.read() as tx:
        return notices.waiting(tx, agent)


CLEO = """
[[agent]]
name = "cleo"
teams = ["refunds"]
"""


def test_each_agent_who_is_meant_gets_a_notice_until_it_was_seen(opened: OpenOffice) -> None:
    office = opened(CLEO + trigger(notify("team:refunds")))
    office.receive(raw())
    (notice,) = waiting(office, "anna")
    assert (notice.ticket, notice.text, notice.at) == (1, "#1 is normal", office.now)
    assert len(waiting(office, "cleo")) == 1
    assert waiting(office, "bert") == []
    notices.seen(office.desk, [notice.id])
    assert waiting(office, "anna") == []
    assert len(waiting(office, "cleo")) == 1


def test_a_notice_stands_in_the_outbox_and_no_channel_sends_it(opened: OpenOffice) -> None:
    office = opened(trigger(notify("agent:anna")))
    office.receive(raw())
    (row,) = office.outbox()
    assert (row.kind, row.channel, row.to) == ("notice", "notice", ("anna",))
    seen = peek(office.settings.database, office.now)
    assert seen is not None
    assert seen.sending == frozenset()
    sync(office.settings, clock=lambda: office.now)
    assert office.outbox()[0].state is OutboxState.QUEUED


def test_who_did_it_is_not_told(opened: OpenOffice) -> None:
    office = opened(trigger(notify("team:refunds"), on="updated", when="changed:priority") + CLEO)
    office.receive(raw())
    change(office.desk, 1, Change(priority=Priority.HIGH), ANNA)
    assert waiting(office, "anna") == []
    assert [notice.text for notice in waiting(office, "cleo")] == ["#1 is high"]


def test_a_cancelled_notice_is_not_shown_and_seeing_it_changes_nothing(opened: OpenOffice) -> None:
    office = opened(trigger(notify("agent:anna")))
    office.receive(raw())
    (notice,) = waiting(office, "anna")
    box.cancel(office.desk, notice.id, ANNA)
    assert waiting(office, "anna") == []
    notices.seen(office.desk, [notice.id])
    assert office.outbox()[0].state is OutboxState.CANCELLED


def test_a_notice_that_nobody_saw_outlives_a_restore(opened: OpenOffice) -> None:
    office = opened(trigger(notify("agent:anna")))
    office.receive(raw())
    copy = office.folder / "copy.db"
    backup(office.settings, copy)
    restore(office.settings, copy, office.now)
    assert len(waiting(office, "anna")) == 1


def test_notices_and_webhooks_count_for_no_limit_of_mail(opened: OpenOffice) -> None:
    office = opened(trigger(notify("agent:anna"), on="message"))
    office.receive(raw(id="first@customer.example"))
    for _more in range(15):
        office.receive(raw(answers=["first@customer.example"]))
    assert len(waiting(office, "anna")) == 16
