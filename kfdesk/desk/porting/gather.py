"""The files of an export onto the heap, so that they can be taken up ticket by ticket."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from kfdesk.desk.porting.findings import Findings, Spot
from kfdesk.desk.porting.json_stream import Broken, Found, objects
from kfdesk.desk.porting.row import read_time
from kfdesk.desk.porting.shapes.shape import Shape
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.mail.charset import guess
from kfdesk.store.porting.staging import Staged, Staging
from kfdesk.text import shorten

_SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
#: Folders of files that belong to messages, not to the export.
FILES = ("attachments", "files")
_NUMBER = re.compile(r"\d+")
_SAMPLE = 65536


@dataclass(frozen=True, slots=True)
class Gathering:
    """One export on its way onto the heap."""

    shape: Shape
    staging: Staging
    zone: ZoneInfo
    findings: Findings

    def gather(self, path: Path) -> Iterator[int]:
        """Read all of an export; yields how many objects there were, now and then."""
        count = 0
        for file in _files(path):
            section, about = self._named(file, path)
            with opened(file, self.findings) as stream:
                for found in objects(stream, self.shape.sections.keys()):
                    count += 1
                    spot = Spot(str(file), found.line)
                    if isinstance(found, Broken):
                        why = found.reason
                        if found.rest:
                            why = _("{why}; what stands behind it was not read").format(why=why)
                        self.findings.add("left out", spot, why)
                    else:
                        self._take(found, spot, found.section or section, found.about or about)
                    if count % 1000 == 0:
                        yield count
        yield count

    def _named(self, file: Path, root: Path) -> tuple[str, str]:
        """What list a file is by its name, and the ticket that its name tells."""
        parts = [file.name.partition(".")[0]]
        if file != root:
            parts += [p.name for p in file.parents if p.is_relative_to(root) and p != root]
        about = ""
        for part in parts:
            numbers = _NUMBER.findall(part)
            about = about or (numbers[0] if len(numbers) == 1 else "")
            words = _NUMBER.sub("", part).strip(" -_.").lower()
            for name in (words, f"{words}s"):
                if name in self.shape.sections:
                    return name, about if self.shape.sections[name] == "message" else ""
        return "", ""

    def _take(self, found: Found, spot: Spot, section: str, about: str) -> None:
        kind = self.shape.sections.get(section) or self._kind(found.value)
        key = _key(found.value.get("id"))
        if not kind:
            self.findings.add("left out", spot, _("nobody can tell what it is"), key=key)
            return
        lists = {n: found.value.get(n) for n in self.shape.lists}
        if kind == "message" and not key and any(isinstance(v, list) for v in lists.values()):
            about, kind = _key(found.value.get("ticket_id")) or about, ""
        ticket = ""
        if kind == "message":
            ticket = _key(found.value.get("ticket_id")) or about
            key = key or _digest(ticket, found.raw)
            if not ticket:
                reason = _("it does not say what ticket it belongs to")
                self.findings.add("left out", spot, reason, kind=kind, key=key)
                return
        elif kind and not key:
            self.findings.add("left out", spot, _("it has no id"), kind=kind)
            return
        self._inside(found.value, spot)
        inner = about if not kind else key
        if kind in ("ticket", ""):
            for values in lists.values():
                for value in values if isinstance(values, list) else ():
                    if isinstance(value, dict):
                        self._message(value, spot, inner)
        if kind:
            self._put(kind, key, ticket, found.value, spot, found.raw)

    def _kind(self, value: dict[str, Any]) -> str:
        """What an object is that stands in no list, and whose file does not tell either."""
        if "ticket_id" in value:
            return "message"
        if "requester_id" in value or "customer_id" in value or "requester" in value:
            return "ticket"
        if "role" in value or "login" in value or "role_ids" in value:
            return "person"
        return ""

    def _message(self, value: dict[str, Any], spot: Spot, ticket: str) -> None:
        import json

        raw = json.dumps(value)
        self._inside(value, spot)
        key = _key(value.get("id")) or _digest(ticket, raw)
        self._put("message", key, ticket, value, spot, raw)

    def _inside(self, value: dict[str, Any], spot: Spot) -> None:
        """Put the people and organisations that stand inside on the heap, unless they are there."""
        import json

        for name, kind in self.shape.inside.items():
            inner = value.get(name)
            if isinstance(inner, dict) and (key := _key(inner.get("id"))):
                staged = Staged(kind, key, "", 0, 0, spot.file, spot.line, json.dumps(inner))
                self.staging.put(staged, weak=True)

    def _put(
        self, kind: str, key: str, ticket: str, value: dict[str, Any], spot: Spot, raw: str
    ) -> None:
        at = read_time(value.get("created_at"), self.zone)
        mark = read_time(value.get("updated_at"), self.zone)
        raw = raw.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        staged = Staged(
            kind, key, ticket, _ms(at), _ms(mark),
            spot.file, spot.line, raw,
        )  # fmt: skip
        old = self.staging.put(staged)
        if old is not None and old.raw != raw and (old.mark, old.at) != (0, 0):
            other = Spot(old.file, old.line)
            reason = _("it is there twice, with the same id at {place}; the newer one is taken")
            self.findings.add(
                "changed",
                spot,
                reason.format(place=other),
                kind=kind,
                key=key,
                field="id",
                value=key,
            )


def _ms(at: datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0


def _key(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return shorten(str(value), 100)
    return ""


def _digest(ticket: str, raw: str) -> str:
    text = f"{ticket}\n{raw}".encode("utf-8", "replace")
    return hashlib.sha256(text).hexdigest()[:24]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UserError(_("there is no file or folder {file}").format(file=path))
    found = [
        file
        for file in sorted(path.rglob("*"), key=lambda file: _natural(str(file)))
        if file.name.lower().endswith(_SUFFIXES)
        and file.is_file()
        and not {part.lower() for part in file.relative_to(path).parts[:-1]} & {*FILES}
    ]
    if not found:
        raise UserError(_("{file} holds no JSON").format(file=path))
    return found


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts page 2 before page 10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def opened(file: Path, findings: Findings) -> IO[str]:
    """Open a text in whatever encoding it is; bytes that are none of it are told once."""
    with _bytes(file) as stream:
        sample = stream.read(_SAMPLE)
        while sample.isascii() and (more := stream.read(_SAMPLE)):
            sample = more
    encoding = encoding_of(sample)
    if encoding != "utf-8-sig":
        reason = _("it is no UTF-8; read as {encoding}").format(encoding=encoding)
        findings.add("changed", Spot(str(file)), reason, field="encoding", value=encoding)
    return io.TextIOWrapper(_bytes(file), encoding, errors="replace", newline="")


def _bytes(file: Path) -> IO[bytes]:
    try:
        if file.suffix == ".gz":
            return gzip.open(file, "rb")  # type: ignore[return-value]
        return file.open("rb")
    except OSError as error:
        raise UserError(
            _("{file} cannot be read: {why}").format(file=file, why=error.strerror)
        ) from error


def encoding_of(sample: bytes) -> str:
    """The encoding of a text, by how it begins."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    whole = sample if len(sample) < _SAMPLE else sample[: sample.rfind(b"\n") + 1] or sample[:-3]
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        text = guess(whole)
        for codec in ("gb18030", "big5hkscs", "cp932", "cp949", "cp1252"):
            try:
                if text.encode(codec) == whole:
                    return codec
            except UnicodeEncodeError:
                continue
        # A few bad bytes in a text that is UTF-8 otherwise
        return (
            "utf-8-sig"
            if whole.decode("utf-8", "replace").count("\ufffd") * 20 <= len(whole)
            else "gb18030"
        )
    return "utf-8-sig"
