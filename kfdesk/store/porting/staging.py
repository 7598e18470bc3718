"""A heap of what an export holds, to be taken up in order: on disk, private, gone with its owner.

SQLite keeps it in a temporary file without a name, so that neither its size nor a kill matters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_TABLES = """
CREATE TABLE staged (
    id INTEGER PRIMARY KEY, kind TEXT, key TEXT, ticket TEXT, at INTEGER, mark INTEGER,
    file TEXT, line INTEGER, raw BLOB
);
CREATE UNIQUE INDEX one ON staged (kind, key);
CREATE INDEX said ON staged (ticket, at, id) WHERE ticket != '';
CREATE TABLE leads (one TEXT PRIMARY KEY, other TEXT) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Staged:
    """A thing of an export: its kind and key there, the ticket that it is of, and when it was.

    Of two with one key the one with the higher `mark` is kept, or the later one.
    """

    kind: str
    key: str
    ticket: str
    at: int
    mark: int
    file: str
    line: int
    raw: str | bytes


_COLUMNS = "kind, key, ticket, at, mark, file, line, raw"


class Staging:
    """The heap."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
            + _TABLES
        )
        self._base.execute("BEGIN")

    def put(self, thing: Staged, *, weak: bool = False) -> Staged | None:
        """Put a thing on the heap; return the one of its key that it took the place of, or lost to.

        A `weak` one never takes a place.
        """
        found = self._base.execute(
            f"SELECT {_COLUMNS} FROM staged WHERE kind = ? AND key = ?",  # noqa: S608
            (thing.kind, thing.key),
        ).fetchone()
        values = (
            thing.kind, thing.key, thing.ticket, thing.at, thing.mark,
            thing.file, thing.line, thing.raw,
        )  # fmt: skip
        if found is None:
            self._base.execute(
                f"INSERT INTO staged ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                values,
            )
            return None
        old = Staged(*found)
        if not weak and thing.mark >= old.mark:
            self._base.execute(
                "UPDATE staged SET ticket = ?, at = ?, mark = ?, file = ?, line = ?, raw = ? "
                "WHERE kind = ? AND key = ?",
                (*values[2:], *values[:2]),
            )
        return old

    def count(self, kind: str) -> int:
        """How many there are of a kind."""
        row = self._base.execute("SELECT count(*) FROM staged WHERE kind = ?", (kind,)).fetchone()
        return int(row[0])

    def all(self, kind: str) -> Iterator[Staged]:
        """Yield those of a kind, the oldest first; of one time, the lower number first."""
        ids = self._base.execute(
            "SELECT id FROM staged WHERE kind = ? ORDER BY at, CAST(key AS INTEGER), key", (kind,)
        )
        while some := ids.fetchmany(500):
            found = {
                row[0]: Staged(*row[1:])
                for row in self._base.execute(
                    f"SELECT id, {_COLUMNS} FROM staged WHERE id IN ({_marks(some)})",  # noqa: S608
                    [row[0] for row in some],
                )
            }
            yield from (found[row[0]] for row in some)

    def of(self, tickets: Sequence[str]) -> dict[str, list[Staged]]:
        """Return {ticket: what is of it, the oldest first}."""
        found: dict[str, list[Staged]] = {}
        for row in self._base.execute(
            f"SELECT {_COLUMNS} FROM staged WHERE ticket != '' AND ticket IN ({_marks(tickets)}) "  # noqa: S608
            "ORDER BY ticket, at, id",
            list(tickets),
        ):
            found.setdefault(row[2], []).append(Staged(*row))
        return found

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, Staged]:
        """Return {key: the thing} of those of a kind that there are."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Staged] = {}
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            for row in self._base.execute(
                f"SELECT {_COLUMNS} FROM staged WHERE kind = ? AND key IN ({_marks(some)})",  # noqa: S608
                [kind, *some],
            ):
                found[row[1]] = Staged(*row)
        return found

    def lost(self, kind: str, of: str) -> Iterator[Staged]:
        """Yield those of a kind whose ticket is not there, among those of kind `of`."""
        for row in self._base.execute(
            f"SELECT {_COLUMNS} FROM staged AS s WHERE kind = ? AND NOT EXISTS "  # noqa: S608
            "(SELECT 1 FROM staged AS t WHERE t.kind = ? AND t.key = s.ticket) ORDER BY id",
            (kind, of),
        ):
            yield Staged(*row)

    def leads(self, one: str) -> str:
        """Where a name leads in the end; itself where it was never joined."""
        seen = one
        while row := self._base.execute(
            "SELECT other FROM leads WHERE one = ?", (seen,)
        ).fetchone():
            seen = row[0]
        return seen

    def join(self, names: Sequence[str]) -> str:
        """Make these names lead to one, and return it."""
        root = self.leads(names[0])
        for name in names[1:]:
            other = self.leads(name)
            if other != root:
                self._base.execute("INSERT INTO leads VALUES (?, ?)", (other, root))
        return root

    def move(self, kind: str) -> None:
        """Give those of a kind the ticket that theirs leads to."""
        for (ticket,) in self._base.execute(
            "SELECT DISTINCT ticket FROM staged "
            "WHERE kind = ? AND ticket IN (SELECT one FROM leads)",
            (kind,),
        ).fetchall():
            self._base.execute(
                "UPDATE staged SET ticket = ? WHERE kind = ? AND ticket = ?",
                (self.leads(ticket), kind, ticket),
            )

    def tickets(self, kind: str) -> Iterator[list[str]]:
        """Yield the tickets of those of a kind, some at a time, by when their first was."""
        found = self._base.execute(
            "SELECT ticket FROM staged WHERE kind = ? GROUP BY ticket ORDER BY min(at), min(id)",
            (kind,),
        )
        while some := found.fetchmany(200):
            yield [row[0] for row in some]

    def close(self) -> None:
        """Let it go."""
        self._base.close()


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
