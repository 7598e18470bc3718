"""Several agents at the same desk, beside a sync; each of them is killed again and again."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.admin.demo import make
from kfdesk.desk.agents import acting
from kfdesk.desk.history.undo import redo, undo
from kfdesk.errors import KfdeskError
from kfdesk.settings import Settings
from tests.tui.monkey import LONG, SEED, consistent, sync_command

KILLS = int(os.environ.get("KFDESK_KILLS", "60" if LONG else "2"))
AGENTS = 3 if LONG else 2
_ROOT = Path(__file__).parents[2]


class Colleague:
    """A process that is killed and started again, and what it said that it has kept."""

    def __init__(self, config: Path, agent: str) -> None:
        self.agent = agent
        self._config, self._log = config, config.parent / f"{agent}.log"
        self._errors = config.parent / f"{agent}.err"
        self._times, self._read = 0, 0
        #: By ticket and kind: what was kept at last, and what was perhaps kept since then.
        self._drafts: dict[tuple[int, str], list[str]] = {}
        self._going: set[tuple[tuple[int, str], str]] = set()
        self._start()

    def _start(self) -> None:
        self._times += 1
        seed = f"{SEED} {self.agent} {self._times}"
        command = [sys.executable, "-m", "tests.tui.colleague", str(self._config), self.agent]
        with open(self._errors, "wb") as errors:
            self._process = subprocess.Popen(
                [*command, seed, str(self._log)],
                stdout=errors,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": str(_ROOT), "PATH": str(self._config.parent)},
            )

    def wait(self, lines: int = 1, longest: float = 60) -> None:
        """Wait until it has said so much since it was started; the first is that it is there."""
        end = time.monotonic() + longest
        while self._unread().count("\n") < lines and time.monotonic() < end:
            self._living()
            time.sleep(0.02)

    def _unread(self) -> str:
        if not self._log.exists():
            return ""
        return self._log.read_bytes()[self._read :].decode()

    def _living(self) -> None:
        if self._process.poll() is not None:
            pytest.fail(self._errors.read_text(errors="replace")[-6000:])

    def kill(self) -> None:
        """Kill it now, and hear what it had said."""
        self._living()
        self.end()
        self.hear()

    def hear(self) -> None:
        """Hear what it said since it was heard last."""
        for line in self._unread().splitlines():
            what, *about = json.loads(line)
            if what == "there":
                continue
            number, kind, text = about
            place = (number, kind)
            if what == "may send":
                self._going.add((place, text))
            if (place, text) in self._going:  # said, or perhaps; and who knows what undo made of it
                self._drafts.pop(place, None)
            elif what == "kept":
                self._drafts[place] = [text]
            elif place in self._drafts:
                self._drafts[place].append(text)
        self._read = self._log.stat().st_size

    def end(self) -> None:
        """Kill it, if it lives."""
        self._process.kill()
        self._process.wait()

    def again(self) -> None:
        """Start it once more."""
        self._start()

    def lost(self, settings: Settings) -> list[object]:
        """What it had kept, before it was killed, and is nowhere."""
        with closing(sqlite3.connect(settings.database)) as desk:
            kept = [
                t for (t,) in desk.execute("SELECT text FROM draft WHERE agent = ?", (self.agent,))
            ]
            kept += [t for (t,) in desk.execute("SELECT text FROM message")]
        return [
            (self.agent, place, texts)
            for place, texts in self._drafts.items()
            if not any(text.strip() in one for text in texts for one in kept)
        ]


def _said_twice(settings: Settings) -> list[object]:
    """What an agent wrote once and stands there twice, and the mails that left twice."""
    with closing(sqlite3.connect(settings.database)) as desk:
        said = desk.execute(
            "SELECT ticket_id, author, substr(text, 1, cut) FROM message "
            "WHERE direction IN ('out', 'note') AND text GLOB 'L[0-9a-f]*'"
        ).fetchall()
    left = Counter(
        line.strip()
        for mail in (settings.database.parent / "Sent").glob("*/*")
        for line in mail.read_bytes().partition(b"\n\n")[0].splitlines()
        if line.lower().startswith(b"message-id:")
    )
    return [one for one, times in [*Counter(said).items(), *left.items()] if times > 1]


def _dump(settings: Settings) -> dict[str, list[object]]:
    """Messages, tickets and outbox, as far as a redo leaves them as they were."""
    asked = {
        "ticket": "id, status, priority, assignee, team, subject, merged_into, deleted_at IS NULL",
        "message": "id, ticket_id, direction, author, text",
        "outbox": "id, ticket_id, message_id",
    }
    with closing(sqlite3.connect(settings.database)) as desk:
        return {
            table: desk.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()
            for table, columns in asked.items()
        }


def _undone(settings: Settings, agents: list[str]) -> None:
    """What each did last is taken back and done again, where nothing stands in its way."""
    desk = Desk.open(settings)
    for agent in agents:
        me, before = acting(settings, agent), _dump(settings)
        try:
            undo(desk, me)
        except KfdeskError:  # it has left, or somebody went on from it: that is said
            continue
        redo(desk, me)
        assert _dump(settings) == before
    desk.close()


@pytest.mark.timeout(3600 if LONG else 120)
def test_agents_who_are_killed_lose_nothing_and_send_nothing_twice(tmp_path: Path) -> None:
    config = make(tmp_path, "en", datetime.now(UTC))
    config.write_text(config.read_text().replace('undo_send = "10s"', 'undo_send = "1s"'))
    settings, chosen = load(config), random.Random(SEED)
    agents = [agent.name for agent in settings.agents][:AGENTS]
    sync = subprocess.Popen(sync_command(config), stdout=subprocess.DEVNULL)
    colleagues = [Colleague(config, agent) for agent in agents]
    try:
        for _kill in range(KILLS):
            for one in colleagues:
                one.wait()
            one = chosen.choice(colleagues)
            one.wait(chosen.randint(2, 40), longest=8)  # where it stands on a screen, it says less
            time.sleep(chosen.uniform(0, 0.1))
            one.kill()
            assert one.lost(settings) == []
            one.again()
            if chosen.random() < 0.2:
                sync.kill()
                sync.wait()
                sync = subprocess.Popen(sync_command(config), stdout=subprocess.DEVNULL)
    finally:
        for one in colleagues:
            one.end()
        sync.kill()
        sync.wait()
    for one in colleagues:
        one.hear()
    assert [lost for one in colleagues for lost in one.lost(settings)] == []
    assert _said_twice(settings) == []
    consistent(settings)
    _undone(settings, agents)
    consistent(settings)
