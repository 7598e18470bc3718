"""How far an import or export is, what it came to, and what was left out or changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.output import line, record
from kfdesk.paths import private_file
from kfdesk.text import clean_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from kfdesk.desk.porting.export import Exported
    from kfdesk.desk.porting.findings import Finding
    from kfdesk.desk.porting.load import Loaded
    from kfdesk.desk.porting.order import Brought

#: So many findings are shown; the report has all of them.
SHOWN = 20


class Telling:
    """Tells a person or a program. `report` gets each finding, as JSON lines."""

    def __init__(self, report: Path | None, *, events: bool, json: bool) -> None:
        self._report = report
        self._events = events
        self._json = json
        self._file: IO[str] | None = None
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._findings: list[Finding] = []
        self._count = 0

    def __enter__(self) -> Self:
        if self._report is not None:
            try:
                private_file(self._report)
                self._file = self._report.open("w", encoding="utf-8")
            except OSError as error:
                why = error.strerror
                raise UserError(
                    _("{file} cannot be written: {why}").format(file=self._report, why=why)
                ) from error
        if not self._events and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
            )
            self._bar.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._quiet()
        if self._file is not None:
            self._file.close()

    def _quiet(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def progress(self, what: str, done: int, of: int) -> None:
        """How far it is: so many are done, of so many (0: nobody knows)."""
        if self._events:
            record({"event": "progress", "what": what, "done": done, "of": of or None})
        elif self._bar is not None:
            if what not in self._tasks:
                self._tasks[what] = self._bar.add_task(_stage(what), total=None)
            self._bar.update(self._tasks[what], completed=done, total=of or None)

    def finding(self, found: Finding) -> None:
        """A row that did not come in as it was."""
        self._count += 1
        if len(self._findings) < SHOWN:
            self._findings.append(found)
        if self._file is not None:
            text = json.dumps(found.as_json(), ensure_ascii=False)
            self._file.write(text.encode("utf-8", "replace").decode() + "\n")

    def brought(self, done: Brought) -> None:
        """What an import came to."""
        self._quiet()
        if self._json or self._events:
            self._end(done.as_json() | {"report": str(self._report) if self._report else None})
            return
        told = _("{source}: tickets {tickets}, known {known}, messages {messages}").format(
            source=done.source, tickets=done.tickets, known=done.known, messages=done.messages
        )
        more = _("customers {customers}, organisations {organisations}, files {files}").format(
            customers=done.customers, organisations=done.organisations, files=done.files
        )
        line(_("; ").join((told, more)))
        for found in self._findings:
            line(f"  {found.spot}: {_words(found)}")
        if self._count > len(self._findings):
            rest = self._count - len(self._findings)
            line("  " + _("and {n} more; --report FILE has all of them").format(n=rest))
        line(
            _("left out {left}, changed {changed}").format(left=done.left_out, changed=done.changed)
        )
        if done.dry:
            line(_("this was a rehearsal: nothing was changed"))

    def loaded(self, done: Loaded) -> None:
        """What came of a whole desk that was brought in."""
        self._quiet()
        if self._json or self._events:
            self._end(done.as_json())
            return
        line(_("{file}: rows {rows}, tables {tables}").format(**done.as_json()))
        if done.unknown:
            line(
                _("mails that may have been sent since: {n}; see kfdesk outbox").format(
                    n=done.unknown
                )
            )

    def exported(self, done: Exported) -> None:
        """What an export came to."""
        self._quiet()
        if self._json or self._events:
            self._end(done.as_json())
            return
        line(_("{file}: {count} written, {size} bytes").format(**done.as_json()))
        if done.secret:
            line(_("it holds everything, the desk's signing key too: keep it as you keep the desk"))

    def _end(self, value: dict[str, Any]) -> None:
        record({"event": "done"} | value if self._events else value)


def _stage(what: str) -> str:
    return {
        "read": _("reading"),
        "people": _("people"),
        "tickets": _("tickets"),
        "rows": _("rows"),
        "mails": _("mails"),
    }.get(what, what)


def _words(found: Finding) -> str:
    """A finding in a sentence."""
    fate = _("left out") if found.fate == "left out" else _("changed")
    about = " ".join(filter(None, (found.kind, found.key[:24], found.field)))
    value = f" “{clean_line(found.value)[:60]}”" if found.value and found.value != found.key else ""
    return clean_line(": ".join(filter(None, (fate, f"{about}{value}".strip(), found.reason))))
