"""The console on a desk of a million messages, beside an empty Textual app, in a real terminal.

`python -m benchmarks.console --cache FOLDER [--messages 1000000] [--rounds 7] [--keys 100]`
"""

from __future__ import annotations

import re
import sqlite3
import statistics
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.desks import arguments, desk
from benchmarks.measure import kfdesk, percentile, spread, verdict
from benchmarks.terminal import Terminal

EMPTY = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Empty(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("painted-by-empty")

Empty().run()
"""
KEYS = {"↓": "\x1b[B", "↑": "\x1b[A", "page down": "\x1b[6~", "G": "G", "Home": "\x1b[H"}
ALL = "3"  # the built-in view of every ticket
#: A ticket's number: a line of the queue was painted. No escape sequence has so many digits.
LINE = re.compile(rb"(?<![0-9;?])[0-9]{4,6}(?![0-9])")


def newest(config: Path) -> list[str]:
    """What a queue's first lines show: subjects of the newest tickets, open ones and all."""
    with closing(sqlite3.connect(config.parent / "desk.db")) as connection:
        ask = "SELECT subject FROM ticket {} ORDER BY updated_at DESC LIMIT 200"
        where = "WHERE status IN ('new', 'open', 'pending', 'hold')"
        rows = [*connection.execute(ask.format(where)), *connection.execute(ask.format(""))]
    return sorted({subject[:8] for (subject,) in rows})


def first_paint(command: Sequence[str], markers: Sequence[str]) -> float:
    """Seconds from exec to the first text of interest on the terminal."""
    with Terminal(command) as terminal:
        return terminal.until(markers)


def keys(terminal: Terminal, count: int) -> dict[str, list[float]]:
    """Seconds from key to paint, in the order a person would press them."""
    found: dict[str, list[float]] = {name: [] for name in KEYS}
    for number in range(count):
        for name in ("↓", "↓", "↓", "↑", "page down"):
            found[name].append(terminal.press(KEYS[name], LINE))
            terminal.quiet(0.05, at_most=0.5)
        if number % 10 == 9:
            for name in ("G", "↑", "Home", "↓"):
                found[name].append(terminal.press(KEYS[name], LINE))
                terminal.quiet(0.05, at_most=0.5)
    return found


def main() -> None:
    """Open both in turn, then press keys."""
    given = arguments("Measure the console.", [("rounds", 7), ("keys", 60)])
    config = desk(given.cache, given.messages)
    markers = newest(config)
    console = kfdesk(config)
    empty = [sys.executable, "-c", EMPTY]
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(given.rounds):
        ours.append(first_paint(console, markers))
        theirs.append(first_paint(empty, ["painted-by-empty"]))
    print(f"first painted queue   {spread(ours)}")
    print(f"empty Textual app     {spread(theirs)}")
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    verdict("first queue against an empty app", ratio, 1.5, at_least=False)

    with Terminal(console) as terminal:
        terminal.until(markers)
        terminal.quiet(1, at_most=3)
        print(f"{'view of all':12} {terminal.press(ALL, LINE) * 1000:6.1f} ms")
        terminal.quiet(0.5, at_most=2)
        found = keys(terminal, given.keys)
        print(f"resident {terminal.memory():.0f} MB")
    for name, times in found.items():
        print(f"{name:12} {len(times):4} keys   {spread(times)}")
    every = [seconds * 1000 for times in found.values() for seconds in times]
    verdict("key to paint, p95 in ms", percentile(every, 0.95), 30, at_least=False)


if __name__ == "__main__":
    main()
