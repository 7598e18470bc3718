"""The desk into a file: all of it comes back the same; some of it is fit for other programs."""

from __future__ import annotations

import csv
import json
import os
import stat
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, func, select, text

from kfdesk.desk.porting.export import Exported, Wanted, export
from kfdesk.desk.porting.load import load
from kfdesk.errors import QueryError, UserError
from kfdesk.model import Direction
from kfdesk.store.porting import dump
from kfdesk.store.tables import UtcTime, metadata
from tests.desk.office import raw
from tests.porting.conftest import OpenPort, Port

_SERIAL = count(1)


def lived_in(port: Port) -> None:
    """Something in the usual tables."""
    port.receive(
        raw("退款 please\r\n", id="1@customer.example"),
        raw("=1+1\r\n", "Eve <eve@x.example>", Subject="=HYPERLINK(1)"),
        raw("From here\r\n>From there\r\n", "Li <li@x.example>", Cc="Bo <bo@x.example>"),
    )
    port.receive(raw("And?\r\n", answers=["1@customer.example"], Subject="Re: My order"))
    port.deliver_outbox()
    port.later(hours=2)


def fill(port: Port) -> None:
    """A row in every table there is, made of nothing but the kinds of its columns."""
    with port.desk.store.write() as tx:
        tx.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in metadata.sorted_tables:
            keys = {key.parent.name: key.column for key in table.foreign_keys}
            row: dict[str, Any] = {}
            for column in table.columns:
                if column.name in keys:
                    row[column.name] = tx.scalar(select(func.max(keys[column.name])))
                elif column.name != "id" or not column.primary_key:
                    row[column.name] = value_of(column)
            if "id" in table.columns and table.columns["id"].primary_key:
                row["id"] = 9000 + next(_SERIAL)
            for name in keys:
                if row[name] is None and not table.columns[name].nullable:
                    row[name] = 1
            tx.execute(table.insert().prefix_with("OR IGNORE"), row)


def value_of(column: Any) -> Any:
    """Some value of a column's kind, another one each time."""
    number = next(_SERIAL)
    if word := dump.WORDS.get((column.table.name, column.name)):
        return str(list(word)[-1])
    if isinstance(column.type, UtcTime):
        return datetime(2026, 1, 1, 0, 0, number % 60, 123000, tzinfo=UTC)
    if isinstance(column.type, LargeBinary):
        return bytes([number % 256, 0, 255])
    if isinstance(column.type, JSON):
        return {"值": [number, None, "\ud83d\ude00"]}
    kind = column.type.python_type
    if kind is bool:
        return True
    return number if kind is int else f"值 {number}\n\x7f"


def whole(port: Port) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with port.desk.store.read() as tx:
        return {name: list(dump.rows(tx, name)) for name in dump.tables()}


def take(port: Port, format: str, name: str = "", **keys: Any) -> tuple[Exported, Path]:
    file = port.folder / (name or f"out.{format}")
    return export(port.desk, Wanted(format, file, **keys)), file


def test_a_desk_out_and_in_again_is_the_same_in_every_table(opened: OpenPort) -> None:
    one, two = opened(), opened()
    lived_in(one)
    fill(one)
    before = whole(one)
    assert [name for name, rows in before.items() if not rows] == []
    assert set(before) == set(metadata.tables)
    done, file = take(one, "jsonl")
    loaded = load(two.desk, file)
    assert loaded.rows == done.count == sum(map(len, before.values()))
    after = whole(two)
    for name, rows in before.items():
        assert after[name] == rows, name
    for query in ("退款", "please", "jane", "is:open"):
        assert two.find(query) == one.find(query) != [], query


def test_every_index_is_made_again(opened: OpenPort) -> None:
    """An index is no table of the metadata: a new one has to be made in `dump.index`."""
    one, two = opened(), opened()
    found = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%' ORDER BY name"
    assert [name for (name,) in one.sql(found)] == ["article_search", "search"]
    lived_in(one)
    fill(one)
    _done, file = take(one, "jsonl")
    load(two.desk, file)
    for index in ("article_search", "search"):
        statement = f"SELECT rowid FROM {index} WHERE {index} MATCH '值 OR 退' ORDER BY 1"
        assert two.sql(statement) != []
        of = "message" if index == "search" else "article"
        assert two.sql(f"SELECT count(*) FROM {index}") == one.sql(f"SELECT count(*) FROM {of}")


