"""A batch becomes tickets: all of it with its cursor, or nothing; whatever its size and order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdesk.desk.incoming.ingest import ingest
from kfdesk.desk.syncing.audit import audit
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets import show
from kfdesk.model import Batch, Direction
from kfdesk.store import channels
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, NOW, Office, raw

MINUTE = timedelta(minutes=1)

ROOMS = [
    "blobs.put",
    "customers.add",
    "tickets.insert_many",
    "tickets.update_many",
    "messages.insert_many",
    "origins.add",
    "fulltext.search.index",
    "journal.record",
    "history.trace.keep",
    "channels.save_cursor",
]


def rows(office: Office) -> dict[str, int]:
    """How many rows each table holds."""
    tables = [
        "customer", "identity", "ticket", "ticket_tag", "collaborator", "link", "message", "blob",
        "attachment", "origin", "event", "trace", "rule_receipt", "outbox", "cursor",
    ]  # fmt: skip
    return {name: office.sql(f"SELECT count(*) FROM {name}")[0][0] for name in tables}


@pytest.mark.parametrize("name", ROOMS)
def test_a_batch_and_its_cursor_commit_together_or_not_at_all(
    opened: OpenOffice, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(id="first@customer.example"))
    before = rows(office)
    with office.desk.store.read() as tx:
        cursor = channels.cursor(tx, "support")
    mails = [raw(answers=["first@customer.example"]), raw(sender="new@customer.example")]
    module, function = name.rsplit(".", 1)

    def fails(*args: Any, **keys: Any) -> None:
        real(*args, **keys)
        raise RuntimeError("the power went")

    target = f"kfdesk.store.{module}.{function}"
    import importlib

    real: Callable[..., Any] = getattr(importlib.import_module(f"kfdesk.store.{module}"), function)
    with monkeypatch.context() as patch:
        patch.setattr(target, fails)
        batch = office.batch(*mails)
        from kfdesk.desk.incoming.ingest import ingest

        with pytest.raises(RuntimeError, match="the power went"):
            ingest(office.desk, office.channel, batch)
    assert rows(office) == before
    with office.desk.store.read() as tx:
        assert channels.cursor(tx, "support") == cursor
    assert ingest(office.desk, office.channel, batch).messages == 2
    assert rows(office)["message"] == before["message"] + 3
    assert office.find("Hello") == office.find("is:open")


def test_the_cursor_is_the_batchs(office: Office) -> None:
    office.receive(raw())
    with office.desk.store.read() as tx:
        assert channels.cursor(tx, "support") == {"INBOX": "1/1"}


NOISE = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"\x00" * 2000, id="null bytes"),
    pytest.param(b"\xff\xfe\x00 no mail at all", id="no header"),
    pytest.param(b"\r\n\r\n\r\n", id="only blank lines"),
    pytest.param(b"not a header\r\n\r\nbody", id="no field"),
]


@pytest.mark.parametrize("noise", NOISE)
def test_what_cannot_be_read_is_kept_raw_in_quarantine_and_stops_nothing(
    opened: OpenOffice, noise: bytes
) -> None:
    office = opened(ACKNOWLEDGE)
    done = office.receive(raw("Before.", Subject="1"), noise, raw("After.", Subject="2"))
    assert (done.messages, done.quarantined, done.new_tickets) == (2, 1, 3)
    (number,) = office.find("is:quarantine")
    assert office.ticket(number).quarantine
    (said,) = office.messages(number)
    assert show.source(office.desk, said.id) == noise
    assert len(office.outbox()) == 2


def test_a_parser_that_trips_quarantines_one_mail_with_the_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kfdesk.mail import parse

    real = parse._read

    def trips(data: bytes, *rest: Any) -> Any:
        if b"trap" in data:
            raise ZeroDivisionError("by hostile mail")
        return real(data, *rest)

    monkeypatch.setattr(parse, "_read", trips)
    done = office.receive(raw("trap"), raw("fine"))
    assert (done.messages, done.quarantined) == (1, 1)
    (number,) = office.find("is:quarantine")
    assert "by hostile mail" in office.ticket(number).quarantine
    assert show.source(office.desk, office.messages(number)[0].id).endswith(b"trap")


def test_raw_bytes_come_back_byte_for_byte(office: Office) -> None:
    mail = raw("8 bit: ") + bytes(range(256)) * 40 + b"\n bare LF \r bare CR"
    office.receive(mail)
    assert show.source(office.desk, office.messages(1)[0].id) == mail


def chain(n: int, sender: str = "Jane <jane@customer.example>") -> list[bytes]:
    """A thread: each mail answers the one before."""
    return [
        raw(
            f"Mail {i}.",
            sender,
            id=f"{sender[:4]}{i}@customer.example",
            answers=[f"{sender[:4]}{k}@customer.example" for k in range(i)],
            Subject="Re: Thread" if i else "Thread",
        )
        for i in range(n)
    ]


def test_several_mails_of_one_thread_in_one_batch_are_one_ticket_in_order(office: Office) -> None:
    done = office.receive(*chain(6))
    assert (done.new_tickets, done.messages) == (1, 6)
    assert [m.text for m in office.messages(1)] == [f"Mail {n}." for n in range(6)]
    assert office.ticket(1).version == 6


def test_a_thread_out_of_order_joins_from_where_it_is_known(office: Office) -> None:
    first, second, third = chain(3)
    office.receive(second, third, first)
    texts = {ticket.number: [m.text for m in office.messages(ticket.number)]
             for ticket in office.tickets()}  # fmt: skip
    assert texts == {1: ["Mail 1.", "Mail 2."], 2: ["Mail 0."]}


def test_one_who_was_copied_a_moment_ago_is_a_party_in_the_same_batch(
    opened: OpenOffice,
) -> None:
    first = raw(id="jane1@customer.example")
    copied = raw("With Carl.", answers=["jane1@customer.example"], Cc="carl@partner.example")
    carls = raw("Carl here.", "carl@partner.example", answers=["jane1@customer.example"])
    together, apart = opened(), opened()
    for office in (together, apart):
        office.receive(first)
    together.receive(copied, carls)
    apart.receive(copied)
    apart.receive(carls)
    assert apart.ticket(1).message_count == 3
    assert together.ticket(1).message_count == 3


def test_counts_add_up_to_what_was_pulled(office: Office) -> None:
    mail = raw()
    done = office.receive(mail, mail, b"", raw(), *chain(3))
    assert done.messages + done.duplicates + done.quarantined == 7


def test_ten_days_offline_come_in_at_once(office: Office) -> None:
    office.deliver(*(raw(f"Day {n % 10}.", Subject=f"Matter {n}") for n in range(450)))
    office.later(days=10)
    (result,) = sync(office.settings, clock=lambda: office.now).channels
    assert (result.error, result.messages, result.quarantined) == (None, 450, 0)
    (again,) = sync(office.settings, clock=lambda: office.now).channels
    assert (again.pulled, again.messages) == (0, 0)
    (proof,) = audit(office.desk)
    assert proof.proved
    assert (proof.server, proof.stored) == (450, 450)


def test_an_audit_finds_what_the_desk_never_got_and_the_next_sync_reads_it(office: Office) -> None:
    office.deliver(raw("1", Subject="1"), raw("2", Subject="2"))
    sync(office.settings, clock=lambda: office.now)
    lost = office.sql("SELECT place, message_id FROM origin LIMIT 1")[0]
    office.sql("DELETE FROM origin WHERE place = :place", place=lost[0])
    (proof,) = audit(office.desk)
    assert not proof.proved
    assert proof.missing == [lost[0]]
    (result,) = sync(office.settings, clock=lambda: office.now).channels
    assert (result.messages, result.duplicates) == (0, 2)
    (proof,) = audit(office.desk)
    assert proof.proved


def test_an_audit_counts_the_quarantined_and_the_deleted(office: Office) -> None:
    office.deliver(raw("1", Subject="1"), b"", raw("3", Subject="3"))
    sync(office.settings, clock=lambda: office.now)
    (gone,) = [t.number for t in office.tickets() if t.subject == "1"]
    office.sql("UPDATE ticket SET deleted_at = 1 WHERE id = :id", id=gone)
    (proof,) = audit(office.desk)
    assert (proof.server, proof.stored, proof.quarantined, proof.deleted) == (3, 1, 1, 1)


def test_a_message_that_was_deleted_with_its_ticket_is_searched_no_more(office: Office) -> None:
    office.receive(raw("Unmistakable."))
    assert office.find("Unmistakable") == [1]
    office.sql("UPDATE ticket SET deleted_at = 1 WHERE id = 1")
    assert office.find("Unmistakable") == []


def test_nothing_a_stranger_writes_reaches_the_text_as_control_characters(office: Office) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u2066"
    office.receive(raw(f"Body {hostile}", f'"{hostile}" <eve@x.example>', Subject=f"S {hostile}"))
    ticket = office.ticket(1)
    said = office.messages(1)[0]
    for text in (ticket.subject, ticket.customer.name, said.text, said.author):
        assert not set(text) & set("\x1b\x07\u202e\u2066"), text


# --- whatever the batches -----------------------------------------------------------------------

RULES = """
[[trigger]]
name = "Acknowledge"
on = ["created"]
when = "by:customer"
do = [{ reply = "ack" }]

