"""What left and what others name: a reversal leaves it, or finds it in its way."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kfdesk.model import OutboxState
from kfdesk.store.history.facts import PARTS, STAY
from kfdesk.store.history.images import Rows, shapes
from kfdesk.store.history.reversal import Obstacle, Reversal
from kfdesk.store.history.standing import ask, naming, references
from kfdesk.store.tx import Tx, driver

_GONE = frozenset({OutboxState.SENDING.value, OutboxState.SENT.value, OutboxState.UNKNOWN.value})


def sent(tx: Tx, found: Reversal) -> None:
    """A person's answer that left is in the way; what rules sent, and questions to others, stay."""
    ids = [key[0] for key in found.removals.get("outbox", ())]
    if not ids:
        return
    rows = driver(tx).execute(
        "SELECT outbox.id, outbox.state, outbox.ticket_id, "
        "outbox.kind = 'mail' AND NOT outbox.automatic AND message.side_id IS NULL "
        "FROM outbox LEFT JOIN message ON message.id = outbox.message_id "
        "WHERE outbox.id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    for id, state, ticket, answer in rows.fetchall():
        if state not in _GONE:
            continue
        if answer:
            found.obstacles.append(Obstacle("outbox", (id,), "state", ticket))
        else:
            found.left.append(id)
            found.removals["outbox"].discard((id,))


def keep(tx: Tx, found: Reversal, images: Sequence[Rows]) -> None:
    """Keep what is named by that which stays, and its parts."""
    staying = [("outbox", (id,)) for id in found.left]
    staying += [
        (rows.table, key)
        for rows in images
        if rows.kind == "added" and rows.table in STAY
        for key in rows.keys
    ]
    while staying:
        table, key = staying.pop()
        for of, column, other in references():
            if of == table and found.removals.get(other):
                ((*_key, named),) = ask(tx, shapes()[table], f'now."{column}"', [key])
                if (named,) in found.removals[other]:
                    found.removals[other].discard((named,))
                    staying.append((other, (named,)))
            elif other == table and of in PARTS and found.removals.get(of):
                found.removals[of] -= {row[:-1] for row in naming(tx, of, column, [key[0]])}


def named_by_others(tx: Tx, found: Reversal) -> None:
    """What goes on being named by others is in the way of its own removal."""
    for table, column, other in references():
        gone = [key[0] for key in found.removals.get(other, ()) if len(key) == 1]
        if not gone or table not in shapes():
            continue
        leaving = {
            line[-shapes()[table].width :]
            for shape, columns, lines in found.changes
            if shape.name == table and column in columns
            for line in lines
        }
        for *key, _name in naming(tx, table, column, gone):
            if tuple(key) not in found.removals.get(table, ()) and tuple(key) not in leaving:
                found.obstacles.append(Obstacle(table, tuple(key), column, None))
