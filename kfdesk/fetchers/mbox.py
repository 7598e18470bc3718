"""Mail that is delivered into an mbox file on this machine; the file is only read.

`From ` lines are quoted as mboxrd has it: one `>` is taken off `>From ` and `>>From `.
"""

from __future__ import annotations

import fcntl
import mmap
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_tz
from hashlib import blake2b
from typing import BinaryIO

from kfdesk.errors import FetchError
from kfdesk.fetchers import outline
from kfdesk.fetchers.spool import BATCH, BATCH_BYTES, SpoolFetcher
from kfdesk.i18n import _
from kfdesk.model import Batch, Cursor, Inbound

_KEY = "mbox"
_LOCK_SECONDS = 10.0
_QUIET_SECONDS = 10.0  # a last mail without its empty line is complete when nobody wrote so long
_PRINT = 1024  # bytes that are remembered of the file's head, and of what was read last

_SEPARATOR = re.compile(rb"\n\r?\nFrom ")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Position:
    """Every byte before `offset` was read; the prints tell whether it is still the same file."""

    offset: int = 0
    size: int = 0  # of the file, and its time, once all of it was read
    modified: int = 0
    head: str = ""
    tail: str = ""

    @classmethod
    def parse(cls, value: str) -> _Position:
        if not value:
            return cls()
        offset, size, modified, head, tail = value.split(":")
        return cls(int(offset), int(size), int(modified), head, tail)

    def __str__(self) -> str:
        return f"{self.offset}:{self.size}:{self.modified}:{self.head}:{self.tail}"


@dataclass(frozen=True, slots=True)
class _Span:
    """Where one mail lies: its `From ` line, its first byte, its last, and the next mail's line."""

    line: int
    begin: int
    end: int
    following: int


class MboxFetcher(SpoolFetcher):
    """An mbox file. A place is `offset/length/print` of a mail in it."""

    def pull(self, cursor: Cursor) -> Batch:
        """Return the next mails. With nothing new, this costs one look at the file."""
        position = _Position.parse(cursor.get(_KEY, ""))
        try:
            found = self.path.stat()
        except OSError as error:
            raise self._unreadable(self.path, error) from error
        if position.size and (found.st_size, found.st_mtime_ns) == (
            position.size,
            position.modified,
        ):
            return Batch((), cursor)
        with self._content() as (content, size, modified):
            start = self._start(content, size, position)
            quiet = time.time() - modified / 1e9 > _QUIET_SECONDS
            items: list[Inbound] = []
            room = BATCH_BYTES
            offset, more = start, False
            for span in _spans(content, start, size):
                complete = span.following < size or quiet or _ends_empty(content, size)
                if not complete:
                    break
                cost = min(span.end - span.begin, self._channel.max_size)
                if items and (cost > room or len(items) == BATCH):
                    more = True
                    break
                room -= cost
                items.append(self._inbound(content, span, modified))
                offset = span.following
            whole = offset == size
            following = _Position(
                offset,
                size if whole else 0,
                modified if whole else 0,
                _print(content, 0, min(offset, _PRINT)),
                _print(content, max(0, offset - _PRINT), offset),
            )
        return Batch(tuple(items), {_KEY: str(following)}, more)

    def inventory(self, cursor: Cursor) -> Iterator[str]:
        """Yield the place of each mail before the cursor."""
        position = _Position.parse(cursor.get(_KEY, ""))
        with self._content() as (content, size, _modified):
            end = position.offset if self._start(content, size, position) else 0
            for span in _spans(content, 0, end):
                yield _place(content, span)

    def whole(self, place: str) -> bytes:
        """Return all of one mail, if it still lies where it lay."""
        with self._content() as (content, size, _modified):
            offset = place.partition("/")[0]
            if offset.isdecimal() and int(offset) < size:
                span = next(_spans(content, int(offset), size), None)
                if span is not None and _place(content, span) == place:
                    return _unquoted(content[span.begin : span.end])
        raise FetchError(
            _("the mail {place} is no longer in {path}").format(place=place, path=self.path),
            retryable=False,
        )

    def _start(self, content: bytes | mmap.mmap, size: int, position: _Position) -> int:
        """Where to read on; the beginning, if the file was rotated or rewritten."""
        offset = position.offset
        same = (
            offset <= size
            and _print(content, 0, min(offset, _PRINT)) == position.head
            and _print(content, max(0, offset - _PRINT), offset) == position.tail
            and content[offset : offset + 5] in {b"From ", b""}
        )
        return offset if same else 0

    def _inbound(self, content: bytes | mmap.mmap, span: _Span, modified: int) -> Inbound:
        place = _place(content, span)
        at = _delivered(content[span.line : span.begin]) or datetime.fromtimestamp(
            modified / 1e9, UTC
        )
        size = span.end - span.begin
        if size > self._channel.max_size:
            raw, parts = outline.take(content, span.begin, span.end)
            return Inbound(place, raw, at, size, partial=True, parts=parts)
        raw = _unquoted(content[span.begin : span.end])
        return Inbound(place, raw, at, len(raw))

    @contextmanager
    def _content(self) -> Iterator[tuple[bytes | mmap.mmap, int, int]]:
        """The file's bytes, size and time, while no delivery agent writes to it."""
        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise self._unreadable(self.path, error) from error
        with stream:
            self._lock(stream)
            stream.seek(0, 2)
            size = stream.tell()
            modified = self.path.stat().st_mtime_ns
            if not size:  # which cannot be mapped
                yield b"", 0, modified
                return
            with mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ) as content:
                yield content, size, modified

    def _lock(self, stream: BinaryIO) -> None:
        """Take the lock that delivery agents take; closing the file gives it back."""
        end = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.lockf(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError) as error:
                if time.monotonic() > end:
                    raise FetchError(
                        _("{path} is locked by another program; the next sync tries again").format(
                            path=self.path
                        )
                    ) from error
                time.sleep(0.05)
            else:
                return


