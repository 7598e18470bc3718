"""Giving tickets that nobody has to agents, by the routes of the configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.roots import Diff, Root
from kfdesk.model import Change
from kfdesk.rules.actions import Assign
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets a ticket (None: nobody), and how that was decided."""

    change: Change | None
    reason: str

    def as_json(self) -> dict[str, Any]:
        """The decision as a trace keeps it."""
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class Routed:
    """What routes did: {ticket: what it changed}, {ticket: decisions as a trace keeps them}."""

    diffs: dict[int, Diff] = field(default_factory=dict)
    decisions: dict[int, list[Any]] = field(default_factory=dict)


def run(desk: Desk, tx: Tx, roots: Mapping[int, Root], now: datetime) -> Routed:
    """Let the routes look at tickets to which something happened."""
    return Routed()


def choose(
    desk: Desk, tx: Tx, action: Assign, numbers: Sequence[int], now: datetime
) -> dict[int, Decision]:
    """Choose an agent for each of these tickets, as a rule's action asks."""
    return {}


def next_retry(tx: Tx) -> datetime | None:
    """Return when a ticket that nobody could get is to be tried again."""
    return None


def retry(desk: Desk, tx: Tx, until: datetime, limit: int) -> int:
    """Try tickets that nobody could get again; return how many, `limit` at most."""
    return 0