[[trigger]]
name = "Refund"
on = ["message"]
when = "message:退款"
do = [{ set = { priority = "high" } }, { tag = ["refund"] }, { assign = "team:refunds" }]

[[trigger]]
name = "High is noted"
when = "changed:priority priority:high"
do = [{ note = "high now" }, { set = { status = "pending" } }]
"""

_BODIES = ("Hello.", "退款 please.", "Thanks.", "我要退款！")


@st.composite
def threads(draw: st.DrawFn) -> list[list[bytes]]:
    """Some threads, each of its own customer: answers, copies to others, robots, second topics."""
    found = []
    for t in range(draw(st.integers(1, 4))):
        mails: list[bytes] = []
        writers = [f"c{t}@customer.example"]
        ids: list[str] = []
        for n in range(draw(st.integers(1, 4))):
            headers = {"Subject": f"Thread {t}", "Date": f"Sat, 21 Nov 2026 1{t}:0{n}:00 +0000"}
            if draw(st.booleans()):
                headers["Cc"] = f"p{t}{n}@partner.example"
            if draw(st.integers(0, 4)) == 0:
                headers["Precedence"] = "bulk"
            if draw(st.integers(0, 4)) == 0:
                headers["Subject"] = f"Thread {t} topic {n}"
            sender = draw(st.sampled_from(writers))
            refers = bool(ids) and draw(st.integers(0, 3)) > 0
            answers: list[str] = [draw(st.sampled_from(ids))] if refers else []
            ids.append(f"t{t}n{n}@customer.example")
            body = draw(st.sampled_from(_BODIES))
            mails.append(raw(body, sender, id=ids[-1], answers=answers, **headers))
            if "Cc" in headers and "Precedence" not in headers:
                writers.append(headers["Cc"])
        found.append(mails)
    return found


def interleaved(found: Sequence[list[bytes]], order: Sequence[int]) -> list[bytes]:
    """The mails in an order that keeps each thread's own."""
    left = [list(mails) for mails in found]
    return [left[which].pop(0) for which in order]


