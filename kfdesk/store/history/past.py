"""The past of a desk, read as it was written: the journal in order, and what was said with it.

Only this reads a desk while rules are tried on its past, by a connection that cannot write. What
happened is never changed again, so no transaction has to stay open behind the last event asked for.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kfdesk.errors import StoreError
from kfdesk.i18n import _
from kfdesk.model import Actor, By, LeftOut
from kfdesk.store import migrate
from kfdesk.store.engine import BUSY_SECONDS, sentences
from kfdesk.store.mark import Mark
from kfdesk.store.peek import PENDING
from kfdesk.store.rows import Row, Rows
from kfdesk.store.tables import from_ms, to_ms


@dataclass(frozen=True, slots=True)
class Window:
    """The events from the one behind `start` to `end`; and the last id of a message there is."""

    start: int
    end: int
    last_message: int
    since: int  # ms


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One line of a journal. `root` is its own id where it stands first."""

    id: int
    ticket: int
    at: int  # ms
    by: str
    actor: str
    kind: str
    changes: Mapping[str, Sequence[Any]]
    rule: str
    message: int | None
    root: int
    text: str

    @property
    def who(self) -> Actor:
        """Who did it."""
        return Actor(By(self.by), self.actor)

    @property
    def when(self) -> datetime:
        """When it happened."""
        return from_ms(self.at)


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of what time brings: its instants, and the event behind which it began."""

    event: int
    first: datetime
    until: datetime


#: Addresses with the bounce that stopped each.
_STOPPED = """
SELECT email, until, reason, suppression.ticket_id, event.at FROM suppression
JOIN event ON event.ticket_id = suppression.ticket_id AND event.kind = 'bounce'
WHERE event.id > ? AND abs(until - event.at - 5184000000) <= 1
"""
#: Mails that wait for a while before they leave, to be taken back as long as they do.
_WAITED = """
SELECT ticket_id, created_at, json_extract(payload, '$.about'),
CASE state WHEN 'queued' THEN NULL WHEN 'cancelled' THEN NULL ELSE done_at END FROM outbox
WHERE ticket_id IN (SELECT value FROM json_each(?)) AND json_extract(payload, '$.about') <> ''
"""
#: Tickets that messages came to, or left: by a person, and by taking that back and doing it again.
_REARRANGED = """
WITH RECURSIVE moving(id) AS (
  SELECT id FROM operation WHERE kind IN ('merge', 'unmerge', 'split', 'move')
  UNION SELECT operation.id FROM operation JOIN moving ON operation.undoes = moving.id
)
SELECT DISTINCT ticket_id FROM event
WHERE (kind IN ('merged', 'unmerged', 'split', 'moved')
  OR operation_id IN (SELECT id FROM moving))
