"""Mail that is delivered into a Maildir on this machine; its files are only read.

A delivery renames a file into `new/`, which sets the file's change time: no program can set it
back. So whatever came after a listing has a change time after it, and a look at a hundred thousand
files needs no list of what is known. A file that another program renames (read, flagged) is given
again; the desk knows a mail by its bytes.
"""

from __future__ import annotations

import mmap
import os
import time
from base64 import b85decode, b85encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from kfdesk.errors import FetchError
from kfdesk.fetchers import outline
from kfdesk.fetchers.spool import BATCH, BATCH_BYTES, SpoolFetcher
from kfdesk.i18n import _
from kfdesk.model import Batch, Cursor, Inbound
from kfdesk.settings import Channel

_KEY = "maildir"
_SUBS = ("new", "cur")
_DOUBT = 2_000_000_000  # ns: within these, two files' times may not tell which came first
_HASH = 8


class _File(NamedTuple):
    """A file of the Maildir, ordered by delivery."""

    delivered: float
    modified: int
    name: str
    sub: str
    changed: int
    size: int

    @property
    def unique(self) -> str:
        """The part of the name that stays when flags change."""
        return self.name.partition(":")[0]


@dataclass(frozen=True, slots=True)
class _Position:
    """How far a Maildir was read.

    `folders` is inode and time of new and cur when they were last listed, empty while they may
    still change unseen. Known are the files changed before `floor` but for the last two seconds,
    and those whose names are `doubted`. `done` counts files of a listing that is not yet through.
    """

    folders: str = ""
    settled: bool = False
    floor: int = 0
    doubted: frozenset[bytes] = frozenset()
    done: int = 0

    @classmethod
    def parse(cls, value: str) -> _Position:
        if not value:
            return cls()
        folders, settled, floor, done, doubted = value.split("|", 4)
        packed = b85decode(doubted)
        names = (packed[at : at + _HASH] for at in range(0, len(packed), _HASH))
        return cls(folders, settled == "1", int(floor), frozenset(names), int(done))

    def __str__(self) -> str:
        doubted = b85encode(b"".join(sorted(self.doubted))).decode("ascii")
        return f"{self.folders}|{int(self.settled)}|{self.floor}|{self.done}|{doubted}"

    def knows(self, file: _File) -> bool:
        """Whether a file was there, and was taken."""
        return file.changed <= self.floor and (
            file.changed <= self.floor - _DOUBT or _digest(file.unique) in self.doubted
        )


