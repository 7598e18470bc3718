"""Kill `kfdesk sync` again and again while mail comes in and replies go out; then count.

The tests run it small, `benchmarks/crash.py` large.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from benchmarks.mails import mails
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.conversation.reply import reply
from kfdesk.model import Actor, By
from kfdesk.store import blobs
from kfdesk.store.tx import Tx
from tests.support.servers import PASSWORD, Dovecot, Smtp

CONFIGURATION = """
[desk]
name = "Killed"

[[team]]
name = "refunds"

[[agent]]
name = "anna"
teams = ["refunds"]

[[channel]]
name = "support"
type = "imap"
address = "support@example.com"
smtp = {{ host = "127.0.0.1", port = {smtp}, tls = "none" }}

[channel.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = "{password}"

[[template]]
name = "ack"
text = "We have your message."

[[trigger]]
name = "Refunds"
on = ["created"]
when = "退款 or refund"
do = [{{ assign = "team:refunds" }}, {{ tag = ["refund"] }}, {{ reply = "ack" }}]
"""
ANNA = Actor(By.AGENT, "anna")


@dataclass(slots=True)
class Outcome:
    """What was there at the end. `faults` says in words what must not be; empty is good."""

    kills: int = 0
    ended: int = 0  # syncs that were faster than the killer
    mails: int = 0
    lost: int = 0
    doubled: int = 0
    replies: int = 0
    once: int = 0
    unknown: int = 0
    twice: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.ended} syncs ended before theirs); {self.mails} mails: "
            f"{self.lost} lost, {self.doubled} doubled; {self.replies} mails out: {self.once} sent "
            f"once, {self.unknown} unknown, {self.twice} sent twice"
        )


class Killer:
    """A desk, its mailbox, and a seeded hand on the plug."""

    def __init__(self, folder: Path, dovecot: Dovecot, smtp: Smtp, user: str, seed: int) -> None:
        self.config = folder / "kfdesk.toml"
        self.config.write_text(
            CONFIGURATION.format(
                imap=dovecot.plain_port, smtp=smtp.port, user=user, password=PASSWORD
            ),
            encoding="utf-8",
        )
        self._dovecot, self._smtp, self._user = dovecot, smtp, user
        self._rng = random.Random(seed)
        self._delivered: list[bytes] = []
        self._replies = 0
        self._duration = 0.0
        self._outcome = Outcome()

    def run(self, kills: int, count: int, replies: int) -> Outcome:
        """Deliver `count` mails and queue `replies` between `kills` killed syncs, and count."""
        waiting = list(mails(count, self._rng.randrange(1000)))
        first, waiting = waiting[: count // 20], waiting[count // 20 :]
        self._deliver(first)
        self._to_the_end()
        while self._outcome.kills < kills:
            left = kills - self._outcome.kills
            share = min(len(waiting), round(self._rng.expovariate(left / (len(waiting) or 1))))
            self._deliver(waiting[:share])
            del waiting[:share]
            self._answer((replies - self._replies + left - 1) // left)
            self._kill()
        self._deliver(waiting)
        self._to_the_end(later=timedelta(days=1))
        return self._count()

    def _deliver(self, raws: list[bytes]) -> None:
        self._dovecot.deliver(self._user, raws)
        self._delivered += raws

    def _answer(self, count: int) -> None:
        """Queue replies to tickets that exist."""
        desk = Desk.open(load(self.config))
        with closing(sqlite3.connect(desk.settings.database)) as connection:
            (tickets,) = connection.execute("SELECT max(id) FROM ticket").fetchone()
        for _ in range(count):
            self._replies += 1
            reply(desk, self._rng.randint(1, tickets), f"Reply {self._replies}.", ANNA)
        desk.close()

    def _start(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "kfdesk", "--config", str(self.config), *options, "sync"]
        return subprocess.Popen(
            command,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def _to_the_end(self, later: timedelta = timedelta(0)) -> None:
        """Run a sync that nobody kills."""
        begun = time.monotonic()
        process = self._start("--now", (datetime.now(UTC) + later).isoformat())
        _, errors = process.communicate(timeout=300)
        self._duration = time.monotonic() - begun
        if process.returncode:
            raise RuntimeError(f"a sync ended with {process.returncode}: {errors.decode()}")

    def _kill(self) -> None:
        """Start a sync and kill it: anywhere, while it writes, or while it sends."""
        process = self._start()
        aim = self._rng.choice(("anywhere", "writing", "sending"))
        if aim == "anywhere":
            pause = self._rng.uniform(0, self._duration)
        elif aim == "writing":
            pause = self._rng.expovariate(20)
            wal = self.config.parent / "desk.db-wal"
            before = _size(wal)
            _wait(process, lambda: _size(wal) != before)
        else:
            pause = self._rng.expovariate(50)
            connections = self._smtp.connections
            _wait(process, lambda: self._smtp.connections != connections)
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        _, errors = process.communicate()
        if process.returncode == -signal.SIGKILL:
            self._outcome.kills += 1
        else:
            self._outcome.ended += 1
            if process.returncode:
                self._outcome.faults.append(f"a sync ended with {process.returncode}: {errors!r}")

    def _count(self) -> Outcome:
        outcome = self._outcome
        desk = Desk.open(load(self.config))
        with closing(sqlite3.connect(desk.settings.database)) as connection:
            ask = connection.execute
            stored = Counter(
                raw for (raw,) in ask("SELECT raw FROM message WHERE direction = 'in'")
            )
            rows = ask("SELECT key, state, automatic FROM outbox").fetchall()
            checks = {
                "tickets without a message": ask(
                    "SELECT count(*) FROM ticket WHERE id NOT IN (SELECT ticket_id FROM message)"
                ),
                "messages that cannot be searched": ask(
                    "SELECT count(*) FROM message WHERE id NOT IN (SELECT id FROM search_docsize)"
                ),
                "wrong message counts": ask(
                    "SELECT count(*) FROM ticket WHERE message_count != (SELECT count(*)"
                    " FROM message WHERE ticket_id = ticket.id AND direction != 'note')"
                ),
                "rows that point nowhere": ask("SELECT count(*) FROM pragma_foreign_key_check"),
            }
            outcome.faults += [
                f"{found[0]} {what}"
                for what, cursor in checks.items()
                if (found := cursor.fetchone())[0]
            ]
            (sound,) = ask("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            outcome.faults.append(f"the database is damaged: {sound}")
        self._count_mails(desk, stored)
        self._count_replies(rows)
        desk.close()
        return outcome

    def _count_mails(self, desk: Desk, stored: Counter[bytes]) -> None:
        outcome = self._outcome
        wanted = Counter(hashlib.sha256(raw).digest() for raw in self._delivered)
        outcome.mails = len(self._delivered)
        outcome.lost = (wanted - stored).total()
        outcome.doubled = (stored - wanted).total()
        with desk.store.read() as tx:
            damaged = [raw for raw in self._delivered if not _same(tx, raw)]
        if outcome.lost or outcome.doubled or damaged:
            outcome.faults.append(
                f"{outcome.lost} mails lost, {outcome.doubled} doubled, {len(damaged)} not as sent"
            )

    def _count_replies(self, rows: list[tuple[str, str, int]]) -> None:
        outcome = self._outcome
        arrived = Counter(
            str(message_from_bytes(mail.raw)["Message-ID"]).strip("<> \r\n")
            for mail in self._smtp.received
        )
        outcome.replies = len(rows)
        outcome.twice = sum(1 for times in arrived.values() if times > 1)
        if outcome.twice:
            outcome.faults.append(f"{outcome.twice} mails went out twice")
        if written := self._replies - sum(1 for _, _, automatic in rows if not automatic):
            outcome.faults.append(f"{written} replies are not in the outbox")
        for key, state, _ in rows:
            times = arrived.pop(key, 0)
            outcome.once += state == "sent"
            outcome.unknown += state == "unknown"
            if state not in ("sent", "unknown") or (state == "sent" and not times):
                outcome.faults.append(f"{key} is {state} and arrived {times} times")
        if arrived:
            outcome.faults.append(f"{len(arrived)} mails arrived that the desk knows nothing of")


def _same(tx: Tx, raw: bytes) -> bool:
    digest = hashlib.sha256(raw).digest()
    return blobs.get(tx, digest) == raw


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _wait(process: subprocess.Popen[bytes], happened: Callable[[], bool]) -> None:
    """Return when it happened, or the process ended."""
    while process.poll() is None and not happened():
        time.sleep(0.001)
