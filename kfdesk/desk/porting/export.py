"""The desk into a file: all of it as JSON lines, its tickets as CSV, its mails as mbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from kfdesk import __version__
from kfdesk.desk import Desk
from kfdesk.desk.porting import mbox_out, table_out
from kfdesk.desk.porting.row import read_time
from kfdesk.desk.porting.written import whole
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.rules.language.query import parse
from kfdesk.rules.names import hint
from kfdesk.store import migrate, queue
from kfdesk.store.porting import dump
from kfdesk.store.tx import Tx

FORMATS = ("jsonl", "csv", "mbox")
#: Of the JSON lines; it grows when an older program could misunderstand them.
VERSION = 1
_TOLD = 2000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export as it is asked for. `me` is who asks: a query may say `assignee:me`."""

    format: str
    file: Path
    query: str = ""
    since: str = ""
    columns: tuple[str, ...] = ()
    bom: bool = False
    force: bool = False
    me: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows, tickets or mails. `secret`: the desk's signing key is in it."""

    file: Path
    format: str
    count: int
    size: int
    secret: bool = False

    def as_json(self) -> dict[str, Any]:
        """The JSON of an export."""
        return {
            "file": str(self.file),
            "format": self.format,
            "count": self.count,
            "size": self.size,
            "secret": self.secret,
        }


def export(
    desk: Desk, wanted: Wanted, progress: Progress = lambda _what, _done, _of: None
) -> Exported:
    """Write one state of the desk into a file. UserError where what is asked for cannot be."""
    if wanted.format not in FORMATS:
        raise UserError(
            _("unknown format “{name}”{hint}").format(
                name=wanted.format, hint=hint(wanted.format, FORMATS)
            )
        )
    if wanted.format == "jsonl" and (wanted.query or wanted.since):
        raise UserError(_("a jsonl is the whole desk; --query and --since are for csv and mbox"))
    if wanted.format != "csv" and (wanted.columns or wanted.bom):
        raise UserError(_("--columns and --bom are for csv"))
    columns = table_out.columns(desk, wanted.columns) if wanted.format == "csv" else ()
    with whole(wanted.file, force=wanted.force) as stream, desk.store.read() as tx:
        if wanted.format == "jsonl":
            count = _lines(desk, tx, stream, progress)
        else:
            numbers = _numbers(desk, tx, wanted)
            if wanted.format == "csv":
                shape = table_out.Shape(columns, bom=wanted.bom)
                count = table_out.write(desk, tx, numbers, shape, stream, progress)
            else:
                count = mbox_out.write(desk, tx, numbers, stream, progress)
    size = wanted.file.stat().st_size
    return Exported(wanted.file, wanted.format, count, size, wanted.format == "jsonl")


def _numbers(desk: Desk, tx: Tx, wanted: Wanted) -> list[int]:
    query = wanted.query
    if wanted.since:
        at = read_time(wanted.since, ZoneInfo(desk.settings.desk.timezone))
        if at is None:
            raise UserError(
                _("--since {text}: write it as 2026-11-21 or 2026-11-21T09:30:00+08:00").format(
                    text=wanted.since
                )
            )
        query = f"({query}) " if query else ""
        query += f"updated>={at.strftime('%Y-%m-%dT%H:%M:%SZ')}"
    if "sort:" not in query:
        query = f"{query} sort:number".strip()
    return list(queue.ids(tx, parse(query, desk.known), desk.scope(wanted.me)))


def _lines(desk: Desk, tx: Tx, stream: IO[bytes], progress: Progress) -> int:
    """Every row of every table, a line each, between a head and an end that proves it whole."""
    names = dump.tables()
    sizes = {name: dump.count(tx, name) for name in names}
    total = sum(sizes.values())
    head = {
        "kfdesk": VERSION,
        "schema": migrate.HEAD,
        "program": __version__,
        "desk": desk.settings.desk.name,
        "at": desk.clock().isoformat(),
        "tables": sizes,
    }
    stream.write(_line(head))
    count = 0
    for name in names:
        begin = f'{{"table": {json.dumps(name)}, "row": '.encode()
        for row in dump.rows(tx, name):
            stream.write(begin + _line(row)[:-1] + b"}\n")
            count += 1
            if count % _TOLD == 0:
                progress("rows", count, total)
    stream.write(_line({"end": count}))
    progress("rows", count, total)
    return count


def _line(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half a character, as some mail had it: JSON can say that in ASCII
        return json.dumps(value, separators=(",", ":")).encode() + b"\n"
