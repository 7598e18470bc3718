"""Fixtures: desks in folders of their own, and a peer on the web."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.desk.office import Office
from tests.effects.web import Web

OpenOffice = Callable[..., Office]

TEMPLATES = """
[[team]]
name = "empty"

[[template]]
name = "look"
subject = "[{{ticket.token}}] Look at this"
text = "{{customer.name}} wants: {{ticket.subject}}"

[[template]]
name = "ask"
subject = "How did we do?"
text = "Good: {{csat.good}}\\nBad: {{csat.bad}}"
"""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenOffice]:
    """Open a desk; each call gives another one, with what rules and settings it is given."""
    made: list[Office] = []
    number = count(1)

    def make(rules: str = "", **keys: str) -> Office:
        folder = tmp_path / f"desk{next(number)}"
        folder.mkdir()
        made.append(Office(folder, TEMPLATES + rules, **keys))
        return made[-1]

    yield make
    for office in made:
        office.close()


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server that keeps what is posted to it."""
    with Web() as server:
        yield server


def trigger(do: str, *, on: str = "created", when: str = "by:customer", name: str = "Rule") -> str:
    """A trigger that does one thing."""
    return f"""
[[trigger]]
name = "{name}"
on = ["{on}"]
when = "{when}"
do = [{do}]
"""
