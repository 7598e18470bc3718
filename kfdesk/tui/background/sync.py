"""The child process that syncs: started and ended with the console, and again if it dies."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kfdesk.i18n import _, current
from kfdesk.text import shorten
from kfdesk.tui.lines import when

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_LIVED_WELL = 30.0  # a child that lived that long starts again without waiting longer
_LAST_WORDS = 400
_LINE_LIMIT = 1 << 20
_NICE = 5  # a person's keys go before a long pull, where processors are few


@dataclass(frozen=True, slots=True)
class Said:
    """What the child has said of one channel."""

    at: datetime | None = None  # when it was last fine
    error: str = ""
    kind: str = ""  # offline, refused, login
    again_at: datetime | None = None
    began: datetime | None = None  # of the long pull that goes on
    pulled: int = 0
    left: int | None = None

    def progress(self, now: datetime) -> str:
        """How far a long pull is, how fast, and how long it takes still; empty without one."""
        if self.began is None:
            return ""
        parts = [
            _("{n} of about {total}").format(n=f"{self.pulled:,}", total=f"{total:,}")
            if self.left is not None and (total := self.pulled + self.left)
            else _("{n} so far").format(n=f"{self.pulled:,}")
        ]
        if (seconds := (now - self.began).total_seconds()) >= 1 and self.pulled:
            rate = self.pulled / seconds
            parts.append(_("{n} a second").format(n=f"{rate:,.0f}" if rate >= 1 else f"{rate:.1f}"))
            if self.left:
                rest = timedelta(seconds=self.left / rate)
                parts.append(_("{time} left").format(time=when.span(rest)))
        return _(", ").join(parts)


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the child has said: when each channel was last fine, what is wrong, how many came."""

    at: datetime | None = None
    errors: tuple[tuple[str, str], ...] = ()  # channel, sentence
    pulling: str = ""
    pulled: int = 0
    died: str = ""
    channels: Mapping[str, Said] = field(default_factory=dict)

    def words(self, now: datetime) -> str:
        """The state in a sentence."""
        if self.died:
            return _("sync stopped: {why}").format(why=self.died)
        if self.errors:
            channel, error = self.errors[0]
            return trouble(channel, error, self.channels.get(channel, Said()), now)
        said = self.channels.get(self.pulling, Said())
        if said.left is not None:
            return f"{self.pulling}: {said.progress(now)}"
        if self.pulling:
            return _("syncing {channel}: {n}").format(channel=self.pulling, n=self.pulled)
        if self.at is None:
            return _("syncing…")
        if now - self.at < timedelta(minutes=1):
            return _("synced just now")  # a line that counts seconds would never rest
        return _("synced {time} ago").format(time=when.span(now - self.at))

    @property
    def trouble(self) -> bool:
        """Whether a person should look."""
        return bool(self.died or self.errors)


def trouble(channel: str, error: str, said: Said, now: datetime) -> str:
    """What is wrong with a channel, in the words that tell at a glance what to look at."""
    again = ""
    if said.again_at is not None and said.again_at > now:
        again = " · " + _("again in {time}").format(time=when.span(said.again_at - now))
    match said.kind:
        case "offline":
            return _("offline: {channel} cannot be reached").format(channel=channel) + again
        case "refused":
            return _("{channel}: its server refuses (g h)").format(channel=channel) + again
        case "login":
            return _("{channel}: user or password is wrong (g h)").format(channel=channel)
        case "secret":
            return _("{channel}: its password cannot be had (g h)").format(channel=channel)
        case _:
            return f"{channel}: {error}"


def heard(state: SyncState, event: dict[str, Any], now: datetime) -> SyncState:
    """The state after one event of the child; an event that is not known says it is alive."""
    channel = str(event.get("channel", ""))
    said = _said(state.channels.get(channel, Said()), event, now)
    known = {**state.channels, channel: said} if channel else state.channels
    state = replace(state, died="", channels=known)
    match event.get("event"):
        case "progress":
            return replace(state, pulling=channel, pulled=int(event.get("pulled") or 0))
        case "channel":
            errors = tuple(pair for pair in state.errors if pair[0] != channel)
            if error := event.get("error"):
                errors += ((channel, shorten(str(error), 200)),)
            return replace(
                state, at=state.at if error else now, errors=errors, pulling="", pulled=0
            )
        case "done":
            return replace(state, at=now if not state.errors else state.at, pulling="", pulled=0)
        case _:
            return state


