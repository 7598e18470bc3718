"""The demo is a desk in the middle of its day, and nothing of it leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.admin.demo import make
from kfdesk.desk.syncing.sync import sync
from kfdesk.i18n import Language
from kfdesk.model import Direction, OutboxState, Status, Ticket
from kfdesk.store import messages, outbox, whole_tickets

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module", params=["zh", "en"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The demo's desk, synced."""
    language: Language = request.param
    settings = load(make(tmp_path_factory.mktemp("demo"), language, NOW))
    (result,) = sync(settings, clock=lambda: NOW).channels
    assert result.error is None
    assert result.quarantined == 1, "one mail cannot be read: there is something to decide"
    assert result.messages > 5, "mail waits for the first sync that a person sees"
    opened = Desk.open(settings, clock=lambda: NOW)
    yield opened
    opened.close()


def every(desk: Desk) -> list[Ticket]:
    """All tickets."""
    with desk.store.read() as tx:
        return whole_tickets.get_many(tx, range(1, 200))


def tagged(found: list[Ticket], *names: str) -> list[Ticket]:
    """Those with the tag, whatever the language of the desk."""
    return [ticket for ticket in found if not {*ticket.tags}.isdisjoint(names)]


def test_the_day_is_under_way(desk: Desk) -> None:
    """Some tickets are new, some wait, some are done; robots are out of the way."""
    found = every(desk)
    assert {ticket.status for ticket in found} >= {
        Status.NEW,
        Status.OPEN,
        Status.PENDING,
        Status.SOLVED,
        Status.CLOSED,
    }
    assert len(found) > 35
    assert len(tagged(found, "robot", "自动邮件")) >= 3
    assert max(ticket.message_count for ticket in found) >= 5


def test_rules_have_routed_the_tickets(desk: Desk) -> None:
    """The VIP is urgent and has her agent; a complaint is urgent; every team has work."""
    found = every(desk)
    (vip,) = tagged(found, "vip", "VIP")
    assert (vip.assignee, vip.priority) == ("wang.fang", "urgent")
    assert tagged(found, "complaint", "投诉")
    assert {ticket.team for ticket in found} >= {"refunds", "shipping", "invoices", "tech"}


def test_what_was_promised_shows(desk: Desk) -> None:
    """Deadlines run, a few are missed, and a late complaint went to the lead."""
    found = [ticket for ticket in every(desk) if ticket.status in (Status.NEW, Status.OPEN)]
    assert all(ticket.due_at or ticket.quarantine for ticket in found)
    late = [ticket for ticket in found if ticket.breached]
    assert 1 <= len(late) < len(found) / 3
    assert {ticket.assignee for ticket in tagged(late, "complaint", "投诉")} == {"li.wei"}


def test_what_has_a_team_has_somebody_as_far_as_there_is_room(desk: Desk) -> None:
    """The others wait for somebody to give them out."""
    found = [ticket for ticket in every(desk) if ticket.status is Status.NEW]
    assert {ticket.assignee for ticket in found if ticket.team} >= {"li.wei", "wang.fang", "anna"}
    assert any(not ticket.assignee and not ticket.team for ticket in found)


def test_time_has_passed_in_it(desk: Desk) -> None:
    """Who was asked something was reminded, and who waits for long is marked."""
    found = every(desk)
    assert tagged(found, "reminded", "已提醒")
    assert tagged(found, "waiting", "久等")


def test_nothing_leaves_the_machine(desk: Desk) -> None:
    """Replies and acknowledgements lie in a Maildir beside the desk, all of them."""
    with desk.store.read() as tx:
        rows = [row for row in outbox.rows(tx) if row.kind == "mail"]
    assert rows
    assert {row.state for row in rows} == {OutboxState.SENT}
    kept = list((desk.settings.folder / "Sent" / "new").iterdir())
    assert len(kept) == len(rows)


def test_times_are_those_of_the_day_that_ends_now(desk: Desk) -> None:
    """Each conversation runs forward, and nothing is in the future."""
    with desk.store.read() as tx:
        for ticket in every(desk):
            said = messages.of_ticket(tx, ticket.number)
            times = [message.at for message in said if message.direction != Direction.NOTE]
            assert times[-1] <= NOW
            assert (NOW - times[0]).total_seconds() < 12 * 3600
            people = [message.at for message in said if not message.auto]
            assert people == sorted(people)
