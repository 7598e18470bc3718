"""Tickets that a merge ties together: what is undone of one is undone of all, or waits for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kfdesk.store.history.facts import FOLLOWING, FOLLOWS, GROWS
from kfdesk.store.history.images import Rows
from kfdesk.store.history.reversal import Obstacle, Reversal
from kfdesk.store.history.standing import naming, owners_of
from kfdesk.store.tx import Tx, driver

#: What a merge takes over from a ticket: where a row names it.
_GO_OVER = (
    ("message", "ticket_id"),
    ("time_spent", "ticket_id"),
    ("follower", "ticket_id"),
    ("collaborator", "ticket_id"),
    ("link", "ticket_id"),
    ("link", "other_id"),
)


def merged_since(tx: Tx, operation: int, images: Sequence[Rows]) -> dict[int, bool]:
    """Return {ticket: whether a fact of it is concerned} of those that became part of another
    after the operation: what it did there lies elsewhere now."""
    owners = owners_of(tx, images)
    merged = {
        id
        for (id,) in driver(tx).execute(
            "SELECT id FROM ticket WHERE id IN (SELECT value FROM json_each(?)) "
            "AND merged_into IS NOT NULL AND EXISTS (SELECT 1 FROM event "
            "WHERE ticket_id = ticket.id AND instr(changes, '\"merged_into\"') "
            "AND id > (SELECT max(id) FROM event WHERE operation_id = ?))",
            (json.dumps(list(set(owners.values()))), operation),
        )
    }
    own = [rows for rows in images if rows.table == "ticket" and "merged_into" in rows.columns]
    merged -= {key[0] for rows in own for key in rows.keys}
    found = dict.fromkeys(sorted(merged), False)
    for rows in images if merged else ():
        loose = {*FOLLOWS.get(rows.table, ()), *GROWS.get(rows.table, ())}
        if rows.table in FOLLOWING or (rows.kind == "changed" and loose.issuperset(rows.columns)):
            continue
        found |= dict.fromkeys(
            merged & {owners.get((rows.table, key), 0) for key in rows.keys}, True
        )
    return found


def together(images: Sequence[Rows], numbers: Iterable[int]) -> set[int]:
    """Return tickets with all to or from which anything went over by the operation: of those
    nothing goes back alone."""
    pairs: set[tuple[int, int]] = set()
    for rows in images:
        for n, name in enumerate(rows.columns):
            if rows.kind == "changed" and name == "ticket_id":
                pairs |= {
                    (old[n], new[n]) for old, new in zip(rows.before, rows.after, strict=True)
                }
            elif rows.kind == "changed" and name == "merged_into":
                for (id,), old, new in zip(rows.keys, rows.before, rows.after, strict=True):
                    pairs.add((id, old[n] or new[n]))
    found = set(numbers)
    while more := {n for pair in pairs if found.intersection(pair) for n in pair} - found:
        found |= more
    return found


def come_since(tx: Tx, found: Reversal) -> None:
    """What came to a ticket that would be a part of another again is in the way."""
    parts = {
        line[-1]
        for shape, columns, lines in found.changes
        if shape.name == "ticket" and "merged_into" in columns
        for line in lines
        if line[columns.index("merged_into")] is not None
    }
    for table, column in _GO_OVER if parts else ():
        leaving = set(found.removals.get(table, ()))
        for shape, columns, lines in found.changes:
            if shape.name == table and column in columns:
                leaving |= {line[-shape.width :] for line in lines}
        for *key, number in naming(tx, table, column, sorted(parts)):
            if tuple(key) not in leaving and not _leads(tx, table, key):
                found.obstacles.append(Obstacle(table, tuple(key), "", number))


def _leads(tx: Tx, table: str, key: Sequence[Any]) -> bool:
    """Whether a row is the link that says what was merged: it stays."""
    return table == "link" and bool(
        driver(tx).execute("SELECT 1 FROM link WHERE id = ? AND kind = 'merged'", key).fetchone()
    )
