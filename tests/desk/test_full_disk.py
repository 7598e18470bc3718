"""A full disk: one clear sentence, nothing half-written, and the next sync goes on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets.change import change
from kfdesk.errors import StoreError
from kfdesk.model import Change, Priority
from kfdesk.store import channels
from kfdesk.store.engine import Store
from tests.desk.conftest import OpenOffice
from tests.desk.office import ANNA, Office, raw

RULES = """
[[trigger]]
name = "Priority"
on = ["created"]
when = "by:customer"
do = [{ set = { priority = "high" } }]

[[trigger]]
name = "Acknowledge"
on = ["created"]
when = "by:customer"
do = [{ reply = "ack" }, { note = "A long note. A long note. A long note. A long note." }]
"""


def limit(store: Store, pages: int) -> None:
    """Let the database grow no further than so many pages."""
    engine: Any = store._engine
    engine.dispose()

    def connected(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", connected)


def pages(office: Office) -> int:
    """How large the database is."""
    return int(office.sql("PRAGMA page_count")[0][0])


def state(office: Office) -> tuple[Any, ...]:
    """What must not change where something failed."""
    with office.desk.store.read() as tx:
        cursor = channels.cursor(tx, "support")
    counts = [
        office.sql(f"SELECT count(*) FROM {name}")[0][0]
        for name in ("ticket", "message", "event", "outbox", "origin", "blob", "trace", "customer")
    ]
    return cursor, counts


def test_a_full_disk_writes_all_of_a_batch_or_nothing_wherever_it_strikes(
    opened: OpenOffice,
) -> None:
    struck = 0
    first = opened(RULES)
    start = pages(first)
    mails = [raw(f"Mail {n}. " + "word " * 300, Subject=f"Matter {n}") for n in range(12)]
    for room in range(0, 60):
        office = opened(RULES)
        before = state(office)
        limit(office.desk.store, start + room)
        try:
            done = office.receive(*mails)
        except StoreError as error:
            said = str(error)
        else:
            assert done.messages == 12
            assert len(office.outbox()) == 12, f"with room for {room} pages"
            assert office.find("priority:high", None) == list(range(12, 0, -1))
            break
        struck += 1
        assert "disk is full" in said, f"with room for {room} pages"
        assert state(office) == before, f"with room for {room} pages"
    assert struck > 5


def test_a_full_disk_is_a_sentence_and_the_next_sync_goes_on(
    opened: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = opened(RULES)
    office.deliver(*(raw(f"{n}" + "x" * 20_000, Subject=f"{n}") for n in range(20)))
    before = state(office)
    start = pages(office)
    real = Store.open.__func__  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:

        def small(cls: type[Store], file: Any) -> Store:
            store: Store = real(cls, file)
            limit(store, start + 3)
            return store

        patch.setattr(Store, "open", classmethod(small))
        (result,) = sync(office.settings, clock=lambda: office.now).channels
    assert result.error is not None
    assert "disk is full" in result.error
    assert "\n" not in result.error
    assert state(office) == before
    (result,) = sync(office.settings, clock=lambda: office.now).channels
    assert (result.error, result.messages) == (None, 20)


def test_a_person_reads_on_and_changes_nothing_by_half(opened: OpenOffice) -> None:
    office = opened(RULES)
    office.receive(raw())
    limit(office.desk.store, pages(office))

    def write_on() -> None:
        for n in range(1000):
            change(office.desk, 1, Change(subject=f"{n} " + "long " * 100), ANNA)

    with pytest.raises(StoreError, match="disk is full"):
        write_on()
    found = office.ticket(1)
    written = [e for e in office.events(1) if e.kind == "changed" and "subject" in e.changes]
    assert found.subject == (written[-1].changes["subject"][1] if written else "My order")
    assert found.priority is Priority.HIGH