def test_mail_of_a_desk_that_moved_is_still_known(opened: OpenPort) -> None:
    one, two = opened(), opened()
    lived_in(one)
    _done, file = take(one, "jsonl")
    load(two.desk, file)
    assert two.receive(raw("退款 please\r\n", id="1@customer.example")).duplicates == 1


def test_what_waited_to_be_sent_is_not_sent_by_the_new_desk(opened: OpenPort) -> None:
    one, two = opened(), opened()
    one.receive(raw())
    assert [row.state for row in one.outbox()] == ["queued"]
    _done, file = take(one, "jsonl")
    assert load(two.desk, file).unknown == 1
    assert [row.state for row in two.outbox()] == ["unknown"]


def test_a_whole_desk_is_for_its_owner_alone(port: Port) -> None:
    done, file = take(port, "jsonl")
    assert done.secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text().splitlines()[0])["kfdesk"] == 1


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda lines: lines[:-1], "its end is missing"),
        (lambda lines: [*lines[:-3], lines[-1]], "its end is missing"),
        (lambda lines: [lines[0], "{", *lines[1:]], ":2: no JSON"),
        (lambda lines: [lines[0], '{"table": "x", "row": {}}', *lines[1:]], ":2: no row"),
        (lambda lines: [lines[0].replace('"kfdesk":1', '"kfdesk":2'), *lines[1:]], "newer"),
        (lambda lines: lines[1:], ":1: no export"),
        (
            lambda lines: [lines[0], '{"table":"ticket","row":{"id":"x"}}', *lines[1:]],
            ":2: “ticket.id” does not fit",
        ),
        (
            lambda lines: [lines[0], f'{{"table":"ticket","row":{{"id":{10**30}}}}}', *lines[1:]],
            ":2: “ticket.id” does not fit",
        ),
        (
            lambda lines: [lines[0], r'{"table":"ticket","row":{"subject":"\ud800"}}', *lines[1:]],
            ":2: “ticket.subject” does not fit",
        ),
        (
            lambda lines: [lines[0], '{"table":"ticket","row":{"status":"purple"}}', *lines[1:]],
            ":2: “ticket.status” does not fit",
        ),
        (
            lambda lines: [lines[0], '{"table":"ticket","row":{"zz":1}}', *lines[1:]],
            ":2: “ticket.zz” does not fit",
        ),
        (lambda lines: [x for x in lines if '"table": "customer"' not in x], "missing"),
    ],
)
def test_a_file_that_is_not_whole_changes_nothing(opened: OpenPort, spoil: Any, told: str) -> None:
    one, two = opened(), opened()
    lived_in(one)
    _done, file = take(one, "jsonl")
    lines = spoil(file.read_text(encoding="utf-8").splitlines())
    if told == "missing":
        lines[-1] = json.dumps({"end": len(lines) - 2})
    file.write_text("\n".join(lines), encoding="utf-8")
    before = whole(two)
    with pytest.raises(UserError, match=told):
        load(two.desk, file)
    assert whole(two) == before


def test_a_desk_in_use_is_not_overwritten(opened: OpenPort) -> None:
    one, two = opened(), opened()
    _done, file = take(one, "jsonl")
    two.receive(raw())
    with pytest.raises(UserError, match="in use"):
        load(two.desk, file)


def test_a_file_that_is_there_stays_unless_forced(port: Port) -> None:
    port.receive(raw())
    take(port, "csv")
    with pytest.raises(UserError, match="--force"):
        take(port, "csv")
    take(port, "csv", force=True)
    with pytest.raises(QueryError):
        take(port, "csv", query="colour:red", force=True)
    assert sorted(p.name for p in port.folder.iterdir() if "out" in p.name) == ["out.csv"]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_table_holds_what_was_asked_for(port: Port) -> None:
    lived_in(port)
    _done, file = take(port, "csv", columns=("number", "body", "field.order_no"), query="退款")
    assert rows(file) == [{"number": "1", "body": "退款 please", "field.order_no": ""}]
    with pytest.raises(UserError, match="did you mean subject"):
        take(port, "csv", columns=("subjekt",), name="x")


def test_since_says_what_changed_since(port: Port) -> None:
    lived_in(port)
    since = port.now.isoformat()
    port.later(minutes=5)
    port.receive(raw("New\r\n", "New <new@x.example>"))
    done, _file = take(port, "csv", since=since)
    assert done.count == 1
    with pytest.raises(UserError, match="--since"):
        take(port, "csv", since="yesterday", name="x")


