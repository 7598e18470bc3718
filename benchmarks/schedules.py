"""A hundred schedules over a million tickets, 1 in 100 open, beside one scan of all tickets.

`python -m benchmarks.schedules [--tickets 1000000] [--many 40000]`
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.measure import verdict
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.timing.clockwork import catch_up
from kfdesk.store import migrate
from kfdesk.store.mark import Mark
from kfdesk.store.tables import to_ms

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPAN = 730 * 86_400_000
TEAMS = ("refunds", "shipping", "invoices", "tech", "accounts")
CATEGORIES = ("投诉/物流", "投诉/服务", "售后/退款", "售后/换货", "售前/咨询", "其他", "", "")
TAGS = ("vip", "refund", "order", "complaint")
COLUMNS = (
    *("id", "subject", "status", "priority", "channel", "account", "category", "team", "assignee"),
    *("customer_id", "fields", "version", "created_at", "updated_at", "last_person_at"),
    *("waiting_since", "solved_at", "closed_at", "first_response_at", "sla", "sla_chosen"),
    *("breached", "message_count", "unread", "quarantine"),
)
#: What desks ask for; each for all tickets and by team.
CONDITIONS = (
    "status:solved idle>72h",
    "status:pending idle>48h",
    "status:hold idle>96h",
    "is:open waiting>4h",
    "is:open waiting>24h",
    "is:unassigned is:open age>1h",
    "category:投诉/* is:open age>20h",
    "category:售后/退款 is:open idle>24h",
    "priority:urgent is:open idle>2h",
    "priority>=high is:open waiting>1h",
    "tag:vip is:open idle>8h",
    "tag:complaint is:open age>48h",
    "customer.group:KA is:open idle>4h",
    "is:open age>30d -tag:vip",
    "status:open idle>14d",
    "status:new age>2h -category:投诉/*",
    "is:open -assignee:none idle>24h",
)
ACTS = "do = [{ tag = ['looked-at'] }]"


def main() -> None:
    """Measure the looks, the acts, and one schedule that finds many."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("tickets", 1_000_000), ("many", 40_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        fill(place / "desk.db", given.tickets)
        scan = min(scanned(place / "desk.db") for _ in range(3))
        print(f"one scan of {given.tickets:,} tickets       {scan:8.2f} s")
        hundred(place, scan)
        many(place, given.many)


def hundred(place: Path, scan: float) -> None:
    """A hundred schedules, the first time with all that they find, and hours later."""
    rules = [f"{condition} {team}".strip() for condition in CONDITIONS for team in _teams()][:100]
    desk = opened(place, "\n".join(_schedule(n, rule) for n, rule in enumerate(rules)))
    catch_up(desk, NOW)
    begun = time.perf_counter()
    first = catch_up(desk, NOW + HOUR)
    acting = time.perf_counter() - begun
    print(f"{first.due} schedules, acting on {first.fired:,}   {acting:8.2f} s")
    begun = time.perf_counter()
    hours = 5
    later = catch_up(desk, NOW + (1 + hours) * HOUR)
    looking = (time.perf_counter() - begun) / hours
    found = rows(place, "epoch")
    print(f"the same, an hour later           {looking:8.2f} s   "
          f"{found:,} of whom it holds, {later.fired / hours:,.0f} new")  # fmt: skip
    desk.close()
    verdict("100 schedules against one scan", looking / scan, 3.0, at_least=False)


