"""What is called impossible of an event is true of no event, as the rules themselves ask it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfdesk.model import By
from kfdesk.rules.language.query import parse
from kfdesk.rules.language.values import Scope
from kfdesk.rules.lint.logic import possible
from kfdesk.rules.lint.space import Space
from kfdesk.store.conditions import wave
from kfdesk.store.conditions.probe import probe
from kfdesk.store.conditions.wave import Entry
from tests.rules.shop import NOW, Shop

CONDITIONS = [
    "by:customer", "by:agent,rule", "event:created", "event:updated", "event:message",
    "event:sla.warning", "event:sla.breached,woke", "sla.target:resolve", "changed:status",
    "changed:priority", "changed:tag", "status.was:new", "status.was:none", "status.was:open,new",
    "status.now:open", "status.now:solved", "priority.was:high", "priority.now>=high",
    "priority.was<normal", "team.was:none", "team.now:none", "team.now:refunds", "status:open",
    "status:solved", "priority:high", "tag.was:vip", "tag.now:vip", "subject.was~refund",
    "auto:no", "is:open", "field.amount.was>3", "field.amount.now:none", "field.amount.now<=3",
]  # fmt: skip
CHANGES: list[dict[str, tuple[object, object]]] = [
    {},
    {"status": ("new", "open")},
    {"status": ("open", "solved"), "priority": ("high", "low")},
    {"priority": ("low", "urgent"), "team": ("", "refunds")},
    {"team": ("refunds", ""), "tags": (["vip"], ["done"])},
    {"field.amount": (5, 2)},
    {"field.amount": (None, 7), "subject": ("Refund", "Other")},
]


Event = tuple[bool, bool, By, str, int]
#: Whether it created the ticket, whether a message came, who did it, what time brought, and which
#: of the changes.
EVENTS: list[Event] = [
    *product((True,), (True, False), (By.CUSTOMER, By.AGENT), ("",), (0,)),
    *product((False,), (True, False), (By.CUSTOMER, By.AGENT, By.RULE), ("",), range(len(CHANGES))),
    *product((False,), (False,), (By.SYSTEM,), ("sla.warning", "sla.breached", "woke"), (0,)),
]
STATES: list[dict[str, Any]] = [
    {"status": "new"},
    {"status": "open", "priority": 3, "team": "refunds"},
    {"status": "solved", "priority": 1, "fields": {"amount": 2}},
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A ticket for each event, in each state."""
    shop = Shop(Path(tmp_path_factory.mktemp("events")))
    for _event, state in product(EVENTS, STATES):
        shop.ticket("Refund", tags=("vip",) if state["status"] == "open" else (), **state)
    yield shop
    shop.desk.close()


def fires(shop: Shop, text: str) -> bool:
    """Whether a rule with this condition fires at any of the events."""
    entries = [
        Entry(n, created, came, by, 0, CHANGES[changes], what, "resolve" if "sla" in what else "")
        for n, ((created, came, by, what, changes), _state) in enumerate(product(EVENTS, STATES), 1)
    ]
    question = probe(parse(text, shop.known, rule=True, events=True))
    with shop.desk.store.write() as tx:
        span = wave.fill(tx, entries)
        rows = question.run(tx, Scope(NOW), span)
    return any(failure is None for _number, failure in rows)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(["", "not ", "-"]), st.sampled_from(CONDITIONS)),
        min_size=2,
        max_size=4,
    ),
    split=st.booleans(),
)
def test_what_is_called_impossible_fires_at_no_event(
    shop: Shop, parts: list[tuple[str, str]], split: bool
) -> None:
    words = [sign + condition for sign, condition in parts]
    text = f"({words[0]} or {words[1]}) {' '.join(words[2:])}" if split else " ".join(words)
    query = parse(text, shop.known, rule=True, events=True)
    if not possible(Space([query]), query.conjuncts):
        assert not fires(shop, text), text


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_condition_of_an_event_is_true_of_one_and_false_of_another(
    shop: Shop, condition: str
) -> None:
    """Else the property above would say little."""
    assert fires(shop, condition)
    assert fires(shop, f"not ({condition})") or condition == "auto:no"
    query = parse(condition, shop.known, rule=True, events=True)
    assert possible(Space([query]), query.conjuncts)


def test_no_pair_that_is_called_impossible_fires(shop: Shop) -> None:
    """Every pair of conditions, the second also denied."""
    pairs = [
        f"{one} {sign}({other})"
        for one in CONDITIONS
        for other in CONDITIONS
        for sign in ("", "not ")
    ]
    queries = [parse(text, shop.known, rule=True, events=True) for text in pairs]
    never = [q.text for q in queries if not possible(Space([q]), q.conjuncts)]
    assert len(never) > 2 * len(CONDITIONS)
    assert [text for text in never if fires(shop, text)] == []
