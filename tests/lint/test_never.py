"""A condition that is called impossible is: whatever ticket there is, it is not true of it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdesk.errors import Place
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.query import parse
from kfdesk.rules.language.tree import Query
from kfdesk.rules.lint.claim import TRUE
from kfdesk.rules.lint.logic import follows, possible, together, worlds
from kfdesk.rules.lint.never import never
from kfdesk.rules.lint.space import Space
from tests.rules import shop
from tests.rules.test_selection import MODELS, TERMS, Model, Predicate, denied, joined

KNOWN = Known.of(shop.settings(Path("/nowhere")))

IMPOSSIBLE = [
    "status:open status:solved",
    "status:open,new status:solved,closed",
    "status!=open status:open",
    "-status:new,open,pending,hold,solved,closed",
    "is:open status:closed",
    "is:new is:solved",
    "(status:open or status:new) is:closed",
    "is:unassigned assignee:li.wei",
    "is:assigned is:unassigned",
    "team:refunds team:none",
    "priority>=high priority<normal",
    "not (priority<high or priority>=high)",
    "age>2d age<1d",
    "due<1h due>2h",
    "is:waiting -waiting>1h -waiting<=1h",
    "created<2026-11-01 created>2026-11-05",
    "created:2026-11-01 created:2026-11-03",
    "created:2026-11-01..2026-11-03 created>=2026-11-04T09:00",
    "created:today created:yesterday",
    "created:week created:lastweek",
    "category:售后/* category:投诉",
    "category:售后/退款/* category:售后",
    "-category:售后/* category:售后/退款/七天无理由",
    "tag:x -tag:x",
    "tag:none tag:vip",
    "tag:vip -tag:v*",
    "customer.group:KA -customer.group:KA",
    "customer.group:none customer.group:KA",
    "退款 -退款",
    "message:refund not message:refund",
    "subject=abc subject:xyz",
    "subject~abc subject:none",
    "field.order_no:A1* field.order_no:B1",
    "field.amount>3 field.amount<=3",
    "field.amount:none field.amount>0",
    "field.amount:1..5 field.amount>5",
    "field.bought:none field.bought:2026-11",
    "field.gift:yes field.gift:no",
    "field.bought<2026-01-01 field.bought>2026-02-02",
    "number>5 number<5",
    "auto:yes auto:no",
    "by:customer by:agent",
    "event:created event:updated",
    "event:sla.warning event:sla.breached",
    "event:created status.was:open",
    "event:created not changed:status",
    "status.was:open status.was:solved",
    "status.now:open not changed:status",
    "-(status:open or -status:open)",
]

POSSIBLE = [
    "",
    "status:open or status:solved",
    "age>1d age<2d",
    "tag:x tag:y",
    "tag:v* tag:vip",
    "created:2026-11-01 created:today",
    "created:today age>23h",
    "category:售后/* category:售后/退款",
    "category:售后/* -category:售后/退款",
    "subject=abc subject:b",
    "subject~a -subject~b",
    "customer.group:KA customer.group:VIP",
    "customer.email:a@b.example customer.email:c@d.example",
    "link:related link:parent",
    "collaborator:ann collaborator:bob",
    "changed:status by:agent",
    "changed:status event:created",
    "status.was:open status.now:solved status:closed",
    "event:created event:message",
    "waiting<1h",
    "field.amount:1..5 field.amount>=5",
    "-waiting>1h -is:waiting",
    "csat:none status.was:none",
    "team:refunds or team:none",
    "idle>2d -tag:reminded status:pending",
]


def read(text: str) -> Query:
    """A rule's condition."""
    return parse(text, KNOWN, rule=True, events=True)


def said(text: str) -> list[tuple[str, str]]:
    """(severity, message) of what is found."""
    return [(f.severity, f.message) for f in never(read(text), Place(), "rule", "Asia/Shanghai")]


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_what_cannot_be_is_an_error(text: str) -> None:
    ((severity, message),) = said(text)
    assert severity == "error"
    assert "can never be true" in message


