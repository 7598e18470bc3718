"""Exports that make no sense, or mean ill: told by file and line, and the rest comes in."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdesk.desk.porting.json_stream import Broken, Found, objects
from tests.porting.conftest import USERS, Port, Write, comment, ticket


def read(text: str) -> list[Found | Broken]:
    return list(objects(io.StringIO(text), {"tickets", "users", "comments"}))


def ids(text: str) -> list[object]:
    return [f.value["id"] if isinstance(f, Found) else "broken" for f in read(text)]


@pytest.mark.parametrize(
    "text",
    [
        '{"tickets": [{"id": 1}, {"id": 2}], "count": 2}',
        '{"count": 2, "next_page": null, "tickets": [{"id": 1}, {"id": 2}]}',
        '[{"id": 1}, {"id": 2}]',
        '{"id": 1}\n{"id": 2}\n',
        '{"tickets": [{"id": 1}]}\n{"tickets": [{"id": 2}], "end_of_stream": true}',
        '{"ticket": {"id": 1}}\r\n\r\n{"ticket": {"id": 2}}',
        '{"meta": {"has_more": false}, "tickets": [{"id": 1}, {"id": 2}]}',
        '{"assignee_id": 3, "comments": [{"id": 9}], "id": 1}{"id": 2}',
    ],
)
def test_pages_lists_and_lines_are_read_alike(text: str) -> None:
    assert ids(text) == [1, 2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"id": 1}\n{"id": \n{"id": 3}\n', [1, "broken", 3]),
        ('[{"id": 1}, {"id": tru}, {"id": 3}]', [1, "broken", 3]),
        ('[{"id": 1}, 7, "x", {"id": 3}]', [1, "broken", "broken", 3]),
        ('[{"id": 1}, {"a": "]}\\"", "b": nil}, {"id": 3}]', [1, "broken", 3]),
        ('{"tickets": [{"id": 1}, {"id": 2', [1, "broken"]),
        ('[{"id": 1},', [1, "broken"]),
        ("[" + "[" * 100_000 + "]" * 100_000 + ', {"id": 3}]', ["broken", 3]),
        ('[{"a": ' + "9" * 5000 + '}, {"id": 3}]', ["broken", 3]),
        ("[}, 1]", ["broken", "broken"]),
        ("[x]", ["broken"]),
        ("nonsense\nmore\n", ["broken", "broken"]),
        ("", []),
        ("\n" * 5, []),
    ],
)
def test_a_broken_object_costs_itself(text: str, found: list[object]) -> None:
    assert ids(text) == found


def test_a_file_that_is_no_json_is_given_up_soon() -> None:
    assert len(read("no json\n" * 10_000)) == 100


def test_each_object_has_its_line() -> None:
    text = '{"tickets": [\n{"id": 1,\n "x": 2},\n{"id": 2}\n]}\n{"id": 3}'
    assert [f.line for f in read(text)] == [2, 4, 6]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text(), _values, max_size=4), max_size=6), st.integers(1, 9))
def test_what_was_written_is_read_however_it_is_cut(
    objects_: list[dict[str, object]], cut: int
) -> None:
    """Whatever pieces a file comes in, the objects are the same."""

    class Cut(io.StringIO):
        def read(self, _size: int | None = None, /) -> str:
            return super().read(cut)

    wanted = [
        {"id": n} | {k: v for k, v in one.items() if k != "id"} for n, one in enumerate(objects_)
    ]
    for text in (
        json.dumps({"count": 1, "tickets": wanted}, indent=1),
        json.dumps(wanted),
        "\n".join(json.dumps(one, ensure_ascii=False) for one in wanted),
    ):
        found = list(objects(Cut(text), {"tickets"}))
        assert [f.value for f in found if isinstance(f, Found)] == wanted


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='{}[]",:\\ \n0ax'))
def test_no_text_whatever_stops_the_reader(text: str) -> None:
    read(text)


def test_rows_that_make_no_sense_are_left_out_and_the_rest_comes(port: Port, write: Write) -> None:
    write("users.json", USERS)
    write("comments.json", {"comments": [comment(1, 99), {"content": "whose?"}]})
    lines = [
        json.dumps(ticket(1)),
        '{"id": 2, "title": ',
        json.dumps({"title": "no id", "requester_id": 168}),
        json.dumps(ticket(4, created_at="0000-00-00 00:00:00", due_date="3000-13-99")),
        json.dumps({"id": 5, "requester_id": None}),
        json.dumps(ticket(6)),
    ]
    write("tickets.jsonl", "\n".join(lines))
    done = port.bring("kf5", write("x.json", []))
    assert (done.tickets, done.left_out) == (3, 5)
    left = [(line, Path(f.spot.file).name) for f in port.findings if f.fate == "left out"
            for line in [f.spot.line]]  # fmt: skip
    assert sorted(left) == [
        (1, "comments.json"), (1, "comments.json"),
        (2, "tickets.jsonl"), (3, "tickets.jsonl"), (5, "tickets.jsonl"),
    ]  # fmt: skip
    assert all(finding.reason for finding in port.findings)


def test_a_ticket_that_is_there_twice_comes_once_as_it_is_newest(port: Port, write: Write) -> None:
    write("users.json", USERS)
    one = ticket(1, updated_at="2026-03-05 10:00:00", title="new")
    done = port.bring("kf5", write("tickets.json", {"tickets": [one, ticket(1, title="old")]}))
    assert done.tickets == 1
    assert port.ticket(1).subject == "new"
    assert [field for _line, field, _why in port.reasons()] == ["id"]


def test_who_is_not_in_the_export_is_a_customer_without_a_name(port: Port, write: Write) -> None:
    done = port.bring("kf5", write("tickets.json", {"tickets": [ticket(1), ticket(2)]}))
    assert (done.tickets, done.customers) == (2, 1)
    assert port.ticket(1).customer.id == port.ticket(2).customer.id


def test_nothing_in_an_export_reaches_the_terminal(port: Port, write: Write) -> None:
    bad = "a\x1b]0;t\x07\u202eb\x00\ud800"
    users = {"users": [{"id": 168, "name": bad, "email": f"{bad}@x.example"}]}
    write("users.json", json.dumps(users))
    write("tickets.json", json.dumps({"tickets": [ticket(
        1, title=bad, description=bad, type=bad, source=bad, tags=[bad], status=bad,
        custom_fields=[{"name": bad, "value": bad}],
    )]}))  # fmt: skip
    port.bring("kf5", write("x.json", []))
    for table in ("ticket", "message", "customer", "identity", "event", "ticket_tag"):
        for row in port.sql(f"SELECT * FROM {table}"):
            assert not any(c in str(row) for c in ("\x1b", "\x07", "\u202e", "\x00")), table
            assert "\\u001b" not in str(row), table


def test_values_of_any_kind_stop_nothing(port: Port, write: Write) -> None:
    odd = [None, True, 0, 1.5, -1, "", "x", [], [1], {}, {"id": 3}, 10**30, "9" * 200]
    names = ["title", "status", "priority", "type", "requester_id", "assignee_id", "group_id",
             "created_at", "due_date", "custom_fields", "tags", "comments", "source"]  # fmt: skip
    tickets = [
        ticket(n * 100 + m, **{name: value})
        for n, name in enumerate(names, 1)
        for m, value in enumerate(odd)
    ]
    done = port.bring("kf5", write("tickets.json", {"tickets": tickets}))
    assert done.tickets + done.left_out >= len(tickets)
    assert done.tickets > len(tickets) * 0.9


def test_a_huge_text_is_cut_and_told(port: Port, write: Write) -> None:
    write("users.json", USERS)
    port.bring("kf5", write("tickets.json", {"tickets": [ticket(1, description="长" * 1_500_000)]}))
    assert len(port.messages(1)[0].text) < 1_000_100
    assert [field for _line, field, _why in port.reasons()] == ["description"]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_of_any_encoding_and_delimiter(
    port: Port, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [["標題", "郵箱"], ["subject", "email"], ["請問運費與退貨的時間", "a@x.example"]]
    text = "\r\n".join(delimiter.join(row) for row in rows[1:])
    file = tmp_path / "a.csv"
    file.write_bytes(text.encode(encoding))
    done = port.bring("csv", file)
    assert (done.tickets, done.left_out) == (1, 0)
    assert port.ticket(1).subject == "請問運費與退貨的時間"


def test_a_table_with_wrong_rows(port: Port, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "id,subject,email,created_at,order_no\n"
        "1,Fine,a@x.example,2026-03-01,A123\n"
        "2,Many,a@x.example,2026-03-01,A123,more,cells\n"
        "1,Twice,a@x.example,2026-03-01,A123\n"
        "3,No address,nobody,31.02.2026,zzz\n"
        "4,Short\n"
        "\n"
        "5,'=1+1,a@x.example,2026-03-01,\n",
        encoding="utf-8",
    )
    done = port.bring("csv", file)
    assert (done.tickets, done.left_out) == (4, 2)
    assert [line for line, _f, _why in port.reasons("left out")] == [3, 4]
    assert {(line, field) for line, field, _why in port.reasons("changed")} == {
        (5, "email"), (5, "created_at"), (5, "order_no"),
    }  # fmt: skip
    assert "=1+1" in [t.subject for t in port.tickets()]


def test_two_rows_that_say_the_same_are_two_tickets(port: Port, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("subject,email\nA,a@x.example\nA,a@x.example\n", encoding="utf-8")
    assert port.bring("csv", file).tickets == 2
    file.write_text("subject,email\nA,a@x.example\nA,a@x.example\nB,\n", encoding="utf-8")
    assert port.bring("csv", file).tickets == 1


def test_a_quote_that_nobody_closes_does_not_swallow_a_table_in_silence(
    port: Port, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    rows = ["id,subject,email", '1,"two\nlines ""of"" it",a@x.example', '2,a"b"c,a@x.example']
    file.write_text("\n".join([*rows, ""]), encoding="utf-8")
    assert (port.bring("csv", file).left_out, port.tickets()[1].subject) == (0, 'a"b"c')
    file.write_text("\n".join([*rows, '3,"open,a@x.example', "4,Lost,a@x.example"]), "utf-8")
    done = port.bring("csv", file)
    assert (done.known, done.tickets, done.left_out) == (2, 0, 1)
    ((line, _field, why),) = port.reasons("left out")
    assert (line, "2 lines" in why) == (5, True)


def test_what_is_broken_near_the_end_is_not_told_to_be_cut_off() -> None:
    (found,) = (one for one in read('{"tickets": [{"id": 1}, {bad}]}') if isinstance(one, Broken))
    assert "ends" not in found.reason