def test_no_cell_is_a_formula_and_comes_back_as_it_was(opened: OpenPort) -> None:
    one, two = opened(), opened()
    lived_in(one)
    _done, file = take(one, "csv", bom=True)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    for row in rows(file):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())
    done = two.bring("csv", file)
    assert (done.tickets, done.left_out) == (3, 0)
    assert [t.subject for t in two.tickets()] == [t.subject for t in one.tickets()]
    assert [t.created_at for t in two.tickets()] == [t.created_at for t in one.tickets()]


def test_mails_out_and_in_again_are_the_same(opened: OpenPort) -> None:
    one, two = opened(), opened()
    lived_in(one)
    done, file = take(one, "mbox")
    assert done.count == 7  # four that came, three acknowledgements
    back = two.bring("mbox", file)
    assert (back.tickets, back.messages, back.left_out) == (3, 7, 0)

    def said(port: Port) -> list[Any]:
        return sorted(
            (m.subject, m.text, m.at, m.message_id, m.author_email, m.direction, raw_of(port, m.id))
            for t in port.tickets()
            for m in port.messages(t.number)
        )  # fmt: skip

    def raw_of(port: Port, id: int) -> bytes:
        from kfdesk.desk.tickets.show import source

        return source(port.desk, id)

    assert [x[:6] for x in said(two)] == [x[:6] for x in said(one)]
    assert [x[6].strip() for x in said(two)] == [x[6].strip() for x in said(one)]
    # And what this mailbox brings later is known already.
    assert two.receive(raw("退款 please\r\n", id="1@customer.example")).duplicates == 1


def test_notes_stay_inside_and_words_become_mails(port: Port) -> None:
    from kfdesk.desk.conversation.reply import note
    from kfdesk.desk.tickets.opening import new
    from kfdesk.model import Address
    from tests.desk.office import ANNA

    new(port.desk, Address("Jane", "jane@customer.example"), "Phone", "From me: hello")
    note(port.desk, 1, "secret note", ANNA)
    _done, file = take(port, "mbox", query="number:1")
    content = file.read_bytes()
    assert b"secret note" not in content
    assert b"From me: hello" in content
    _done, again = take(port, "mbox", name="again", query="number:1")
    assert again.read_bytes() == content


def test_a_stranger_or_another_subject_opens_a_ticket_of_its_own(
    port: Port, tmp_path: Path
) -> None:
    mails = [
        raw("One\r\n", id="1@customer.example"),
        raw("Reply\r\n", "Anna <anna@shop.example>", id="2@shop.example",
            To="jane@customer.example", answers=["1@customer.example"], Subject="Re: My order"),
        raw("Let me in\r\n", "Eve <eve@x.example>", answers=["1@customer.example"],
            Subject="Re: My order"),
        raw("Else\r\n", answers=["2@shop.example"], Subject="Something else"),
        raw("Thanks\r\n", answers=["2@shop.example"], Subject="Re: My order"),
    ]  # fmt: skip
    file = tmp_path / "a.mbox"
    file.write_bytes(b"".join(b"From x Sat Nov 21 11:00:00 2026\n" + m + b"\n" for m in mails))
    assert port.bring("mbox", file).tickets == 3
    texts = [[m.text for m in port.messages(t.number)] for t in port.tickets()]
    assert sorted(map(sorted, texts)) == [["Else"], ["Let me in"], ["One", "Reply", "Thanks"]]
    links = port.sql("SELECT kind, count(*) FROM link GROUP BY kind")
    assert links == [("maybe", 2)]
    assert [m.direction for m in port.messages(1)][1] is Direction.OUT


def test_what_a_killed_export_or_rehearsal_left_is_cleared_away(port: Port, tmp_path: Path) -> None:
    """It may be the whole desk; what another process is writing stays."""
    gone, lives = 2**22 + 1, os.getppid()  # no process has a number that high
    file = tmp_path / "desk.jsonl"
    names = [f".{file.name}.{pid}.part" for pid in (gone, os.getpid(), lives)]
    for name in (*names, f".{file.name}.{gone}.bak", f".other.{gone}.part"):
        (tmp_path / name).write_text("customers")
    export(port.desk, Wanted("jsonl", file))
    there = {path.name for path in tmp_path.glob(".*")}
    assert there == {names[2], f".{file.name}.{gone}.bak", f".other.{gone}.part"}
    left = port.folder / f".desk.db.{gone}.rehearsal"
    left.mkdir()
    (left / "desk.db").write_text("customers")
    table = tmp_path / "a.csv"
    table.write_text("subject\nA\n")
    port.bring("csv", table, dry=True)
    assert not list(port.folder.glob("*.rehearsal"))
    assert not list(port.folder.glob(".*.rehearsal"))
