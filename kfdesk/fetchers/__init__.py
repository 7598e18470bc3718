"""The channels: one module each, found by the entry-point group `kfdesk.fetchers`.

A fetcher pulls what came in and sends what goes out. It knows nothing of the store: it is given a
cursor and gives back items with the next one; the runner commits both, then calls `ack`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import entry_points
from typing import Protocol

from kfdesk.errors import ConfigError
from kfdesk.i18n import _
from kfdesk.model import Batch, Cursor, Health, Outbound, SendResult
from kfdesk.settings import Channel


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, as data that the desk decides by."""

    pulls: bool = True
    sends: bool = True
    streams: bool = False  # `stream` waits on the server; otherwise the runner polls
    idempotent_send: bool = False  # sending twice with one key delivers once
    destructive_read: bool = False  # what was pulled is gone from the channel
    longest: int = 0  # characters that one thing sent may have; 0: any number
    reply_window: timedelta | None = None  # how long after a message it may be answered
    replies_per_message: int = 0  # how often one message may be answered; 0: any number


class Sender(Protocol):
    """What sends: a channel, or what leaves by none. Not thread-safe."""

    def send(self, outbound: Outbound) -> SendResult:
        """Send one thing; never raises for what the other side answers."""
        ...

    def was_sent(self, key: str, /) -> bool | None:
        """Whether there is a copy of what was sent with `key`; None if nobody can tell."""
        ...


class Fetcher(Sender, Protocol):
    """One channel, connected when it is first needed. Not thread-safe. Errors are FetchError."""

    capabilities: Capabilities

    def __init__(self, channel: Channel) -> None: ...

    def check(self) -> tuple[Health, ...]:
        """Try what `pull` and `send` need, and report in words; never raises."""
        ...

    def pull(self, cursor: Cursor) -> Batch:
        """Return what lies behind `cursor`, one batch of it. The channel is not changed."""
        ...

    def stream(self, cursor: Cursor, stop: threading.Event, beat: float) -> Iterator[Batch]:
        """Yield each batch as it comes, an empty one at least every `beat` seconds; ends on `stop`.

        Reconnects by itself; raises FetchError only where a person must act.
        """
        ...

    def ack(self, batch: Batch) -> None:
        """The batch is committed: do to the channel what the configuration asks (flag, move)."""
        ...

    def inventory(self, cursor: Cursor) -> Iterator[str]:
        """Yield the place of every message that lies in the channel at or before `cursor`."""
        ...

    def whole(self, place: str) -> bytes:
        """Return all the bytes of a message that was pulled in part. FetchError if it is gone."""
        ...

    def close(self) -> None:
        """Let go of every connection."""
        ...


def kinds() -> list[str]:
    """The names that a channel's `type` may have."""
    return sorted(point.name for point in entry_points(group="kfdesk.fetchers"))


def capabilities(channel: Channel) -> Capabilities:
    """Return what a channel can do; nothing is connected."""
    fetcher = connect(channel)
    try:
        return fetcher.capabilities
    finally:
        fetcher.close()


def connect(channel: Channel) -> Fetcher:
    """Return the fetcher for a channel, unconnected; only its module is imported."""
    for point in entry_points(group="kfdesk.fetchers", name=channel.type):
        fetcher: type[Fetcher] = point.load()
        return fetcher(channel)
    known = ", ".join(kinds())
    raise ConfigError(
        _("unknown channel type “{type}”; known are {known}").format(
            type=channel.type, known=known
        ),
        channel.place,
    )
