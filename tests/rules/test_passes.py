"""Whatever the rules are, their passes end, and end in the same state for every ticket alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfdesk.desk.reacting.triggers import MAX_PASSES
from kfdesk.settings import Calendar, Trigger
from tests.rules.shop import AGENT, Shop, rule

STATUSES = ("new", "open", "pending", "solved")
conditions = st.sampled_from(
    [
        *(f"status:{s}" for s in STATUSES),
        "tag:a", "-tag:a", "tag:b", "changed:status", "not changed:status", "by:rule",
        "changed:tag",
        "team:refunds", "team:none", "status.was:open", "priority>normal", "priority.now:high",
        "subject:x or team:refunds", "event:created", "event:sla.breached", "-event:woke",
        "sla.target:resolve", "is:snoozed", "worktime:office", "assignee:none", "link:none",
        "changed:field.amount", "field.amount:1..3", "message:hello",
    ]
)  # fmt: skip
actions: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(STATUSES).map(lambda s: {"set": {"status": s}}),
    st.sampled_from(["low", "high"]).map(lambda p: {"set": {"priority": p}}),
    st.sampled_from([["a"], ["b"], ["a", "b"]]).map(lambda tags: {"tag": tags}),
    st.just({"untag": ["a"]}),
    st.sampled_from(["team:refunds", "team:none"]).map(lambda who: {"assign": who}),
    st.just({"set": {"subject": "x"}}),
    st.sampled_from([1, 5]).map(lambda n: {"set": {"field": {"amount": n}}}),
    st.sampled_from(["li.wei", "none"]).map(lambda w: {"assign": w}),
    st.just({"snooze": "1d"}),
    st.just({"note": "{{ticket.status}}"}),
)


@st.composite
def rulesets(draw: st.DrawFn) -> list[Trigger]:
    """Rules of any kind, which may feed and undo each other."""
    return [
        rule(
            f"r{n}",
            " ".join(draw(st.lists(conditions, max_size=2))),
            *draw(st.lists(actions, min_size=1, max_size=2)),
            stop=draw(st.booleans()) and draw(st.booleans()),
            always=draw(st.booleans()),
            group=draw(st.sampled_from(["", "", "g", "h"])),
            on=draw(st.sampled_from([(), (), ("created",), ("updated",), ("message",)])),
        )
        for n in range(draw(st.integers(1, 14)))
    ]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(Path(tmp_path_factory.mktemp("many")), calendars={"office": Calendar()})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=rulesets(), created=st.booleans(), what=st.sampled_from(["", "sla.breached", "woke"]))
def test_any_rules_end_and_none_fires_twice(
    many: Shop, rules: list[Trigger], created: bool, what: Any
) -> None:
    """Two like tickets in one wave come out alike, and like one that went alone.

    Of a group one rule fires; a rule that stopped is the last of its pass.
    """
    many.rules(*rules)
    numbers = [many.ticket("s", status="open", tags=["b"]) for _one in range(3)]
    roots = [
        many.root(number, "created" if created else "updated", AGENT, None, status=("new", "open"))
        for number in numbers
    ]
    target = "resolve" if what == "sla.breached" else ""
    roots = [replace(root, what="" if created else what, target=target) for root in roots]
    many.run(*roots[:2])
    many.run(roots[2])
    steps = [many.steps(number) for number in numbers]
    assert steps[0] == steps[1] == steps[2]
    assert len(steps[0]) <= MAX_PASSES
    fired = Counter(s[0] for one in steps[0] for s in one if isinstance(s[1], dict))
    assert all(times == 1 for times in fired.values())
    states = [many.state(number) for number in numbers]
    alike = {(s.status, s.priority, s.team, s.subject, s.tags, s.snoozed_until) for s in states}
    assert len(alike) == 1
    groups = Counter(rules[index].group for index in fired if rules[index].group)
    assert all(times == 1 for times in groups.values())
    for one in steps[0]:
        assert all("stop" not in came for _index, came in one[:-1] if isinstance(came, dict))
    for one in steps[0]:
        indexes = [step[0] for step in one]
        assert indexes == sorted(indexes)