"""
COLUMNS = 'id, ticket_id, at, "by", actor, kind, changes, rule, message_id, root, text'


def event(row: tuple[Any, ...]) -> PastEvent:
    """The event of a row of `COLUMNS`."""
    id, ticket, at, by, actor, kind, changes, rule, message, root, text = row
    diff = {} if changes == "{}" else json.loads(changes)
    return PastEvent(id, ticket, at, by, actor, kind, diff, rule, message, root or id, text)


class Past(Rows):
    """What happened on a desk."""

    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.file = file

    @classmethod
    @contextmanager
    def open(cls, file: Path) -> Iterator[Past]:
        """Open a desk's database for reading. StoreError where there is none, or an older one."""
        with sentences(file):
            if not file.is_file():
                raise StoreError(
                    _("{file} does not exist yet: there is no past to try rules on").format(
                        file=file
                    )
                )
            if migrate.revision(file) != migrate.HEAD:
                raise StoreError(
                    _("{file} is of another version of kfdesk; run `kfdesk sync` first").format(
                        file=file
                    )
                )
            connection = sqlite3.connect(file, timeout=BUSY_SECONDS)
            try:
                connection.execute("PRAGMA query_only = ON")
                yield cls(file, connection)
            finally:
                connection.close()

    def window(self, since: datetime, until: datetime) -> Window:
        """Return the events between two instants."""
        first = self._one("SELECT id FROM event WHERE at >= ? ORDER BY id LIMIT 1", to_ms(since))
        last = self._one(
            "SELECT id FROM event WHERE at <= ? ORDER BY id DESC LIMIT 1", to_ms(until)
        )
        end = last or 0
        start = end if first is None or first > end else first - 1
        last_message = self._one("SELECT max(id) FROM message") or 0
        return Window(start, end, last_message, to_ms(since))

    def _one(self, statement: str, *values: Any) -> Any:
        row = self._connection.execute(statement, values).fetchone()
        return row[0] if row else None

    def events(self, after: int, to: int) -> Iterator[PastEvent]:
        """Yield the events behind `after` up to `to`, in the order in which they were written."""
        rows = self._connection.cursor()
        rows.arraysize = 500
        rows.execute(
            f"SELECT {COLUMNS} FROM event WHERE id > ? AND id <= ? ORDER BY id",  # noqa: S608
            (after, to),
        )
        return map(event, rows)

    def facts(self, window: Window) -> Iterator[PastEvent]:
        """Yield what had happened, before the window, to the tickets that are older than it."""
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM event WHERE id <= ? AND ticket_id IN "  # noqa: S608
            "(SELECT ticket_id FROM event WHERE id > ?) ORDER BY id",
            (window.start, window.start),
        )
        return map(event, rows)

    def ran(self, window: Window) -> tuple[datetime | None, list[Ran], datetime | None]:
        """Return up to when time had run as the window began, the runs in it in order, and when
        the first instant behind it ran."""
        before = self._one("SELECT max(until) FROM sweep WHERE event_id < ?", window.start)
        after = self._one("SELECT min(first) FROM sweep WHERE event_id > ?", window.end)
        rows = self._connection.execute(
            "SELECT event_id, first, until FROM sweep WHERE event_id BETWEEN ? AND ? "
            "ORDER BY event_id, id",
            (window.start, window.end),
        )
        runs = [Ran(event, from_ms(first), from_ms(until)) for event, first, until in rows]
        return _time(before), runs, _time(after)

    def leavings(self, since: datetime, until: datetime) -> list[datetime]:
        """Return when somebody went away between two instants, in order: that wakes what waits."""
        return self._instants("SELECT since FROM absence ORDER BY 1", since, until)

    def returns(self, since: datetime, until: datetime) -> list[datetime]:
        """Return when somebody came back between two instants, in order."""
        return self._instants("SELECT until FROM absence WHERE until > 0 ORDER BY 1", since, until)

    def _instants(self, statement: str, since: datetime, until: datetime) -> list[datetime]:
        rows = self._connection.execute(statement)
        return [at for (ms,) in rows if since < (at := from_ms(ms)) <= until]

    def decisions(self, window: Window, ticket: int) -> list[tuple[datetime, str, Any]]:
        """Return (when, rule, decision) of routes about a ticket before the window, newest first.

        The rule is the one that asked; empty where the route itself did.
        """
        rows = self._connection.execute(
            "SELECT at, routes, steps, rules FROM trace JOIN ruleset ON hash = ruleset "
            "WHERE ticket_id = ? AND event_id <= ? "
            "AND (routes <> '[]' OR instr(steps, '\"routes\"')) ORDER BY trace.id DESC",
            (ticket, window.start),
        )
        return [(from_ms(at), *one) for at, *kept in rows for one in _decisions(*kept)]

    def turn(self, window: Window, route: str, team: str) -> str | None:
        """Return whose turn it was last as the window began; None where it is the same now."""
        name = json.dumps(route, ensure_ascii=False)
        pattern = f'%"route":{name}%'
        if not self._one(
            "SELECT 1 FROM trace WHERE event_id > ? AND (routes LIKE ? OR steps LIKE ?) LIMIT 1",
            window.start,
            pattern,
            pattern,
        ):
            return None
        rows = self._connection.execute(
            "SELECT routes, steps, rules FROM trace JOIN ruleset ON hash = ruleset "
            "WHERE event_id <= ? AND (routes LIKE ? OR steps LIKE ?) ORDER BY trace.id DESC",
            (window.start, pattern, pattern),
        )
        for kept in rows:
            for _rule, one in _decisions(*kept):
                if one["route"] == route and one["team"] == team and one["agent"]:
                    return str(one["agent"])
        return ""

    def mark(self) -> Mark | None:
        """Return up to when time has run by now."""
        return Mark.read(self._one("SELECT value FROM meta WHERE key = 'swept'") or "")

    def pending(self) -> datetime | None:
        """Return the next instant at which a clock, a snoozed ticket or a route waits."""
        found = self._one(PENDING)
        return _time(found)

    def stopped(self, window: Window) -> list[Row]:
        """Return the addresses that mails of the window stopped automatic mail to."""
        names = ("email", "until", "reason", "ticket_id", "at")
        rows = self._connection.execute(_STOPPED, (window.start,))
        return [dict(zip(names, row, strict=True)) for row in rows]

    def scores(self, events: Sequence[PastEvent]) -> dict[int, Row]:
        """Return {event: the mail that brought its score}."""
        found: dict[int, Row] = {}
        for one in events:
            rows = self._connection.execute(
                "SELECT id FROM message WHERE ticket_id = ? AND created_at = ? "
                "AND received_at IS NOT NULL",
                (one.ticket, one.at),
            )
            for row in self.messages(id for (id,) in rows).values():
                found[one.id] = row
        return found

    def waited(self, numbers: Iterable[int]) -> dict[tuple[int, int, str], int | None]:
        """Return {(ticket, when it was queued, what it is about): when it left} of mails that wait
        by themselves, in ms; None for one that never left."""
        rows = self._connection.execute(_WAITED, (json.dumps(list(numbers)),))
        return {(number, at, about): left for number, at, about, left in rows}

    def beside(self, since: datetime, until: datetime) -> list[tuple[int, int, str, str, str, str]]:
        """Return what rules told agents and web addresses between two instants.

        Each is (ticket, ms, kind, to, text, rule).
        """
        return self._connection.execute(
            "SELECT ticket_id, created_at, kind, recipient, subject, "
            "json_extract(payload, '$.rule') FROM outbox "
            "WHERE message_id IS NULL AND created_at BETWEEN ? AND ? "
            "AND coalesce(json_extract(payload, '$.rule'), '') <> ''",
            (to_ms(since), to_ms(until)),
        ).fetchall()

    def numbers(self, window: Window) -> set[int]:
        """Return the tickets to which anything happened since the window began."""
        return self._numbers("SELECT DISTINCT ticket_id FROM event WHERE id > ?", window.start)

    def rearranged(self, window: Window) -> set[int]:
        """Return those that messages came to, or left, before the window: not as it was written."""
        return self._numbers(f"{_REARRANGED} AND id <= ?", window.start)

    def _numbers(self, statement: str, *values: int) -> set[int]:
        return {number for (number,) in self._connection.execute(statement, values)}

    def left_out(self, window: Window) -> dict[int, LeftOut]:
        """Return {ticket: why} of those whose journal does not say how they began, or ended, or
        which of their messages were theirs when something happened."""
        moved = self._numbers(f"{_REARRANGED} AND id > ?", window.start)
        rows = self._connection.execute(
            "SELECT ticket.id, ticket.deleted_at IS NOT NULL, ticket.merged_into IS NOT NULL, "
            "(SELECT kind FROM event WHERE ticket_id = ticket.id ORDER BY id LIMIT 1) <> 'created' "
            "FROM ticket WHERE id IN (SELECT ticket_id FROM event WHERE id > ?)",
            (window.start,),
        )
        found: dict[int, LeftOut] = {}
        for number, deleted, merged, unknown in rows:
            if unknown:
                found[number] = "no beginning"
            elif deleted or merged:
                found[number] = "merged" if merged else "deleted"
            elif number in moved:
                found[number] = "rearranged"
        return found

    def first_olds(self, window: Window) -> dict[int, dict[str, Any]]:
        """Return {ticket: {field: what it was at the window's end}} of what changed since."""
        found: dict[int, dict[str, Any]] = {}
        for one in self.events(window.end, 2**63 - 1):
            for name, pair in one.changes.items():
                found.setdefault(one.ticket, {}).setdefault(name, pair[0])
        return found

    def fired(self, after: int, to: int) -> Counter[str]:
        """Count how often each rule fired at the events behind `after` up to `to`, by traces."""
        names: dict[str, list[str]] = {
            hash: [rule["name"] for rule in json.loads(rules)]
            for hash, rules in self._connection.execute("SELECT hash, rules FROM ruleset")
        }
        counts: Counter[tuple[str, int]] = Counter()
        rows = self._connection.execute(
            "SELECT ruleset, steps FROM trace WHERE event_id > ? AND event_id <= ?", (after, to)
        )
        for ruleset, steps in rows:
            if "{" not in steps:
                continue
            for one_pass in json.loads(steps):
                for index, step in one_pass:
                    if index >= 0 and isinstance(step, dict) and "failed" not in step:
                        counts[ruleset, index] += 1
        found: Counter[str] = Counter()
        for (ruleset, index), count in counts.items():
            found[names[ruleset][index]] += count
        return found


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def _decisions(routes: str, steps: str, rules: str) -> list[tuple[str, Any]]:
    """(rule, decision) of one trace, the newest first; the rule is empty for a route itself."""
    found = [("", one) for one in json.loads(routes)]
    if '"routes"' in steps:
        names = [rule["name"] for rule in json.loads(rules)]
        found = [
            (names[index], one)
            for one_pass in json.loads(steps)
            for index, step in one_pass
            if isinstance(step, dict)
            for one in step.get("routes", ())
        ] + found
    return found[::-1]
