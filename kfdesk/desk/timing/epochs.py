"""Epochs: for how long a schedule's condition has held of a ticket that it acted on.

A schedule acts once on a ticket for as long as its condition stays true. What happens to a ticket
between two of the schedule's instants may end that, so every event looks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.rules.triggers import Rule
from kfdesk.store.conditions.matching import holding, matching
from kfdesk.store.timing import epochs
from kfdesk.store.tx import Tx


def leave(desk: Desk, tx: Tx, numbers: Collection[int], now: datetime) -> None:
    """End the epochs of tickets of which a schedule's condition holds no more."""
    if not desk.rules.schedules:
        return
    standing = epochs.among_these(tx, numbers)
    for rule in desk.rules.schedules:
        if mine := standing.get(rule.name):
            still = holding(tx, rule.when, desk.scope(now=now), mine)
            epochs.end(tx, rule.name, mine.keys() - still)


def look(desk: Desk, tx: Tx, rule: Rule, now: datetime) -> tuple[list[int], set[int]]:
    """Return the tickets that a schedule is to act on at an instant, and whose epochs are over."""
    matches = matching(tx, rule.when, desk.scope(now=now))
    standing = epochs.standing(tx, rule.name)
    fresh = epochs.expecting(matches, standing, now, rule.repeat_after)
    return fresh, standing.keys() - matches


def begin(desk: Desk, tx: Tx, rule: Rule, numbers: Sequence[int], now: datetime) -> list[int]:
    """Return those of tickets that a schedule is still to act on, and write that it does."""
    matches = holding(tx, rule.when, desk.scope(now=now), numbers)
    standing = epochs.among_these(tx, numbers).get(rule.name, {})
    fresh = epochs.expecting(matches, standing, now, rule.repeat_after)
    epochs.begin(tx, rule.name, fresh, now)
    return fresh
