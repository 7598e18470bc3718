"""Whether a database file is whole, and the few figures that tell how the desk does."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kfdesk.model import OPEN_STATUSES
from kfdesk.store import migrate
from kfdesk.store.mark import Mark
from kfdesk.store.tables import from_ms


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """What a look at a file found; `damage` is empty where it is whole."""

    revision: str = ""
    damage: str = ""
    newest: datetime | None = None  # the journal's last event
    swept: datetime | None = None  # up to where all that time brings is done
    outbox: Mapping[str, int] = field(default_factory=dict)
    failing: Mapping[str, str] = field(default_factory=dict)  # channel → its last error
    held: Mapping[str, int] = field(default_factory=dict)  # assignee → open tickets
    statuses: Mapping[str, int] = field(default_factory=dict)  # the team's own → tickets
    categories: Mapping[str, int] = field(default_factory=dict)  # path → tickets


_OPEN = ", ".join(f"'{status.value}'" for status in OPEN_STATUSES)
_HELD = (
    "SELECT assignee, count(*) FROM ticket "  # noqa: S608
    f"WHERE assignee <> '' AND status IN ({_OPEN}) "
    "AND deleted_at IS NULL AND merged_into IS NULL GROUP BY assignee"
)


_NAMED = "SELECT {0}, count(*) FROM ticket WHERE {0} != '' GROUP BY {0}"


def examine(file: Path) -> DatabaseHealth:
    """Check a database without changing it; never raises for what is in the file."""
    revision = ""
    try:
        revision = migrate.revision(file)
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok" or not revision or revision > migrate.HEAD:
                return DatabaseHealth(revision, "" if found == "ok" else found)
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
            (newest,) = connection.execute("SELECT max(at) FROM event").fetchone()
            (swept,) = connection.execute(
                "SELECT max(value) FROM meta WHERE key = 'swept'"
            ).fetchone()
            outbox = dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state"))
            failing = dict(
                connection.execute("SELECT account, error FROM channel_state WHERE error != ''")
            )
            held = dict(connection.execute(_HELD))
            categories = dict(connection.execute(_NAMED.format("category")))
            statuses: dict[str, int] = {}
            if revision == migrate.HEAD:  # an older desk has none of its own
                statuses = dict(connection.execute(_NAMED.format("substatus")))
    except sqlite3.DatabaseError as error:
        return DatabaseHealth(revision, str(error))
    mark = Mark.read(swept or "")
    return DatabaseHealth(
        revision,
        f"row {orphan[1]} of {orphan[0]} names a missing {orphan[2]}" if orphan else "",
        None if newest is None else from_ms(newest),
        mark.at if mark else None,
        outbox,
        failing,
        held,
        statuses,
        categories,
    )
