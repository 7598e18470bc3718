"""What routes cost and whether they hold when several syncs run at once.

`python -m benchmarks.assign [--tickets 1000] [--rounds 3]`. First, three programs are started at
once, two syncs and what cron would start, on a desk of three mailboxes: every ticket has one agent,
and shares differ by at most one. Then the processor time of a batch of new tickets on an empty
desk of ten agents, without a route and with one; the best round of each counts.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.measure import kfdesk, verdict
from benchmarks.rules import NOW, new_tickets
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.incoming.ingest import ingest
from kfdesk.desk.tickets.listing import find
from kfdesk.model import Batch
from kfdesk.store import journal

AGENT = '[[agent]]\nname = "agent{n}"\nteams = ["all"]\ncapacity = {capacity}\n'
CHANNEL = """\
[[channel]]
name = "spool{n}"
type = "maildir"
path = "Maildir{n}"
address = "support{n}@example.com"
team = "all"
"""
ROUTE = '[[route]]\nname = "all"\nstrategies = {strategies}\n'
CHANNELS = 3
ROUTES = (
    ("in turn", '["round-robin"]'),
    ("by load", '["least-open", "round-robin"]'),
    ("by all but skill", '["last-agent", "least-open", "least-today", "round-robin"]'),
)


def configuration(agents: int, strategies: str, capacity: int = 0) -> str:
    """A desk of so many agents and three mailboxes, with a route if strategies are given."""
    return (
        '[[team]]\nname = "all"\n'
        + "".join(AGENT.format(n=n, capacity=capacity) for n in range(agents))
        + "".join(CHANNEL.format(n=n) for n in range(CHANNELS))
        + (ROUTE.format(strategies=strategies) if strategies else "")
    )


def race(folder: Path, count: int, agents: int, programs: int = 3) -> dict[int, list[str]]:
    """Let several syncs take mails in at once; return {ticket: all agents it was given to}."""
    file = folder / "kfdesk.toml"
    file.write_text(configuration(agents, '["round-robin"]'), encoding="utf-8")
    for channel in range(CHANNELS):
        for part in ("tmp", "new", "cur"):
            (folder / f"Maildir{channel}" / part).mkdir(parents=True)
    for n, item in enumerate(new_tickets(count).items):
        (folder / f"Maildir{n % CHANNELS}" / "new" / f"{n}.mail").write_bytes(item.raw)
    started = [
        subprocess.Popen(kfdesk(file, "sync"), stdout=subprocess.DEVNULL) for _n in range(programs)
    ]
    codes = [one.wait() for one in started]
    if any(codes):
        raise SystemExit("a sync failed")
    desk = Desk.open(load(file))
    try:
        given: dict[int, list[str]] = defaultdict(list)
        found = list(find(desk, "", ""))
        with desk.store.read() as tx:
            for ticket in found:
                for event in journal.events(tx, ticket.number):
                    if "assignee" in event.changes:
                        given[ticket.number].append(event.changes["assignee"][1])
        return {ticket.number: given[ticket.number] for ticket in found}
    finally:
        desk.close()


def seconds(batch: Batch, strategies: str) -> tuple[float, int]:
    """Processor time of one batch on an empty desk, and the tickets that it made."""
    with tempfile.TemporaryDirectory(prefix="kfdesk-assign-") as folder:
        file = Path(folder) / "kfdesk.toml"
        file.write_text(configuration(10, strategies, capacity=500), encoding="utf-8")
        desk = Desk.open(load(file), lambda: NOW)
        begun = time.process_time()
        done = ingest(desk, desk.settings.channels[0], batch)
        taken = time.process_time() - begun
        desk.close()
    return taken, done.new_tickets


def main() -> None:
    """Race, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("tickets", 1000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kfdesk-assign-") as folder:
        agents = race(Path(folder), given.tickets, 7)
    twice = sum(len(one) != 1 for one in agents.values())
    shares = Counter(one[-1] for one in agents.values() if one)
    print(f"{len(agents)} tickets, three programs at once: {dict(sorted(shares.items()))}")
    verdict("tickets not given exactly once", twice, 0, at_least=False)
    verdict("difference of shares", max(shares.values()) - min(shares.values()), 1, at_least=False)
    batch = new_tickets(given.tickets)
    plain: list[float] = []
    routed: dict[str, list[float]] = defaultdict(list)
    made = 0
    for _ in range(given.rounds):
        plain.append(seconds(batch, "")[0])
        for name, strategies in ROUTES:
            taken, made = seconds(batch, strategies)
            routed[name].append(taken)
    before = min(plain) / made * 1000
    print(f"{made} new tickets in one batch, ten agents; plain ingest {before:.2f} ms a ticket")
    for name, _strategies in ROUTES:
        more = min(routed[name]) / made * 1000 - before
        verdict(f"ms a ticket more, {name}", more, 1.0, at_least=False)


if __name__ == "__main__":
    main()
