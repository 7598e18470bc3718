"""The console's source on a real desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kfdesk.desk import Desk
from kfdesk.desk.history.undo import undo
from kfdesk.desk.tickets.opening import new
from kfdesk.errors import ConfigError, NotFound, QueryError, UserError
from kfdesk.model import Actor, Address, By, Change, Direction, Status
from kfdesk.settings import Agent, Channel, Settings, Smtp, StoreSettings, Trigger, Ui
from kfdesk.settings import Desk as DeskSettings
from kfdesk.store.glance import glance
from kfdesk.tui.source.live import DeskSource
from kfdesk.tui.source.source import Interrupted

NOW = datetime(2026, 11, 11, 6, 30, tzinfo=UTC)
ME = Actor(By.AGENT, "li.wei")


def settings_in(folder: Path) -> Settings:
    """A desk with a channel that can send."""
    return Settings(
        file=folder / "kfdesk.toml",
        desk=DeskSettings(name="Test", language="en"),
        ui=Ui(undo_send=timedelta(seconds=10)),
        agents=(Agent("li.wei", "李伟", "li.wei@example.com"),),
        channels=(
            Channel(
                "support", "maildir", "support@example.com", path=folder / "Maildir",
                smtp=Smtp("127.0.0.1", 25, "none"),
            ),
        ),
    )  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Iterator[DeskSource]:
    """A desk with three tickets."""
    desk = Desk.open(settings_in(tmp_path), lambda: NOW)
    for number in range(1, 4):
        sender = Address(f"Customer {number}", f"c{number}@example.org")
        new(desk, sender, f"退款 refund {number}", "Where is my money?")
    source = DeskSource(desk, ME)
    yield source
    source.close()


def test_a_query_selects_and_rows_follow_its_order(source: DeskSource, tmp_path: Path) -> None:
    """Numbers first, then the rows of those that are in view."""
    assert sorted(source.ids("is:open", 100)) == [1, 2, 3]
    assert [row.number for row in source.rows([2, 9, 1])] == [2, 1]
    assert list(source.ids("退款 c2@example.org", 100)) in ([2], [])
    with pytest.raises(QueryError):
        source.ids("statsu:open", 100)
    assert "status:" in source.complete("is:open sta")


def test_the_first_rows_are_those_of_the_query(source: DeskSource, tmp_path: Path) -> None:
    """What is painted before the store is there is what the store says afterwards."""
    source.change(2, Change(status=Status.SOLVED))
    source.change(1, Change(add_tags=("x",)))
    rows = glance(tmp_path / "desk.db", 200)
    assert [row.number for row in rows] == list(source.ids("is:open", 200))
    known = source.rows([row.number for row in rows])
    assert [(r.number, r.subject, r.status, r.customer, r.updated_at) for r in rows] == [
        (r.number, r.subject, r.status, r.customer, r.updated_at) for r in known
    ]
    assert glance(tmp_path / "none.db", 200) == []


def test_a_draft_outlives_the_console(source: DeskSource, tmp_path: Path) -> None:
    """It is in the database when the writing thread has put it there."""
    source.put_draft(1, "reply", "half a sen")
    again = DeskSource.open(settings_in(tmp_path), ME, lambda: NOW)
    assert again.draft(1, "reply") == "half a sen"
    source.put_draft(1, "reply", "")
    assert again.draft(1, "reply") == ""
    again.close()


def test_a_reply_waits_and_can_be_taken_back_once(source: DeskSource) -> None:
    """Until it leaves it is a row of the outbox."""
    newest = source.reading(1).messages[-1].id
    waiting = source.reply(1, "Soon.", newest)
    assert waiting is not None
    assert waiting.not_before == NOW + timedelta(seconds=10)
    said = source.reading(1)
    assert said.messages[-1].direction is Direction.OUT
    assert said.messages[-1].message_id == waiting.message_id == said.outbox[-1].message_id
    source.do(undo)
    assert source.reading(1).outbox == ()
    assert source.draft(1, "reply") == "Soon."
    with pytest.raises(UserError):
        source.do(undo)


def test_changes_are_made_in_the_agent_s_name(source: DeskSource) -> None:
    """Assigning, tagging, noting and opening, and the counter tells everybody."""
    before = source.counter()
    source.assign(1, "agent:li.wei")
    source.change(1, Change(add_tags=("vip",)))
    source.note(1, "called back")
    source.opened(1)
    (row,) = source.rows([1])
    assert (row.assignee, row.tags, row.unread) == ("li.wei", ("vip",), False)
    assert {str(event.actor) for event in source.reading(1).events} >= {"li.wei"}
    assert source.counter() != before
    with pytest.raises(NotFound):
        source.reading(99)


def test_a_query_can_be_ended_from_another_thread(
    source: DeskSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newer one does not wait for it."""
    from sqlalchemy import text

    from kfdesk.store import queue

    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    begun = threading.Event()

    def forever(tx: object, *_: object) -> list[int]:
        begun.set()
        tx.execute(text(endless))  # type: ignore[attr-defined]
        return []

    monkeypatch.setattr(queue, "ids", forever)
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            source.ids("is:open", 10)
        except Interrupted as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    begun.wait(10)
    while thread.is_alive():
        source.interrupt()
        thread.join(0.05)
    assert len(caught) == 1
    source.interrupt()


def test_what_an_agent_does_beside_answering_reaches_the_desk(source: DeskSource) -> None:
    """Putting aside, passing on and giving back, going away; and the reasons for all of it."""
    source.snooze(1, "3d")
    assert source.reading(1).ticket.snoozed_until == NOW + timedelta(days=3)
    source.snooze(1, "none")
    assert source.reading(1).ticket.snoozed_until is None
    source.assign(1, "li.wei")
    source.assign(1, "none", "not mine")
    assert source.reading(1).messages[-1].text == "not mine"
    source.assign(1, "back")
    assert source.reading(1).ticket.assignee == "li.wei"
    assert not source.away()
    source.leave("3h")
    assert source.away()
    source.return_()
    assert not source.away()
    assert source.why(1).events[0].kind == "created"
    assert source.notices() == []
    source.seen([])


def test_another_configuration_takes_at_once_over_the_same_database(
    source: DeskSource, tmp_path: Path
) -> None:
    """What names nothing that exists is refused, and so is another database."""
    settings = settings_in(tmp_path)
    source.reload(replace(settings, agents=(*settings.agents, Agent("wang.fang"))))
    source.assign(1, "wang.fang")
    assert source.rows([1])[0].assignee == "wang.fang"
    with pytest.raises(ConfigError, match="priorty"):
        source.reload(replace(settings, triggers=(Trigger("x", when="priorty:high"),)))
    with pytest.raises(ConfigError, match="start it again"):
        source.reload(replace(settings, store=StoreSettings("sqlite:///other.db")))
    source.assign(2, "wang.fang")
