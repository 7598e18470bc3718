"""What a rule says to the customer with an article, and beside what it says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.store.history import trace
from tests.desk.office import Office, raw
from tests.effects.conftest import TEMPLATES, trigger


def test_an_article_is_said_as_it_is_written(tmp_path: Path) -> None:
    """Its braces are the article's own: it may be about templates."""
    (tmp_path / "kb").mkdir()
    text = "---\ntitle: Returns\n---\nSend it back. Write {{customer.name}} on it.\n"
    (tmp_path / "kb" / "returns.md").write_text(text, encoding="utf-8")
    rules = trigger('{ reply = { article = "returns" } }')
    office = Office(tmp_path, f'{TEMPLATES}[kb]\npath = "kb/"\n{rules}')
    office.receive(raw())
    said = office.messages(1)[-1]
    assert said.text == "Send it back. Write {{customer.name}} on it."
    assert said.subject == "Re: [KF-1-3] My order"
    assert said.auto == "rule: Rule"
    assert [row.to for row in office.outbox()] == [("jane@customer.example",)]
    office.close()


def test_several_effects_of_one_rule_stand_beside_each_other_in_the_trace(tmp_path: Path) -> None:
    do = (
        '{ reply = "ack" }, { note = "one" }, { note = "two" },'
        '{ notify = { to = "agent:anna", text = "hi" } },'
        '{ notify = { to = "agent:bert", text = "hi" } },'
        '{ webhook = { url = "https://a.example/" } },'
        '{ webhook = { url = "https://b.example/" } },'
        '{ mail = { to = "agent:anna", template = "look" } }'
    )
    office = Office(tmp_path, TEMPLATES + trigger(do))
    office.receive(raw())
    with office.desk.store.read() as tx:
        (found,) = trace.of_ticket(tx, 1).values()
    assert found.passes[0][0][1] == {
        "replies": ["ack"],
        "notes": 2,
        "notices": [{"to": "anna", "text": "hi"}, {"to": "bert", "text": "hi"}],
        "webhooks": ["https://a.example/", "https://b.example/"],
        "outbox": [2, 3, 4, 5],
        "mails": [{"to": "anna@shop.example", "template": "look"}],
    }
    kinds = [row.kind for row in office.outbox()]
    assert kinds == ["mail", "notice", "notice", "webhook", "webhook", "mail"]
    assert office.ticket(1).message_count == len(office.messages(1)) == 5
    office.close()


ALL = (
    '{ reply = "ack" }, { note = "{{customer.name}}" }, { csat = "ask" },'
    '{ mail = { to = "customer", template = "look" } },'
    '{ mail = { to = "team:refunds", template = "look" } },'
    '{ notify = { to = "agent:anna", text = "{{ticket.number}}" } },'
    '{ webhook = { url = "https://a.example/", text = "{{ticket.subject}}" } },'
    '{ collaborator = "boss@a.example" }'
)


def test_many_tickets_at_once_come_to_what_each_by_itself_comes_to(tmp_path: Path) -> None:
    mails = [
        raw(
            sender=f"C{n} <c{n % 5}@customer.example>",
            Subject=f"Order {n}",
            Auto_Submitted="auto-generated" if n % 7 == 6 else "",
        )
        for n in range(30)
    ]

    def after(name: str, *batches: list[bytes]) -> list[Any]:
        (tmp_path / name).mkdir()
        office = Office(tmp_path / name, TEMPLATES + trigger(ALL))
        for batch in batches:
            office.receive(*batch)
        found = [
            (row.kind, row.to, row.subject, row.automatic, row.payload.get("text"))
            for row in sorted(office.outbox(), key=lambda row: (row.ticket, row.subject, row.to))
        ]
        told = [
            (ticket.subject, ticket.message_count, ticket.version, office.held(ticket.number))
            for ticket in office.tickets()
        ]
        office.close()
        return [found, told]

    at_once = after("once", mails)
    assert at_once == after("each", *([mail] for mail in mails))
    assert any(held for *_rest, held in at_once[1])


LEAVING = ALL.replace('{ note = "{{customer.name}}" },', "").replace(
    '{ collaborator = "boss@a.example" }', '{ tag = ["x"] }'
)


def test_the_same_event_looked_at_again_sends_nothing_again(tmp_path: Path) -> None:
    office = Office(tmp_path, TEMPLATES + trigger(LEAVING))
    office.receive(raw())
    before = office.outbox()
    event = office.events(1)[0]
    root = Root(1, "created", event.actor, event.message_id, event.changes, event.id)
    with office.desk.store.write() as tx:
        settle(office.desk, tx, [root], office.now)
    assert len(before) == 6
    assert office.outbox() == before
    office.close()


def test_what_a_killed_transaction_wanted_to_send_leaves_once_when_it_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receipt, outbox row and message are of one commit with the mail that they follow from."""
    office = Office(tmp_path, TEMPLATES + trigger(LEAVING))
    with monkeypatch.context() as patch:
        patch.setattr(trace, "keep", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            office.receive(raw(id="jane@customer.example"))
    assert office.tickets() == []
    assert office.outbox() == []
    assert office.sql("SELECT count(*) FROM rule_receipt") == [(0,)]
    assert office.sql("SELECT count(*) FROM survey") == [(0,)]
    office.receive(raw(id="jane@customer.example"))
    assert len(office.outbox()) == 6
    office.close()
