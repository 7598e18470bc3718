"""The work of a schedule grows with the tickets that match, not with the tickets there are."""

from __future__ import annotations

import pytest

from kfdesk.rules.language.query import parse
from kfdesk.store.conditions import matching
from kfdesk.store.tx import driver
from tests.rules.shop import Shop


@pytest.mark.parametrize(
    "text",
    [
        "status:solved idle>72h",
        "status:pending idle>48h",
        "status:new,open age>1h",
        "is:open waiting>4h",
        "waiting>4h",
        "is:unassigned age>1h",
        "is:unassigned is:open",
        "assignee:none age>1h",
        "category:投诉/* is:open age>20h",
        "-status:closed idle>4h",
        "status!=closed,solved age>4h",
        "-is:closed priority:urgent",
        "tag:vip is:open idle>8h",
        "customer.group:KA is:open",
        "customer.group:VIP age>4h",
        "customer.email:ann@customer.example idle>1h",
        "tag:vip age>4h",
        "due<30m",
        "退款 is:open age>4h",
        "assignee:li.wei idle>4h",
        "team:refunds is:open",
    ],
)
def test_an_index_leads_to_the_tickets_that_match(shop: Shop, text: str) -> None:
    query = parse(text, shop.known, rule=True, events=False)
    with shop.desk.store.read() as tx:
        scope = shop.desk.scope()
        question = matching._question(query, matching._choice(query))
        values = [value(scope, "[]") if callable(value) else value for value in question.values]
        steps = driver(tx).execute(f"EXPLAIN QUERY PLAN {question.sql}", values).fetchall()
    on_tickets = [step[3] for step in steps if " ticket " in f"{step[3]} "]
    assert on_tickets
    assert all(step.startswith("SEARCH") for step in on_tickets), on_tickets


@pytest.mark.parametrize(
    ("text", "plainly"),
    [
        ("-status:closed", "status:new,open,pending,hold,solved"),
        ("status!=closed", "status:new,open,pending,hold,solved"),
        ("not status!=closed", "status:closed"),
        ("-is:open", "is:closed"),
        ("-is:closed", "is:open"),
        ("-is:closed,new", "is:open -is:new"),
        ("-(status:new or status:open)", "status:pending,hold,solved,closed"),
        ("is:unassigned,new", "is:unassigned or status:new"),
        ("assignee:none", "is:unassigned"),
        ("-assignee:none", "is:assigned"),
        ("-is:unassigned", "is:assigned"),
        ("assignee!=none", "is:assigned"),
        ("assignee!=none,li.wei", "assignee:wang.fang"),
    ],
)
def test_what_an_index_answers_is_what_was_asked(shop: Shop, text: str, plainly: str) -> None:
    for status in ("new", "open", "pending", "hold", "solved", "closed"):
        for assignee in ("", "li.wei", "wang.fang"):
            shop.ticket(status=status, assignee=assignee)
    with shop.desk.store.read() as tx:
        scope = shop.desk.scope()
        query = parse(text, shop.known, rule=True, events=False)
        found = matching.matching(tx, query, scope)
    assert found == set(shop.select(plainly)) == set(shop.select(text))
    assert 0 < len(found) < 18
