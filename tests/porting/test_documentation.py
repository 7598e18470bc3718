"""The shapes of docs/import.md come in as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kfdesk.model import Direction, Priority, Status
from tests.porting.conftest import Port

_PAGE = Path(__file__).parents[2] / "docs" / "import.md"
_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.M | re.S)
_EXAMPLE = re.compile(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```$", re.M | re.S)


def example(section: str, folder: Path) -> Path:
    """Write the files of a section's example; return their folder, or the one file."""
    texts = dict(_SECTION.findall(_PAGE.read_text(encoding="utf-8")))
    files = _EXAMPLE.findall(texts[section])
    assert files
    for name, text in files:
        file = folder / "export" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder / "export" / files[0][0] if len(files) == 1 else folder / "export"


def test_a_kf5_export_comes_in_as_documented(port: Port, tmp_path: Path) -> None:
    done = port.bring("kf5", example("KF5", tmp_path))
    assert (done.tickets, done.messages, done.customers, done.organisations, done.files) == (
        1, 2, 1, 1, 1,
    )  # fmt: skip
    assert port.findings == []
    (ticket,) = port.tickets()
    assert (ticket.status, ticket.priority, ticket.type) == (
        Status.PENDING, Priority.NORMAL, "question",
    )  # fmt: skip
    assert (ticket.assignee, ticket.fields) == ("anna", {"order_no": "A123"})
    assert ticket.customer.email == "jane@customer.example"
    assert ticket.created_at.isoformat() == "2014-08-09T08:12:27+00:00"  # Shanghai's time
    asked, answered = port.messages(1)
    assert (asked.direction, asked.author) == (Direction.IN, "珍妮")
    assert (answered.direction, answered.author) == (Direction.OUT, "anna")
    assert [file.name for file in answered.attachments] == ["receipt.txt"]


def test_a_zendesk_export_comes_in_as_documented(port: Port, tmp_path: Path) -> None:
    done = port.bring("zendesk", example("Zendesk", tmp_path))
    assert (done.tickets, done.messages, done.left_out, done.changed) == (1, 2, 0, 0)
    (ticket,) = port.tickets()
    assert (ticket.status, ticket.priority, ticket.tags) == (
        Status.SOLVED, Priority.HIGH, ("parcel",),
    )  # fmt: skip
    assert ticket.fields == {"order_no": "A123"}
    assert ticket.satisfaction is not None
    assert (ticket.satisfaction.score, ticket.satisfaction.comment) == (5, "quick")
    assert [m.text for m in port.messages(1)] == ["Where is it?", "On its way."]


def test_a_zammad_export_comes_in_as_documented(port: Port, tmp_path: Path) -> None:
    done = port.bring("zammad", example("Zammad", tmp_path))
    assert (done.tickets, done.messages, done.left_out, done.changed) == (1, 2, 0, 0)
    (ticket,) = port.tickets()
    assert (ticket.status, ticket.team, ticket.assignee) == (Status.CLOSED, "refunds", "anna")
    said, note = port.messages(1)
    assert (said.text, said.message_id) == ("It burns.", "7@customer.example")
    assert (note.direction, note.text) == (Direction.NOTE, "call her")


def test_a_csv_comes_in_as_documented(port: Port, tmp_path: Path) -> None:
    done = port.bring("csv", example("CSV", tmp_path))
    assert (done.tickets, done.messages, done.customers, done.left_out) == (2, 2, 2, 0)
    one, two = port.tickets()
    assert (one.subject, one.status, one.fields) == ("退货", Status.SOLVED, {"order_no": "A123"})
    assert port.messages(1)[0].text == "我要退货,\n尺码不对"
    assert two.created_at.isoformat() == "2026-03-02T03:30:00+00:00"
    assert port.find("尺码不对") == [1]


def test_an_mbox_comes_in_as_documented(port: Port, tmp_path: Path) -> None:
    done = port.bring("mbox", example("mbox", tmp_path))
    assert (done.tickets, done.messages, done.left_out) == (1, 2, 0)
    (ticket,) = port.tickets()
    assert (ticket.status, ticket.channel) == (Status.SOLVED, "email")
    assert [m.direction for m in port.messages(1)] == [Direction.IN, Direction.OUT]


@pytest.mark.parametrize("section", ["KF5", "Zendesk", "Zammad", "CSV", "mbox"])
def test_what_is_brought_twice_is_there_once(port: Port, tmp_path: Path, section: str) -> None:
    export = example(section, tmp_path)
    first = port.bring(section.lower(), export)
    again = port.bring(section.lower(), export)
    assert (again.tickets, again.messages, again.customers, again.organisations) == (0, 0, 0, 0)
    assert again.known == first.tickets
    assert port.sql("SELECT count(*) FROM event")[0][0] == first.tickets


@pytest.mark.parametrize("section", ["KF5", "Zendesk", "Zammad", "CSV", "mbox"])
def test_history_sends_nothing_and_no_rule_or_promise_looks_at_it(
    port: Port, tmp_path: Path, section: str
) -> None:
    port.bring(section.lower(), example(section, tmp_path))
    for table in ("outbox", "trace", "sla_clock", "rule_receipt", "waiting"):
        assert port.sql(f"SELECT count(*) FROM {table}")[0][0] == 0, table
    assert {event.kind for t in port.tickets() for event in port.events(t.number)} == {"imported"}


@pytest.mark.parametrize("section", ["KF5", "Zendesk", "Zammad", "CSV", "mbox"])
def test_a_rehearsal_tells_all_and_changes_nothing(
    port: Port, tmp_path: Path, section: str
) -> None:
    export = example(section, tmp_path)
    dry = port.bring(section.lower(), export, dry=True)
    assert dry.dry
    assert port.tickets() == []
    real = port.bring(section.lower(), export)
    names = ("tickets", "messages", "customers", "left_out", "changed", "files", "links")
    assert [getattr(dry, n) for n in names] == [getattr(real, n) for n in names]
    assert [p.name for p in port.folder.iterdir() if p.name.startswith("tmp")] == []
