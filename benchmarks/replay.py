"""Rules tried on a past of 100,000 events, under the rules that were in force: events a second.

`python -m benchmarks.replay [--events 100000] [--keep FOLDER]`. The past is lived through first:
mails come in by small batches, agents answer, note and change, twenty triggers look on. No
difference may be found; a second replay with one trigger left out must find some.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import verdict
from benchmarks.words import LANGUAGES, WEIGHTS, Language
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.incoming.ingest import ingest
from kfdesk.desk.replay import Replay, replay
from kfdesk.desk.tickets.change import change
from kfdesk.model import Actor, Batch, By, Change, Inbound, Priority, Status

START = datetime(2026, 11, 1, tzinfo=UTC)
CONFIGURATION = """\
include = ["rules.toml"]

[desk]
name = "Measured"

[[channel]]
name = "support"
type = "maildir"
path = "Maildir"
outbox_path = "Out"
address = "support@example.com"
"""
TAGS = ("refund", "vip", "order", "file", "complaint", "broken", "payment", "thanks")


@dataclass(slots=True)
class _Writer:
    """A customer, and what their conversation is about."""

    language: Language
    address: str
    subject: str
    said: list[str] = field(default_factory=list)  # Message-IDs


@dataclass(slots=True)
class _Life:
    """What happens at the desk, from a seed."""

    desk: Desk
    rng: random.Random
    now: datetime = START
    mails: int = 0
    writers: list[_Writer] = field(default_factory=list)

    def day(self) -> Iterator[None]:
        """Mails, and then what agents make of the newest tickets; again and again."""
        while True:
            self.now += timedelta(seconds=self.rng.randrange(20, 240), milliseconds=7)
            self.mail(self.rng.randrange(1, 7))
            yield
            last = self.tickets()
            for _ in range(self.rng.randrange(2, 9)):
                self.now += timedelta(seconds=self.rng.randrange(1, 30), milliseconds=3)
                self.act(max(1, last - int(self.rng.expovariate(1 / 60))))
                yield

    def tickets(self) -> int:
        with self.desk.store.read() as tx:
            from kfdesk.store import tickets

            return tickets.first_id(tx) - 1

    def mail(self, count: int) -> None:
        """A few mails, as one batch."""
        items = []
        for _ in range(count):
            self.mails += 1
            raw = self.written()
            items.append(Inbound(f"INBOX/1/{self.mails}", raw, self.now, len(raw)))
        cursor = {"INBOX": f"1/{self.mails}"}
        ingest(self.desk, self.desk.settings.channels[0], Batch(tuple(items), cursor))

    def written(self) -> bytes:
        """A new question, or the next word in a conversation."""
        rng = self.rng
        if not self.writers or rng.random() < 0.45:
            language = rng.choices(LANGUAGES, WEIGHTS)[0]
            address = f"c{rng.randrange(20_000)}@{rng.choice(('qq', 'outlook', 'gmail'))}.example"
            subject = language.fill(rng.choice(language.subjects), rng)
            self.writers.append(_Writer(language, address, subject))
            self.writers[:-200] = []
            writer = self.writers[-1]
        else:
            writer = rng.choice(self.writers)
        id = f"{self.mails}@customer.example"
        language = writer.language
        text = language.glue.join(
            language.fill(rng.choice(language.sentences), rng) for _ in range(rng.randrange(2, 6))
        )
        headers = [
            f"From: <{writer.address}>",
            "To: support@example.com",
            f"Subject: {'Re: ' if writer.said else ''}{writer.subject}",
            f"Message-ID: <{id}>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        if writer.said:
            headers.append(f"In-Reply-To: <{writer.said[-1]}>")
        elif rng.random() < 0.1:
            headers.append("Auto-Submitted: auto-generated")
        writer.said.append(id)
        return ("\r\n".join(headers) + f"\r\n\r\n{text}\r\n").encode()

    def act(self, number: int) -> None:
        """An agent does something."""
        rng = self.rng
        actor = Actor(By.AGENT, f"agent{rng.randrange(1, 21):02}")
        kind = rng.random()
        if kind < 0.4:
            after = rng.choice((None, Status.PENDING, Status.SOLVED))
            reply(self.desk, number, "We look into it and write again.", actor, status=after)
        elif kind < 0.5:
            note(self.desk, number, "Asked the warehouse.", actor)
        elif kind < 0.7:
            change(self.desk, number, Change(assignee=actor.name), actor)
        elif kind < 0.85:
            change(self.desk, number, Change(priority=rng.choice(list(Priority))), actor)
        else:
            change(self.desk, number, Change(add_tags=(rng.choice(TAGS),)), actor)


def live(folder: Path, events: int) -> Path:
    """Make a desk and live through so many events; return its configuration."""
    shutil.copy(Path(__file__).parent / "rules.toml", folder)
    config = folder / "kfdesk.toml"
    config.write_text(CONFIGURATION, encoding="utf-8")
    settings = load(config)
    life: _Life | None = None
    desk = Desk.open(settings, lambda: life.now if life else START)
    life = _Life(desk, random.Random(1))
    with closing(sqlite3.connect(settings.database)) as journal:
        for n, _ in enumerate(life.day()):
            if n % 100 == 0:
                (written,) = journal.execute("SELECT count(*) FROM event").fetchone()
                if written >= events:
                    break
    desk.close()
    return config


def tried(config: Path, rules: str | None = None) -> Replay:
    """Try a desk's rules on its whole past; or others, given as the text of `rules.toml`."""
    settings = load(config)
    if rules is not None:
        (config.parent / "other.toml").write_text(rules, encoding="utf-8")
        other = config.parent / "new.toml"
        other.write_text(CONFIGURATION.replace("rules.toml", "other.toml"), encoding="utf-8")
        settings = load(other)
    with closing(sqlite3.connect(settings.database)) as journal:
        (last,) = journal.execute("SELECT max(at) FROM event").fetchone()
    until = datetime.fromtimestamp(last / 1000 + 1, UTC)
    return replay(settings.database, settings, START, until)


def main() -> None:
    """Live, replay, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = given.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kfdesk-past-"))
        )
        config = folder / "kfdesk.toml"
        if not config.exists():
            folder.mkdir(parents=True, exist_ok=True)
            begun = time.perf_counter()
            live(folder, given.events)
            print(f"lived through in {time.perf_counter() - begun:.0f} s")
        begun = time.perf_counter()
        same = tried(config)
        whole = time.perf_counter() - begun
        print(
            f"{same.events} events of {same.tickets} tickets: {same.seconds:.1f} s, "
            f"with the copy {whole:.1f} s"
        )
        print(f"differences under the rules that were in force: {len(same.differences)}")
        text = (Path(__file__).parent / "rules.toml").read_text(encoding="utf-8")
        less = re.sub(r"\[\[trigger\]\]\nname = \"09.*?\n\n", "", text, flags=re.DOTALL)
        other = tried(config, less)
        print(f"without one of the triggers: {len(other.differences)} tickets differ")
        verdict("events a second", same.events / whole, 1500, at_least=True)


if __name__ == "__main__":
    main()
