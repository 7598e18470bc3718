"""One IMAP folder, walked from its cursor on: what is new, in batches that a machine can hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from imaplib import IMAP4
from typing import Any

from kfdesk.errors import FetchError
from kfdesk.fetchers.imap_connection import Connection, FolderState
from kfdesk.fetchers.imap_giant import fetch_giant, internal_date
from kfdesk.i18n import _
from kfdesk.model import Inbound

_BATCH = 500  # over 50 ms of latency twice as fast as 50; the desk writes it in fewer statements
_BATCH_BYTES = 16_000_000
_SIZES = 1000  # mails whose size is asked at once
_SEARCH = 80_000  # UIDs a search may answer: imaplib takes lines up to a megabyte

_WHOLE = "BODY.PEEK[]"  # iCloud answers this, but not RFC822
_CONTENT = b"BODY[]"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a folder was read: every UID up to `last`.

    `next_uid` is the folder's next UID once everything before it was read, else 0: while it and
    the UIDVALIDITY stay, nothing came.
    """

    validity: int = 0
    last: int = 0
    next_uid: int = 0

    @classmethod
    def parse(cls, value: str) -> Position:
        """Read a cursor's value; nothing is the beginning."""
        return cls(*map(int, value.split(":"))) if value else cls()

    def __str__(self) -> str:
        return f"{self.validity}:{self.last}:{self.next_uid}"


@dataclass(slots=True)
class _Ahead:
    """What is known to lie behind a position, kept between the pulls of one run."""

    position: Position
    state: FolderState
    searched: int  # every UID up to this one was searched for; the last search is open-ended
    all_searched: bool = False
    found: deque[int] = field(default_factory=deque)
    sized: deque[tuple[int, int]] = field(default_factory=deque)

    def more(self) -> bool:
        """Whether anything may be left."""
        return bool(self.sized or self.found or not self.all_searched)


