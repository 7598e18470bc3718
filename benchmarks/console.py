"""The console on a desk of a million messages, beside an empty Textual app, in a real terminal.

`python -m benchmarks.console --cache FOLDER [--messages 1000000] [--rounds 7] [--keys 60]
[--mails 20000] [--idle 30]`

All in one run, on a copy of the desk: the first picture, keys in the queue and in conversations,
the same while mails are synced in the background, an idle console, the counters and the filter.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL

from benchmarks import conversation, views
from benchmarks.desks import arguments, desk
from benchmarks.mails import write_maildir
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
EMPTY_APP = (sys.executable, "-c", EMPTY)
KEYS = {"↓": "\x1b[B", "↑": "\x1b[A", "page down": "\x1b[6~", "G": "G", "Home": "\x1b[H"}
ROUNDS = 15  # short conversations beside the long one
_ROUNDS_AFTER = 3  # keys go on for so long when no more mails come in
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
    """Seconds from key to paint in the queue, in the order a person would press them."""
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


def told(what: str, found: Mapping[str, Sequence[float]]) -> None:
    """Print how long each key took, and all of them beside their bar."""
    for name, times in found.items():
        if times:
            print(f"{name:12} {len(times):4} keys   {spread(times)}")
    every = [seconds * 1000 for times in found.values() for seconds in times]
    verdict(f"{what}, p95 in ms", percentile(every, 0.95), 30, at_least=False)


def begin(given: Namespace, folder: Path) -> Path:
    """A copy of the desk in a folder, with conversations of known length."""
    made = desk(given.cache, given.messages)
    config = folder / "kfdesk.toml"
    for name in ("kfdesk.toml", "rules.toml", "desk.db"):
        shutil.copy(made.parent / name, folder)
    for part in ("cur", "new", "tmp"):
        (folder / "Maildir" / part).mkdir(parents=True)
    conversation.add(folder / "desk.db", 5000, ROUNDS, 2 * given.messages)
    return config


def come_in(config: Path) -> int:
    """How many messages the desk has had."""
    with closing(sqlite3.connect(config.parent / "desk.db", timeout=10)) as connection:
        (newest,) = connection.execute("SELECT max(id) FROM message").fetchone()
    return int(newest)


def while_syncing(terminal: Terminal, config: Path, mails: int) -> None:
    """Press keys in the queue and in a conversation while a child takes mails in."""
    write_maildir(config.parent / "coming", mails)
    (config.parent / "coming" / "new").rename(config.parent / "Maildir" / "new")
    found: dict[str, list[float]] = {"conversation": []}
    begun = time.perf_counter()
    first = last = come_in(config)
    with subprocess.Popen(kfdesk(config, "sync"), stdout=DEVNULL, stderr=DEVNULL) as child:
        still = 0  # rounds without mails: taken by this child, or by the console's own
        while still < _ROUNDS_AFTER or child.poll() is None:
            for name, times in keys(terminal, 2).items():
                found.setdefault(name, []).extend(times)
            conversation.open_ticket(terminal, 1)
            for key in ("\x1b[5~",) * 6 + ("\x1b[6~",) * 6:
                found["conversation"].append(terminal.press(key, conversation.PAGE))
                terminal.quiet(0.03, at_most=0.3)
            os.write(terminal.keyboard, b"\x1b")
            terminal.quiet(0.3)
            before, last = last, come_in(config)
            still = 0 if last > before else still + 1
    took = time.perf_counter() - begun
    print(f"{last - first} messages came in meanwhile, {(last - first) / took:.0f}/s")
    told("key to paint while mails come in", found)


def idle(terminal: Terminal, config: Path, seconds: int, *, written: bool) -> None:
    """What a console costs that nobody uses, while somebody writes once a second or nobody does."""
    begun, used, painted = time.perf_counter(), terminal.processor(), len(terminal.output)
    while (past := time.perf_counter() - begun) < seconds:
        if written:
            with closing(sqlite3.connect(config.parent / "desk.db", timeout=10)) as other, other:
                other.execute("UPDATE ticket SET version = version + 1 WHERE id = 9")
        terminal.wait(min(1, seconds - past))
    share = (terminal.processor() - used) / seconds
    bytes_ = (len(terminal.output) - painted) / seconds
    who = "while another process writes" if written else "while nothing happens"
    print(f"idle {who}: {share:.1%} of a processor, {bytes_:.0f} bytes painted a second")


def main() -> None:
    """Open both in turn, then use the one."""
    given = arguments(
        "Measure the console.", [("rounds", 7), ("keys", 60), ("mails", 20_000), ("idle", 30)]
    )
    with tempfile.TemporaryDirectory(dir=given.cache) as folder:
        config = begin(given, Path(folder))
        markers = newest(config)
        beginnings(config, markers, given.rounds)
        with Terminal(kfdesk(config)) as terminal:
            terminal.until(markers)
            terminal.wait(8)
            memory("once it is open", terminal)
            idle(terminal, config, given.idle, written=False)
            idle(terminal, config, given.idle, written=True)
            print(f"{'view of all':12} {terminal.press(ALL, LINE) * 1000:6.1f} ms")
            terminal.quiet(0.5, at_most=2)
            told("key to paint in the queue", keys(terminal, given.keys))
            conversation.read(terminal, 5000, ROUNDS)
            memory("after that use", terminal)
            os.write(terminal.keyboard, b"\x1b")
            terminal.quiet(0.5)
            while_syncing(terminal, config, given.mails)
            memory("after the sync", terminal)
        views.measure(config, 20)


def memory(when: str, terminal: Terminal) -> None:
    """Print what the console takes, beside an empty app's."""
    with Terminal(EMPTY_APP) as empty:
        empty.until(["painted-by-empty"])
        empty.wait(1)
        bare, bare_own = empty.memory()
    resident, own = terminal.memory()
    print(f"memory {when}: {resident:.0f} MB, its own {own:.0f} (empty {bare:.0f}, {bare_own:.0f})")
    verdict("memory against an empty app", resident / bare, 1.6, at_least=False)


def beginnings(config: Path, markers: Sequence[str], rounds: int) -> None:
    """The first picture of both, in turn."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(first_paint(kfdesk(config), markers))
        theirs.append(first_paint(EMPTY_APP, ["painted-by-empty"]))
    print(f"first painted queue   {spread(ours)}")
    print(f"empty Textual app     {spread(theirs)}")
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    verdict("first queue against an empty app", ratio, 1.5, at_least=False)


if __name__ == "__main__":
    main()
