"""Images: how each row that an operation touched was before it, and after.

Temporary triggers keep a row as it was when an operation first touches it. They are made on a
connection when the first operation begins there, so that a program that only syncs never pays.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Literal

import zstandard

from kfdesk.store.ids import keep_floor
from kfdesk.store.tables import metadata
from kfdesk.store.tx import Tx, driver

#: Tables of what happened, and of how far something got: nothing in them is ever taken back.
_JOURNAL = frozenset(
    {
        "article",
        "blob",
        "agent",
        "channel_state",
        "cursor",
        "customer_event",
        "event",
        "imported",
        "meta",
        "operation",
        "presence",
        "rule_receipt",
        "ruleset",
        "sweep",
        "team",
        "trace",
    }
)
#: What stays as it was written: of a row that was added, it need not be kept a second time.
_LONG = {"message": ("text",)}
Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as images know it: its columns, those of its key first."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def width(self) -> int:
        """How many columns its key has."""
        return len(self.key)

    @property
    def numbered(self) -> bool:
        """Whether its rows have an id that must never be given out again."""
        return self.key == ("id",)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table to which the same happened, to the same columns.

    Of what was removed `columns` are all that it has besides its key, of what was added all but
    the long ones. `before` and `after` are in the order of `keys`; the one that was not there is
    empty. Values are the database's own.
    """

    shape: Shape
    kind: Kind
    columns: tuple[str, ...]
    keys: list[tuple[Any, ...]]
    before: list[tuple[Any, ...]]
    after: list[tuple[Any, ...]]

    @property
    def table(self) -> str:
        """The table's name."""
        return self.shape.name


@cache
def shapes() -> dict[str, Shape]:
    """Return {table: its shape} of all whose rows are kept."""
    found: dict[str, Shape] = {}
    for table in metadata.sorted_tables:
        if table.name not in _JOURNAL:
            key = tuple(column.name for column in table.primary_key.columns)
            rest = tuple(column.name for column in table.c if column.name not in key)
            found[table.name] = Shape(table.name, key, (*key, *rest))
    return found


def begin(tx: Tx) -> None:
    """Keep from now on, in this transaction, how rows were."""
    sqlite = driver(tx)
    if not sqlite.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'recording'").fetchone():
        # What OR REPLACE takes away counts as deleted.
        sqlite.execute("PRAGMA recursive_triggers = ON")
        for statement in _preparation():
            sqlite.execute(statement)
    sqlite.execute("INSERT INTO temp.recording VALUES (1)")


def end(tx: Tx) -> bytes | None:
    """Stop keeping; return what was touched, packed, or None where nothing came of it."""
    driver(tx).execute("DELETE FROM temp.recording")
    found = [rows for shape in shapes().values() for rows in _touched(tx, shape)]
    return pack(found) if found else None


def _touched(tx: Tx, shape: Shape) -> Iterator[Rows]:
    """What became of the rows of one table that were touched; they are forgotten then."""
    sqlite = driver(tx)
    was = f'temp."was_{shape.name}" AS was'
    if not sqlite.execute(f"SELECT 1 FROM {was} LIMIT 1").fetchone():  # noqa: S608
        return
    on = " AND ".join(f'now."{name}" = was."{name}"' for name in shape.key)
    both = f'{was} JOIN main."{shape.name}" AS now ON {on}'
    gone = f'{was} LEFT JOIN main."{shape.name}" AS now ON {on} WHERE now."{shape.key[0]}" IS NULL'
    width = shape.width
    rest = shape.columns[width:]

    def rows(kind: Kind, where: str, side: str, columns: Sequence[str]) -> Rows:
        listed = ", ".join(filter(None, (_listed(shape.key, "was"), _listed(columns, side))))
        found = sqlite.execute(f"SELECT {listed} FROM {where}").fetchall()  # noqa: S608
        keys, values = ([row[part] for row in found] for part in (slice(width), slice(width, None)))
        sides = (values, []) if side == "was" else ([], values)
        return Rows(shape, kind, tuple(columns), keys, *sides)

    if rest:
        differ = [f'was."{name}" IS NOT now."{name}"' for name in rest]
        where = f"{both} WHERE NOT added_"
        listed = ", ".join(f"max({each})" for each in differ)
        marks = sqlite.execute(f"SELECT {listed} FROM {where}").fetchone()  # noqa: S608
        if places := [n for n, mark in enumerate(marks) if mark]:
            names = [rest[n] for n in places]
            which = " || ".join(f"({differ[n]})" for n in places)
            listed = ", ".join(
                _listed(*each) for each in ((shape.key, "was"), (names, "was"), (names, "now"))
            )
            found = sqlite.execute(f"SELECT {which}, {listed} FROM {where}")  # noqa: S608
            yield from _alike(shape, names, found)
    brief = [name for name in rest if name not in _LONG.get(shape.name, ())]
    added = rows("added", f"{both} WHERE added_", "now", brief)
    removed = rows("removed", f"{gone} AND NOT added_", "was", rest)
    yield from (found for found in (added, removed) if found.keys)
    if shape.numbered and removed.keys:
        keep_floor(tx, shape.name, max(key[0] for key in removed.keys))
    sqlite.execute(f'DELETE FROM temp."was_{shape.name}"')  # noqa: S608


