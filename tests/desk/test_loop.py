"""Two desks that both answer by themselves: they stop, in one ticket each."""

from __future__ import annotations

import re
from email import message_from_bytes

import pytest

from kfdesk.desk.syncing.sync import sync
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, ANSWER_ALL, Office, raw

MARKS = re.compile(
    rb"^(?:Auto-Submitted|X-Auto-Response-Suppress|X-Kfdesk-Loop|Precedence):[^\r\n]*\r?\n",
    re.MULTILINE | re.IGNORECASE,
)


class Pair:
    """Two desks and the wire between them; a careless relay on it strips the marks of robots."""

    def __init__(self, opened: OpenOffice, rules: str, *, careless: bool) -> None:
        self.ours: Office = opened(rules)
        self.theirs: Office = opened(rules, domain="peer")
        self.careless = careless
        self.carried: dict[str, int] = {"ours": 0, "theirs": 0}
        self._seen: set[str] = set()

    def exchange(self, rounds: int = 30) -> None:
        """Sync both and carry the mail, until nothing moves."""
        for _ in range(rounds):
            moved = self._carry("ours", self.ours, self.theirs)
            moved += self._carry("theirs", self.theirs, self.ours)
            if not moved:
                return
        raise AssertionError("the desks go on and on")

    def _carry(self, name: str, one: Office, other: Office) -> int:
        sync(one.settings, clock=lambda: one.now)
        moved = 0
        for file in sorted((one.folder / "Out").glob("*/*")):
            if str(file) in self._seen:
                continue
            self._seen.add(str(file))
            data = file.read_bytes()
            other.deliver(MARKS.sub(b"", data) if self.careless else data)
            self.carried[name] += message_from_bytes(data)["Auto-Submitted"] is not None
            moved += 1
        for office in (one, other):
            office.later(seconds=20)
        return moved


@pytest.mark.parametrize("careless", [False, True], ids=["marked", "marks stripped on the way"])
@pytest.mark.parametrize("rules", [ACKNOWLEDGE, ANSWER_ALL], ids=["on created", "on message"])
def test_a_loop_between_two_desks_ends_after_two_acknowledgements_in_one_ticket(
    opened: OpenOffice, rules: str, careless: bool
) -> None:
    pair = Pair(opened, rules, careless=careless)
    pair.ours.deliver(raw("Please send it again.", "Peer <support@peer.example>"))
    pair.exchange()
    assert len(pair.ours.tickets()) == 1
    assert len(pair.theirs.tickets()) == 1
    assert max(pair.carried.values()) <= 2
    if not careless:
        assert pair.carried == {"ours": 1, "theirs": 0}
