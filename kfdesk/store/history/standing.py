"""How the rows that an operation touched stand now, whose they are, and what names them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from kfdesk.store.history.images import Rows, Shape, shapes
from kfdesk.store.tables import metadata
from kfdesk.store.tx import Tx, driver

Key = tuple[Any, ...]

#: The ticket of a part of a message.
_TICKET_OF_MESSAGE = "(SELECT ticket_id FROM message WHERE message.id = now.message_id)"


def owners_of(tx: Tx, images: Sequence[Rows]) -> Mapping[tuple[str, Key], int]:
    """Return {(table, key): the ticket that a row belongs to} of rows that belong to one."""
    found: dict[tuple[str, Key], int] = {}
    asked: dict[str, list[Key]] = defaultdict(list)
    for rows in images:
        table = rows.table
        if table == "ticket":
            found |= {(table, key): key[0] for key in rows.keys}
        elif "ticket_id" in rows.shape.key:
            place = rows.shape.key.index("ticket_id")
            found |= {(table, key): key[place] for key in rows.keys}
        elif "ticket_id" in rows.columns:
            place = rows.columns.index("ticket_id")
            values = rows.before or rows.after
            found |= {(table, key): row[place] for key, row in zip(rows.keys, values, strict=True)}
        elif {"ticket_id", "message_id"} & set(rows.shape.columns):
            asked[table] += rows.keys
    for table, keys in asked.items():
        shape = shapes()[table]
        of = "ticket_id" if "ticket_id" in shape.columns else _TICKET_OF_MESSAGE
        rows_now = ask(tx, shape, of, keys)
        found |= {(table, row[:-1]): row[-1] for row in rows_now}
    return found


def rows_now(tx: Tx, rows: Rows) -> dict[Key, tuple[Any, ...]]:
    """Return {key: the columns as they are now} of those rows that are there."""
    width = rows.shape.width
    listed = ", ".join(f'now."{name}"' for name in rows.columns)
    found = ask(tx, rows.shape, listed, rows.keys)
    return {row[:width]: row[width:] for row in found}


def ask(tx: Tx, shape: Shape, what: str, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
    """Return the keys, and `what`, of those rows that are there."""
    if shape.width == 1:
        on, asked = f'now."{shape.key[0]}" = asked.value', [key[0] for key in keys]
    else:
        on = " AND ".join(
            f"now.\"{name}\" = json_extract(asked.value, '$[{n}]')"
            for n, name in enumerate(shape.key)
        )
        asked = list(keys)
    listed = ", ".join([*(f'now."{name}"' for name in shape.key), *filter(None, [what])])
    # CROSS JOIN keeps the order: each key asks the index, nothing is walked.
    sql = f'SELECT {listed} FROM json_each(?) AS asked CROSS JOIN "{shape.name}" AS now ON {on}'  # noqa: S608
    return list(driver(tx).execute(sql, (json.dumps(asked, ensure_ascii=False),)))


def naming(tx: Tx, table: str, column: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return the keys of the rows that name one of these, and which."""
    listed = ", ".join(f'"{name}"' for name in (*shapes()[table].key, column))
    sql = (
        f'SELECT {listed} FROM "{table}" '  # noqa: S608
        f'WHERE "{column}" IN (SELECT value FROM json_each(?))'
    )
    return list(driver(tx).execute(sql, (json.dumps(ids),)))


@cache
def references() -> tuple[tuple[str, str, str], ...]:
    """Every (table, column, the table that it names), of those whose rows are kept."""
    return tuple(
        (table.name, key.parent.name, key.column.table.name)
        for table in metadata.sorted_tables
        for key in table.foreign_keys
    )