class MaildirFetcher(SpoolFetcher):
    """A Maildir: `new/` and `cur/`. A place is a file's name without its flags."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self._ahead: list[_File] = []  # what a listing found unknown, oldest delivery first
        self._after = ""  # the cursor's value that `_ahead[_position.done:]` lies behind
        self._next = _Position()  # where the whole listing leads to

    def pull(self, cursor: Cursor) -> Batch:
        """Return the next files. With nothing new, this costs two looks at the folders."""
        value = cursor.get(_KEY, "")
        position = _Position.parse(value)
        if not self._ahead or value != self._after:
            folders, settled = self._folders()
            if position.settled and position.folders == folders:
                return Batch((), cursor)
            if not _same_folders(position.folders, folders):
                position = _Position()
            self._list(position, folders, settled=settled)
            position = _Position(position.folders, False, position.floor, position.doubted)
        items, taken = self._take(position.done)
        done = position.done + taken
        left = len(self._ahead) - done
        more = left > 0
        following = (
            _Position(position.folders, False, position.floor, position.doubted, done)
            if more
            else self._next
        )
        self._after = str(following)
        if not more:
            self._ahead = []
        return Batch(items, {_KEY: self._after}, more, left=left)

    def inventory(self, cursor: Cursor) -> Iterator[str]:
        """Yield the name of each file that is known at `cursor`."""
        position = _Position.parse(cursor.get(_KEY, ""))
        for file in self._files():
            if position.knows(file):
                yield file.unique

    def whole(self, place: str) -> bytes:
        """Return a file's bytes, whatever flags it has by now."""
        found = self._find(place)
        if found is not None:
            with suppress(FileNotFoundError):
                return self._read(found)
        raise FetchError(
            _("the mail {place} is no longer in {path}").format(place=place, path=self.path),
            retryable=False,
        )

    def _folders(self) -> tuple[str, bool]:
        """Inode and time of the folders, and whether those times are old enough to be trusted."""
        try:
            found = [(self.path / sub).stat() for sub in _SUBS]
        except OSError as error:
            raise self._unreadable(self.path, error) from error
        settled = all(each.st_mtime_ns < time.time_ns() - _DOUBT for each in found)
        return ",".join(f"{each.st_ino}:{each.st_mtime_ns}" for each in found), settled

    def _files(self) -> Iterator[_File]:
        """Every file of new and cur."""
        for sub in _SUBS:
            try:
                with os.scandir(self.path / sub) as entries:
                    for entry in entries:
                        if entry.name.startswith(".") or not entry.is_file():
                            continue
                        with suppress(FileNotFoundError):  # moved on while we looked
                            found = entry.stat()
                            seconds = entry.name.partition(".")[0]
                            delivered = min(
                                float(seconds) if seconds.isdecimal() else found.st_mtime,
                                found.st_mtime,
                            )
                            yield _File(
                                delivered,
                                found.st_mtime_ns,
                                entry.name,
                                sub,
                                found.st_ctime_ns,
                                found.st_size,
                            )
            except OSError as error:
                raise self._unreadable(self.path / sub, error) from error

    def _list(self, position: _Position, folders: str, *, settled: bool) -> None:
        """List what is unknown at a position, and where reading all of it leads to."""
        now = time.time_ns()
        files = list(self._files())
        self._ahead = sorted(file for file in files if not position.knows(file))
        floor = max((file.changed for file in files), default=0)
        if floor + _DOUBT < now:  # what comes from here on is younger than every doubt
            self._next = _Position(folders, settled, floor + _DOUBT)
            return
        recent = frozenset(_digest(file.unique) for file in files if file.changed > floor - _DOUBT)
        self._next = _Position(folders, settled, floor, recent)

    def _take(self, start: int) -> tuple[tuple[Inbound, ...], int]:
        """Read files from `start` on, bounded by number and bytes."""
        items: list[Inbound] = []
        room = BATCH_BYTES
        taken = 0
        for file in self._ahead[start : start + BATCH]:
            cost = min(file.size, self._channel.max_size)
            if taken and cost > room:
                break
            room -= cost
            taken += 1
            if (item := self._inbound(file)) is not None:
                items.append(item)
        return tuple(items), taken

    def _inbound(self, file: _File) -> Inbound | None:
        """Read one file; None if it was deleted since it was listed."""
        path: Path | None = self.path / file.sub / file.name
        for _attempt in range(2):
            if path is None:
                return None
            try:
                return self._open(file, path)
            except FileNotFoundError:  # flagged, or moved from new to cur
                path = self._find(file.unique)
        return None

    def _open(self, file: _File, path: Path) -> Inbound:
        at = datetime.fromtimestamp(max(0.0, file.delivered), UTC)
        if file.size <= self._channel.max_size:
            raw = self._read(path)
            return Inbound(file.unique, raw, at, len(raw))
        try:
            with (
                path.open("rb") as stream,
                mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
            ):
                raw, parts = outline.take(content, 0, len(content))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._unreadable(path, error) from error
        return Inbound(file.unique, raw, at, file.size, partial=True, parts=parts)

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._unreadable(path, error) from error

    def _find(self, unique: str) -> Path | None:
        for sub in _SUBS:
            try:
                names = os.listdir(self.path / sub)
            except OSError as error:
                raise self._unreadable(self.path / sub, error) from error
            for name in names:
                if name.partition(":")[0] == unique:
                    return self.path / sub / name
        return None


def _same_folders(before: str, now: str) -> bool:
    """False where the folders were replaced, or the clock went back: then all is read again."""
    if not before:
        return True
    for old, new in zip(before.split(","), now.split(","), strict=True):
        old_inode, old_time = old.split(":")
        new_inode, new_time = new.split(":")
        if old_inode != new_inode or int(new_time) < int(old_time):
            return False
    return True


def _digest(name: str) -> bytes:
    return blake2b(os.fsencode(name), digest_size=_HASH).digest()
