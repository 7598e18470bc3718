"""Desks to bring things into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kfdesk.desk.porting.bring import bring
from kfdesk.desk.porting.findings import Finding
from kfdesk.desk.porting.order import Brought
from kfdesk.desk.porting.ordering import order
from tests.desk.office import ACKNOWLEDGE, ANNA, Office

MORE = """
[[field]]
name = "order_no"
title = "订单号"
pattern = "^[A-Z]\\\\d{3}$"
[[field]]
name = "old"
[[field]]
name = "weight"
type = "number"
[[category]]
path = "售后/退款"
[[status]]
name = "finance"
title = "等待财务"
kind = "pending"
[[group]]
name = "KA"
when = "customer.email:*@customer.example"
[[sla]]
name = "all"
first_response = "1h"
"""


class Port(Office):
    """A desk with rules, fields and promises, into which things are brought."""

    findings: list[Finding]

    def bring(self, format: str, path: Path, *, dry: bool = False, **keys: Any) -> Brought:
        """Bring an export in; what was left out or changed is in `findings`."""
        self.findings = []
        wanted = order(self.desk, format, path, **keys)
        return bring(self.desk, ANNA, wanted, told=self.findings.append, dry=dry)

    def reasons(self, fate: str = "") -> list[tuple[int, str, str]]:
        """What was found: (line, field, reason)."""
        return [(f.spot.line, f.field, f.reason) for f in self.findings if fate in ("", f.fate)]


OpenPort = Callable[[], Port]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenPort]:
    """Open a desk; each call gives another one."""
    made: list[Port] = []
    number = count(1)

    def make() -> Port:
        folder = tmp_path / f"desk{next(number)}"
        folder.mkdir()
        made.append(Port(folder, ACKNOWLEDGE + MORE))
        return made[-1]

    yield make
    for port in made:
        port.close()


@pytest.fixture
def port(opened: OpenPort) -> Port:
    """A desk."""
    return opened()


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an export: `write("tickets.json", {...})`; return its folder."""

    def put(name: str, value: Any) -> Path:
        file = tmp_path / "export" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(value, bytes):
            file.write_bytes(value)
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            file.write_text(text, encoding="utf-8")
        return tmp_path / "export"

    return put


def ticket(id: int, **values: Any) -> dict[str, Any]:
    """A ticket as KF5 has it."""
    return {
        "id": id,
        "title": f"Ticket {id}",
        "status": "open",
        "priority": "medium",
        "requester_id": 168,
        "assignee_id": 733,
        "created_at": "2026-03-01 10:00:00",
        "updated_at": "2026-03-02 10:00:00",
        "custom_fields": [],
    } | values


def comment(id: int, ticket: int, text: str = "", **values: Any) -> dict[str, Any]:
    """A comment as KF5 has it."""
    return {
        "id": id,
        "ticket_id": ticket,
        "content": text or f"Comment {id}",
        "public": True,
        "author_id": 168,
        "created_at": "2026-03-01 10:00:00",
    } | values


USERS = {
    "users": [
        {"id": 168, "email": "jane@customer.example", "name": "Jane", "role": "end_user"},
        {"id": 733, "email": "anna@shop.example", "name": "Anna", "role": "agent"},
        {"id": 734, "email": "gone@shop.example", "name": "Gone", "role": "agent"},
    ]
}
