"""The work of routes grows with the tickets that something happened to, not with all there are."""

from __future__ import annotations

from typing import Any

import pytest

from kfdesk.rules.language.query import parse
from kfdesk.store.assigning import waiting
from kfdesk.store.conditions import matching
from kfdesk.store.tx import driver
from tests.assignment.conftest import OpenFloor


@pytest.mark.parametrize(
    "text",
    [
        "is:unassigned",
        "team:refunds is:unassigned",
        "status:new team:refunds assignee:none",
        "tag:vip priority:high",
        "customer.email:*@big.example",
    ],
)
def test_a_few_tickets_are_found_by_their_numbers_whatever_a_route_asks(
    floor: OpenFloor, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = floor().desk
    plans: list[str] = []

    class Explaining:
        """The connection, asked how it would go about a statement."""

        def __init__(self, tx: Any) -> None:
            self.connection = driver(tx)

        def execute(self, sql: str, values: Any) -> Any:
            rows = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            plans.extend(row[3] for row in rows)
            return self.connection.execute(sql, values)

    for module in (matching, waiting):
        monkeypatch.setattr(module, "driver", Explaining)
    with desk.store.read() as tx:
        matching.holding(tx, parse(text, desk.known, rule=True), desk.scope(), [1, 2])
        waiting.wanting(tx, [1, 2])
    asked = [plan for plan in plans if plan.split()[1:2] == ["ticket"]]
    assert asked == ["SEARCH ticket USING INTEGER PRIMARY KEY (rowid=?)"] * 2
