"""Mail over IMAP in, over SMTP out. The mailbox is read without being changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from kfdesk.errors import ConfigError, FetchError, KfdeskError
from kfdesk.fetchers import Capabilities, polling
from kfdesk.fetchers.imap_connection import Connection
from kfdesk.fetchers.imap_folder import Folder, Position, parse_place
from kfdesk.fetchers.smtp import SmtpSender
from kfdesk.i18n import _
from kfdesk.model import Batch, Cursor, Health, Outbound, Rejected, SendResult, Sent
from kfdesk.settings import Channel

#: IDLE is asked for anew after this many seconds: servers end it after 29 minutes, or 10.
_IDLE_SECONDS = 9 * 60.0


class ImapFetcher:
    """An IMAP account with its SMTP way out.

    The cursor holds for each folder `UIDVALIDITY:LASTUID:UIDNEXT`. A place is
    `folder/uidvalidity/uid`.
    """

    def __init__(self, channel: Channel) -> None:
        if channel.imap is None:
            raise ConfigError(_("a channel of type imap wants an imap table"), channel.place)
        self.capabilities = Capabilities(sends=channel.smtp is not None, streams=True)
        self._channel = channel
        self._imap = channel.imap
        self._connection = Connection(channel.imap, channel.place)
        self._folders = [
            Folder(self._connection, name, channel.max_size) for name in channel.imap.folders
        ]
        self._smtp = SmtpSender(channel.smtp, channel.place) if channel.smtp else None
        self._looked = 0.0  # when the stream last looked into every folder
        self._cursor: Cursor = {}

    def check(self) -> tuple[Health, ...]:
        """Log in, look for the folders, and try the way out."""
        return (*self._check_imap(), *((self._smtp.check(),) if self._smtp else ()))

    def pull(self, cursor: Cursor) -> Batch:
        """Return the next mails; folders in the order of the configuration."""
        after = {folder.name: cursor.get(folder.name, "") for folder in self._folders}
        for folder in self._folders:
            items, after[folder.name], more = folder.pull(after[folder.name])
            if items or more:
                more = more or folder is not self._folders[-1]
                self._cursor = after
                return Batch(items, after, more, left=folder.left)
        self._cursor = after
        self._looked = time.monotonic()
        return Batch((), after)

    def stream(self, cursor: Cursor, stop: threading.Event, beat: float) -> Iterator[Batch]:
        """Yield what is there, then what comes: IDLE on the first folder, a look at the others."""
        poll = polling.waiter(self._channel.every.total_seconds(), stop)
        idles: bool | None = None

        def wait(seconds: float) -> bool:
            nonlocal idles
            if idles is None:
                idles = self._connection.offers("IDLE")
            return self._wait(seconds) if idles else poll(seconds)

        return polling.stream(self.pull, wait, cursor, stop, beat)

    def ack(self, batch: Batch) -> None:
        """Flag or move what was committed, if the configuration asks for it.

        A mail that was taken in part is not moved: the rest of it must be found where it was.
        """
        if self._imap.after == "leave":
            return
        moving = self._imap.after == "move"
        places = [parse_place(item.place) for item in batch.items if not (moving and item.partial)]
        for (name, validity), group in groupby(places, key=lambda place: place[:2]):
            uids = [uid for _folder, _validity, uid in group]
            if self._connection.select(name).validity != validity:
                continue
            if moving:
                self._move(uids)
            else:
                with self._connection.session() as client:
                    client.add_flags(uids, [rb"\Seen"], silent=True)

    def inventory(self, cursor: Cursor) -> Iterator[str]:
        """Yield the place of every mail on the server at or before `cursor`."""
        for folder in self._folders:
            yield from folder.places(cursor.get(folder.name, ""))

    def newest(self, limit: int) -> list[bytes]:
        """Return who wrote, when and about what, as header fields of the newest mails."""
        count = self._connection.examine(self._folders[0].name).count
        if not count:
            return []
        key = b"BODY[HEADER.FIELDS (FROM SUBJECT DATE)]"
        with self._connection.session() as client:
            uids = client.search([f"{max(1, count - limit + 1)}:{count}"])
            found = client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)]"])
        return [found[uid].get(key, b"") for uid in sorted(found, reverse=True)]

    def whole(self, place: str) -> bytes:
        """Fetch all of one mail."""
        name, validity, uid = parse_place(place)
        raw: bytes | None = None
        if self._connection.examine(name).validity == validity:
            with self._connection.session() as client:
                raw = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        if raw is None:
            raise FetchError(
                _("the mail {place} is no longer on the server").format(place=place),
                retryable=False,
            )
        return raw

    def send(self, outbound: Outbound) -> SendResult:
        """Send by SMTP, then keep a copy in the Sent folder unless the server did."""
        if self._smtp is None:
            return Rejected(
                _("the channel {name} has no smtp table").format(name=self._channel.name)
            )
        result = self._smtp.send(outbound)
        if not isinstance(result, Sent) or not self._channel.sent_folder:
            return result
        try:
            self._keep_copy(outbound)
        except KfdeskError as error:  # it is sent: nothing may send it again
            note = _("no copy in {folder}: {why}").format(
                folder=self._channel.sent_folder, why=error
            )
            return Sent("; ".join(filter(None, (result.note, note))))
        return result

    def was_sent(self, key: str) -> bool | None:
        """Whether the Sent folder holds a mail with this Message-ID; None if nobody can tell."""
        if not self._channel.sent_folder:
            return None
        try:
            return self._has_copy(key)
        except KfdeskError:
            return None

    def close(self) -> None:
        """Log out everywhere."""
        self._connection.close()
        if self._smtp is not None:
            self._smtp.close()

    def _check_imap(self) -> Iterator[Health]:
        imap = self._imap
        where = f"{imap.host}:{self._connection.port}"
        try:
            known = self._connection.folders()
        except KfdeskError as error:
            yield Health(False, str(error), _("check host, port, tls, user and password of imap"))
            return
        yield Health(
            True, _("IMAP {where}: logged in as {user}").format(where=where, user=imap.user)
        )
        wanted = [*imap.folders, self._channel.sent_folder]
        if imap.after == "move":
            wanted.append(imap.move_to)
        for name in filter(None, wanted):
            if name not in known and name.upper() != "INBOX":
                yield Health(
                    False,
                    _("the server has no folder “{folder}”").format(folder=name),
                    _("create it, or name one of: {known}").format(known=", ".join(known)),
                )

    def _wait(self, seconds: float) -> bool:
        """Wait for the server's call about the first folder; True where it is time to pull."""
        first = self._folders[0].name
        if not self._connection.idling:
            state = self._connection.examine(first)
            position = Position.parse(self._cursor.get(first, ""))
            if (state.validity, state.next_uid) != (position.validity, position.next_uid):
                return True
            self._connection.idle()
        limit = min(self._channel.every.total_seconds(), _IDLE_SECONDS)
        return self._connection.called(seconds) or time.monotonic() - self._looked >= limit

    def _move(self, uids: list[int]) -> None:
        """MOVE, or where the server cannot: copy, flag as deleted, and expunge just these."""
        target = self._imap.move_to
        with self._connection.session() as client:
            if client.has_capability("MOVE"):
                client.move(uids, target)
                return
            client.copy(uids, target)
            client.add_flags(uids, [rb"\Deleted"], silent=True)
            if client.has_capability("UIDPLUS"):
                client.uid_expunge(uids)

    def _has_copy(self, key: str) -> bool:
        self._connection.examine(self._channel.sent_folder)
        with self._connection.session() as client:
            return bool(client.search(["HEADER", "Message-ID", f"<{key}>"]))

    def _keep_copy(self, outbound: Outbound) -> None:
        if self._has_copy(outbound.key):
            return
        with self._connection.session() as client:
            client.append(self._channel.sent_folder, outbound.raw, [rb"\Seen"], datetime.now(UTC))