def many(place: Path, count: int) -> None:
    """One schedule that finds many tickets, beside one that finds a tenth of them."""
    peaks = []
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        for n, wanted in enumerate((count // 10, count)):
            fired, seconds, peak = pool.submit(closing_many, place, f"many{n}", wanted).result()
            assert fired == wanted == rows(place, f"event WHERE actor = 'many{n}' AND rule = ''")
            print(
                f"{fired:6,} tickets closed at one instant {seconds:8.2f} s   "
                f"{seconds / fired * 1e6:.0f} µs each, peak memory {peak:.0f} MB"
            )
            peaks.append(peak)
    verdict("memory for ten times as many", peaks[1] / peaks[0], 1.2, at_least=False)


def closing_many(place: Path, name: str, count: int) -> tuple[int, float, float]:
    """Close as many solved tickets at one instant; tickets, seconds, peak memory in MB."""
    with closing(sqlite3.connect(place / "desk.db")) as connection, connection:
        connection.execute(
            "UPDATE ticket SET status = 'solved', assignee = 'many' WHERE id IN "
            "(SELECT id FROM ticket WHERE status = 'closed' AND assignee != 'many' LIMIT ?)",
            (count,),
        )
        mark = connection.execute("SELECT value FROM meta WHERE key = 'swept'").fetchone()
    found = Mark.read(mark[0])
    begin = found.at if found else NOW
    rule = "assignee:many status:solved idle>72h"
    desk = opened(place, _schedule(name, rule, "do = [{ set = { status = 'closed' } }]"))
    catch_up(desk, begin)
    begun = time.perf_counter()
    done = catch_up(desk, begin + HOUR)
    seconds = time.perf_counter() - begun
    desk.close()
    return done.fired, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _teams() -> Iterator[str]:
    yield ""
    for team in TEAMS:
        yield f"team:{team}"


def _schedule(name: object, when: str, acts: str = ACTS) -> str:
    return f'[[schedule]]\nname = "{name}"\nevery = "hour"\nwhen = "{when}"\n{acts}\n'


def opened(place: Path, rules: str) -> Desk:
    """The desk with these rules."""
    names = [f'[[team]]\nname = "{team}"' for team in TEAMS]
    names += [f'[[agent]]\nname = "{agent}"' for agent in ("many", *_agents())]
    names += [f'[[category]]\npath = "{path}"' for path in CATEGORIES if path]
    (place / "kfdesk.toml").write_text(
        "\n".join([*names, '[[group]]\nname = "KA"', rules]), encoding="utf-8"
    )
    return Desk.open(load(place / "kfdesk.toml"), lambda: NOW)


def rows(place: Path, table: str) -> int:
    """How many rows there are."""
    with closing(sqlite3.connect(place / "desk.db")) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def scanned(file: Path) -> float:
    """The time of one question that no index answers, about every column of every ticket."""
    with closing(sqlite3.connect(file)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(ticket)")]
        sizes = " + ".join(f'length("{name}")' for name in names)
        begun = time.perf_counter()
        connection.execute(f"SELECT id FROM ticket WHERE coalesce({sizes}, 0) > 100000").fetchall()
        return time.perf_counter() - begun


def _agents() -> list[str]:
    return [f"agent{n:02d}" for n in range(1, 21)]


def fill(file: Path, count: int) -> None:
    """Make a desk of so many tickets: 1 in 100 is open, most of those recent."""
    migrate.upgrade(file)
    rng = random.Random(1)
    insert = f"INSERT INTO ticket ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'ticket' AND type = 'index' "
            "AND sql IS NOT NULL"
        ).fetchall()
        for name, _sql in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO customer (id, name, email, created_at) VALUES (?, ?, ?, 0)",
            ((n, f"Customer {n}", f"c{n}@customer.example") for n in range(1, count // 2 + 2)),
        )
        connection.executemany(
            "INSERT INTO customer_group (customer_id, name) VALUES (?, 'KA')",
            ((n,) for n in range(1, count // 2 + 2, 200)),
        )
        connection.executemany(insert, (_ticket(rng, n, count) for n in range(1, count + 1)))
        connection.executemany(
            "INSERT INTO ticket_tag (ticket_id, tag) VALUES (?, ?)",
            ((n, rng.choice(TAGS)) for n in range(1, count + 1) if rng.random() < 0.3),
        )
        for _name, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _ticket(rng: random.Random, number: int, total: int) -> tuple[Any, ...]:
    end = to_ms(NOW)
    created = end - SPAN + SPAN * number // total - rng.randrange(60_000)
    recent = number > total * 0.99
    is_open = rng.random() < (0.6 if recent else 0.004)
    status = rng.choice(("new", "open", "open", "pending", "hold")) if is_open else "closed"
    if not is_open and recent and rng.random() < 0.5:
        status = "solved"
    assignee = "" if status == "new" or rng.random() < 0.02 else rng.choice(_AGENTS)
    last = min(created + int(rng.expovariate(1 / 80_000_000)), end)
    waiting = last if is_open and rng.random() < 0.5 else None
    return (
        *(number, f"Question {number} about an order that did not come", status),
        *(rng.choice((1, 2, 2, 2, 2, 3, 3, 4)), "email", "support", rng.choice(CATEGORIES)),
        *(rng.choice(TEAMS), assignee, (number + 1) // 2, "{}", 3, created, last, last, waiting),
        *(None if is_open else last, last if status == "closed" else None, last, "", ""),
        *(0, 3, 0, ""),
    )


_AGENTS = _agents()

if __name__ == "__main__":
    main()
