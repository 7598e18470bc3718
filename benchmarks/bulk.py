"""What a bulk change costs, and its undo, beside bare updates of the same columns.

`python -m benchmarks.bulk [--tickets 10000] [--rounds 3]`. A generated desk of somewhat more
tickets; each round, on copies of it: as many single UPDATEs in one bare SQLite transaction, then
the bulk change as one operation and its undo, without triggers and with twenty. Processor
time; the best round of each counts.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.desks import CONFIGURATION, SIZES, fill
from benchmarks.measure import verdict
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.bulk.deed import parse
from kfdesk.desk.bulk.many import Plan, plan, run, select
from kfdesk.desk.history.undo import undo
from kfdesk.model import Actor, By
from kfdesk.store.tables import to_ms

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ME = Actor(By.AGENT, "agent01")
DEED = ("set", "status=pending", "priority=urgent")
#: The columns that it writes of a ticket.
BARE = (
    "UPDATE ticket SET status = ?, priority = ?, version = version + 1, updated_at = ?, "
    "last_person_at = ?, solved_at = NULL, closed_at = NULL WHERE id = ?"
)
PRAGMAS = ("synchronous = FULL", "cache_size = -65536", "mmap_size = 268435456")


def bare(file: Path, numbers: list[int]) -> float:
    """Seconds of the single UPDATEs in one transaction."""
    at = to_ms(NOW)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        begun = time.process_time()
        connection.execute("BEGIN IMMEDIATE")
        for number in numbers:
            connection.execute(BARE, ("pending", 4, at, at, number))
        connection.execute("COMMIT")
        return time.process_time() - begun


def desk_with(folder: Path, triggers: bool) -> Desk:
    """The desk, with the twenty triggers or without."""
    file = folder / "kfdesk.toml"
    rules = (Path(__file__).parent / "rules.toml").read_text(encoding="utf-8")
    if not triggers:
        rules = rules[: rules.index("[[trigger]]")]
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    file.write_text(CONFIGURATION, encoding="utf-8")
    return Desk.open(load(file), lambda: NOW)


def timed(do: Callable[[], object]) -> float:
    """Seconds that something takes."""
    begun = time.process_time()
    do()
    return time.process_time() - begun


def shown(desk: Desk, count: int) -> Plan:
    """What is shown before it is done."""
    numbers = select(desk, "-status:pending sort:created", ME.name, count)
    return plan(desk, parse(desk, DEED, ME.name), numbers, ME)


def measure(made: Path, count: int) -> dict[str, float]:
    """One round."""
    found: dict[str, float] = {}
    for triggers in (False, True):
        with tempfile.TemporaryDirectory(prefix="kfdesk-bulk-") as folder:
            file = Path(folder) / "desk.db"
            shutil.copy(made, file)
            with closing(desk_with(Path(folder), triggers)) as desk:
                wanted = shown(desk, count)
                shutil.copy(made, copy := Path(folder) / "bare.db")
                name = "with 20 triggers" if triggers else "no triggers"
                found[f"bare {name}"] = bare(copy, [one.number for one in wanted.acting])
                found[f"set, {name}"] = timed(partial(run, desk, wanted, ME))
                found[f"undo, {name}"] = timed(partial(undo, desk, ME))
    return found


def main() -> None:
    """Measure in turns and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("tickets", 10_000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    gc.set_threshold(50_000)  # as in the program
    times: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="kfdesk-bulk-") as folder:
        made = Path(folder) / "made.db"
        fill(made, given.tickets * 11 // 10 * sum(SIZES) // len(SIZES), 1)
        for _ in range(given.rounds):
            for name, seconds in measure(made, given.tickets).items():
                times[name].append(seconds)
    yardstick = min(min(found) for name, found in times.items() if name.startswith("bare"))
    print(f"{given.tickets} single UPDATEs in one bare transaction: {yardstick:.3f} s")
    for name, found in times.items():
        if not name.startswith("bare"):
            best = min(found)
            verdict(f"{name}: {best:.3f} s, times the bare", best / yardstick, 5, at_least=False)


if __name__ == "__main__":
    main()
