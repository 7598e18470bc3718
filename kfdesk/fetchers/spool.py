"""What channels that read local files have in common: SMTP out, and a look each second."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from kfdesk.errors import ConfigError, FetchError, KfdeskError
from kfdesk.fetchers import Capabilities, polling
from kfdesk.fetchers.keep import Keeper
from kfdesk.fetchers.smtp import SmtpSender
from kfdesk.i18n import _
from kfdesk.model import Batch, Cursor, Health, Outbound, Rejected, SendResult
from kfdesk.settings import Channel

_EVERY = 1.0  # seconds between two looks: they cost next to nothing

BATCH = 500
BATCH_BYTES = 16_000_000


class SpoolFetcher(ABC):
    """A channel whose mail lies in this machine's files, which are only read."""

    def __init__(self, channel: Channel) -> None:
        if channel.path is None:
            raise ConfigError(
                _("a channel of type {type} wants a path").format(type=channel.type), channel.place
            )
        self.path: Path = channel.path
        self._channel = channel
        self._sender = _sender(channel)
        self.capabilities = Capabilities(sends=self._sender is not None, streams=True)

    @abstractmethod
    def pull(self, cursor: Cursor) -> Batch:
        """Return the next mails behind `cursor`."""

    @abstractmethod
    def inventory(self, cursor: Cursor) -> Iterator[str]:
        """Yield the place of every mail that lies at or before `cursor`."""

    @abstractmethod
    def whole(self, place: str) -> bytes:
        """Return all of one mail."""

    def check(self) -> tuple[Health, ...]:
        """Read the files, and try the way out."""
        try:
            self.pull({})
            found = Health(True, _("{path}: readable").format(path=self.path))
        except KfdeskError as error:
            found = Health(False, str(error), _("check path, its owner and its mode"))
        return (found, *((self._sender.check(),) if self._sender else ()))

    def stream(self, cursor: Cursor, stop: threading.Event, beat: float) -> Iterator[Batch]:
        """Yield what is there, then what comes."""
        return polling.stream(self.pull, polling.waiter(_EVERY, stop), cursor, stop, beat)

    def ack(self, batch: Batch) -> None:  # noqa: B027 - files are never changed: nothing to override
        """Nothing: the files stay as they are."""

    def send(self, outbound: Outbound) -> SendResult:
        """Send by SMTP, or keep it where the configuration says so."""
        if self._sender is None:
            return Rejected(
                _("the channel {name} has no smtp table").format(name=self._channel.name)
            )
        return self._sender.send(outbound)

    def was_sent(self, key: str) -> bool | None:  # noqa: ARG002 - the protocol's name
        """Nobody can tell: no copy is kept."""
        return None

    def close(self) -> None:
        """Let go of the way out."""
        if self._sender is not None:
            self._sender.close()

    def _unreadable(self, path: Path, error: OSError) -> FetchError:
        return FetchError(
            _("{path} cannot be read ({why}); check the path, its owner and its mode").format(
                path=path, why=error.strerror or error
            ),
            retryable=False,
        )


def _sender(channel: Channel) -> SmtpSender | Keeper | None:
    if channel.outbox_path is not None:
        return Keeper(channel.outbox_path)
    return SmtpSender(channel.smtp, channel.place) if channel.smtp else None
