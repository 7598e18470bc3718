"""`field=value` on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.typed import parse
from kfdesk.errors import UserError
from tests.desk.office import ANNA, NOW, Office, raw


def test_a_ticket_is_put_aside_for_a_time_or_up_to_one_and_brought_back(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.receive(raw())
    (ticket,) = office.tickets()

    def snooze(text: str) -> object:
        wanted = parse(office.desk, [f"snooze={text}"])
        return change(office.desk, ticket.number, wanted, ANNA).snoozed_until

    assert snooze("3d") == NOW + timedelta(days=3)
    assert snooze("mon 09:00") == NOW.replace(day=23, hour=1)  # in Shanghai
    assert office.find("is:snoozed") == [ticket.number]
    assert snooze("none") is None
    with pytest.raises(UserError, match="3d, 4h"):
        parse(office.desk, ["snooze=later"])
    office.close()
