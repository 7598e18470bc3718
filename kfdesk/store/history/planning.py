"""What taking an operation back comes to: which rows are put back, and what stands in the way.

A fact is put back where it stands as the operation left it, and is in the way where it does not.
What follows from facts is put back where it stands so, too, and is left to be made anew where it
does not. What is counted is counted on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kfdesk.store.history.facts import BY_NAME, FOLLOWING, FOLLOWS, GROWS, STAY, SUMS
from kfdesk.store.history.images import Rows
from kfdesk.store.history.merges import come_since
from kfdesk.store.history.reversal import Obstacle, Reversal
from kfdesk.store.history.standing import Key, owners_of, rows_now
from kfdesk.store.history.ties import keep, named_by_others, sent
from kfdesk.store.tx import Tx


def plan(tx: Tx, images: Sequence[Rows], leave: Collection[int] = ()) -> Reversal:
    """Find out what taking an operation back comes to; nothing is written.

    The tickets of `leave` are left as they are.
    """
    found = Reversal()
    owners = owners_of(tx, images)
    for rows in images:
        if leave:
            rows = _others(rows, owners, leave)
        now = rows_now(tx, rows)
        if rows.kind == "changed":
            _changed(found, rows, now, owners)
        elif rows.kind == "added":
            _added(found, rows, now, owners)
        else:
            _removed(found, rows, now, owners)
    sent(tx, found)
    keep(tx, found, images)
    named_by_others(tx, found)
    come_since(tx, found)
    return found


def _others(rows: Rows, owners: Mapping[tuple[str, Key], int], leave: Collection[int]) -> Rows:
    """The rows of all but some tickets."""
    places = [n for n, key in enumerate(rows.keys) if owners.get((rows.table, key)) not in leave]
    keys, before, after = (
        [part[n] for n in places] if part else [] for part in (rows.keys, rows.before, rows.after)
    )
    return Rows(rows.shape, rows.kind, rows.columns, keys, before, after)


def _changed(
    found: Reversal,
    rows: Rows,
    now: Mapping[Key, tuple[Any, ...]],
    owners: Mapping[tuple[str, Key], int],
) -> None:
    table = rows.table
    follows, grows = FOLLOWS.get(table, ()), GROWS.get(table, ())
    sums, named = SUMS.get(table, ()), BY_NAME.get(table, ())
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
        if table in FOLLOWING:
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
    loose = {*FOLLOWS.get(table, ()), *GROWS.get(table, ()), *SUMS.get(table, ())}
    if table == "outbox":
        loose.add("state")
    facts = [n for n, name in enumerate(rows.columns) if name not in loose]
    for key, new in zip(rows.keys, rows.after, strict=True):
        owner = owners.get((table, key))
        is_now = now.get(key)
        if table in FOLLOWING:
            if is_now == new:
                found.removals[table].add(key)
            elif owner is not None:
                found.loose.add(owner)
        elif is_now is None:
            found.obstacles.append(Obstacle(table, key, "", owner))
        elif table not in STAY:
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
        if rows.table not in FOLLOWING:
            found.obstacles.append(Obstacle(rows.table, key, "", owner))
        elif owner is not None:
            found.loose.add(owner)
