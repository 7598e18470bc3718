"""Files that a page sends to its console: one at a time, in a folder that ends with the console."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections import deque
from pathlib import Path

from aiohttp import web

from kfdesk.i18n import _
from kfdesk.labels import size as in_words
from kfdesk.mail.filename import safe_name
from kfdesk.settings import Settings

#: A file arrives within so many seconds, and as much stays as so many of the largest.
_LONGEST, _MOST = 600.0, 8


class TooLarge(Exception):
    """More than a mail can hold."""


class Files:
    """The folder of one console, which nobody else may read, and the word that lets a file in."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kfdesk-", ignore_cleanup_errors=True)
        self._token = ""
        self.number = 0  # the ticket that it is for
        self._count = 0
        self._kept: deque[tuple[Path, int]] = deque()
        self._coming = asyncio.Lock()

    @property
    def folder(self) -> str:
        """Where they lie."""
        return self._folder.name

    def ask(self, number: int) -> str:
        """Let one file in, by a word that is good once; the one before is good no more."""
        self.number = number
        self._token = secrets.token_urlsafe(32)
        return self._token

    def take(self, token: str) -> bool:
        """Whether this is the word; it is spent."""
        good = bool(self._token) and secrets.compare_digest(self._token.encode(), token.encode())
        if good:
            self._token = ""
        return good

    async def keep(self, request: web.Request, name: str, limit: int) -> Path:
        """Write what a request brings into the folder, where the oldest make room for it.

        TooLarge if it is too much; FileNotFoundError if the console has ended.
        """
        if (request.content_length or 0) > limit:
            raise TooLarge
        async with self._coming, asyncio.timeout(_LONGEST):
            self._make_room((_MOST - 1) * limit)
            return await self._write(request, name, limit)

    async def _write(self, request: web.Request, name: str, limit: int) -> Path:
        self._count += 1
        path = Path(self.folder, str(self._count), safe_name(name))
        path.parent.mkdir(mode=0o700)
        size = 0
        try:
            with path.open("xb") as file:
                while chunk := await request.content.readany():
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge
                    await asyncio.to_thread(file.write, chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._kept.append((path, size))
        return path

    def _make_room(self, most: int) -> None:
        while self._kept and sum(size for _path, size in self._kept) > most:
            self._kept.popleft()[0].unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove them all."""
        self._folder.cleanup()


def largest(settings: Settings) -> int:
    """The largest file that any channel sends."""
    limits = [channel.send_limit for channel in settings.channels]
    return max(limits, default=0) * 3 // 4  # it grows as it travels


def too_large(limit: int) -> str:
    """Say so."""
    return _("The file is larger than {limit}.").format(limit=in_words(limit))
