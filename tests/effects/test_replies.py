"""What a rule says to the customer with an article, and beside what it says otherwise."""

from __future__ import annotations

from pathlib import Path

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
    from kfdesk.store import trace

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
