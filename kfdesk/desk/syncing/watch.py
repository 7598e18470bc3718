"""Staying: each channel in a thread of its own, taking in as it comes and sending what is due.

What time brings has one more thread.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from kfdesk.desk import Clock, wall_clock
from kfdesk.desk.lock import channel_lock
from kfdesk.desk.syncing.reload import Reloader
from kfdesk.desk.syncing.result import ChannelResult
from kfdesk.desk.syncing.sync import (
    Lazy,
    Report,
    call_webhooks,
    chosen,
    connected,
    noting_errors,
    progress,
    remember,
    send,
    sweep,
    take,
)
from kfdesk.errors import ConfigError, StoreError, Trouble
from kfdesk.fetchers import Fetcher
from kfdesk.model import Cursor
from kfdesk.paths import private_folder
from kfdesk.settings import NOWHERE, Channel, Settings

#: How often what is due is sent, in seconds.
BEAT = 2.0
#: How often to look whether time has brought anything, in seconds.
TICK = 1.0
#: How often to look whether a channel shall be synced at once, and how many such looks are a tick.
_GLANCE, _TURNS = 0.25, 4
#: The longest wait after failures in a row, in seconds.
_LONGEST = 300.0
#: How long a thread may take to end, in seconds; one that waits for a silent server takes longer.
_FAREWELL = 1.0


class _Staying(threading.Thread):
    """Does one thing until `stop`. A daemon: what is not finished at the end is done again."""

    def __init__(self, name: str, lazy: Lazy, end: threading.Event, report: Report) -> None:
        super().__init__(name=name, daemon=True)
        self.sending = False  # a mail is on its way: to end now would leave its fate unknown
        self.failure: BaseException | None = None
        self._lazy = lazy
        self._end = end  # of the whole watch
        self._stopped = threading.Event()
        self._report = report

    def stop(self) -> None:
        """End this one."""
        self._stopped.set()

    def run(self) -> None:
        """Watch; what no channel is to blame for ends the whole watch, and is raised there."""
        try:
            self._watch()
        except BaseException as error:  # noqa: BLE001  # nothing may leave a thread unseen
            self.failure = error
            self._end.set()

    def _watch(self) -> None:
        raise NotImplementedError


class _Sweeper(_Staying):
    """Runs what time brings."""

    def _watch(self) -> None:
        """Look each second; after a failure of the desk's file more slowly each time."""
        wait = TICK
        while not self._stopped.is_set():
            try:
                sweep(self._lazy, self._report)
                wait = TICK
            except StoreError as error:
                self._report({"event": "schedules", "error": str(error)})
                wait = min(wait * 2, _LONGEST)
            self._stopped.wait(wait)


class _Caller(_Staying):
    """Calls webhooks."""

    def _watch(self) -> None:
        """Look at each beat; what a person has to decide waits, and calls nothing."""
        while not self._stopped.wait(BEAT):
            self.sending = True
            try:
                call_webhooks(self._lazy, self._report, self._stopped.is_set)
            finally:
                self.sending = False


class _Watcher(_Staying):
    """Follows one channel."""

    def __init__(self, lazy: Lazy, channel: Channel, end: threading.Event, report: Report) -> None:
        super().__init__(f"watch {channel.name}", lazy, end, report)
        self._channel = channel

    def _watch(self) -> None:
        """Try again after a failure, more slowly each time."""
        wait = BEAT
        while not self._stopped.is_set():
            result = ChannelResult(self._channel.name)
            with channel_lock(self._lazy.settings.database, self._channel.name) as mine:
                if mine:
                    with (
                        noting_errors(self._lazy, self._channel, result),
                        connected(self._channel) as fetcher,
                    ):
                        self._follow(fetcher)
            wait = min(wait * 2, _LONGEST) if result.error else BEAT
            if result.error:
                result.again_in = wait
                self._tell(result)
            self._stopped.wait(wait)

    def _follow(self, fetcher: Fetcher) -> None:
        from kfdesk.store import channels

        with self._lazy.open().store.read() as tx:
            cursor: Cursor = channels.cursor(tx, self._channel.name)
        known: str | None = None
        unsent: tuple[str, Trouble] = ("", "")
        pulled = 0  # since the last pause
        for batch in fetcher.stream(cursor, self._stopped, BEAT):
            result = ChannelResult(self._channel.name)
            if batch.items or dict(batch.cursor) != dict(cursor):
                take(self._lazy.open(), self._channel, fetcher, batch, result)
                cursor = batch.cursor
            pulled = pulled + result.pulled if batch.more or result.pulled else 0
            if batch.more:
                self._report(progress(self._channel, pulled, batch))
            self._send(fetcher, result)
            if result.error or result.sent:
                unsent = (result.error or "", result.kind)
            error, kind = (batch.trouble, batch.kind) if batch.trouble else unsent
            result.error, result.kind = error or None, kind
            result.again_in = batch.again_in or None
            if error != known:
                known = error
                remember(self._lazy.open(), self._channel, error, kind)
            self._tell(result)

    def _send(self, fetcher: Fetcher, result: ChannelResult) -> None:
        self.sending = True
        try:
            if not self._stopped.is_set():
                send(self._lazy, self._channel, fetcher, None, result, self._stopped.is_set)
        finally:
            self.sending = False

    def _tell(self, result: ChannelResult) -> None:
        self._report({"event": "channel", **asdict(result)})


