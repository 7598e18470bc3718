"""Fixtures: desks in folders of their own, with texts to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.desk.office import Office

OpenOffice = Callable[..., Office]

CHINESE = "您好，请问我的退款什么时候可以到账？订单已经退回了。\r\n"
ENGLISH = "Hello, when will my refund arrive? The parcel is back with you.\r\n"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenOffice]:
    """Open a desk; each call gives another one, with what rules and settings it is given."""
    made: list[Office] = []
    number = count(1)

    def make(rules: str = "", **keys: str) -> Office:
        folder = tmp_path / f"desk{next(number)}"
        folder.mkdir()
        made.append(Office(folder, rules, **keys))
        return made[-1]

    yield make
    for office in made:
        office.close()


def trigger(do: str, *, on: str = "created", when: str = "by:customer", name: str = "Rule") -> str:
    """A trigger that does one thing."""
    return f"""
[[trigger]]
name = "{name}"
on = ["{on}"]
when = "{when}"
do = [{do}]
"""
