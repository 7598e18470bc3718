"""The full-text index takes out again what it was given, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.store.fulltext import search
from kfdesk.store.tx import driver
from tests.desk.office import ACKNOWLEDGE, ANNA, Office, raw


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk that acknowledges."""
    found = Office(tmp_path, ACKNOWLEDGE)
    yield found
    found.close()


def words(office: Office) -> set[str]:
    """Every word that the index holds."""
    with office.desk.store.write() as tx:
        sqlite = driver(tx)
        sqlite.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, search, 'row')")
        return {term for (term,) in sqlite.execute("SELECT term FROM temp.held")}


def test_nothing_remains_of_messages_that_are_forgotten(office: Office) -> None:
    """Whoever wrote them: a colleague by mail, somebody without a name, a customer, a person."""
    office.receive(
        raw("From a colleague.\r\n", "Die Chefin <anna@shop.example>"),
        raw("From no name.\r\n", "ugo@nameless.example"),
        raw("From a customer.\r\n", '"Lámpa, 李伟" <li@customer.example>', Subject="ﬁn"),
        raw("From nobody.\r\n", ""),
    )
    reply(office.desk, 3, "An answer.", ANNA)
    note(office.desk, 3, "A note.", ANNA)
    ids = [id for (id,) in office.sql("SELECT id FROM message")]
    with office.desk.store.write() as tx:
        search.forget(tx, ids)
    assert words(office) == set()
