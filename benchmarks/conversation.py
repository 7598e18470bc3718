"""A conversation of 5,000 messages beside ones of 20: opened, scrolled, searched, on a terminal.

`python -m benchmarks.conversation [--messages 5000] [--rounds 15]`
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
import statistics
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks import desks
from benchmarks.desks import arguments
from benchmarks.measure import kfdesk, percentile, spread, verdict
from benchmarks.terminal import Terminal
from benchmarks.words import LANGUAGES, WEIGHTS

BACKGROUND = 600  # messages of other tickets
SHORT = 20
FIRST = 1_000_000  # ids of what is added begin here
#: Both ends of a conversation say so.
OPENED, BEGUN = "newest-of-{number}", "oldest-of-{number}"
#: Several lines were painted: a page, and not only the clock of a status line.
PAGE = re.compile(rb"(?:\x1b\[[0-9]+;[0-9]+H.*?){6}", re.DOTALL)


def lengthen(file: Path, number: int, size: int, first: int, seed: int) -> None:
    """Give a ticket so many messages, a reply to every other, a change and an event with each."""
    rng = random.Random(f"{seed}/{number}")
    begin = desks.END - desks.SPAN
    step = desks.SPAN // size
    messages: list[tuple[object, ...]] = []
    events: list[tuple[object, ...]] = []
    sent: list[tuple[object, ...]] = []
    for turn in range(size):
        language = rng.choices(LANGUAGES, WEIGHTS)[0]
        id, at, inbound = first + turn, begin + turn * step, turn % 2 == 0
        text = "\n\n".join(language.paragraphs(rng, rng.randrange(150, 900)))
        cut = len(text)
        text += "\n\n> ".join(["", *language.paragraphs(rng, 300)])
        end = {0: BEGUN, size - 1: OPENED}.get(turn, "").format(number=number)
        text, cut = (f"{end} {text}", cut + len(end) + 1) if end else (text, cut)
        who = ("customer", "Jane", "jane@mail.example") if inbound else ("agent", "agent01", "")
        messages.append(
            (
                *(id, number, "support", "in" if inbound else "out", *who, at, at, f"added-{id}"),
                *(f"{id}@m.example", "Re: it", cut, json.dumps([["", "a@b.example"]]), "[]"),
                *(len(text), text),
            )
        )
        kind = "message" if inbound else "reply"
        base = first * 3 + turn * 3
        events.append((base, number, at, who[0], who[1], kind, "{}", id, base))
        if turn % 3 == 0:
            changes = json.dumps({"priority": ["normal", "high"], "team": ["", "refunds"]})
            change = (base + 1, number, at + 1, "agent", "agent01", "changed", changes, None)
            events.append((*change, base + 1))
        if not inbound:
            sent.append((id, f"{id}@m.example", number, json.dumps(["a@b.example"]), id, at))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(desks._insert("message"), messages)
        connection.executemany(desks._insert("event"), events)
        connection.executemany(
            'INSERT INTO outbox (id, key, ticket_id, "to", recipient, message_id, created_at, '
            "not_before, account, kind, state, attempts, subject, error, automatic, payload) "
            "VALUES (?, ?, ?, ?, '', ?, ?, 0, 'support', 'mail', 'sent', 1, '', '', 0, '{}')",
            sent,
        )
        connection.execute(
            "UPDATE ticket SET message_count = ?, unread = 0 WHERE id = ?", (size, number)
        )


def add(file: Path, size: int, rounds: int, first: int, seed: int = 1) -> None:
    """Make ticket 1 of a desk long, and as many after it short as there are rounds."""
    with closing(sqlite3.connect(file)) as connection, connection:
        numbers = (1, rounds + 1)
        connection.execute("DELETE FROM event WHERE ticket_id BETWEEN ? AND ?", numbers)
        connection.execute(
            "DELETE FROM origin WHERE message_id IN (SELECT id FROM message "
            "WHERE ticket_id BETWEEN ? AND ?)",
            numbers,
        )
        connection.execute("DELETE FROM message WHERE ticket_id BETWEEN ? AND ?", numbers)
    for number in range(1, rounds + 2):
        count = size if number == 1 else SHORT
        lengthen(file, number, count, first, seed)
        first += count


def make(folder: Path, size: int, rounds: int, seed: int = 1) -> Path:
    """A desk with one long conversation, ticket 1, and as many short ones as there are rounds."""
    for part in ("cur", "new", "tmp"):
        (folder / "Maildir" / part).mkdir(parents=True)
    rules = Path(__file__).parent / "rules.toml"
    (folder / "rules.toml").write_bytes(rules.read_bytes())
    (folder / "kfdesk.toml").write_text(desks.CONFIGURATION, encoding="utf-8")
    file = folder / "desk.db"
    desks.fill(file, BACKGROUND, seed)
    add(file, size, rounds, FIRST, seed)
    return folder / "kfdesk.toml"


def open_ticket(terminal: Terminal, number: int) -> float:
    """Seconds from Enter to the newest message of a ticket."""
    for key in f":{number}":
        terminal.press(key, re.compile(rb"."))
    terminal.quiet(0.1)
    shown = re.compile(OPENED.format(number=number).encode())
    return terminal.press("\r", shown)


def read(terminal: Terminal, size: int, rounds: int) -> None:
    """Open the long one and the short ones in turn, then go through the long one."""
    long: list[float] = []
    short: list[float] = []
    for number in range(2, rounds + 2):
        short.append(open_ticket(terminal, number))
        terminal.quiet(0.2)
        long.append(open_ticket(terminal, 1))
        terminal.quiet(0.2)
    to_first = terminal.press("\x1b[H", re.compile(BEGUN.format(number=1).encode()))
    terminal.quiet(0.3)
    pages = [terminal.press("\x1b[6~", PAGE) for _page in range(60)]
    to_last = terminal.press("G", re.compile(OPENED.format(number=1).encode()))
    back = [terminal.press("\x1b[5~", PAGE) for _page in range(60)]
    print(f"{SHORT} messages          {spread(short)}")
    print(f"{size} messages        {spread(long)}")
    print(f"to its first message {to_first * 1000:.1f} ms, to its newest {to_last * 1000:.1f} ms")
    print(f"page down from there {spread(pages)}")
    print(f"page up from the end {spread(back)}")
    verdict("long opens, p95 in ms", percentile(long, 0.95) * 1000, 150, at_least=False)
    ratio = statistics.median(long) / statistics.median(short)
    verdict("long against short", ratio, 2, at_least=False)
    verdict("page to paint, p95 in ms", percentile(pages + back, 0.95) * 1000, 30, at_least=False)


def main() -> None:
    """A desk that has little else."""
    given = arguments("Measure a long conversation.", [("rounds", 15), ("size", 5000)])
    with tempfile.TemporaryDirectory() as folder:
        config = make(Path(folder), given.size, given.rounds)
        with Terminal(kfdesk(config)) as terminal:
            terminal.until(["agent"])
            terminal.quiet(1, at_most=3)
            read(terminal, given.size, given.rounds)
            print("resident {:.0f} MB, its own {:.0f} MB".format(*terminal.memory()))


if __name__ == "__main__":
    main()
