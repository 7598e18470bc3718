"""Each action of a rule does what its name says; all of a rule's actions happen, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from kfdesk.desk.sending import webhooks
from kfdesk.model import Status
from kfdesk.settings import Calendar, Kb, Route, Sla, Template
from kfdesk.store.teamwork import parties
from tests.rules.shop import AGENT, CUSTOMER, NOW, Shop, rule

TEMPLATES = (
    Template("ack", text="We have it."),
    Template("alert", "{{ticket.subject}}", "Look at {{ticket.number}}."),
    Template("how", text="How was it? {{csat.good}}"),
)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Shop]:
    """A shop with everything that an action can name."""
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "returns.md").write_text("Send it back.")
    shop = Shop(
        tmp_path,
        templates=TEMPLATES,
        kb=Kb(tmp_path / "kb"),
        policies=(Sla("gold", "tag:never", resolve={"normal": timedelta(hours=8)}),),
        routes=(Route("refunds", "tag:never", ("least-open",), "refunds"),),
    )
    yield shop
    shop.desk.close()


def done(shop: Shop, *do: Mapping[str, Any], **columns: Any) -> int:
    """A customer's new ticket on which one rule did this; its number."""
    shop.rules(rule("it", "by:customer", *do))
    number = shop.ticket("Hello", **columns)
    shop.created(number, shop.say(number, "hello"))
    return number


def rows(shop: Shop) -> list[tuple[str, str, str]]:
    """What is to leave: kind, to whom, subject."""
    with shop.desk.store.read() as tx:
        found = tx.execute(text("SELECT kind, recipient, subject FROM outbox ORDER BY id"))
        return [tuple(row) for row in found]


def outcome(shop: Shop, number: int) -> Any:
    """What the only rule came to."""
    return shop.steps(number)[0][0][1]


def test_set_any_field(full: Shop) -> None:
    number = done(
        full,
        {"set": {"status": "open", "priority": "high", "category": "投诉/物流", "subject": "S"}},
        {"set": {"team": "refunds", "assignee": "li.wei", "sla": "gold"}},
        {"set": {"field": {"order_no": "A1", "amount": 2.5, "gift": True, "part": "lens"}}},
        {"set": {"field.bought": "2026-11-01"}},
    )
    state = full.state(number)
    assert (state.status, state.priority.value, state.category) == ("open", "high", "投诉/物流")
    assert (state.subject, state.team, state.assignee) == ("S", "refunds", "li.wei")
    assert dict(state.fields) == {
        "order_no": "A1", "amount": 2.5, "gift": True, "part": "lens", "bought": "2026-11-01",
    }  # fmt: skip
    assert state.sla_chosen == "gold"


def test_add_and_remove_tags(full: Shop) -> None:
    number = done(full, {"tag": ["a", "b"]}, {"untag": "old"}, tags=["old", "kept"])
    assert full.tags(number) == {"a", "b", "kept"}


@pytest.mark.parametrize(
    ("who", "assignee", "team"),
    [
        ("agent:wang.fang", "wang.fang", ""),
        ("team:大客户", "", "key accounts"),
        ("李伟", "li.wei", ""),
        ("route:refunds", "li.wei", ""),
        (["last-agent", "least-open"], "li.wei", "refunds"),
    ],
)
def test_assign_to_a_person_a_team_or_a_strategy(
    full: Shop, who: Any, assignee: str, team: str
) -> None:
    number = done(full, {"assign": who}, team="refunds" if isinstance(who, list) else "")
    state = full.state(number)
    assert (state.assignee, state.team) == (assignee, team)


def test_reply_with_a_template_or_an_article(full: Shop) -> None:
    number = done(full, {"reply": "ack"}, {"reply": {"article": "returns"}})
    with full.desk.store.read() as tx:
        said = [row[0] for row in tx.execute(text("SELECT text FROM message WHERE by = 'rule'"))]
    assert said == ["We have it.", "Send it back."]
    assert outcome(full, number)["replies"] == ["ack", "returns"]


def test_internal_note(full: Shop) -> None:
    number = done(full, {"note": "seen {{ticket.number}}"})
    with full.desk.store.read() as tx:
        notes = tx.execute(text("SELECT text FROM message WHERE direction = 'note'")).all()
    assert [row[0] for row in notes] == [f"seen {number}"]


@pytest.mark.parametrize(
    ("to", "reached"),
    [
        ("customer", "ann@customer.example"),
        ("assignee", "li@shop.example"),
        ("team", "li@shop.example"),
        ("agent:li.wei", "li@shop.example"),
        ("team:refunds", "li@shop.example"),
        ("boss@x.example", "boss@x.example"),
    ],
)
def test_mail_to_customer_assignee_team_or_address(full: Shop, to: str, reached: str) -> None:
    done(full, {"mail": {"to": to, "template": "alert"}}, assignee="li.wei", team="refunds")
    ((kind, recipient, subject),) = rows(full)
    assert (kind, recipient) == ("mail", reached)
    assert "Hello" in subject


