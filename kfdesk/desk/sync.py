"""One sync: pull each channel, take in what came, send what is due; none stops another.

An idle sync is run by cron every minute: whether there is anything to do is decided before the
store and the rules are imported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from kfdesk.desk import Clock, Desk, wall_clock
from kfdesk.desk.lock import channel_lock
from kfdesk.errors import (
    ConfigError,
    FetchError,
    KfdeskError,
    RuleError,
    SecretError,
    UserError,
)
from kfdesk.fetchers import Fetcher, connect
from kfdesk.i18n import _
from kfdesk.model import Batch, Cursor
from kfdesk.paths import private_folder
from kfdesk.settings import Channel, Settings
from kfdesk.store.peek import Peek, peek

if TYPE_CHECKING:
    from kfdesk.desk.ingest import Ingested

#: What a sync tells while it goes on: one JSON-able object at a time.
Report = Callable[[Mapping[str, Any]], None]

#: Under --watch: how often what is due is sent, in seconds.
BEAT = 2.0


@dataclass(slots=True)
class ChannelResult:
    """What one channel's sync came to; the names are those of the JSON."""

    channel: str
    pulled: int = 0
    new_tickets: int = 0
    messages: int = 0
    duplicates: int = 0
    quarantined: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    error: str | None = None
    skipped: bool = False  # another process was at it

    def count(self, batch: Batch, done: Ingested) -> None:
        """Count a batch in."""
        self.pulled += len(batch.items)
        self.new_tickets += done.new_tickets
        self.messages += done.messages
        self.duplicates += done.duplicates
        self.quarantined += done.quarantined


@dataclass(slots=True)
class SyncResult:
    """What a sync came to."""

    channels: list[ChannelResult] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0, or 3 where a channel failed."""
        return 3 if any(result.error for result in self.channels) else 0

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk sync --json` prints."""
        return {
            "channels": [asdict(result) for result in self.channels],
            "schedules": {"due": 0, "fired": 0},
            "seconds": round(self.seconds, 3),
        }


def chosen(settings: Settings, names: Sequence[str]) -> list[Channel]:
    """Return the channels that were named, all if none was. UserError for an unknown one."""
    known = {channel.name: channel for channel in settings.channels}
    for name in names:
        if name not in known:
            raise UserError(
                _("there is no channel “{name}”; known are {known}").format(
                    name=name, known=", ".join(known)
                )
            )
    return [known[name] for name in names] if names else list(settings.channels)


class _Lazy:
    """The desk, opened when the first channel needs it; shared by the threads of `watch`."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self._lock = threading.Lock()
        self._desk: Desk | None = None

    def open(self) -> Desk:
        with self._lock:
            if self._desk is None:
                self._desk = Desk.open(self.settings, self.clock)
            return self._desk

    def close(self) -> None:
        if self._desk is not None:
            self._desk.close()


def sync(
    settings: Settings,
    names: Sequence[str] = (),
    clock: Clock = wall_clock,
    report: Report = lambda _event: None,
) -> SyncResult:
    """Pull, take in and send, channel by channel."""
    started = time.monotonic()
    private_folder(settings.database.parent)
    lazy = _Lazy(settings, clock)
    result = SyncResult()
    try:
        for channel in chosen(settings, names):
            result.channels.append(_one(lazy, channel, report))
    finally:
        lazy.close()
    result.seconds = time.monotonic() - started
    report({"event": "done", **result.as_json()})
    return result


def _one(lazy: _Lazy, channel: Channel, report: Report) -> ChannelResult:
    result = ChannelResult(channel.name)
    with channel_lock(lazy.settings.database, channel.name) as mine:
        if not mine:
            result.skipped = True
        else:
            before = peek(lazy.settings.database, lazy.clock())
            with _noting_errors(lazy, channel, result), _connected(channel) as fetcher:
                _pull(lazy, channel, fetcher, before, result, report)
                _send(lazy, channel, fetcher, before, result)
    report({"event": "channel", **asdict(result)})
    return result


@contextmanager
def _connected(channel: Channel) -> Iterator[Fetcher]:
    fetcher = connect(channel)
    try:
        yield fetcher
    finally:
        fetcher.close()


@contextmanager
def _noting_errors(lazy: _Lazy, channel: Channel, result: ChannelResult) -> Iterator[None]:
    """Keep a channel's failure to that channel, and write it down where the console shows it."""
    try:
        yield
    except (FetchError, SecretError) as error:
        result.error = str(error)
    except (ConfigError, RuleError):
        raise  # the same for every channel: the file is wrong
    except KfdeskError as error:
        result.error = str(error)
        return  # the desk itself failed: there is nowhere to write it down
    if result.error:
        desk = lazy.open()
        _remember(desk, channel, result.error)


