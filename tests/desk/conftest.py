"""Fixtures: desks in folders of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.desk.office import Office

OpenOffice = Callable[..., Office]


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


@pytest.fixture
def office(opened: OpenOffice) -> Office:
    """A desk without rules."""
    return opened()
