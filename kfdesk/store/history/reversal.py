"""A reversal: the rows that taking an operation back writes, and what stands in its way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from kfdesk.store.fulltext import search
from kfdesk.store.history.images import Rows, Shape, shapes
from kfdesk.store.history.standing import Key
from kfdesk.store.tables import to_ms
from kfdesk.store.tx import Tx, driver


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A fact that is not as the operation left it. `column` is empty for a row as a whole."""

    table: str
    key: Key
    column: str
    ticket: int | None


@dataclass(slots=True)
class Reversal:
    """The rows to write, by table, and what is to be known about it."""

    changes: list[tuple[Shape, tuple[str, ...], list[Key]]] = field(default_factory=list)
    additions: list[Rows] = field(default_factory=list)
    removals: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    obstacles: list[Obstacle] = field(default_factory=list)
    loose: set[int] = field(default_factory=set)  # tickets of which something is to be made anew
    made: set[int] = field(default_factory=set)  # tickets that the operation made
    left: list[int] = field(default_factory=list)  # outbox rows that left meanwhile, and stay

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (
            any(columns for _shape, columns, _rows in self.changes)
            or self.additions
            or any(self.removals.values())
            or self.made
        )


def apply(tx: Tx, found: Reversal, at: datetime) -> None:
    """Write a reversal. What it takes out of the way is gone first."""
    sqlite = driver(tx)
    sqlite.execute("PRAGMA defer_foreign_keys = ON")
    said = sorted(key[0] for key in found.removals.get("message", ()))
    search.forget(tx, said)
    for table, keys in found.removals.items():
        where = " AND ".join(f'"{name}" = ?' for name in shapes()[table].key)
        sqlite.executemany(f'DELETE FROM "{table}" WHERE {where}', sorted(keys))  # noqa: S608
    for shape, columns, lines in found.changes:
        values = [f'"{name}" = ?' for name in columns]
        if shape.name == "ticket":
            values += ["version = version + 1", f"updated_at = {to_ms(at)}"]
        where = " AND ".join(f'"{name}" = ?' for name in shape.key)
        sqlite.executemany(
            f'UPDATE "{shape.name}" SET {", ".join(values)} WHERE {where}',  # noqa: S608
            lines,
        )
    for rows in found.additions:
        names = (*rows.shape.key, *rows.columns)
        listed = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        sqlite.executemany(
            f'INSERT INTO "{rows.table}" ({listed}) VALUES ({marks})',  # noqa: S608
            [(*key, *old) for key, old in zip(rows.keys, rows.before, strict=True)],
        )
    sqlite.executemany(
        "UPDATE ticket SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
        [(to_ms(at), number) for number in sorted(found.made)],
    )
    search.remember(tx, [key[0] for key in _keys(found.additions, "message")])


def _keys(additions: Iterable[Rows], table: str) -> Iterator[Key]:
    return (key for rows in additions if rows.table == table for key in rows.keys)