def _remember(desk: Desk, channel: Channel, error: str) -> None:
    from kfdesk.store import channels

    with desk.store.write() as tx:
        channels.synced(tx, channel.name, desk.clock(), error)


def _pull(
    lazy: _Lazy,
    channel: Channel,
    fetcher: Fetcher,
    before: Peek | None,
    result: ChannelResult,
    report: Report,
) -> None:
    cursor: Cursor = before.cursors.get(channel.name, {}) if before else {}
    if not fetcher.capabilities.pulls:
        return
    batch = fetcher.pull(cursor)
    if batch.more:
        _pull_backlog(lazy, channel, fetcher, cursor, result, report)
    elif batch.items or dict(batch.cursor) != dict(cursor):
        _take(lazy.open(), channel, fetcher, batch, result)
    if result.pulled or (before and channel.name in before.failing):
        _remember(lazy.open(), channel, "")


def _pull_backlog(
    lazy: _Lazy,
    channel: Channel,
    fetcher: Fetcher,
    cursor: Cursor,
    result: ChannelResult,
    report: Report,
) -> None:
    """Take in all that lies behind a cursor: a child reads it, even while this desk still opens."""
    from kfdesk.desk.ahead import read_ahead
    from kfdesk.desk.arrival import own

    with read_ahead(channel, own(lazy.settings), cursor) as found_ahead:
        from kfdesk.desk.ingest import write

        desk = lazy.open()
        for found in found_ahead:
            batch = found.batch
            result.count(batch, write(desk, channel, batch.cursor, found.arrivals))
            fetcher.ack(batch)
            report({"event": "progress", "channel": channel.name, "pulled": result.pulled})


def _take(
    desk: Desk, channel: Channel, fetcher: Fetcher, batch: Batch, result: ChannelResult
) -> None:
    from kfdesk.desk.ingest import ingest

    result.count(batch, ingest(desk, channel, batch))
    fetcher.ack(batch)


def _send(
    lazy: _Lazy, channel: Channel, fetcher: Fetcher, before: Peek | None, result: ChannelResult
) -> None:
    waiting = before is None or channel.name in before.sending
    if not fetcher.capabilities.sends or not (waiting or result.pulled):
        return
    from kfdesk.desk.outbox import deliver

    done = deliver(lazy.open(), channel, fetcher)
    result.sent += done.sent
    result.failed += done.failed
    result.unknown += done.unknown
    result.error = result.error or done.error or None


def watch(
    settings: Settings,
    names: Sequence[str],
    stop: threading.Event,
    clock: Clock = wall_clock,
    report: Report = lambda _event: None,
) -> None:
    """Stay: every channel in a thread of its own, taking in as it comes and sending what is due."""
    private_folder(settings.database.parent)
    lazy = _Lazy(settings, clock)
    threads = [
        threading.Thread(
            target=_watch_one, args=(lazy, channel, stop, report), name=f"watch {channel.name}"
        )
        for channel in chosen(settings, names)
    ]
    lazy.open()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lazy.close()


def _watch_one(lazy: _Lazy, channel: Channel, stop: threading.Event, report: Report) -> None:
    """Watch one channel until `stop`; a failure is told and tried again, more slowly each time."""
    wait = BEAT
    while not stop.is_set():
        result = ChannelResult(channel.name)
        with channel_lock(lazy.settings.database, channel.name) as mine:
            if mine:
                with _noting_errors(lazy, channel, result), _connected(channel) as fetcher:
                    _follow(lazy, channel, fetcher, stop, report)
        if result.error:
            report({"event": "channel", **asdict(result)})
        wait = min(wait * 2, 300.0) if result.error else BEAT
        stop.wait(wait)


def _follow(
    lazy: _Lazy, channel: Channel, fetcher: Fetcher, stop: threading.Event, report: Report
) -> None:
    from kfdesk.store import channels

    desk = lazy.open()
    with desk.store.read() as tx:
        cursor: Cursor = channels.cursor(tx, channel.name)
    _remember(desk, channel, "")
    for batch in fetcher.stream(cursor, stop, BEAT):
        result = ChannelResult(channel.name)
        if batch.items or dict(batch.cursor) != dict(cursor):
            _take(desk, channel, fetcher, batch, result)
            cursor = batch.cursor
        _send(lazy, channel, fetcher, None, result)
        if result.error:
            _remember(desk, channel, result.error)
        report({"event": "channel", **asdict(result)})
