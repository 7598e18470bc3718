"""`kfdesk why` answers for every rule, in words that need no configuration beside them."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from kfdesk.desk import Desk
from kfdesk.desk.reacting import effects
from kfdesk.desk.why import RuleWhy, Why, why
from kfdesk.desk.why.page import page
from kfdesk.desk.why.words import Words
from kfdesk.rules.actions import Effect, Note
from kfdesk.store.tx import Tx
from tests.rules.shop import AGENT, CUSTOMER, Shop, rule


def told(shop: Shop, number: int) -> tuple[Why, str]:
    found = why(shop.desk, number)
    json.dumps(found.as_json(), default=str)
    words = Words(ZoneInfo("Asia/Shanghai"), {})
    lines = ("".join(text for text, _style in line) for line in page(found, words, 100))
    return found, "\n".join(lines)


def of(found: Why, name: str, number: int = 0) -> RuleWhy:
    (one,) = [one for one in found.events[-1].passes[number] if one.rule == name]
    return one


def test_it_quotes_the_condition_that_failed_and_what_was_there_instead(shop: Shop) -> None:
    shop.rules(
        rule("priority", "status:new priority>=high"),
        rule("tag", "tag:vip,urgent"),
        rule("text", "message:退款"),
        rule("age", "age>2d"),
        rule("either", "team:refunds or assignee:li.wei"),
        rule("not", "-status:new"),
        rule("group", "customer.group:KA"),
        rule("who", "by:agent"),
        rule("day", "created<2020-01-01"),
        rule("robot", "auto:no"),
        rule("field", "field.amount>3"),
        rule("was", "status.was:open", always=True),
        rule("due", "due<1h"),
        rule("org", "org:none"),
        rule("mail", "customer.email:*@x.example"),
        rule("flag", "is:closed"),
        rule("changed", "not changed:team"),
    )
    number = shop.ticket("x", tags=["a", "b"], groups=["VIP"], fields={"amount": 2}, org="Whale")
    shop.created(number, shop.say(number, "hello", auto="List-Id"))
    found, _text = told(shop, number)
    expected = {
        "priority": ("priority>=high", "normal"),
        "tag": ("tag:vip,urgent", "a, b"),
        "text": ("message:退款", ""),
        "age": ("age>2d", "0m"),
        "either": ("team:refunds or assignee:li.wei", "team=, assignee="),
        "not": ("-status:new", "new"),
        "group": ("customer.group:KA", "VIP"),
        "who": ("by:agent", "customer"),
        "day": ("created<2020-01-01", "2026-11-21 12:00Z"),
        "robot": ("auto:no", "List-Id"),
        "field": ("field.amount>3", "2"),
        "was": ("status.was:open", ""),
        "due": ("due<1h", ""),
        "org": ("org:none", "Whale"),
        "mail": ("customer.email:*@x.example", "ann@customer.example"),
        "flag": ("is:closed", "new"),
        "changed": ("not changed:team", ""),
    }
    for name, (condition, actual) in expected.items():
        one = of(found, name)
        assert one.outcome == "not fired", name
        assert (one.condition, sorted(one.actual.split(", "))) == (
            condition,
            sorted(actual.split(", ")),
        )


def test_a_long_value_is_told_as_cut(shop: Shop) -> None:
    shop.rules(rule("cut", "subject:refund"))
    number = shop.ticket("x" * 41)
    shop.created(number)
    found, text = told(shop, number)
    assert of(found, "cut").actual == "x" * 39 + "…"
    assert "subject is “" + "x" * 39 + "…”" in text


def test_it_shows_what_fired_changed_and_was_queued(shop: Shop) -> None:
    shop.rules(
        rule("one", "by:customer", {"set": {"status": "open"}}, {"reply": "ack"}, {"note": "n"}),
        rule("two", "status:open by:rule"),
    )
    number = shop.ticket("Hello")
    shop.created(number, shop.say(number, "hello"))
    found, text = told(shop, number)
    one = of(found, "one")
    assert dict(one.changes) == {"status": ("new", "open")}
    assert (one.replies, one.outbox, one.notes) == (("ack",), (1,), 1)
    assert of(found, "two", 1).outcome == "fired"
    assert "“one” fired, since this holds: by:customer" in text
    assert "Status: new → open" in text
    assert "reply “ack” was queued" in text
    assert "outbox: 1" in text
    assert "2026-11-21 20:00" in text


def test_it_says_why_a_rule_was_not_looked_at(shop: Shop) -> None:
    shop.rules(
        rule("other", "status:open", on=("created",)),
        rule("unnamed", "priority:high"),
        rule("last", "changed:status", stop=True),
        rule("behind", "changed:status"),
    )
    number = shop.ticket(status="open")
    shop.run(shop.root(number, "updated", AGENT, None, status=("new", "open")))
    found, _text = told(shop, number)
    assert "a new ticket" in of(found, "other").reason
    assert "priority" in of(found, "unnamed").reason
    assert of(found, "last").stopped
    assert "“last” had ended the pass" in of(found, "behind").reason


def test_it_says_what_held_an_answer_back_and_what_failed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.rules(rule("ack", "by:customer", {"reply": "ack"}), rule("gone", "", {"note": "x"}))
    perform = effects.perform

    def failing(tx: Tx, desk: Desk, action: Effect, *rest: Any) -> dict[int, dict[str, Any]]:
        if isinstance(action, Note):
            raise ZeroDivisionError
        return perform(tx, desk, action, *rest)

    monkeypatch.setattr(effects, "perform", failing)
    number = shop.ticket()
    shop.created(number, shop.say(number, "away", auto="Auto-Submitted: auto-replied"))
    found, text = told(shop, number)
    assert "auto-replied" in of(found, "ack").reason
    assert of(found, "gone").outcome == "failed"
    assert "ZeroDivisionError" in text


def test_an_old_trace_is_read_with_the_rules_of_its_time(shop: Shop) -> None:
    shop.rules(rule("before", "status:open"))
    number = shop.ticket()
    shop.created(number)
    shop.rules(rule("after", "status:new"))
    shop.run(shop.root(number, "updated", CUSTOMER, None, status=("open", "new")))
    found, _text = told(shop, number)
    first, second = found.events
    assert [one.rule for one in first.passes[0]] == ["before"]
    assert [one.rule for one in second.passes[0]] == ["after"]


def test_a_strangers_text_in_a_trace_is_plain_text(shop: Shop) -> None:
    shop.rules(rule("it", "subject:hello"))
    number = shop.ticket("\x1b]0;owned\x07 [bold]x")
    shop.created(number)
    found, _text = told(shop, number)
    assert "\x1b" not in of(found, "it").actual


def test_a_trace_of_an_earlier_version_can_still_be_read(shop: Shop) -> None:
    """Its rules knew neither groups nor bots, nor what time brings."""
    shop.rules(rule("fired", ""), rule("silent", "priority:high", on=("updated",)))
    number = shop.ticket()
    shop.created(number)
    with shop.desk.store.write() as tx:
        tx.execute(
            text(
                "UPDATE ruleset SET rules = (SELECT json_group_array(json_remove(value, '$.kind', "
                "'$.group', '$.moments', '$.times')) FROM json_each(rules))"
            )
        )
    found, page = told(shop, number)
    assert of(found, "fired").outcome == "fired"
    assert "silent" in page
