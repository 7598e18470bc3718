"""Keys at random: what presses them, and what must hold whatever was pressed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from textual import events
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from kfdesk.actions import ACTIONS, NAMES
from kfdesk.desk.agents import acting
from kfdesk.desk.sending.head import Head
from kfdesk.errors import KfdeskError
from kfdesk.settings import Settings
from kfdesk.store.health import examine
from kfdesk.tui.app import looking
from kfdesk.tui.console import Console
from kfdesk.tui.source.live import DeskSource

LONG = bool(os.environ.get("KFDESK_LONG"))
KEYS = int(os.environ.get("KFDESK_KEYS", "20000" if LONG else "300"))
SEED = int(os.environ.get("KFDESK_SEED", "1"))
#: What leaves the program, or another program would be needed for.
_NOT = {"ctrl+q", "ctrl+e", "ctrl+z", "ctrl+c"}
_CHARACTERS = {name: key for key, name in NAMES.items() if len(key) == 1}
TEXT = "abcdefghijklmnopqrstuvwxyz 退款发票，。🙂é"
_MAIL = """From: Monkey {n} <monkey{n}@customer.example>
To: support@littlewhale.example
Subject: 第{n}封 mail {n}
Message-ID: <monkey-{n}@customer.example>
Date: Wed, 11 Nov 2026 08:00:00 +0000
Content-Type: text/plain; charset=utf-8

