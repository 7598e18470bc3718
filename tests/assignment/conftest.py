"""Desks with routes, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from tests.assignment.desk import MONDAY, Floor

OpenFloor = Callable[..., Floor]


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[OpenFloor]:
    """Open a desk with these routes, and these lines for its agents."""
    made: list[Floor] = []
    number = count(1)

    def make(routes: str = "", now: datetime = MONDAY, **agents: str) -> Floor:
        folder = tmp_path / f"desk{next(number)}"
        folder.mkdir()
        made.append(Floor(folder, routes, now, **agents))
        return made[-1]

    yield make
    for one in made:
        one.desk.close()
