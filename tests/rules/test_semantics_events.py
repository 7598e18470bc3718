"""What time brings as an event, and groups of rules of which one decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfdesk.model import SYSTEM, Status
from tests.rules.shop import AGENT, CUSTOMER, Shop, rule


def moment(shop: Shop, number: int, what: Any, target: str = "", **changes: Any) -> None:
    """Let time bring something to a ticket."""
    root = shop.root(number, "updated", SYSTEM, None, **changes)
    shop.run(replace(root, what=what, target=target))


# --- what time brings


@pytest.mark.parametrize(
    ("when", "what", "target", "fires"),
    [
        ("event:sla.warning", "sla.warning", "resolve", True),
        ("event:sla.warning", "sla.breached", "resolve", False),
        ("event:sla.warning,sla.breached", "sla.breached", "resolve", True),
        ("event:sla.breached sla.target:resolve", "sla.breached", "resolve", True),
        ("event:sla.breached sla.target:resolve", "sla.breached", "first_response", False),
        ("sla.target:next_response", "sla.warning", "next_response", True),
        ("event:sla.breached -sla.target:resolve", "sla.breached", "first_response", True),
        ("event:woke", "woke", "", True),
        ("event:woke", "sla.warning", "resolve", False),
        ("event:sla.warning by:system event:updated", "sla.warning", "resolve", True),
        ("event:sla.warning priority:high", "sla.warning", "resolve", False),
        ("not event:sla.warning,woke", "woke", "", False),
    ],
)
def test_a_rule_asks_for_what_time_brought(
    shop: Shop, when: str, what: Any, target: str, fires: bool
) -> None:
    shop.rules(rule("it", when))
    number = shop.ticket()
    moment(shop, number, what, target)
    assert shop.tags(number) == ({"it"} if fires else set())
    assert len(shop.steps(number)) == (0 if what not in shop.desk.rules.rules[0].moments else 1)


def test_a_rule_that_does_not_ask_for_it_is_looked_at_only_if_what_it_names_changed(
    shop: Shop,
) -> None:
    shop.rules(
        rule("plain", "status:new"),
        rule("message", "-message:x"),
        rule("breached", "is:breached"),
        rule("always", "status:new", always=True),
    )
    number = shop.ticket()
    moment(shop, number, "sla.warning", "resolve")
    assert shop.tags(number) == {"always"}
    other = shop.ticket(breached=True)
    moment(shop, other, "sla.breached", "resolve", breached=(False, True))
    assert shop.tags(other) == {"always", "breached"}


def test_a_flag_is_named_by_the_field_that_it_reads(shop: Shop) -> None:
    shop.rules(rule("late", "is:breached"), rule("back", "-is:snoozed"))
    number = shop.ticket(breached=True)
    moment(shop, number, "sla.breached", "resolve", breached=(False, True))
    assert shop.tags(number) == {"late"}
    moment(shop, number, "woke", "", snoozed_until=("2026-11-21T12:00:00+00:00", None))
    assert shop.tags(number) == {"late", "back"}


def test_in_later_passes_the_event_is_an_update_by_a_rule(shop: Shop) -> None:
    """What time brought is over: a rule that asks for it is not looked at again."""
    shop.rules(
        rule("second", "event:sla.breached status:open"),
        rule("after", "by:rule changed:status -event:sla.breached"),
        rule("first", "event:sla.breached", {"set": {"status": "open"}}),
    )
    number = shop.ticket()
    moment(shop, number, "sla.breached", "resolve")
    assert shop.tags(number) == {"after"}


def test_a_satisfaction_that_was_given_is_a_change(shop: Shop) -> None:
    shop.rules(
        rule("bad", "csat.now<3"), rule("good", "csat.now:4..5"), rule("any", "changed:csat")
    )
    number = shop.ticket()
    shop.run(shop.root(number, "updated", CUSTOMER, None, csat=(None, 2)))
    assert shop.tags(number) == {"bad", "any"}


# --- groups


def test_of_a_group_only_the_first_that_fires_does_anything_and_the_trace_says_so(
    shop: Shop,
) -> None:
    shop.rules(
        rule("no", "subject:never", group="g"),
        rule("one", "", group="g"),
        rule("two", "", group="g"),
        rule("other", "", group="h"),
        rule("alone", ""),
    )
    number = shop.ticket()
    shop.created(number)
    assert shop.tags(number) == {"one", "other", "alone"}
    assert [2, "group 1"] in shop.steps(number)[0]


def test_a_group_has_decided_for_all_passes_of_an_event_but_not_for_the_next(shop: Shop) -> None:
    shop.rules(
        rule("later", "changed:status by:rule", group="g"),
        rule("first", "status:new", {"set": {"status": "open"}}, group="g"),
    )
    number = shop.ticket()
    shop.created(number)
    assert shop.tags(number) == set()
    assert shop.state(number).status is Status.OPEN
    shop.rules(rule("free", "", {"set": {"status": "pending"}}), *shop.settings.triggers)
    shop.run(shop.root(number, "updated", AGENT, None, team=("", "refunds")))
    shop.created(number)
    assert shop.tags(number) == {"later"}


def test_each_ticket_of_a_wave_has_its_own_first(shop: Shop) -> None:
    shop.rules(rule("a", "subject:a", group="g"), rule("b", "subject:b", group="g"))
    numbers = [shop.ticket("a"), shop.ticket("b"), shop.ticket("a b"), shop.ticket("c")]
    shop.run(*(shop.root(number) for number in numbers))
    assert [shop.tags(number) for number in numbers] == [{"a"}, {"b"}, {"a"}, set()]


def test_a_rule_that_failed_has_not_decided_for_its_group(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kfdesk.desk.reacting.effects.perform", lambda *_given: 1 / 0)
    shop.rules(rule("broken", "", {"note": "x"}, group="g"), rule("next", "", group="g"))
    number = shop.ticket()
    shop.created(number)
    assert shop.tags(number) == {"next"}


# --- stop and always


def test_stop_ends_one_pass_and_not_the_next(shop: Shop) -> None:
    """What the rule that stopped changed is looked at by all rules again."""
    shop.rules(
        rule("stop", "status:new", {"set": {"status": "open"}}, stop=True),
        rule("after", "status:open"),
    )
    number = shop.ticket()
    shop.created(number)
    assert len(shop.steps(number)) == 2
    assert shop.tags(number) == {"after"}


def test_a_rule_that_does_not_fire_stops_nothing(shop: Shop) -> None:
    shop.rules(rule("stop", "subject:never", stop=True), rule("after", ""))
    number = shop.ticket()
    shop.created(number)
    assert shop.tags(number) == {"after"}


def test_always_does_not_fire_twice_at_one_event_and_looks_at_what_time_brings(shop: Shop) -> None:
    shop.rules(
        rule("count", "", {"note": "again"}, always=True),
        rule("feed", "", {"set": {"status": "open"}}, on=("created",)),
    )
    number = shop.ticket()
    shop.created(number)
    moment(shop, number, "woke")
    notes = [event for event in shop.events(number) if event.kind == "note"]
    assert len(notes) == 2
