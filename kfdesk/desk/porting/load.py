"""A whole desk out of JSON lines into an empty one: all of it, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.porting.export import VERSION
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.store import migrate
from kfdesk.store.porting import dump
from kfdesk.store.tx import Tx

_WAVE = 500
#: What there is in a desk that nobody has used yet.
_OF_A_NEW_DESK = (
    "meta",
    "agent",
    "team",
    "sweep",
    "channel_state",
    "ruleset",
    "article",
    "article_line",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came. `unknown` mails waited to be sent, and may have left since."""

    file: Path
    rows: int
    tables: int
    unknown: int

    def as_json(self) -> dict[str, Any]:
        """The JSON of it."""
        return {
            "file": str(self.file),
            "rows": self.rows,
            "tables": self.tables,
            "unknown": self.unknown,
        }


def load(
    desk: Desk, file: Path, progress: Callable[[str, int, int], None] = lambda *_args: None
) -> Loaded:
    """Bring a whole desk into an empty one, in one transaction. UserError where it is not whole.

    What waited to be sent may have been sent by the desk that it comes from: it becomes `unknown`.
    """
    with desk.store.write() as tx:
        used = next((n for n in dump.tables() if n not in _OF_A_NEW_DESK and dump.count(tx, n)), "")
        if used:
            raise UserError(
                _(
                    "this desk is in use: it has rows in {table}; a jsonl comes into a new desk"
                ).format(table=used)
            )
        try:
            with file.open("rb") as stream:
                return _load(tx, file, enumerate(stream, 1), progress)
        except OSError as error:
            why = error.strerror
            raise UserError(_("{file} cannot be read: {why}").format(file=file, why=why)) from error


def _load(
    tx: Tx,
    file: Path,
    lines: Iterator[tuple[int, bytes]],
    progress: Callable[[str, int, int], None],
) -> Loaded:
    head = _head(file, next(lines, (1, b""))[1])
    total = sum(n for n in head.get("tables", {}).values() if isinstance(n, int))
    dump.clear(tx)
    known = frozenset(dump.tables())
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    table, count, ended = "", 0, False
    read = dump.reader("meta")
    names: tuple[str, ...] = ()
    for line, raw in lines:
        value = _object(file, line, raw)
        if "end" in value:
            ended = value["end"] == count
            break
        name, row = value.get("table"), value.get("row")
        if name not in known or not isinstance(row, dict):
            raise _unreadable(file, line, _("no row of a table that this kfdesk has"))
        if name != table or tuple(row) != names or len(rows) == _WAVE:
            _write(tx, file, line, table, rows)
            rows = []
            if name != table:
                table, read = name, dump.reader(name)
            names = tuple(row)
        try:
            rows.append(read(row))
        except dump.Unfit as error:
            what = _("“{column}” does not fit").format(column=f"{name}.{error}")
            raise _unreadable(file, line, what) from error
        seen.add(table)
        count += 1
        if count % 2000 == 0:
            progress("rows", count, total)
    if not ended:
        raise UserError(
            _("{file} is not whole: its end is missing; nothing was changed").format(file=file)
        )
    _write(tx, file, 0, table, rows)
    if broken := dump.broken(tx):
        raise UserError(
            _("{file}: something is missing that others refer to ({what})").format(
                file=file, what=broken
            )
        )
    dump.index(tx)
    progress("rows", count, total)
    return Loaded(
        file,
        count,
        len(seen),
        dump.doubt(tx, _("it waited when the export was made, and may have been sent since")),
    )


def _write(tx: Tx, file: Path, line: int, table: str, rows: list[dict[str, Any]]) -> None:
    try:
        dump.write(tx, table, rows)
    except dump.Refused as error:
        raise _unreadable(file, line, _("{table}: {why}").format(table=table, why=error)) from error


def _head(file: Path, raw: bytes) -> dict[str, Any]:
    head = _object(file, 1, raw)
    if not isinstance(head.get("kfdesk"), int) or not isinstance(head.get("tables"), dict):
        raise _unreadable(file, 1, _("no export of kfdesk: `kfdesk export jsonl FILE` makes one"))
    if head["kfdesk"] > VERSION or str(head.get("schema")) > migrate.HEAD:
        raise UserError(_("{file} is of a newer kfdesk; update kfdesk first").format(file=file))
    return head


def _object(file: Path, line: int, raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, line, _("no JSON")) from error
    if not isinstance(value, dict):
        raise _unreadable(file, line, _("no JSON object"))
    return value


def _unreadable(file: Path, line: int, why: str) -> UserError:
    return UserError(
        _("{file}:{line}: {why}; nothing was changed").format(file=file, line=line, why=why)
    )