class _Watch:
    """What stays, and is exchanged where the configuration changes."""

    def __init__(
        self, lazy: Lazy, names: Sequence[str], end: threading.Event, report: Report
    ) -> None:
        self._lazy = lazy
        self._names = names
        self._end = end
        self._report = report
        self._reloader = Reloader(lazy.settings)
        self._asked: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._watchers = {
            channel.name: (channel, _Watcher(lazy, channel, end, report))
            for channel in chosen(lazy.settings, names)
        }
        self._others: list[_Staying] = [
            _Sweeper("sweep", lazy, end, report),
            _Caller("webhooks", lazy, end, report),
        ]

    @property
    def all(self) -> list[_Staying]:
        """Whatever runs, or is about to end."""
        return [*(watcher for _channel, watcher in self._watchers.values()), *self._others]

    def run(self) -> None:
        """Stay until the end; look each second whether the configuration has changed."""
        for one in self.all:
            one.start()
        turn = 0
        while not self._end.wait(_GLANCE):
            turn += 1
            while not self._asked.empty():
                self._begin_anew(self._asked.get())
            if turn % _TURNS == 0:
                self._reload()
        for one in self.all:
            one.stop()

    def listen(self, asked: Iterable[str]) -> None:
        """Sync each channel that is asked for at once, whatever it waits for; in its own thread."""
        for name in asked:
            self._asked.put(name)

    def _begin_anew(self, name: str) -> None:
        """A fresh watcher begins with a pull, and with no back-off."""
        if name in self._watchers:
            channel, watcher = self._watchers[name]
            watcher.stop()
            self._others.append(watcher)
            fresh = _Watcher(self._lazy, channel, self._end, self._report)
            self._watchers[name] = channel, fresh
            fresh.start()

    def _reload(self) -> None:
        try:
            if (settings := self._reloader.look()) is None:
                return
            self._lazy.reload(settings)
        except ConfigError as error:
            self._reloader.refuse(error)
            self._report({"event": "config", "error": str(error)})
            return
        self._exchange(settings)
        self._report({"event": "config", "error": None})

    def _exchange(self, settings: Settings) -> None:
        """End the watchers of channels that have gone or changed, begin those of new ones."""
        wanted = {
            channel.name: channel
            for channel in settings.channels
            if not self._names or channel.name in self._names
        }
        for name, (channel, watcher) in list(self._watchers.items()):
            if name not in wanted or _unplaced(wanted[name]) != _unplaced(channel):
                watcher.stop()
                self._others.append(watcher)
                del self._watchers[name]
        for name, channel in wanted.items():
            if name not in self._watchers:
                watcher = _Watcher(self._lazy, channel, self._end, self._report)
                self._watchers[name] = channel, watcher
                watcher.start()


def _unplaced(channel: Channel) -> Channel:
    """A channel without the line it stands on."""
    return replace(channel, place=NOWHERE)


def watch(
    settings: Settings,
    names: Sequence[str],
    stop: threading.Event,
    clock: Clock = wall_clock,
    report: Report = lambda _event: None,
    asked: Iterable[str] = (),
) -> None:
    """Stay until `stop`; then wait for mail that is just leaving, but for no silent server.

    `asked` yields, whenever it is wished, the name of a channel to sync at once.

    A changed configuration is in force within seconds; one that is wrong is reported, and the old
    one stays.
    """
    private_folder(settings.database.parent)
    lazy = Lazy(settings, clock)
    lazy.open()
    staying = _Watch(lazy, names, stop, report)
    threading.Thread(target=staying.listen, args=(asked,), daemon=True).start()
    staying.run()
    end = time.monotonic() + _FAREWELL
    while alive := [watcher for watcher in staying.all if watcher.is_alive()]:
        if time.monotonic() > end and not any(watcher.sending for watcher in alive):
            break
        time.sleep(0.02)
    else:
        lazy.close()  # otherwise it stays open for them; the process is about to end
    for failure in filter(None, (watcher.failure for watcher in staying.all)):
        raise failure
