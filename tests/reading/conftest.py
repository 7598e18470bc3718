"""A ticket with a long conversation, on a real desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.desk.office import Office, raw

PEOPLE = """
[[agent]]
name = "li.wei"
title = "李伟"
email = "li.wei@shop.example"
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A desk without rules."""
    return Office(tmp_path, PEOPLE)


def talk(office: Office, count: int, first: int = 0) -> None:
    """So many mails of one customer on one ticket, each with its number in it."""
    mails: Sequence[bytes] = [
        raw(
            f"Mail {number:03d} begins\r\n" + f"word{number} and more\r\n" * 5,
            id=f"t{number}@c.example",
            answers=[f"t{number - 1}@c.example"] if number else (),
            Subject="Re: My order" if number else "My order",
        )
        for number in range(first, first + count)
    ]
    office.receive(*mails)