@pytest.mark.parametrize("text", POSSIBLE)
def test_what_can_be_is_left_alone(text: str) -> None:
    assert said(text) == []


def test_the_fewest_conditions_that_exclude_each_other_are_named() -> None:
    ((_severity, message),) = said("tag:x status:open subject:y status:solved by:agent")
    assert message.endswith("“status:open” and “status:solved” cannot hold together")
    ((_severity, message),) = said("is:waiting -waiting>1h tag:x -waiting<=1h")
    assert "“is:waiting”, “-waiting>1h” and “-waiting<=1h”" in message


def test_a_branch_that_is_never_true_is_a_warning() -> None:
    ((severity, message),) = said("is:open (status:closed or tag:x)")
    assert severity == "warning"
    assert "“status:closed”" in message


def test_what_the_events_of_a_rule_exclude_is_found() -> None:
    created = [{"created": TRUE}]
    query = read("status.was:open tag:x")
    ((severity, message),) = (
        (f.severity, f.message) for f in never(query, Place(), "r", "UTC", created)
    )
    assert severity == "error"
    assert "“status.was:open” is not so at the events" in message


# --- whatever is asked, of whatever ticket

#: Conditions whose answer a ticket alone knows, and not its place among the others.
ALONE = {
    text: holds
    for text, holds in TERMS.items()
    if not text.startswith(("number", "worktime", "sla", "field.site"))
}
terms = st.sampled_from(list(ALONE.items()))
trees = st.recursive(
    terms,
    lambda inner: st.one_of(
        inner.flatmap(denied), st.lists(inner, min_size=2, max_size=4).flatmap(joined)
    ),
    max_leaves=6,
)
#: Tickets that have each of their parts from some ticket that there is.
mixed = st.builds(
    lambda **parts: Model(**parts),
    **{
        part.name: st.sampled_from([getattr(model, part.name) for model in MODELS])
        for part in fields(Model)
        if part.name not in ("email", "groups", "org", "name")
    },
).flatmap(
    lambda one: st.sampled_from(MODELS).map(
        lambda whose: Model(
            **{f.name: getattr(one, f.name) for f in fields(Model)}
            | {name: getattr(whose, name) for name in ("email", "groups", "org", "name")}
        )
    )
)


@settings(max_examples=300, deadline=None)
@given(trees=st.lists(trees, min_size=1, max_size=4), tickets=st.lists(mixed, max_size=20))
def test_what_is_called_impossible_is_true_of_no_ticket(
    trees: list[tuple[str, Predicate]], tickets: list[Model]
) -> None:
    text = " ".join(f"({text})" for text, _holds in trees)
    query = read(text)
    if possible(Space([query]), query.conjuncts):
        return
    for ticket in (*MODELS, *tickets):
        assert not all(holds(ticket) for _text, holds in trees), text


@settings(max_examples=300, deadline=None)
@given(one=trees, other=trees, tickets=st.lists(mixed, max_size=20))
def test_what_is_said_to_follow_does(
    one: tuple[str, Predicate], other: tuple[str, Predicate], tickets: list[Model]
) -> None:
    first, second = read(f"({one[0]}) ({other[0]})"), read(other[0])
    space = Space([first, second])
    assert follows(space, together(second.conjuncts), worlds(space, first.conjuncts)) or (
        len(other[0]) > 200
    ), "both of two hold: so does one"
    space = Space([read(one[0]), second])
    if follows(space, together(second.conjuncts), worlds(space, read(one[0]).conjuncts)):
        for ticket in (*MODELS, *tickets):
            assert not one[1](ticket) or other[1](ticket)


@pytest.mark.parametrize("text", ALONE)
def test_each_condition_excludes_its_own_opposite(text: str) -> None:
    query = read(f"({text}) not ({text})")
    assert not possible(Space([query]), query.conjuncts)
    assert possible(Space([query]), read(text).conjuncts)