def _alike(shape: Shape, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[Rows]:
    """Rows by which columns of them really changed; those that did not change are left out.

    Each begins with a mark for each column, then come its key, all before and all after.
    """
    groups: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[str(row[0])].append(row)
    width, span = shape.width + 1, len(names)
    for marks, some in groups.items():
        places = [n for n, mark in enumerate(marks) if mark == "1"]
        if places:
            keys, before, after = (
                list(zip(*(map(itemgetter(n), some) for n in part), strict=True))
                for part in (
                    range(1, width),
                    [width + n for n in places],
                    [width + span + n for n in places],
                )
            )
            yield Rows(shape, "changed", tuple(names[n] for n in places), keys, before, after)


# --- what makes it


def _preparation() -> Iterator[str]:
    """The temporary tables and triggers, as statements."""
    yield "CREATE TEMP TABLE recording (on_)"
    for shape in shapes().values():
        key = f"PRIMARY KEY ({_listed(shape.key)})"
        end = ")" if shape.numbered else ") WITHOUT ROWID"
        columns = ", ".join(
            f'"{name}"{" INTEGER" if shape.numbered and name == "id" else ""}'
            for name in shape.columns
        )
        yield f'CREATE TEMP TABLE "was_{shape.name}" ({columns}, added_, {key}{end}'
        keep = _kept(shape, "OLD", _listed(shape.columns, "OLD"), 0)
        new = ", ".join(f'NEW."{name}"' if name in shape.key else "NULL" for name in shape.columns)
        add = _kept(shape, "NEW", new, 1)
        moved = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in shape.key)
        renamed = "" if shape.numbered else f"{add} AND ({moved});"
        for event, body in (
            ("INSERT", f"{add};"),
            ("UPDATE", f"{keep}; {renamed}"),
            ("DELETE", f"{keep};"),
        ):
            yield (
                f'CREATE TEMP TRIGGER "keep_{shape.name}_{event}" AFTER {event} '  # noqa: S608
                f'ON main."{shape.name}" WHEN EXISTS (SELECT 1 FROM recording) BEGIN {body} END'
            )


def _kept(shape: Shape, row: str, values: str, added: int) -> str:
    """Keep a row, where it was not touched before.

    Not by OR IGNORE: of a statement with an OR of its own, that one holds in its triggers too.
    """
    same = " AND ".join(f'"{name}" = {row}."{name}"' for name in shape.key)
    return (
        f'INSERT INTO "was_{shape.name}" SELECT {values}, {added} '  # noqa: S608
        f'WHERE NOT EXISTS (SELECT 1 FROM "was_{shape.name}" WHERE {same})'
    )


def _listed(names: Sequence[str], of: str = "") -> str:
    return ", ".join(f'{of}."{name}"' if of else f'"{name}"' for name in names)


# --- how it is stored


def pack(found: Sequence[Rows]) -> bytes:
    """Return images as they are stored: column by column, which is smaller and soonest read."""
    told = [
        [
            *(rows.table, rows.kind, rows.columns, len(rows.keys)),
            *(_columns(part) for part in (rows.keys, rows.before, rows.after)),
        ]
        for rows in found
    ]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_hex)
    return zstandard.compress(text.encode(), 1)


def unpack(packed: bytes) -> list[Rows]:
    """Read images as they were stored; of a table that is kept no more, nothing."""
    told = json.loads(zstandard.decompress(packed), object_hook=lambda it: bytes.fromhex(it["hex"]))
    return [
        Rows(
            shapes()[table],
            kind,
            tuple(columns),
            _rows(keys, count),
            [] if kind == "added" else _rows(before, count),
            [] if kind == "removed" else _rows(after, count),
        )
        for table, kind, columns, count, keys, before, after in told
        if table in shapes()
    ]


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [[row[n] for row in rows] for n in range(len(rows[0]) if rows else 0)]


def _rows(columns: Sequence[Sequence[Any]], count: int) -> list[tuple[Any, ...]]:
    return list(zip(*columns, strict=True)) if columns else [()] * count


def _hex(value: bytes) -> dict[str, str]:
    return {"hex": value.hex()}