def test_notify(full: Shop) -> None:
    done(full, {"notify": {"to": "agent:wang.fang", "text": "new: {{ticket.subject}}"}})
    assert [(kind, to) for kind, to, _subject in rows(full)] == [("notice", "wang.fang")]


def test_webhook(full: Shop) -> None:
    done(full, {"webhook": {"url": "https://shop.example/hook", "text": "hi"}})
    ((kind, _to, subject),) = rows(full)
    assert (kind, subject) == ("webhook", "hi")


def test_csat_request(full: Shop) -> None:
    number = done(full, {"csat": "how"})
    assert outcome(full, number)["surveys"] == 1
    assert full.select("csat:none") == [number]


def test_sla_policy(full: Shop) -> None:
    number = done(full, {"sla": "gold"})
    assert full.select("sla:gold") == [number]


def test_add_collaborator(full: Shop) -> None:
    number = done(full, {"collaborator": "boss@x.example"}, {"collaborator": "agent:li.wei"})
    with full.desk.store.read() as tx:
        assert parties.of(tx, [number])[0] == {number: {"boss@x.example", "li@shop.example"}}


def test_snooze_until(full: Shop) -> None:
    number = done(full, {"snooze": "3d"})
    assert full.state(number).snoozed_until == NOW + timedelta(days=3)
    number = done(full, {"snooze": "mon 09:00"})
    assert full.state(number).snoozed_until == NOW.replace(day=23, hour=9)


def test_link(full: Shop) -> None:
    first = full.ticket("first")
    number = done(full, {"link": {"ticket": first, "kind": "duplicate"}})
    assert set(full.select("link:duplicate")) == {first, number}


def test_stop(full: Shop) -> None:
    full.rules(rule("it", "", {"stop": True}), rule("after"))
    number = full.ticket()
    full.created(number)
    assert full.tags(number) == set()


LEAVING: tuple[dict[str, Any], ...] = (
    {"reply": "ack"},
    {"mail": {"to": "boss@x.example", "template": "alert"}},
    {"notify": {"to": "agent:li.wei", "text": "x"}},
    {"webhook": {"url": "https://shop.example/hook"}},
    {"csat": "how"},
)


@pytest.mark.parametrize("action", LEAVING, ids=lambda action: next(iter(action)))
def test_what_leaves_the_desk_leaves_once_for_an_event(full: Shop, action: dict[str, Any]) -> None:
    """A second run over the same event, as after a crash, repeats nothing."""
    full.rules(rule("it", "by:customer", action))
    number = full.ticket()
    root = full.root(number, "created", CUSTOMER, full.say(number, "hello"))
    full.run(root)
    full.run(root)
    assert len(rows(full)) == 1


def test_actions_run_as_one_whatever_they_are(full: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of many fails: nothing of them is there, no receipt, and the trace says so."""

    def no_call(*_given: Any) -> Any:
        raise RuntimeError("no wire")

    monkeypatch.setattr(webhooks, "call", no_call)
    first = full.ticket("first")
    everything: tuple[Mapping[str, Any], ...] = (
        {"set": {"status": "open"}}, {"tag": "x"}, {"assign": "least-open"}, {"note": "n"},
        *LEAVING[:3], {"csat": "how"}, {"collaborator": "boss@x.example"}, {"snooze": "1d"},
        {"link": {"ticket": first}}, LEAVING[3],
    )  # fmt: skip
    number = done(full, *everything)
    state = full.state(number)
    assert (state.status, state.assignee, state.tags) == (Status.NEW, "", ())
    assert state.snoozed_until is None
    assert rows(full) == []
    assert full.select("link:none collaborator:none") == [number, first]
    for table, where in (
        ("rule_receipt", ""), ("survey", ""), ("message", "WHERE direction <> 'in'"),
        ("event", f"WHERE ticket_id = {number} AND rule <> ''"),
    ):  # fmt: skip
        with full.desk.store.read() as tx:
            assert tx.scalar(text(f"SELECT count(*) FROM {table} {where}")) == 0, table
    assert outcome(full, number) == {"failed": "RuntimeError: no wire"}


def test_a_rule_that_failed_is_tried_again_at_the_next_event(
    full: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.rules(rule("it", "", LEAVING[3], always=True))
    number = full.ticket()
    with monkeypatch.context() as broken:
        broken.setattr(webhooks, "call", lambda *_given: 1 / 0)
        full.created(number)
    assert rows(full) == []
    full.run(full.root(number, "updated", AGENT, None, team=("", "refunds")))
    assert len(rows(full)) == 1


def test_out_of_hours_answers_ask_the_calendar_at_the_instant_of_the_event(
    tmp_path: Path,
) -> None:
    shop = Shop(
        tmp_path,
        rule("closed", "by:customer auto:no -worktime:office", {"reply": "ack"}),
        calendars={"office": Calendar(hours={"sat": ("09:00-12:30",)})},
    )
    number = shop.ticket()
    for at, answers in ((NOW, 0), (NOW + timedelta(hours=1), 1)):
        root = shop.root(number, "updated", CUSTOMER, shop.say(number, "hello"))
        shop.run(root, now=at)
        assert shop.outbox() == answers
    shop.desk.close()