def _spans(content: bytes | mmap.mmap, start: int, size: int) -> Iterator[_Span]:
    """Yield the mails from `start` on; what stands before the first `From ` line is none."""
    line = start
    if content[line : line + 5] != b"From ":
        found = _SEPARATOR.search(content, start)
        if found is None:
            return
        line = found.end() - 5
    while line < size:
        begin = content.find(b"\n", line, size) + 1
        if begin == 0:
            return
        # the empty line may be the one right behind the `From ` line
        found = _SEPARATOR.search(content, begin - 1, size)
        following = found.end() - 5 if found else size
        end = found.start() + 1 if found else size
        if found is None and _ends_empty(content, size):
            end -= 2 if content[size - 2 : size] == b"\r\n" else 1
        yield _Span(line, begin, max(begin, end), following)
        line = following


def _ends_empty(content: bytes | mmap.mmap, size: int) -> bool:
    """Whether the file ends with the empty line that closes a mail."""
    return content[max(0, size - 3) : size].replace(b"\r", b"").endswith(b"\n\n")


def _unquoted(raw: bytes) -> bytes:
    return _QUOTED.sub(rb"\1", raw) if b"\n>" in raw else raw


def _delivered(line: bytes) -> datetime | None:
    """The time in a `From ` line, which is taken for UTC where it does not say."""
    parsed = parsedate_tz(" ".join(line.decode("ascii", "replace").split()[2:]))
    if parsed is None:
        return None
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except ValueError:
        return None


def _place(content: bytes | mmap.mmap, span: _Span) -> str:
    size = span.end - span.begin
    return f"{span.line}/{size}/{_print(content, span.line, min(span.end, span.line + _PRINT))}"


def _print(content: bytes | mmap.mmap, start: int, end: int) -> str:
    return blake2b(content[start:end], digest_size=8).hexdigest()
