"""What taking an operation back comes to: which rows are put back, and what stands in the way.

A fact is put back where it stands as the operation left it, and is in the way where it does not.
What follows from facts is put back where it stands so, too, and is left to be made anew where it
does not. What is counted is counted on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from kfdesk.model import OutboxState
from kfdesk.store.fulltext import search
from kfdesk.store.history.images import Rows, Shape, shapes
from kfdesk.store.tables import metadata, to_ms
from kfdesk.store.tx import Tx, driver

Key = tuple[Any, ...]

#: Tables of what follows from facts, row by row.
_FOLLOWING = frozenset({"draft", "epoch", "sla_clock", "suppression", "turn", "waiting"})
#: Columns of what follows from facts.
_FOLLOWS: Mapping[str, frozenset[str]] = {
    "ticket": frozenset(
        {
            "breached",
            "closed_at",
            "due_at",
            "first_response_at",
            "first_response_due",
            "last_person_at",
            "next_response_due",
            "resolve_due",
            "sla",
            "solved_at",
            "unread",
            "waiting_since",
        }
    ),
    "outbox": frozenset({"attempts", "claimed_at", "done_at", "error", "not_before"}),
    "message": frozenset({"partial", "raw", "size"}),
}
#: Columns that only ever grow, or are counted by somebody else.
_GROWS: Mapping[str, frozenset[str]] = {
    "ticket": frozenset({"message_count", "updated_at", "version"})
}
#: Columns that are sums: what the operation added is taken off again.
_SUMS: Mapping[str, frozenset[str]] = {
    "ticket": frozenset({"spent"}),
    "canned_reply": frozenset({"used"}),
}
#: Columns that hold several facts by name.
_BY_NAME: Mapping[str, frozenset[str]] = {
    "ticket": frozenset({"fields"}),
    "customer": frozenset({"fields"}),
}
#: Rows that stay once they are there, because others go on naming them.
_STAY = frozenset({"customer"})
#: Rows that stay where what they are a part of stays.
_PARTS = frozenset({"attachment", "customer_group", "identity", "origin"})
#: What a merge takes over from a ticket: where a row names it.
_GO_OVER = (
    ("message", "ticket_id"),
    ("time_spent", "ticket_id"),
    ("follower", "ticket_id"),
    ("collaborator", "ticket_id"),
    ("link", "ticket_id"),
    ("link", "other_id"),
)
_GONE = frozenset({OutboxState.SENDING.value, OutboxState.SENT.value, OutboxState.UNKNOWN.value})


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


def plan(tx: Tx, images: Sequence[Rows], leave: Collection[int] = ()) -> Reversal:
    """Find out what taking an operation back comes to; nothing is written.

    The tickets of `leave` are left as they are.
    """
    found = Reversal()
    owners = _owners(tx, images)
    for rows in images:
        if leave:
            rows = _others(rows, owners, leave)
        now = _now(tx, rows)
        if rows.kind == "changed":
            _changed(found, rows, now, owners)
        elif rows.kind == "added":
            _added(found, rows, now, owners)
        else:
            _removed(found, rows, now, owners)
    _sent(tx, found)
    _keep(tx, found, images)
    _named(tx, found)
    _come_since(tx, found)
    return found


def merged_since(tx: Tx, operation: int, images: Sequence[Rows]) -> dict[int, bool]:
    """Return {ticket: whether a fact of it is concerned} of those that became part of another
    after the operation: what it did there lies elsewhere now."""
    owners = _owners(tx, images)
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
        loose = {*_FOLLOWS.get(rows.table, ()), *_GROWS.get(rows.table, ())}
        if rows.table in _FOLLOWING or (rows.kind == "changed" and loose.issuperset(rows.columns)):
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


def _others(rows: Rows, owners: Mapping[tuple[str, Key], int], leave: Collection[int]) -> Rows:
    """The rows of all but some tickets."""
    places = [n for n, key in enumerate(rows.keys) if owners.get((rows.table, key)) not in leave]
    keys, before, after = (
        [part[n] for n in places] if part else [] for part in (rows.keys, rows.before, rows.after)
    )
    return Rows(rows.shape, rows.kind, rows.columns, keys, before, after)


def _owners(tx: Tx, images: Sequence[Rows]) -> Mapping[tuple[str, Key], int]:
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
        rows_now = _ask(tx, shape, of, keys)
        found |= {(table, row[:-1]): row[-1] for row in rows_now}
    return found


#: The ticket of a part of a message.
_TICKET_OF_MESSAGE = "(SELECT ticket_id FROM message WHERE message.id = now.message_id)"


def _now(tx: Tx, rows: Rows) -> dict[Key, tuple[Any, ...]]:
    """Return {key: the columns as they are now} of those rows that are there."""
    width = rows.shape.width
    listed = ", ".join(f'now."{name}"' for name in rows.columns)
    found = _ask(tx, rows.shape, listed, rows.keys)
    return {row[:width]: row[width:] for row in found}


def _ask(tx: Tx, shape: Shape, what: str, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
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


def _changed(
    found: Reversal,
    rows: Rows,
    now: Mapping[Key, tuple[Any, ...]],
    owners: Mapping[tuple[str, Key], int],
) -> None:
    table = rows.table
    follows, grows = _FOLLOWS.get(table, ()), _GROWS.get(table, ())
    sums, named = _SUMS.get(table, ()), _BY_NAME.get(table, ())
    wanted = tuple(n for n, name in enumerate(rows.columns) if name not in grows)
    kinds = [
        (n, name, name in follows, name in sums, name in named)
        for n, name in enumerate(rows.columns)
        if name not in grows
    ]
    back: dict[tuple[int, ...], list[Key]] = defaultdict(list)
    for key, old, new in zip(rows.keys, rows.before, rows.after, strict=True):
        is_now = now.get(key)
        if is_now == new:  # as it was left: nothing to be weighed
            back[wanted].append((*[old[n] for n in wanted], *key))
            continue
        owner = owners.get((table, key))
        if table in _FOLLOWING:
            if owner is not None:
                found.loose.add(owner)
            continue
        if is_now is None:
            found.obstacles.append(Obstacle(table, key, "", owner))
            continue
        values: list[Any] = []
        places: list[int] = []
        for n, name, following, summed, several in kinds:
            if summed:
                value = is_now[n] - (new[n] - old[n])
            elif is_now[n] == new[n]:
                value = old[n]
            elif several and (merged := _by_name(old[n], new[n], is_now[n])) is not None:
                value = merged
            else:
                if not following:
                    found.obstacles.append(Obstacle(table, key, name, owner))
                elif owner is not None:
                    found.loose.add(owner)
                continue
            places.append(n)
            values.append(value)
        back[tuple(places)].append((*values, *key))
    for columns, lines in back.items():
        if columns or grows:  # one of which only something else comes back has changed, too
            found.changes.append((rows.shape, tuple(rows.columns[n] for n in columns), lines))


def _by_name(old: str, new: str, now: str) -> str | None:
    """Put back those of several named facts that differ; None where one was changed since."""
    before, after, value = json.loads(old), json.loads(new), json.loads(now)
    for name in before.keys() | after.keys():
        if before.get(name) == after.get(name) and (name in before) == (name in after):
            continue
        if value.get(name) != after.get(name):
            return None
        if name in before:
            value[name] = before[name]
        else:
            value.pop(name, None)
    return json.dumps(value)


def _added(
    found: Reversal,
    rows: Rows,
    now: Mapping[Key, tuple[Any, ...]],
    owners: Mapping[tuple[str, Key], int],
) -> None:
    table = rows.table
    if table == "ticket":
        found.made |= {key[0] for key in rows.keys}
        return
    loose = {*_FOLLOWS.get(table, ()), *_GROWS.get(table, ()), *_SUMS.get(table, ())}
    if table == "outbox":
        loose.add("state")
    facts = [n for n, name in enumerate(rows.columns) if name not in loose]
    for key, new in zip(rows.keys, rows.after, strict=True):
        owner = owners.get((table, key))
        is_now = now.get(key)
        if table in _FOLLOWING:
            if is_now == new:
                found.removals[table].add(key)
            elif owner is not None:
                found.loose.add(owner)
        elif is_now is None:
            found.obstacles.append(Obstacle(table, key, "", owner))
        elif table not in _STAY:
            found.removals[table].add(key)
            found.obstacles += [
                Obstacle(table, key, rows.columns[n], owner) for n in facts if is_now[n] != new[n]
            ]


def _removed(
    found: Reversal,
    rows: Rows,
    now: Mapping[Key, tuple[Any, ...]],
    owners: Mapping[tuple[str, Key], int],
) -> None:
    back = [n for n, key in enumerate(rows.keys) if key not in now]
    if back:
        keys, before = [rows.keys[n] for n in back], [rows.before[n] for n in back]
        found.additions.append(Rows(rows.shape, "removed", rows.columns, keys, before, []))
    for key in now:
        owner = owners.get((rows.table, key))
        if rows.table not in _FOLLOWING:
            found.obstacles.append(Obstacle(rows.table, key, "", owner))
        elif owner is not None:
            found.loose.add(owner)


# --- what left, and what others need


def _sent(tx: Tx, found: Reversal) -> None:
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


def _keep(tx: Tx, found: Reversal, images: Sequence[Rows]) -> None:
    """Keep what is named by that which stays, and its parts."""
    staying = [("outbox", (id,)) for id in found.left]
    staying += [
        (rows.table, key)
        for rows in images
        if rows.kind == "added" and rows.table in _STAY
        for key in rows.keys
    ]
    while staying:
        table, key = staying.pop()
        for of, column, other in _references():
            if of == table and found.removals.get(other):
                ((*_key, named),) = _ask(tx, shapes()[table], f'now."{column}"', [key])
                if (named,) in found.removals[other]:
                    found.removals[other].discard((named,))
                    staying.append((other, (named,)))
            elif other == table and of in _PARTS and found.removals.get(of):
                found.removals[of] -= {row[:-1] for row in _naming(tx, of, column, [key[0]])}


def _named(tx: Tx, found: Reversal) -> None:
    """What goes on being named by others is in the way of its own removal."""
    for table, column, other in _references():
        gone = [key[0] for key in found.removals.get(other, ()) if len(key) == 1]
        if not gone or table not in shapes():
            continue
        leaving = {
            line[-shapes()[table].width :]
            for shape, columns, lines in found.changes
            if shape.name == table and column in columns
            for line in lines
        }
        for *key, _name in _naming(tx, table, column, gone):
            if tuple(key) not in found.removals.get(table, ()) and tuple(key) not in leaving:
                found.obstacles.append(Obstacle(table, tuple(key), column, None))


def _come_since(tx: Tx, found: Reversal) -> None:
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
        for *key, number in _naming(tx, table, column, sorted(parts)):
            if tuple(key) not in leaving and not _leads(tx, table, key):
                found.obstacles.append(Obstacle(table, tuple(key), "", number))


def _leads(tx: Tx, table: str, key: Sequence[Any]) -> bool:
    """Whether a row is the link that says what was merged: it stays."""
    return table == "link" and bool(
        driver(tx).execute("SELECT 1 FROM link WHERE id = ? AND kind = 'merged'", key).fetchone()
    )


def _naming(tx: Tx, table: str, column: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return the keys of the rows that name one of these, and which."""
    listed = ", ".join(f'"{name}"' for name in (*shapes()[table].key, column))
    sql = (
        f'SELECT {listed} FROM "{table}" '  # noqa: S608
        f'WHERE "{column}" IN (SELECT value FROM json_each(?))'
    )
    return list(driver(tx).execute(sql, (json.dumps(ids),)))


@cache
def _references() -> tuple[tuple[str, str, str], ...]:
    """Every (table, column, the table that it names), of those whose rows are kept."""
    return tuple(
        (table.name, key.parent.name, key.column.table.name)
        for table in metadata.sorted_tables
        for key in table.foreign_keys
    )


# --- writing it


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
