"""A desk whose customers are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.desk.office import Office

CONFIGURATION = """
[[group]]
name = "VIP"
[[group]]
name = "KA"
when = "customer.email:*@bigbuyer.example"

[[field]]
of = "customer"
name = "level"
title = "等级"
type = "choice"
choices = ["gold", "silver"]
[[field]]
of = "customer"
name = "points"
type = "number"
[[field]]
name = "level"
type = "text"
"""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Opens desks under the customers' configuration and further rules."""
    opened: list[Office] = []

    def open_(rules: str = "", name: str = "one") -> Office:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        opened.append(Office(folder, CONFIGURATION + rules))
        return opened[-1]

    yield open_
    for office in opened:
        office.close()


@pytest.fixture
def office(make: Callable[..., Office]) -> Office:
    """A desk."""
    return make()
