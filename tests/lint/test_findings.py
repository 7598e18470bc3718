"""What `kfdesk rules check` finds between rules, and that it leaves sound ones alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from kfdesk.config import load
from kfdesk.desk.admin.demo import make
from kfdesk.i18n import Language
from kfdesk.rules.lint import check
from kfdesk.settings import (
    Bot,
    Calendar,
    Route,
    Schedule,
    Settings,
    Sla,
    Source,
    Template,
    Trigger,
    View,
)
from tests.lint.test_never import ALONE
from tests.rules.shop import rule, settings

SOLVED = {"set": {"status": "solved"}}
OPEN = {"set": {"status": "open"}}
PENDING = {"set": {"status": "pending"}}
HIGH = {"set": {"priority": "high"}}
REPLY = {"reply": "ack"}


def plan(name: str, when: str, *do: Mapping[str, Any], **keys: Any) -> Schedule:
    """A schedule that looks each hour."""
    return Schedule(name, "hour", when, do, **keys)


def found(*rules: Trigger | Schedule, **keys: Any) -> list[tuple[str, str, str]]:
    """(severity, rule, message) of each finding, but for what is not used."""
    triggers = [one for one in rules if isinstance(one, Trigger)]
    schedules = tuple(one for one in rules if isinstance(one, Schedule))
    shop: Settings = settings(Path("/nowhere"), *triggers, schedules=schedules, **keys)
    return [(f.severity, f.rule, f.message) for f in check(shop) if "uses this" not in f.message]


def one(*rules: Trigger | Schedule, **keys: Any) -> tuple[str, str, str]:
    """The only finding."""
    (finding,) = found(*rules, **keys)
    return finding


# --- shadowed


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("", "tag:x"),
        ("status:open", "status:open tag:x"),
        ("status:open,new", "status:new"),
        ("priority>=high", "priority:urgent"),
        ("category:售后/*", "category:售后/退款"),
        ("age>1d", "age>2d tag:x"),
        ("by:customer", "by:customer auto:no message:refund"),
        ("tag:v*", "tag:vip"),
        ("tag:x or tag:y", "tag:y"),
    ],
)
def test_a_rule_behind_a_wider_one_that_stops_is_not_reached(first: str, later: str) -> None:
    created = ("created",)
    severity, name, message = one(
        rule("first", first, stop=True, on=created), rule("later", later, on=created)
    )
    assert (severity, name) == ("warning", "later")
    assert "“first”" in message
    assert found(rule("first", first, on=created), rule("later", later, on=created)) == []
    swapped = (rule("later", later, on=created), rule("first", first, stop=True, on=created))
    assert found(*swapped) == []


def test_a_rule_is_reached_where_the_one_that_stops_looks_at_fewer_events() -> None:
    stops = rule("first", "status:open", stop=True)
    assert found(stops, rule("later", "status:open tag:x")) == []
    stops = rule("first", "status:open", stop=True, on=("created",))
    assert found(stops, rule("later", "status:open")) == []
    stops = rule("first", "status:open", stop=True, always=True)
    assert one(stops, rule("later", "status:open priority:high"))[1] == "later"


def test_a_rule_is_reached_where_one_between_makes_the_first_true_too_late() -> None:
    created = ("created",)
    rules = (
        rule("first", "tag:x", stop=True, on=created),
        rule("between", "subject:refund", {"tag": ["x"]}, on=created),
        rule("later", "tag:x status:new", on=created),
    )
    assert found(*rules) == []


def test_of_a_group_the_narrower_rule_stands_first() -> None:
    created = ("created",)
    wide = rule("wide", "status:new", group="g", on=created)
    narrow = rule("narrow", "status:new tag:x", group="g", on=created)
    assert one(wide, narrow)[:2] == ("warning", "narrow")
    assert found(narrow, wide) == []


def test_a_policy_and_a_route_behind_a_wider_one_never_hold_first() -> None:
    day = {"normal": timedelta(days=1)}
    policies = (Sla("all", resolve=day), Sla("urgent", "priority:urgent", resolve=day))
    assert one(policies=policies)[:2] == ("warning", "urgent")
    assert found(policies=policies[::-1]) == []
    routes = (Route("all"), Route("refunds", "is:unassigned team:refunds"))
    assert one(routes=routes)[:2] == ("warning", "refunds")
    assert found(routes=routes[::-1]) == []


def test_a_line_of_a_route_that_is_never_so_is_an_error() -> None:
    route = Route(
        "r",
        "is:unassigned team:refunds",
        ("source",),
        source=(Source('team:"key accounts"', "li.wei"), Source("tag:x", "li.wei")),
    )
    assert one(routes=(route,))[0] == "error"


# --- rounds


def test_two_rules_that_undo_each_other() -> None:
    severity, name, message = one(
        rule("open", "status:pending", OPEN), rule("wait", "status:open", PENDING)
    )
    assert (severity, name) == ("warning", "wait")
    assert "it undoes what “open” does to status" in message
    assert one(
        rule("on", "-tag:x priority:high", {"tag": ["x"]}), rule("off", "tag:x", {"untag": ["x"]})
    )[2].startswith("it undoes what “on” does to tag")


@pytest.mark.parametrize(("one_", "other"), [("low", "high"), ("urgent", "normal")])
def test_rules_that_undo_a_priority(one_: str, other: str) -> None:
    rules = (
        rule("a", f"priority:{one_}", {"set": {"priority": other}}),
        rule("b", f"priority:{other}", {"set": {"priority": one_}}),
    )
    assert "it undoes what “a” does to priority" in one(*rules)[2]


def test_a_round_of_three_names_its_chain() -> None:
    severity, _name, message = one(
        rule("a", "status:open", PENDING),
        rule("b", "status:pending", {"set": {"status": "hold"}}),
        rule("c", "status:hold", OPEN),
    )
    assert severity == "warning"
    assert "“a” → “b” → “c” → “a”" in message


@pytest.mark.parametrize(
    "rules",
    [
        # Who did it is asked: a rule's change is not a customer's.
        [rule("a", "by:customer status:pending", OPEN), rule("b", "by:agent status:open", PENDING)],
        # The second time there is nothing left to change.
        [rule("a", "tag:vip", HIGH), rule("b", "priority:high", {"tag": ["vip"]})],
        # What the one waits for, the other does not set.
        [rule("a", "status:open tag:x", PENDING), rule("b", "status:pending tag:y -tag:x", OPEN)],
        [rule("a", "status:new", OPEN), rule("b", "status:open", SOLVED)],
        # A new ticket is not new again.
        [rule("a", "status:open", PENDING, on=("created",)), rule("b", "status:pending", OPEN)],
        [rule("a", "event:created status:open", PENDING), rule("b", "status:pending", OPEN)],
        [rule("a", "age>1d -tag:old", {"tag": ["old"]}), rule("b", "tag:old", HIGH)],
        # What a field became, or was, is known where a rule set it.
        [rule("a", "status:open", PENDING), rule("b", "status.now:solved", OPEN)],
        [rule("a", "status:open", PENDING), rule("b", "status.was:hold", OPEN)],
        [rule("a", "status:open", PENDING), rule("b", "priority.now:high", OPEN)],
    ],
)
def test_rules_that_come_to_rest_are_left_alone(rules: list[Trigger]) -> None:
    assert found(*rules) == []


def test_a_round_by_what_changed_is_found_too() -> None:
    rules = (rule("a", "status:open", PENDING), rule("b", "status.now:pending", OPEN))
    assert "undoes" in one(*rules)[2]
    rules = (rule("a", "status:open", PENDING), rule("b", "status.was:open", OPEN))
    assert "undoes" in one(*rules)[2]


def test_short_rounds_are_found_among_many_rules() -> None:
    many = [rule(f"r{n}", f"tag:t{n}", {"tag": [f"t{n + 1}"]}) for n in range(100)]
    pair = [rule("open", "status:pending", OPEN), rule("wait", "status:open", PENDING)]
    assert one(*many, *pair)[1] == "wait"


def test_a_schedule_and_a_trigger_that_undo_each_other() -> None:
    severity, name, message = one(
        rule("reopen", "status:solved", PENDING), plan("solve", "status:pending idle>2d", SOLVED)
    )
    assert (severity, name) == ("warning", "solve")
    assert "each time that the schedule looks" in message


# --- mail


@pytest.mark.parametrize("when", ["", "status:new", "auto:no", "tag:x or by:customer"])
def test_mail_to_customers_whoever_did_what_is_a_warning(when: str) -> None:
    severity, _name, message = one(rule("r", when, REPLY))
    assert severity == "warning"
    assert "whoever did what" in message


def test_mail_that_robots_set_off_is_a_hint() -> None:
    severity, _name, message = one(rule("r", "by:customer", REPLY))
    assert severity == "hint"
    assert "robots" in message


@pytest.mark.parametrize(
    "when",
    ["by:customer auto:no", "changed:status status:solved", "status.now:solved", "event:woke"],
)
def test_guarded_mail_is_left_alone(when: str) -> None:
    assert found(rule("r", when, REPLY)) == []


def test_a_schedule_that_mails_all_tickets_that_ever_were_is_a_warning() -> None:
    tagged = {"tag": ["told"]}
    assert "ever were" in one(plan("s", "idle>2d -tag:told", REPLY, tagged))[2]
    assert found(plan("s", "status:pending idle>2d -tag:told", REPLY, tagged)) == []
    assert found(plan("s", "idle>2d age<7d -tag:told", REPLY, tagged)) == []


def test_a_schedule_that_repeats_itself_without_end_is_a_warning() -> None:
    when = "status:pending idle>2d"
    again = timedelta(hours=24)
    assert one(plan("s", when, REPLY, repeat_after=again))[0] == "warning"
    assert one(plan("s", when, REPLY))[0] == "hint"
    assert found(plan("s", when, REPLY, SOLVED)) == []
    assert found(plan("s", f"{when} -tag:told", REPLY, {"tag": ["told"]})) == []
    assert found(plan("s", "status:pending,open idle>2d", REPLY, OPEN))[0][0] == "hint"
    assert found(plan("s", when, {"tag": ["old"]})) == [], "once is enough"


# --- the rest


def test_a_bot_without_end_or_way_out_is_told() -> None:
    bot = Bot("b", "message:parcel", "ack", times=0)
    assert [severity for severity, _name, _said in found(bots=(bot,))] == ["warning", "hint"]
    bot = Bot("b", "message:parcel", "ack", handover="talk to a person")
    assert found(bots=(bot,)) == []


def test_what_nothing_uses_is_a_hint() -> None:
    shop = settings(
        Path("/nowhere"),
        rule("r", "by:customer auto:no worktime:night", REPLY),
        templates=(Template("ack", text="x"), Template("old", text="x")),
        calendars={"office": Calendar(), "night": Calendar(), "sla": Calendar()},
        policies=(Sla("p", calendar="sla", resolve={"normal": timedelta(days=1)}),),
    )
    assert [(f.severity, f.rule) for f in check(shop)] == [("hint", "old"), ("hint", "office")]


def test_conditions_of_views_policies_and_schedules_are_looked_at_too() -> None:
    never = "is:open is:closed"
    names = [
        name
        for severity, name, _said in found(
            plan("schedule", never, SOLVED),
            policies=(Sla("policy", never, resolve={"normal": timedelta(days=1)}),),
            routes=(Route("route", never),),
            views=(View("view", query=never),),
        )
        if severity == "error"
    ]
    assert sorted(names) == ["policy", "route", "schedule", "view"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_is_nothing_to_say_about_the_rules_of_the_demo(
    language: Language, tmp_path: Path
) -> None:
    made = make(tmp_path, language, datetime(2026, 11, 11, tzinfo=UTC))
    assert check(load(made)) == []


def test_each_finding_says_where_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    file.write_text(
        '[[trigger]]\nname = "a"\ndo = [{ tag = "x" }]\n'
        'when = "status:open status:closed"\n'
        '[[trigger]]\nname = "b"\nwhen = "statsu:open"\ndo = [{ tag = "x" }]\n'
    )
    findings = check(load(file))
    assert [(f.severity, f.place.line, f.rule) for f in findings] == [
        ("error", 4, "a"),
        ("error", 7, "b"),
    ]
    assert findings[0].remedy
    assert str(findings[0].place) == f"{file}:4: trigger “a”.when"


# --- whatever is written

ACTIONS = [
    SOLVED, OPEN, PENDING, HIGH, REPLY, {"tag": ["vip"]}, {"untag": ["vip", "done"]},
    {"assign": "li.wei"}, {"assign": ["round-robin"]}, {"assign": "team:refunds"},
    {"set": {"category": "售后/退款", "field.order_no": "A1", "field.gift": True}},
    {"set": {"field.amount": 3, "subject": "Refund"}}, {"snooze": "3d"}, {"note": "x"},
    {"assign": "none"}, {"set": {"category": ""}},
]  # fmt: skip
#: Conditions that a list has too.
PLAIN = ["status:open", "is:open", "tag:vip", "is:unassigned", "status:open,pending", "age>2d"]
conditions = st.lists(st.sampled_from(list(ALONE)), max_size=3).map(" ".join)
written = st.builds(
    lambda when, do, keys: (when, do, keys),
    conditions,
    st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3),
    st.fixed_dictionaries(
        {
            "stop": st.booleans(),
            "always": st.booleans(),
            "group": st.sampled_from(["", "g"]),
            "on": st.lists(
                st.sampled_from(["created", "updated", "message"]), max_size=2, unique=True
            ).map(tuple),
        }
    ),
)


plans = st.tuples(
    st.lists(st.sampled_from(PLAIN), max_size=3).map(" ".join),
    st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3),
)


@tries(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(triggers=st.lists(written, max_size=6), schedules=st.lists(plans, max_size=3))
def test_whatever_the_rules_are_there_is_an_answer(triggers: Any, schedules: Any) -> None:
    rules = [rule(f"t{n}", when, *do, **keys) for n, (when, do, keys) in enumerate(triggers)]
    late = [plan(f"s{n}", when, *do) for n, (when, do) in enumerate(schedules)]
    for severity, _name, message in found(*rules, *late):
        assert severity in ("error", "warning", "hint")
        assert message
