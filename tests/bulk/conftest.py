"""Fixtures: a desk with macros, on which some customers have written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from kfdesk.desk.bulk.deed import parse
from kfdesk.desk.bulk.many import Done, plan, run
from kfdesk.model import Actor
from tests.desk.office import ANNA, Office, raw

MACROS = """
[[field]]
name = "order_no"
required_on = "solved"

[[template]]
name = "refunded"
text = "Dear {{customer.name}}, ticket {{ticket.number}} is refunded. {{agent.title}}"

[[macro]]
name = "refund-done"
title = "Refund is done"
do = [
  { set = { status = "pending", priority = "high" } },
  { tag = ["refunded"] },
  { reply = "refunded" },
  { note = "refunded {{ticket.number}}" },
]

[[macro]]
name = "urgent-only"
title = "Calm down"
when = "priority:urgent"
do = [{ set = { priority = "normal" } }]

[[macro]]
name = "strict"
teams = ["strict"]
do = [{ tag = ["strict"] }]
"""
OpenOffice = Callable[..., Office]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenOffice]:
    """Open a desk; each call gives another one, with what rules and settings it is given."""
    made: list[Office] = []
    number = count(1)

    def make(rules: str = "", tickets: int = 3, **keys: str) -> Office:
        folder = tmp_path / f"desk{next(number)}"
        folder.mkdir()
        office = Office(folder, MACROS + rules, **keys)
        senders = (f"Customer {n} <c{n}@customer.example>" for n in range(1, tickets + 1))
        office.receive(*(raw(sender=sender, Subject=f"Order of {sender}") for sender in senders))
        made.append(office)
        return office

    yield make
    for office in made:
        office.close()


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    """A desk with three tickets and no rules."""
    return opened()


def do(office: Office, *words: str, on: list[int] | None = None, actor: Actor = ANNA) -> Done:
    """Do one thing to tickets, as `kfdesk bulk` does."""
    numbers = on or [ticket.number for ticket in office.tickets()]
    shown = plan(office.desk, parse(office.desk, words, actor.name), numbers, actor)
    return run(office.desk, shown, actor)
