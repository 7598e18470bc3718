"""A desk with a past, generated: up to a million messages, written straight into its tables.

`python -m benchmarks.desks --cache FOLDER [--messages 1000000]` makes it once and keeps it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.sql.schema import ScalarElementColumnDefault

from benchmarks.words import LANGUAGES, WEIGHTS
from kfdesk.store import migrate
from kfdesk.store.fulltext.words import tokens
from kfdesk.store.tables import metadata, to_ms

END = to_ms(datetime(2026, 11, 20, 10, tzinfo=UTC))
SPAN = 730 * 86_400_000
#: Messages of a ticket, in turn: three on average.
SIZES = (1, 3, 2, 4, 1, 6, 2, 3, 1, 5, 2, 6)
CHUNK = 6_000  # tickets; a multiple of len(SIZES)
TEAMS = ("refunds", "shipping", "invoices", "tech", "accounts")
TAGS = ("refund", "vip", "order", "file", "complaint", "broken", "payment", "thanks")
CONFIGURATION = """\
include = ["rules.toml"]

[desk]
name = "Measured"

[[channel]]
name = "support"
type = "maildir"
path = "Maildir"
address = "support@example.com"
"""

Rows = dict[str, list[tuple[Any, ...]]]
COLUMNS = {
    "customer": ("id", "name", "email", "created_at"),
    "identity": ("id", "scheme", "value", "customer_id", "verified", "created_at"),
    "ticket": (
        *("id", "subject", "status", "priority", "channel", "account", "team", "assignee"),
        *("customer_id", "fields", "version", "created_at", "updated_at", "last_person_at"),
        *("waiting_since", "solved_at", "closed_at", "first_response_at", "message_count"),
        "unread",
    ),
    "ticket_tag": ("ticket_id", "tag"),
    "message": (
        *("id", "ticket_id", "account", "direction", "by", "author", "author_email", "at"),
        *("created_at", "external_id", "message_id", "subject", "cut", "to", "cc", "size", "text"),
    ),
    "origin": ("account", "place", "message_id"),
    "event": ("id", "ticket_id", "at", "by", "actor", "kind", "changes", "message_id", "root"),
    "search": ("rowid", "body"),
}


def desk(cache: Path, messages: int, seed: int = 1) -> Path:
    """The configuration of a desk with so many messages; made where the cache has none yet."""
    folder = cache / f"desk-{_schema()}-{messages}-{seed}"
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        for part in ("cur", "new", "tmp"):
            (partial / "Maildir" / part).mkdir(parents=True)
        shutil.copy(Path(__file__).parent / "rules.toml", partial)
        (partial / "kfdesk.toml").write_text(CONFIGURATION, encoding="utf-8")
        fill(partial / "desk.db", messages, seed)
        partial.rename(folder)
    return folder / "kfdesk.toml"


def _schema() -> str:
    """The schema's fingerprint: a desk of another one is of no use."""
    with tempfile.TemporaryDirectory() as folder:
        migrate.upgrade(file := Path(folder) / "desk.db")
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:8]


