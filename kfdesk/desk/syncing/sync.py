"""One sync: run what time brought, pull each channel, take in what came, send what is due.

No channel stops another. What became due before the sync sees the desk as it was before the mail
that comes now.

An idle sync is run by cron every minute: whether there is anything to do is decided before the
store and the rules are imported.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import Any

from kfdesk.desk import Clock, Desk, wall_clock
from kfdesk.desk.lock import channel_lock
from kfdesk.desk.syncing.result import ChannelResult, SyncResult
from kfdesk.desk.timing.due import Swept, is_due
from kfdesk.errors import (
    ConfigError,
    FetchError,
    KfdeskError,
    RuleError,
    SecretError,
    StoreError,
    Trouble,
    UserError,
)
from kfdesk.fetchers import Fetcher, connect, webhook
from kfdesk.i18n import _
from kfdesk.model import Batch, Cursor
from kfdesk.paths import private_folder
from kfdesk.settings import Channel, Settings
from kfdesk.store.peek import Peek, peek

#: What a sync tells while it goes on: one JSON-able object at a time.
Report = Callable[[Mapping[str, Any]], None]


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


class Lazy:
    """The desk, opened when the first channel needs it; threads may share it."""

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

    def reload(self, settings: Settings) -> None:
        """Go on under another configuration. ConfigError where that cannot be."""
        desk = self.open().with_settings(settings)
        with self._lock:
            self.settings, self._desk = settings, desk

    def close(self) -> None:
        if self._desk is not None:
            self._desk.close()


def sync(
    settings: Settings,
    names: Sequence[str] = (),
    clock: Clock = wall_clock,
    report: Report = lambda _event: None,
) -> SyncResult:
    """Run what is due, pull, take in and send, channel by channel; run what is due since."""
    started = time.monotonic()
    private_folder(settings.database.parent)
    lazy = Lazy(settings, clock)
    result = SyncResult()
    channels = chosen(settings, names)
    try:
        _swept(lazy, result, report)
        for channel in channels:
            result.channels.append(_one(lazy, channel, report))
        if _swept(lazy, result, report):
            for channel, done in zip(channels, result.channels, strict=True):
                _send_rest(lazy, channel, done)
        if called := call_webhooks(lazy, report):
            result.channels.append(called)
    finally:
        lazy.close()
    result.seconds = time.monotonic() - started
    report({"event": "done", **result.as_json()})
    return result


def _swept(lazy: Lazy, result: SyncResult, report: Report) -> bool:
    """Run what time brought, and count it in; True where that was anything."""
    try:
        swept = sweep(lazy, report)
    except StoreError as error:
        result.error = str(error)
        return False
    result.schedules += swept or Swept()
    return swept is not None


def sweep(lazy: Lazy, report: Report) -> Swept | None:
    """Run what time brought; None where that is nothing."""
    now = lazy.clock()
    if not is_due(lazy.settings, peek(lazy.settings.database, now), now):
        return None
    from kfdesk.desk.timing.clockwork import catch_up

    return catch_up(lazy.open(), now, report)


def _send_rest(lazy: Lazy, channel: Channel, result: ChannelResult) -> None:
    """Send what was put into the outbox after a channel had its turn."""
    with channel_lock(lazy.settings.database, channel.name) as mine:
        before = peek(lazy.settings.database, lazy.clock()) if mine else None
        if before and channel.name in before.sending:
            with noting_errors(lazy, channel, result), connected(channel) as fetcher:
                send(lazy, channel, fetcher, before, result)


def _one(lazy: Lazy, channel: Channel, report: Report) -> ChannelResult:
    result = ChannelResult(channel.name)
    with channel_lock(lazy.settings.database, channel.name) as mine:
        if not mine:
            result.skipped = True
        else:
            before = peek(lazy.settings.database, lazy.clock())
            with noting_errors(lazy, channel, result), connected(channel) as fetcher:
                with noting_errors(lazy, channel, result):
                    _pull(lazy, channel, fetcher, before, result, report)
                send(lazy, channel, fetcher, before, result)  # even where nothing could be pulled
    report({"event": "channel", **asdict(result)})
    return result


@contextmanager
def connected(channel: Channel) -> Iterator[Fetcher]:
    """Give a channel's fetcher, and close it."""
    fetcher = connect(channel)
    try:
        yield fetcher
    finally:
        fetcher.close()


