"""Counters of views say what a list of the same query has."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import pytest

from kfdesk.rules.language.query import parse
from kfdesk.store import counting, grouping, queue
from tests.rules.shop import Shop

TOGETHER = (
    "is:open",
    "is:open is:unread",
    "is:open assignee:me",
    "is:open is:unassigned",
    "is:open is:breached sort:due",
    "status:new,open priority>=high",
    "is:pending",
    "is:open (team:refunds or priority:urgent)",
    "is:open -subject:parcel",
    "is:open field.order_no:A1",
)
ALONE = (
    "",
    "is:open tag:vip",
    "is:open -tag:vip",
    "is:open customer.email:*@customer.example",
    "is:open customer.group:KA",
    "is:open has:attachment",
    "is:open parcel",
    "is:unread",
    "status:solved",
    "is:open is:spam",
    "is:open or status:solved",
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A desk with tickets of every kind."""
    shop = Shop(tmp_path)
    kinds: tuple[dict[str, Any], ...] = (
        {"status": "new"},
        {"status": "open", "assignee": "li.wei", "unread": False},
        {"status": "open", "team": "refunds", "priority": 4, "breached": True},
        {"status": "pending", "fields": {"order_no": "A1"}},
        {"status": "solved", "assignee": "li.wei"},
        {"status": "closed", "priority": 4},
        {"status": "open", "spam": True},
        {"status": "new", "merged_into": 1},
    )
    for n, columns in enumerate(kinds):
        tags = ["vip"] if n % 2 else []
        groups = ["KA"] if n == 2 else []
        email = "ann@customer.example" if n % 3 else "bob@org.example"
        subject = "Where is my parcel" if n % 2 else "Hello"
        shop.ticket(subject, "a parcel", tags=tags, groups=groups, email=email, **columns)
    return shop


def test_what_is_about_open_tickets_is_counted_in_one_pass(shop: Shop) -> None:
    """Each counter is as long as its list."""
    queries = [parse(text, shop.known) for text in TOGETHER]
    assert all(map(counting.among_open, queries))
    scope = shop.desk.scope("li.wei")
    with shop.desk.store.read() as tx:
        counted = counting.open_tickets(tx, queries, scope)
        assert counted == [len(queue.ids(tx, query, scope)) for query in queries]
        assert counting.open_tickets(tx, [], scope) == []


@pytest.mark.parametrize("text", ALONE)
def test_what_asks_for_more_is_counted_by_itself(shop: Shop, text: str) -> None:
    """Up to as many as are wanted."""
    query = parse(text, shop.known)
    assert not counting.among_open(query)
    scope = shop.desk.scope("li.wei")
    with shop.desk.store.read() as tx:
        listed = len(queue.ids(tx, query, scope))
        assert counting.at_most(tx, query, scope, 1000) == listed
        assert counting.at_most(tx, query, scope, 2) == min(2, listed)


def test_tickets_of_one_customer_stand_together(shop: Shop) -> None:
    """Groups and tickets keep the order that they had; one that has vanished is none's."""
    scope = shop.desk.scope("li.wei")
    with shop.desk.store.read() as tx:
        ids = queue.ids(tx, parse("sort:number", shop.known), scope)
        together, starts = grouping.grouped(tx, ids, "customer")
        assert list(together) == [1, 4, 2, 3, 5, 6]
        assert list(starts) == [0, 2]
        together, starts = grouping.grouped(tx, array("q", [99, 1]), "category")
        assert (list(together), list(starts)) == ([99, 1], [0, 1])
        assert grouping.grouped(tx, array("q"), "customer") == (array("q"), array("q"))


def test_words_that_hardly_ever_meet_are_found_where_they_do(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few tickets are looked through first."""
    monkeypatch.setattr(queue, "PROBED", 1)
    for n in range(3):
        shop.ticket("Rückfrage", f"parcel {n}", f"lens {n}" if n == 1 else "body")
    scope = shop.desk.scope("li.wei")
    with shop.desk.store.read() as tx:
        for limit in (1, 5):
            found = queue.ids(tx, parse("parcel lens", shop.known), scope, limit)
            assert list(found) == [10]
        assert not queue.ids(tx, parse("parcel nowhere", shop.known), scope, 5)