你好 hello {n}
"""


def keys() -> list[str]:
    """Every key that means something anywhere, and what one types."""
    named = {part for action in ACTIONS for key in action.keys for part in key.split(" ")}
    named |= {"enter", "escape", "tab", "shift+tab", "up", "down", "home", "end", "pageup"}
    named |= {"left", "right", "backspace", "delete", "shift+down", "ctrl+a", "ctrl+x", "ctrl+v"}
    return sorted(named - _NOT)


def event(key: str) -> events.Key:
    """A key as Textual hears it."""
    character = _CHARACTERS.get(key, key if len(key) == 1 else None)
    return events.Key(key, " " if key == "space" else character)


#: What strangers' programs put on a clipboard.
_PASTED = (
    "\x1b[31mred\x1b]0;title\x07 [bold]no markup[/]\r\nsecond line\r\n",
    "汉字 🙂‍👩‍👧 \u202eback\u2066 z\u200bero e" + "\u0301" * 40,
    "/etc/hostname",
    "a" * 3000,
)


def somewhere(chosen: random.Random, app: Console) -> None:
    """Click, or turn the wheel, at any cell."""
    x, y = chosen.randrange(app.size.width), chosen.randrange(app.size.height)
    turned = chosen.choice([None, None, events.MouseScrollDown, events.MouseScrollUp])
    kinds = (events.MouseDown, events.MouseUp) if turned is None else (turned,)
    for kind in kinds:
        moused = kind(None, x, y, 0, 0, 1, False, False, False, x, y)
        app.screen._forward_event(moused)


def resized(chosen: random.Random, app: Console) -> None:
    """Another size, even one in which nothing can be read."""
    size = Size(chosen.randint(10, 210), chosen.randint(4, 60))
    app.post_message(events.Resize(size, size))


class Watcher:
    """Remembers what was being written, and asks for it when the composer has gone."""

    def __init__(self, app: Console, file: Path) -> None:
        self._app, self._file = app, file
        self._writing: tuple[int, str, str, Head] | None = None

    def forget(self) -> None:
        """Ask for nothing: what is being written may be another text by now."""
        self._writing = None

    async def look(self, key: str) -> None:
        """After a key: what was written and is not being written any more must be somewhere."""
        composer = self._app.main.composer
        before, now = self._writing, None
        if composer.is_mounted and composer.display:
            now = (composer.number, composer.kind, composer.text, composer.head)
            if not (composer.text.strip() or composer.leaves):  # deleted, or not begun
                before = None if before and before[:2] == now[:2] else before
                now = None
        self._writing = now
        if before and (now is None or now[:2] != before[:2]):
            await asyncio.sleep(0.1)
            await self._app.main.threads.write(lambda: None)
            number, kind, text, head = before
            with closing(sqlite3.connect(self._file)) as desk:
                drafts = desk.execute(
                    "SELECT text, head FROM draft WHERE ticket_id = ? AND kind = ?", (number, kind)
                ).fetchall()
                said = desk.execute(
                    "SELECT text FROM message WHERE direction IN ('out', 'note')"
                ).fetchall()
            sent = any(text.strip() in kept for (kept,) in said)
            found = sent or any(text.strip() in kept for kept, _head in drafts)
            assert found or not text.strip(), f"{key}: lost {text!r} of #{number} ({kind})"
            if kind in ("reply", "forward") and not sent and head != Head():
                heads = [Head.of_json(json.loads(kept)) for _text, kept in drafts]
                assert head in heads, f"{key}: lost {head} of #{number} ({kind}): {heads}"


def sync_command(config: Path) -> list[str]:
    """What syncs for as long as it is let."""
    return [sys.executable, "-m", "kfdesk", "--config", str(config), "sync", "--watch"]


@contextmanager
def syncing(config: Path) -> Iterator[None]:
    """Another process syncs for as long as this lasts."""
    with open(config.parent / "sync.log", "wb") as log:
        child = subprocess.Popen(sync_command(config), stdout=log, stderr=log)
        try:
            yield
        finally:
            child.terminate()
            child.wait(20)


def any_key(chosen: random.Random, app: Console, all_keys: Sequence[str]) -> str:
    """Press a key, or do with the mouse, the clipboard, the window what else people do."""
    typing = isinstance(app.focused, (Input, TextArea)) and chosen.random() < 0.7
    key, what = chosen.choice(TEXT if typing else all_keys), chosen.random()
    if what < 0.05:
        somewhere(chosen, app)
    elif what < 0.06:
        app.post_message(events.Paste(chosen.choice(_PASTED)))
    elif what < 0.065:
        resized(chosen, app)
    else:
        app.post_message(event("space" if key == " " else key))
    return key


async def taken(app: Console) -> None:
    """Wait until the keys that wait for something to open have been taken; they do not for long."""
    end = monotonic() + 10
    while app.held._events and not app._exit:
        assert monotonic() < end, f"{app.held._events} wait for ever"
        await asyncio.sleep(0.002)


async def press(
    pilot: Pilot[KfdeskError | None], app: Console, chosen: random.Random, count: int, folder: Path
) -> int:
    """Press keys until there were enough, or the console was left; return how many."""
    watcher, all_keys = Watcher(app, folder / "desk.db"), keys()
    for pressed in range(1, count + 1):
        key = any_key(chosen, app, all_keys)
        await asyncio.sleep(0)
        await asyncio.sleep(0.002)
        if chosen.random() < 0.1:
            watcher.forget()  # typed ahead: what it is for may not be there yet
        else:
            await taken(app)
            await watcher.look(key)
        if pressed % 50 == 0:
            await pilot.pause(0.05)
            n = chosen.randrange(1 << 40)
            mail = folder / "Maildir" / "new" / f"monkey-{n}"
            mail.write_text(_MAIL.format(n=n), encoding="utf-8")
        if app._exit:
            return pressed
    return count


def console(settings: Settings, agent: str, source: type[DeskSource] = DeskSource) -> Console:
    """The console of an agent."""
    actor = acting(settings, agent)
    return Console(
        lambda: source.open(settings, actor, lambda: datetime.now(UTC)),
        settings,
        looking(settings, actor, lambda: datetime.now(UTC)),
    )


def consistent(settings: Settings) -> None:
    """The file is whole; tickets count their messages, and are as the journal left them."""
    assert not examine(settings.database).damage
    with closing(sqlite3.connect(settings.database)) as desk:
        assert not desk.execute(
            "SELECT id FROM ticket t WHERE message_count <> "
            "(SELECT count(*) FROM message m WHERE m.ticket_id = t.id)"
        ).fetchall()
        last: dict[tuple[int, str], object] = {}
        fields = ("status", "priority", "assignee", "team", "subject")
        for number, changes in desk.execute("SELECT ticket_id, changes FROM event ORDER BY id"):
            for name, (_old, new) in json.loads(changes or "{}").items():
                if name in fields:
                    last[number, name] = new
        for (number, name), value in last.items():
            (now,) = desk.execute(f"SELECT {name} FROM ticket WHERE id = ?", (number,)).fetchone()
            if name != "priority":
                assert (now or "") == (value or ""), (number, name, now, value)
        doubled = desk.execute(
            "SELECT account, external_id FROM message GROUP BY 1, 2 HAVING count(*) > 1"
        ).fetchall()
        assert not doubled
