"""A desk as plain data: every table but the journal, to be held against another moment's."""

from __future__ import annotations

from typing import Any

from kfdesk.store.tables import metadata
from tests.desk.office import Office

#: What an undo leaves, and why.
LEFT: dict[str, str] = {
    "event": "the journal tells what happened, and that it was taken back",
    "customer_event": "as above, of customers",
    "operation": "as above",
    "trace": "what rules looked at stays known",
    "ruleset": "as above",
    "rule_receipt": "a rule acts once at an event, whatever became of it",
    "meta": "ids are never given out again",
    "sweep": "how far time has run",
    "cursor": "how far channels were read",
    "channel_state": "as above",
    "presence": "who looks at what",
    "blob": "content by its hash, of which nothing is known without who names it",
    "draft": "a reply that is taken back is a draft again",
    "imported": "what an import has done",
    "article": "an index of files",
}
#: Columns that only ever grow.
GROWING = {"ticket": {"version", "updated_at"}}


def dump(office: Office) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Return {table: {key: row}}; tickets that came and went, with all that is theirs, are left
    out: a number is never given out twice, so they stay as deleted."""
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        if table.name in LEFT:
            continue
        names = [column.name for column in table.c]
        key = [column.name for column in table.primary_key.columns]
        rows = [
            dict(zip(names, row, strict=True))
            for row in office.sql(f'SELECT {", ".join(map(_quoted, names))} FROM "{table.name}"')
        ]
        found[table.name] = {
            tuple(row[name] for name in key): {
                name: value
                for name, value in row.items()
                if name not in GROWING.get(table.name, ())
            }
            for row in rows
        }
    return found


def _quoted(name: str) -> str:
    return f'"{name}"'


def differences(before: Any, after: Any) -> list[str]:
    """What is not the same, a line each."""
    lines: list[str] = []
    for table in before:
        old, new = before[table], after[table]
        lines += [f"{table} {key} is missing: {old[key]}" for key in old.keys() - new.keys()]
        lines += [f"{table} {key} is new: {new[key]}" for key in new.keys() - old.keys()]
        for key in old.keys() & new.keys():
            if old[key] != new[key]:
                pairs = {
                    n: (old[key][n], new[key][n]) for n in old[key] if old[key][n] != new[key][n]
                }
                lines.append(f"{table} {key}: {pairs}")
    return lines


def words_found(office: Office, word: str) -> list[int]:
    """The messages that the index finds by a word, whether they are there or not."""
    rows = office.sql("SELECT rowid FROM search WHERE search MATCH :word ORDER BY rowid", word=word)
    return [row[0] for row in rows]