def fill(file: Path, messages: int, seed: int) -> None:
    """Make a database and write the desk into it."""
    migrate.upgrade(file)
    count = -(-messages // sum(SIZES)) * len(SIZES)
    jobs = [(first, min(CHUNK, count - first), count, seed) for first in range(0, count, CHUNK)]
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute("INSERT INTO search(search, rank) VALUES ('hashsize', 67108864)")
        with ProcessPoolExecutor(1) as pool:
            for rows in _ahead(pool, jobs):
                for table, values in rows.items():
                    connection.executemany(_insert(table), values)
        connection.execute("INSERT INTO search(search, rank) VALUES ('hashsize', 1048576)")
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _ahead(pool: ProcessPoolExecutor, jobs: list[tuple[int, int, int, int]]) -> Iterator[Rows]:
    """Results in order, the next one always in the making and never many of them."""
    waiting = iter(jobs)
    going = [pool.submit(chunk, *job) for job in islice(waiting, 2)]
    while going:
        yield going.pop(0).result()
        going += [pool.submit(chunk, *job) for job in islice(waiting, 1)]


def _insert(table: str) -> str:
    """An INSERT of the columns that are generated; the others get their model's default."""
    given = COLUMNS[table]
    names, values = list(given), ["?"] * len(given)
    if table != "search":
        for column in metadata.tables[table].columns:
            if column.name not in given and isinstance(column.default, ScalarElementColumnDefault):
                names.append(column.name)
                values.append(_literal(column.default.arg))
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({quoted}) VALUES ({", ".join(values)})'


def _literal(value: object) -> str:
    return str(int(value)) if isinstance(value, (bool, int)) else f"'{value}'"


def chunk(first: int, count: int, total: int, seed: int) -> Rows:
    """The rows of `count` tickets, the first of them after `first` others."""
    rng = random.Random(f"{seed}/{first}")
    rows: Rows = {table: [] for table in COLUMNS}
    message = first // len(SIZES) * sum(SIZES) + 1
    for number in range(first + 1, first + count + 1):
        size = SIZES[(number - 1) % len(SIZES)]
        _ticket(rows, rng, number, message, size, total)
        message += size
    return rows


def _ticket(
    rows: Rows, rng: random.Random, number: int, message: int, size: int, total: int
) -> None:
    """One ticket with its messages, events and tags; every other one brings a new customer."""
    created = END - SPAN + SPAN * number // total - rng.randrange(60_000)
    language = rng.choices(LANGUAGES, WEIGHTS)[0]
    customer = (number + 1) // 2
    who = random.Random(customer)
    name, email = language.name(who), f"customer{customer}@mail{customer % 97}.example"
    if number % 2:
        rows["customer"].append((customer, name, email, created))
        rows["identity"].append((customer, "email", email, customer, 0, created))

    recent = number > total * 0.99
    is_open = rng.random() < (0.6 if recent else 0.004)
    status = rng.choice(("new", "open", "open", "pending", "hold")) if is_open else "closed"
    if not is_open and rng.random() < (0.9 if recent else 0.05):
        status = "solved"
    agent = "" if status == "new" else f"agent{rng.randrange(20) + 1:02d}"
    subject = language.subject(rng)
    at = created
    answered: int | None = None
    events = rows["event"]
    base = number * 8
    events.append((base, number, created, "customer", email, "created", "{}", message, base))
    for turn in range(size):
        inbound = turn % 2 == 0
        said = message + turn
        at = min(at + int(rng.expovariate(1 / 20_000_000)), END) if turn else created
        text = "\n\n".join(language.paragraphs(rng, rng.randrange(150, 380)))
        author, address = (name, email) if inbound else (agent or "agent01", "support@example.com")
        rows["message"].append(
            (
                *(said, number, "support", "in" if inbound else "out"),
                *("customer" if inbound else "agent", author, address, at, at),
                *(f"{rng.getrandbits(128):032x}", f"{said}@m.example", subject, len(text)),
                *(json.dumps([["", "support@example.com"]]), "[]", 27_000, text),
            )
        )
        rows["search"].append((said, tokens(f"{subject}\n{author}\n{address}\n{text}")))
        if inbound:
            rows["origin"].append(("support", f"{said}.generated", said))
        else:
            answered = answered or at
            if turn == 1:
                event = (base + 1, number, at, "agent", author, "reply", "{}", said, base + 1)
                events.append(event)
    if not is_open:
        changes = json.dumps({"status": ["open", status]})
        events.append((base + 2, number, at, "agent", agent, "changed", changes, None, base + 2))
    rows["ticket"].append(
        (
            *(number, subject, status, rng.choice((1, 2, 2, 2, 2, 3, 3, 4)), "email", "support"),
            *(rng.choice(TEAMS), agent, customer, "{}", size + 1, created, at, at),
            *(at if is_open and size % 2 else None, None if is_open else at),
            *(at if status == "closed" else None, answered, size, int(is_open and size % 2)),
        )
    )
    if rng.random() < 0.4:
        tags = sorted(set(rng.choices(TAGS, k=2)))
        rows["ticket_tag"].extend((number, tag) for tag in tags)


def arguments(about: str, rest: Iterable[tuple[str, int]] = ()) -> argparse.Namespace:
    """The command line of a program that measures on a desk."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "kfdesk-benchmarks")
    parser.add_argument("--messages", type=int, default=1_000_000)
    for name, default in rest:
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def main() -> None:
    """Make the desk, and say how long that took."""
    given = arguments("Generate a desk.")
    begun = time.perf_counter()
    config = desk(given.cache, given.messages)
    size = (config.parent / "desk.db").stat().st_size / 1e9
    print(f"{config}  {size:.2f} GB  {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