def outcome(office: Office) -> dict[str, Any]:
    """All that the desk knows, ticket by ticket, without the numbers that depend on the order."""
    every = office.tickets()
    name = {t.number: office.messages(t.number)[0].external_id for t in every}
    letters: dict[int, list[Any]] = {t.number: [] for t in every}
    for row in office.outbox():
        letters[row.ticket].append((row.to, row.automatic))
    found = {}
    for t in every:
        said = office.messages(t.number)
        ids = {m.id: n for n, m in enumerate(said)}
        found[name[t.number]] = {
            "ticket": (t.subject, t.status, t.priority, t.team, t.tags, t.customer.email,
                       t.message_count, t.version, t.waiting_since, t.created_at, t.updated_at,
                       [a.email for a in t.collaborators]),
            "links": sorted((kind, name[number]) for kind, number, _why in t.links),
            "said": [(m.direction, m.author_email, m.auto, m.text,
                      m.external_id if m.direction is Direction.IN else "") for m in said],
            "journal": [(e.actor, e.kind, e.changes, e.rule, e.text, ids.get(e.message_id or 0))
                        for e in office.events(t.number)],
            "out": letters[t.number],
        }  # fmt: skip
    return found


@settings(max_examples=25, deadline=None)
@given(data=st.data(), found=threads())
def test_the_result_does_not_depend_on_batches_or_on_the_order_between_threads(
    data: st.DataObject, found: list[list[bytes]]
) -> None:
    which = [t for t, mails in enumerate(found) for _mail in mails]
    one, other = which, data.draw(st.permutations(which))
    cuts = data.draw(st.sets(st.integers(1, max(1, len(which) - 1))))
    with ExitStack() as stack:
        made = [
            Office(Path(stack.enter_context(tempfile.TemporaryDirectory())), RULES)
            for _ in range(2)
        ]
        for office in made:
            stack.callback(office.close)
        for mail in interleaved(found, one):
            made[0].receive(mail)
        mails = interleaved(found, other)
        edges = [0, *sorted(cuts), len(mails)]
        for start, end in pairwise(edges):
            made[1].receive(*mails[start:end])
        assert outcome(made[1]) == outcome(made[0])


@pytest.mark.parametrize(
    ("received", "created"),
    [
        (-180, -60),  # a file whose time is older than the mail in it
        (-30, -30),
        (30, 0),  # a clock that is ahead of ours
    ],
)
def test_no_mail_came_before_it_was_written(office: Office, received: int, created: int) -> None:
    (item,) = office.batch(raw()).items  # written an hour ago
    item = replace(item, received_at=NOW + received * MINUTE)
    ingest(office.desk, office.channel, Batch((item,), {}))
    assert office.ticket(1).created_at == NOW + created * MINUTE