@contextmanager
def noting_errors(lazy: Lazy, channel: Channel, result: ChannelResult) -> Iterator[None]:
    """Keep a channel's failure to that channel, and write it down where the console shows it."""
    try:
        yield
    except (FetchError, SecretError) as error:
        if not result.error:
            result.error = str(error)
            result.kind = error.kind if isinstance(error, FetchError) else "secret"
    except (ConfigError, RuleError):
        raise  # the same for every channel: the file is wrong
    except KfdeskError as error:
        result.error = str(error)
        return  # the desk itself failed: there is nowhere to write it down
    if result.error:
        desk = lazy.open()
        remember(desk, channel, result.error, result.kind)


def remember(desk: Desk, channel: Channel, error: str, kind: Trouble = "") -> None:
    """Write down how a channel does, for the console and the doctor; nothing is fine."""
    from kfdesk.store import channels

    with desk.store.write() as tx:
        channels.synced(tx, channel.name, desk.clock(), error, kind)


def _pull(
    lazy: Lazy,
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
        take(lazy.open(), channel, fetcher, batch, result)
    if result.pulled or (before and channel.name in before.failing):
        remember(lazy.open(), channel, "")


def _pull_backlog(
    lazy: Lazy,
    channel: Channel,
    fetcher: Fetcher,
    cursor: Cursor,
    result: ChannelResult,
    report: Report,
) -> None:
    """Take in all that lies behind a cursor: a child reads it, even while this desk still opens."""
    from kfdesk.desk.incoming.ahead import read_ahead
    from kfdesk.desk.incoming.arrival import own

    with read_ahead(channel, own(lazy.settings), cursor) as found_ahead:
        from kfdesk.desk.incoming.ingest import write

        desk = lazy.open()
        gc.freeze()  # what was imported stays: a 30th of the time of a long pull
        for found in found_ahead:
            batch = found.batch
            result.count(batch, write(desk, channel, batch.cursor, found.arrivals))
            fetcher.ack(batch)
            report(progress(channel, result.pulled, batch))


def progress(channel: Channel, pulled: int, batch: Batch) -> dict[str, Any]:
    """What is told of a long pull: how many have come, and about how many are left if known."""
    return {"event": "progress", "channel": channel.name, "pulled": pulled, "left": batch.left}


def take(
    desk: Desk, channel: Channel, fetcher: Fetcher, batch: Batch, result: ChannelResult
) -> None:
    """Take a batch in, and tell the channel once it is committed."""
    from kfdesk.desk.incoming.ingest import ingest

    result.count(batch, ingest(desk, channel, batch))
    fetcher.ack(batch)


def send(
    lazy: Lazy,
    channel: Channel,
    fetcher: Fetcher,
    before: Peek | None,
    result: ChannelResult,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Send what is due on a channel, until `stopped`."""
    waiting = before is None or channel.name in before.sending
    if not fetcher.capabilities.sends or not (waiting or result.pulled):
        return
    from kfdesk.desk.sending.outbox import deliver

    result.left(deliver(lazy.open(), channel, fetcher, stopped))


def call_webhooks(
    lazy: Lazy, report: Report, stopped: Callable[[], bool] = lambda: False
) -> ChannelResult | None:
    """Call the webhooks that are due; None where none is, or another process is at it."""
    name = webhook.CHANNEL.name
    before = peek(lazy.settings.database, lazy.clock())
    if before is None or name not in before.sending:
        return None
    with channel_lock(lazy.settings.database, name) as mine:
        if not mine:
            return None
        from kfdesk.desk.sending.outbox import deliver

        result = ChannelResult(name)
        with noting_errors(lazy, webhook.CHANNEL, result), closing(webhook.Webhooks()) as sender:
            result.left(deliver(lazy.open(), webhook.CHANNEL, sender, stopped))
    report({"event": "channel", **asdict(result)})
    return result