class Folder:
    """Reads one folder over a connection that it shares with the others."""

    def __init__(self, connection: Connection, name: str, max_size: int) -> None:
        self.name = name
        self._connection = connection
        self._max_size = max_size
        self._ahead: _Ahead | None = None

    def pull(self, value: str) -> tuple[tuple[Inbound, ...], str, bool]:
        """Return the next mails behind a value, the value after them, and if more may be."""
        position = Position.parse(value)
        ahead = self._resume(position)
        if ahead is None:
            state = self._connection.state(self.name)
            if state.next_uid and (state.validity, state.next_uid) == (
                position.validity,
                position.next_uid,
            ):
                return (), value, False
            ahead = self._begin(position)
        chosen = self._choose(ahead)
        items = tuple(self._take(ahead.state.validity, chosen))
        last = chosen[-1][0] if chosen else ahead.position.last
        more = ahead.more()
        ahead.position = Position(ahead.state.validity, last, 0 if more else ahead.state.next_uid)
        self._ahead = ahead if more else None
        return items, str(ahead.position), more

    @property
    def left(self) -> int:
        """About how many mails lie behind the last pull."""
        ahead = self._ahead
        if ahead is None:
            return 0
        known = len(ahead.found) + len(ahead.sized)
        unknown = 0 if ahead.all_searched else ahead.state.next_uid - 1 - ahead.searched
        return known + max(0, min(unknown, ahead.state.count))

    def places(self, value: str) -> Iterator[str]:
        """Yield the place of every mail on the server at or before a cursor's value."""
        position = Position.parse(value)
        state = self._connection.examine(self.name)
        if state.validity != position.validity:
            return
        ahead = _Ahead(Position(), state, searched=0)
        while not ahead.all_searched and ahead.searched < position.last:
            self._search(ahead)
            while ahead.found:
                uid = ahead.found.popleft()
                if uid <= position.last:
                    yield place(self.name, state.validity, uid)

    def _resume(self, position: Position) -> _Ahead | None:
        """What a former pull left, if it fits the position and the folder is still the same."""
        ahead = self._ahead
        if ahead is None or ahead.position != position:
            return None
        if self._connection.selected != self.name:
            state = self._connection.examine(self.name)
            if state.validity != ahead.state.validity:
                return None
        return ahead

    def _begin(self, position: Position) -> _Ahead:
        """Open the folder; after a change of UIDVALIDITY every UID means something else."""
        state = self._connection.examine(self.name)
        last = position.last if state.validity == position.validity else 0
        return _Ahead(Position(state.validity, last), state, searched=last)

    def _search(self, ahead: _Ahead) -> None:
        """Look for the next UIDs; `n:*` always names the last mail: what is below n is dropped."""
        low = ahead.searched + 1
        high = ahead.searched + _SEARCH
        if ahead.state.count <= _SEARCH or high >= ahead.state.next_uid:
            ahead.all_searched = True
            criterion = f"{low}:*"
        else:
            criterion = f"{low}:{high}"
        with self._connection.session() as client:
            found = client.search(["UID", criterion])
        ahead.found.extend(sorted(uid for uid in set(found) if uid >= low))
        ahead.searched = high

    def _choose(self, ahead: _Ahead) -> list[tuple[int, int]]:
        """Take the next UIDs with their sizes, bounded by number and bytes."""
        while not ahead.found and not ahead.sized and not ahead.all_searched:
            self._search(ahead)
        if not ahead.sized and ahead.found:
            asked = [ahead.found.popleft() for _each in range(min(_SIZES, len(ahead.found)))]
            with self._connection.session() as client:
                answer = client.fetch(asked, ["RFC822.SIZE"])
            ahead.sized.extend(
                (uid, int(answer.get(uid, {}).get(b"RFC822.SIZE", 0))) for uid in asked
            )
        chosen: list[tuple[int, int]] = []
        room = _BATCH_BYTES
        while ahead.sized and len(chosen) < _BATCH:
            size = ahead.sized[0][1]
            cost = min(size, self._max_size)
            if chosen and cost > room:
                break
            room -= cost
            chosen.append(ahead.sized.popleft())
        return chosen

    def _take(self, validity: int, chosen: list[tuple[int, int]]) -> Iterator[Inbound]:
        """Fetch what was chosen, in order; what is no longer there is passed."""
        small = [uid for uid, size in chosen if size <= self._max_size]
        answers = self._fetch(small)
        for uid, size in chosen:
            where = place(self.name, validity, uid)
            if size > self._max_size:
                with self._connection.session() as client:
                    giant = fetch_giant(client, uid, where, size)
                if giant is not None:
                    yield giant
            elif (answer := answers.get(uid) or self._ask_again(uid)) is not None:
                raw = answer[_CONTENT]
                yield Inbound(where, raw, internal_date(answer), len(raw))
            elif self._exists(uid):
                yield self._refused(where, size)

    def _fetch(self, uids: list[int]) -> dict[int, dict[bytes, Any]]:
        """Fetch mails whole; bound by UID, and only those that really came."""
        with self._connection.session() as client:
            try:
                answers = client.fetch(uids, [_WHOLE, "INTERNALDATE"])
            except IMAP4.abort:
                raise
            except IMAP4.error:  # one mail that the server cannot read: each is asked for by itself
                return {}
        return {uid: answer for uid, answer in answers.items() if answer.get(_CONTENT) is not None}

    def _ask_again(self, uid: int) -> dict[bytes, Any] | None:
        """Ask once more for one mail that did not come with the others."""
        return self._fetch([uid]).get(uid)

    def _exists(self, uid: int) -> bool:
        """Whether a mail that cannot be had is there all the same."""
        with self._connection.session() as client:
            return uid in client.search(["UID", str(uid)])

    def _refused(self, where: str, size: int) -> Inbound:
        """Stand in for a mail that the server lists but does not hand out: a person must look."""
        text = _("The mail server lists this mail but does not deliver it: {place}").format(
            place=where
        )
        raw = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
        return Inbound(where, raw, datetime.now(UTC), size, partial=True)


def place(folder: str, validity: int, uid: int) -> str:
    """Name where a mail lies."""
    return f"{folder}/{validity}/{uid}"


def parse_place(text: str) -> tuple[str, int, int]:
    """Return folder, UIDVALIDITY and UID of a place; the folder's name may hold slashes."""
    try:
        folder, validity, uid = text.rsplit("/", 2)
        return folder, int(validity), int(uid)
    except ValueError:
        raise FetchError(
            _("“{place}” names no mail of this channel").format(place=text), retryable=False
        ) from None
