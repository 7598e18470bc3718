"""The child process that syncs is kept running, listened to, and ended."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kfdesk import config
from kfdesk.desk.admin.setup import Answers, init
from kfdesk.desk.syncing.result import ChannelResult
from kfdesk.desk.syncing.sync import Lazy, noting_errors
from kfdesk.errors import SecretError
from kfdesk.tui.background import sync
from kfdesk.tui.background.sync import Sync, SyncState, heard

NOW = datetime(2026, 11, 11, tzinfo=UTC)


def test_what_the_child_says_becomes_one_sentence() -> None:
    """Progress, success, and the error of one channel until that channel is fine again."""
    state = SyncState()
    assert state.words(NOW) == "syncing…"
    state = heard(state, {"event": "progress", "channel": "support", "pulled": 40}, NOW)
    assert state.words(NOW) == "syncing support: 40"
    state = heard(state, {"event": "channel", "channel": "support", "pulled": 41}, NOW)
    assert state.words(NOW + timedelta(seconds=50)) == "synced just now"
    assert state.words(NOW + timedelta(minutes=3)) == "synced 3m ago"
    bad = {"event": "channel", "channel": "sales", "error": "wrong password\x1b[2J"}
    state = heard(state, bad, NOW)
    assert state.trouble
    assert state.words(NOW) == "sales: wrong password[2J"
    state = heard(state, {"event": "channel", "channel": "support", "error": None}, NOW)
    assert state.trouble
    state = heard(state, {"event": "channel", "channel": "sales", "error": None}, NOW)
    assert not state.trouble
    assert heard(state, {"event": "something new"}, NOW) == state


def test_a_password_that_cannot_be_had_is_not_called_wrong(tmp_path: Path) -> None:
    """As on the second day of a desk whose password stands in a variable."""
    settings = config.load(init(tmp_path / "kfdesk.toml", Answers(address="help@localhost")))
    lazy, found = Lazy(settings, lambda: NOW), ChannelResult("support")
    with closing(lazy), noting_errors(lazy, settings.channels[0], found):
        raise SecretError("the variable is not set")
    state = heard(SyncState(), {"event": "channel", **asdict(found)}, NOW)
    assert state.words(NOW) == "support: its password cannot be had (g h)"


def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> Sync:
    """A sync whose child is a small program."""
    monkeypatch.setattr(sync, "_FIRST_WAIT", 0.05)
    monkeypatch.setattr(sync, "_LONGEST_WAIT", 0.1)
    changed: list[SyncState] = []
    made = Sync(tmp_path / "kfdesk.toml", changed.append)
    made._command = [sys.executable, "-u", "-c", program]
    return made


async def until(state: asyncio.Task[None], made: Sync, said: str) -> None:
    """Wait for a sentence."""
    for _ in range(1000):
        if said in made.state.words(NOW):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(made.state)


async def test_a_child_that_dies_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its last words are shown meanwhile."""
    log = tmp_path / "lives"
    made = child(
        monkeypatch, tmp_path,
        f"import sys; open({str(log)!r}, 'a').write('x'); print('not json'); "
        "sys.exit('kfdesk: the disk is full')",
    )  # fmt: skip
    task = asyncio.create_task(made.run())
    await until(task, made, "sync stopped: kfdesk: the disk is full")
    for _ in range(500):
        if len(log.read_text()) >= 3:
            break
        await asyncio.sleep(0.01)
    assert len(log.read_text()) >= 3
    await made.end()
    await task


async def test_the_child_is_ended_with_the_console_and_renewed_on_demand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`R` means a fresh child; the end leaves none behind."""
    log = tmp_path / "lives"
    made = child(
        monkeypatch, tmp_path,
        f"import time, json; open({str(log)!r}, 'a').write('x'); "
        "print(json.dumps({'event': 'progress', 'channel': 'a', 'pulled': 7})); time.sleep(600)",
    )  # fmt: skip
    task = asyncio.create_task(made.run())
    await until(task, made, "syncing a: 7")
    made.now()
    for _ in range(1000):
        if log.read_text() == "xx":
            break
        await asyncio.sleep(0.01)
    assert log.read_text() == "xx"
    running = made._child
    assert running is not None
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, running.pid) == min(19, own + 5)  # keys go first
    await made.end()
    await task
    assert running.returncode is not None
