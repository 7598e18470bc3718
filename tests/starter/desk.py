"""The desk of config.example.toml, with a folder in the place of its mailbox."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.conversation.reply import reply
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets.change import change
from kfdesk.model import Actor, By, Change, Direction, Message, Status, Ticket
from kfdesk.settings import Settings
from kfdesk.store import messages, whole_tickets
from tests.desk.office import raw

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
#: A Tuesday, 10:00 in Shanghai, where the office is open, and 22:00, where it is not.
OPEN = datetime.fromisoformat("2026-11-24T10:00+08:00")
SHUT = datetime.fromisoformat("2026-11-24T22:00+08:00")
LI, WANG = Actor(By.AGENT, "li.wei"), Actor(By.AGENT, "wang.fang")

_MAILBOX = re.compile(r"(?ms)^\[\[channel\]\]\n(?:(?!^\[\[).)*?^name = \"support\".*?(?=^# Local)")
_FOLDER = """\
[[channel]]
name = "support"
type = "maildir"
path = "Maildir"
outbox_path = "Out"
address = "support@example.com"
team = "support"

"""


def example(folder: Path) -> Settings:
    """The configuration, reading folders."""
    text, found = _MAILBOX.subn(_FOLDER, EXAMPLE.read_text(encoding="utf-8"))
    assert found == 1
    text = text.replace('\npath = "Maildir"\n# Write', '\npath = "Spool"\n# Write')
    text = text.replace('smtp = { host = "127.0.0.1"', '#smtp = { host = "127.0.0.1"')
    text = text.replace('undo_send = "10s"', 'undo_send = "0s"')
    for maildir in ("Maildir", "Spool"):
        for sub in ("tmp", "new", "cur"):
            (folder / maildir / sub).mkdir(parents=True)
    file = folder / "kfdesk.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


class Starter:
    """The desk. `mail` is what a customer writes; nothing happens but at a sync."""

    def __init__(self, folder: Path, now: datetime = OPEN) -> None:
        self.now = now
        self.folder = folder
        self.settings = example(folder)
        self.desk = Desk.open(self.settings, lambda: self.now)
        self.count = 0
        self.sync()

    def mail(
        self,
        body: str,
        subject: str = "Hello",
        sender: str = "Jane <jane@customer.example>",
        on: int | None = None,
        into: str = "Maildir",
        **headers: str,
    ) -> int:
        """A mail comes, as an answer on a ticket or on its own; return the ticket it is on."""
        self.count += 1
        answers = (self._newest(on),) if on else ()
        headers = {"To": "support@example.com", "Date": format_datetime(self.now)} | headers
        text = raw(f"{body}\r\n", sender, answers=answers, Subject=subject, **headers)
        text = text.replace(b"Subject: ", b"Content-Type: text/plain; charset=utf-8\r\nSubject: ")
        name = f"{int(self.now.timestamp())}.M{self.count:09d}.test"
        file = self.folder / into / "new" / name
        file.write_bytes(text)
        os.utime(file, (self.now.timestamp(), self.now.timestamp()))
        self.sync()
        return on or max(ticket.number for ticket in self.tickets())

    def _newest(self, number: int) -> str:
        return next(said.message_id for said in reversed(self.messages(number)) if said.message_id)

    def sync(self) -> None:
        """What cron does."""
        done = sync(self.settings, clock=lambda: self.now)
        assert [result.error for result in done.channels] == [None, None]

    def later(self, **keys: float) -> None:
        """Let time pass, and cron sync."""
        self.now += timedelta(**keys)
        self.sync()

    def tickets(self) -> list[Ticket]:
        """Every ticket."""
        with self.desk.store.read() as tx:
            return whole_tickets.get_many(tx, range(1, 1000))

    def ticket(self, number: int) -> Ticket:
        """A ticket."""
        with self.desk.store.read() as tx:
            return whole_tickets.get(tx, number)

    def messages(self, number: int) -> list[Message]:
        """What was said on a ticket."""
        with self.desk.store.read() as tx:
            return messages.of_ticket(tx, number)

    def answers(self, number: int) -> list[str]:
        """What the rules said to the customer."""
        return [
            said.text
            for said in self.messages(number)
            if said.direction is Direction.OUT and said.auto
        ]

    def notes(self, number: int) -> list[str]:
        """The internal notes."""
        return [said.text for said in self.messages(number) if said.direction is Direction.NOTE]

    def reply(self, number: int, text: str, by: Actor = LI, status: Status | None = None) -> None:
        """An agent answers."""
        reply(self.desk, number, text, by, status=status)

    def change(self, number: int, wanted: Change, by: Actor = LI) -> None:
        """An agent changes something."""
        change(self.desk, number, wanted, by)

    def close(self) -> None:
        """Let go of the database."""
        self.desk.close()
