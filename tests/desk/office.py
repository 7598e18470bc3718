"""A desk to try things on: a configuration, a real database, mails as bytes, and a clock to set."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.incoming.ingest import Ingested, ingest
from kfdesk.fetchers import connect
from kfdesk.model import (
    Actor,
    Batch,
    By,
    Direction,
    Event,
    Inbound,
    Message,
    Outbound,
    OutboxRow,
    Ticket,
)
from kfdesk.rules.language.query import parse
from kfdesk.settings import Channel, Settings
from kfdesk.store import customers, journal, messages, outbox, queue, whole_tickets
from tests.conftest import Mailbox
from tests.support.servers import PASSWORD

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANNA = Actor(By.AGENT, "anna")

CONFIGURATION = """
[desk]
name = "Shop"
timezone = "Asia/Shanghai"
language = "en"

[ui]
undo_send = "{undo_send}"

[[team]]
name = "refunds"
[[team]]
name = "strict"
on_closed = "new"
[[team]]
name = "week"
on_closed = {{ reopen_within = "7d" }}

[[agent]]
name = "anna"
title = "Anna"
email = "anna@shop.example"
teams = ["refunds"]
[[agent]]
name = "bert"
email = "bert@shop.example"

[[channel]]
name = "support"
address = "support@shop.example"
aliases = ["help@shop.example"]
{outlet}
{inlet}

[[template]]
name = "ack"
subject = "[{{{{ticket.token}}}}] {{{{ticket.subject}}}}"
text = "Dear {{{{customer.name}}}}, we have your message."
"""

MAILDIR = """
type = "maildir"
path = "Maildir"
"""

IMAP = """
type = "imap"
sent_folder = "Sent"
[channel.imap]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password = "{password}"
folders = {folders}
"""

ACKNOWLEDGE = """
[[trigger]]
name = "Acknowledge"
on = ["created"]
when = "by:customer"
do = [{ reply = "ack" }]
"""

#: As above, at every message: what a careless configuration does.
ANSWER_ALL = """
[[trigger]]
name = "Answer all"
on = ["message"]
when = "by:customer"
do = [{ reply = "ack" }]
"""

_SERIAL = count(1)


@cache
def _empty_database() -> bytes:
    """An empty desk's database, migrated once for all tests."""
    from kfdesk.store.engine import Store

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        Store.open(file).close()
        copy = Path(folder) / "copy.db"
        from kfdesk.store import migrate

        migrate.copy(file, copy)
        return copy.read_bytes()


def raw(
    body: str = "Hello.\r\n",
    sender: str = "Jane <jane@customer.example>",
    *,
    id: str | None = None,
    answers: Sequence[str] = (),
    **headers: str,
) -> bytes:
    """A mail; `answers` are the Message-IDs it refers to, the newest last; `_` in a name is `-`."""
    fields = {
        "From": sender,
        "To": "support@shop.example",
        "Subject": "My order",
        "Date": "Sat, 21 Nov 2026 11:00:00 +0000",
        "Message-ID": f"<{next(_SERIAL)}@customer.example>" if id is None else id and f"<{id}>",
    }
    if answers:
        fields["In-Reply-To"] = f"<{answers[-1]}>"
        fields["References"] = " ".join(f"<{one}>" for one in answers)
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"{block}\r\n{body}".encode()