def _said(said: Said, event: dict[str, Any], now: datetime) -> Said:
    """What is known of a channel after an event."""
    match event.get("event"):
        case "progress":
            pulled, left = int(event.get("pulled") or 0), event.get("left")
            began = now if said.began is None or pulled < said.pulled else said.began
            return replace(said, began=began, pulled=pulled, left=left)
        case "channel":
            error = str(event.get("error") or "")
            again = event.get("again_in")
            return Said(
                said.at if error else now,
                shorten(error, 1000),
                str(event.get("kind") or ""),
                now + timedelta(seconds=float(again)) if again else None,
                *((said.began, said.pulled, said.left) if event.get("pulled") else ()),
            )
        case _:
            return said


class Sync:
    """Keeps the child running and passes on what it says."""

    def __init__(self, config: Path, changed: Callable[[SyncState], None]) -> None:
        self.state = SyncState()
        self._command = [
            *(sys.executable, "-m", "kfdesk", "--config", str(config), "--lang", current()),
            *("sync", "--watch", "--events"),
        ]
        self._changed = changed
        self._child: asyncio.subprocess.Process | None = None
        self._again = asyncio.Event()
        self._ended = False

    async def run(self) -> None:
        """Run the child for as long as the console is open."""
        wait = _FIRST_WAIT
        loop = asyncio.get_running_loop()
        while not self._ended:
            started = loop.time()
            words = await self._live()
            if self._ended:
                return
            if self._again.is_set():
                self._again.clear()
                wait = _FIRST_WAIT
                continue
            if loop.time() - started > _LIVED_WELL:
                wait = _FIRST_WAIT
            self._tell(
                replace(self.state, died=shorten(words, 200) or _("it stopped unexpectedly"))
            )
            try:
                await asyncio.wait_for(self._again.wait(), wait)
            except TimeoutError:
                wait = min(wait * 2, _LONGEST_WAIT)
            self._again.clear()

    def now(self, channel: str = "") -> None:
        """Sync at once: a channel alone, or with a fresh child every one."""
        child = self._child
        if channel and child is not None and child.stdin is not None:
            child.stdin.write(f"{channel}\n".encode())
            return
        self._again.set()
        self._terminate()

    async def end(self) -> None:
        """End the child with the console."""
        self._ended = True
        self._again.set()
        child = self._child
        self._terminate()
        if child is not None:
            try:
                await asyncio.wait_for(child.wait(), 3)
            except TimeoutError:
                child.kill()
                await child.wait()

    def _terminate(self) -> None:
        if self._child is not None and self._child.returncode is None:
            self._child.terminate()

    async def _live(self) -> str:
        """One life of the child; its last words on stderr."""
        child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
        )
        self._child = child
        with suppress(ProcessLookupError):  # it has ended already
            os.setpriority(os.PRIO_PROCESS, child.pid, os.getpriority(os.PRIO_PROCESS, 0) + _NICE)
        assert child.stdout is not None
        assert child.stderr is not None
        words, _heard = await asyncio.gather(_last_words(child.stderr), self._listen(child.stdout))
        await child.wait()
        self._child = None
        return words

    async def _listen(self, stdout: asyncio.StreamReader) -> None:
        while line := await stdout.readline():
            try:
                event = json.loads(line)
            except ValueError:  # not an event: a library's print
                continue
            if isinstance(event, dict):
                self._tell(heard(self.state, event, datetime.now(UTC)))

    def _tell(self, state: SyncState) -> None:
        self.state = state
        self._changed(state)


async def _last_words(stderr: asyncio.StreamReader) -> str:
    """Read everything, keep the end: the child must never wait for its reader."""
    kept = b""
    while chunk := await stderr.read(4096):
        kept = (kept + chunk)[-_LAST_WORDS:]
    lines = kept.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
