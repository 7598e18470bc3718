"""The files of what was said: those that lie beside an export come with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path

from kfdesk.desk.porting.findings import Findings
from kfdesk.desk.porting.gather import FILES
from kfdesk.desk.porting.records import FileOf, Said, Ticket
from kfdesk.i18n import _
from kfdesk.mail.filename import safe_name
from kfdesk.model import MailPart
from kfdesk.store.packing import Blob

_LARGEST = 100_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """A file and its content."""

    part: MailPart
    blob: Blob | None


class Files:
    """The folder of files beside an export: `attachments/ID/NAME`, `attachments/ID-NAME`, …"""

    def __init__(self, export: Path, findings: Findings) -> None:
        self._root = export if export.is_dir() else export.parent
        self._findings = findings

    @cached_property
    def _folders(self) -> list[Path]:
        return [path for name in FILES if (path := self._root / name).is_dir()]

    def of(self, ticket: Ticket, said: Said) -> tuple[list[Attached], str]:
        """Return the files of something said, and its text: with the addresses of the others."""
        found: list[Attached] = []
        text = said.text
        for file in said.files:
            path = self._find(ticket, file)
            if path is None:
                shown = safe_name(file.name)
                text = f"{text}\n\n[{shown}] {file.url}".strip()
                reason = _("its content is not beside the export; the address is kept in the text")
                self._findings.add(
                    "changed", ticket.spot, reason,
                    kind="file", key=file.key, field="attachments", value=file.name,
                )  # fmt: skip
                continue
            content = path.read_bytes()
            part = MailPart(
                safe_name(file.name or path.name),
                file.type or guess_type(path.name)[0] or "application/octet-stream",
                len(content),
                hashlib.sha256(content).hexdigest(),
                "",
            )
            found.append(Attached(part, Blob.of(content)))
        return found, text

    def _find(self, ticket: Ticket, file: FileOf) -> Path | None:
        name = safe_name(file.name)
        key = safe_name(file.key, "") if file.key else ""
        names = [f"{key}/{name}", f"{key}-{name}", f"{key}_{name}", key] if key else []
        names += [f"{safe_name(ticket.key)}/{name}"]
        for folder in self._folders:
            for one in names:
                path = folder / one
                inside = path.resolve().is_relative_to(self._root.resolve())
                if path.is_file() and inside and path.stat().st_size <= _LARGEST:
                    return path
        return None