class Office:
    """The desk. `now` is the time; `receive` takes mails in as one batch."""

    def __init__(
        self,
        folder: Path,
        rules: str = "",
        *,
        outlet: str = 'outbox_path = "Out"',
        inlet: str = MAILDIR,
        undo_send: str = "0s",
        domain: str = "shop",
    ) -> None:
        self.folder = folder
        self.now = NOW
        self.file = folder / "kfdesk.toml"
        configuration = CONFIGURATION.format(outlet=outlet, inlet=inlet, undo_send=undo_send)
        configuration = configuration.replace("shop.example", f"{domain}.example")
        self.file.write_text(configuration + rules, encoding="utf-8")
        for sub in ("tmp", "new", "cur"):
            (folder / "Maildir" / sub).mkdir(parents=True, exist_ok=True)
        self.settings: Settings = load(self.file)
        database = folder / "desk.db"
        if not database.exists():
            database.write_bytes(_empty_database())
            database.chmod(0o600)
        self.desk = Desk.open(self.settings, lambda: self.now)
        self.places = 0

    @property
    def channel(self) -> Channel:
        """The only channel."""
        return self.settings.channels[0]

    def batch(self, *mails: bytes) -> Batch:
        """Mails as a fetcher would bring them."""
        items = []
        for mail in mails:
            self.places += 1
            items.append(Inbound(f"INBOX/1/{self.places}", mail, self.now, len(mail)))
        return Batch(tuple(items), {"INBOX": f"1/{self.places}"})

    def receive(self, *mails: bytes) -> Ingested:
        """Take mails in, as one batch."""
        return ingest(self.desk, self.channel, self.batch(*mails))

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the channel's Maildir."""
        for mail in mails:
            name = f"{int(self.now.timestamp())}.M{next(_SERIAL):09d}.test"
            part = self.folder / "Maildir" / "tmp" / name
            part.write_bytes(mail)
            part.rename(self.folder / "Maildir" / "new" / name)

    def later(self, **keys: float) -> None:
        """Let time pass."""
        self.now += timedelta(**keys)

    def ticket(self, number: int) -> Ticket:
        """A ticket."""
        with self.desk.store.read() as tx:
            return whole_tickets.get(tx, number)

    def tickets(self) -> list[Ticket]:
        """Every ticket."""
        with self.desk.store.read() as tx:
            return whole_tickets.get_many(tx, range(1, 1000))

    def messages(self, number: int) -> list[Message]:
        """What was said on a ticket."""
        with self.desk.store.read() as tx:
            return messages.of_ticket(tx, number)

    def inbound(self) -> list[Message]:
        """All that ever came in."""
        return [
            said
            for ticket in self.tickets()
            for said in self.messages(ticket.number)
            if said.direction is Direction.IN
        ]

    def events(self, number: int) -> list[Event]:
        """The journal of a ticket."""
        with self.desk.store.read() as tx:
            return journal.events(tx, number)

    def outbox(self) -> list[OutboxRow]:
        """What is to leave or has left."""
        with self.desk.store.read() as tx:
            return outbox.rows(tx)

    def letter(self, row: OutboxRow) -> Outbound:
        """What an outbox row sends."""
        from kfdesk.desk.sending.outbox import composed

        with self.desk.store.read() as tx:
            return composed(tx, self.desk, self.channel, row.id)

    def held(self, number: int) -> list[str]:
        """Why automatic mails of a ticket were held back."""
        return [event.text for event in self.events(number) if event.kind == "held back"]

    def customers(self) -> int:
        """How many customers there are."""
        return int(self.sql("SELECT count(*) FROM customer")[0][0])

    def known(self, email: str) -> bool:
        """Whether an address is somebody's."""
        with self.desk.store.read() as tx:
            return email in customers.by_email(tx, [email])

    def find(self, query: str, limit: int | None = None) -> list[int]:
        """The tickets that a query lists."""
        with self.desk.store.read() as tx:
            return list(queue.ids(tx, parse(query, self.desk.known), self.desk.scope(), limit))

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Ask, or change, what no use case does."""
        with self.desk.store.write() as tx:
            found = tx.execute(text(statement), values)
            return list(found.all()) if found.returns_rows else []

    def deliver_outbox(self) -> Any:
        """Send what is due, as a sync does."""
        from kfdesk.desk.sending.outbox import deliver

        fetcher = connect(self.channel)
        try:
            return deliver(self.desk, self.channel, fetcher)
        finally:
            fetcher.close()

    def copy(self, folder: Path) -> None:
        """Copy the database, as it is now, to another folder."""
        shutil.copy(self.folder / "desk.db", folder / "desk.db")

    def close(self) -> None:
        """Let go of the database."""
        self.desk.close()


def inlet(mailbox: Mailbox, *folders: str) -> str:
    """The configuration of a channel on a real mailbox."""
    return IMAP.format(
        port=mailbox.dovecot.plain_port,
        user=mailbox.user,
        password=PASSWORD,
        folders=json.dumps(folders or ("INBOX",)),
    )


def subjects(found: Iterable[Ticket]) -> list[str]:
    """The subjects of tickets, in order."""
    return [ticket.subject for ticket in found]
