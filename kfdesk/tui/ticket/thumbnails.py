"""The pictures of a conversation, small: made when it is read, kept for a while."""

from __future__ import annotations

import asyncio

from kfdesk.errors import KfdeskError
from kfdesk.model import Attachment, Message, Stretch
from kfdesk.pictures import TYPES, Picture, small
from kfdesk.tui.source.source import Source
from kfdesk.tui.source.threads import Threads

_WIDTH, _HEIGHT = 28, 7  # cells
_LARGEST = 8_000_000  # bytes of a file that is looked at without being asked for
_SMALLEST = 1_500  # below it is an ornament
_AT_ONCE, _KEPT = 6, 200


class Thumbnails:
    """Pictures by the id of their file."""

    def __init__(self, source: Source, threads: Threads) -> None:
        self._source, self._threads = source, threads
        self._tried: set[int] = set()
        self.wanted = True  # the terminal has colours enough
        self.made: dict[int, Picture] = {}

    def missing(self, shown: Stretch) -> list[Attachment]:
        """The newest pictures of a stretch that were not looked at yet."""
        if not self.wanted:
            return []
        return [file for file in _pictures(shown) if file.id not in self._tried][:_AT_ONCE]

    async def make(self, shown: Stretch) -> bool:
        """Make those that are missing; whether there is a new one."""
        while len(self.made) > _KEPT:
            del self.made[next(iter(self.made))]
        before = len(self.made)
        for file in self.missing(shown):
            content = await self._threads.read(self._content, file.id)
            # Not in the reading thread: what is read next must not wait for a decoder.
            picture = await asyncio.to_thread(small, content, _WIDTH, _HEIGHT)
            self._tried.add(file.id)
            if picture is not None:
                self.made[file.id] = picture
        return len(self.made) > before

    def _content(self, id: int) -> bytes:
        from kfdesk.desk.tickets.show import attachment

        try:
            return self._source.do(lambda desk, _me: attachment(desk, id)).content
        except KfdeskError:
            return b""  # what cannot be read is told when somebody opens it


def _pictures(shown: Stretch) -> list[Attachment]:
    """The pictures of a stretch, the newest first; none that would have to be fetched."""
    return [
        file
        for message in reversed(shown.messages)
        for file in message.attachments
        if _is_small(message, file)
    ]


def _is_small(message: Message, file: Attachment) -> bool:
    known = file.type in TYPES and not message.partial
    return known and _SMALLEST <= file.size <= _LARGEST
