"""Bring a generated KF5 export in, killed half-way and run again; take the desk out and in again.

`python -m benchmarks.porting [--tickets 100000] [--seed 1] [--keep FOLDER]`
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import kfdesk, verdict
from benchmarks.words import LANGUAGES, WEIGHTS

_BEGIN = datetime(2024, 1, 1)  # noqa: DTZ001 - KF5 writes times without a zone
_STATUSES = ("open", "pending", "solved", "closed")
_PRIORITIES = ("low", "medium", "high", "urgent", None)
_AGENTS = 20

CONFIGURATION = """
[desk]
name = "Porting"
timezone = "Asia/Shanghai"
[[agent]]
name = "agent1"
email = "agent1@shop.example"
[[field]]
name = "order_no"
title = "订单号"
pattern = "^[A-Z][0-9]{6}$"
"""


def users(count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Customers, and the agents before them."""
    for id in range(1, _AGENTS + 1):
        yield {"id": id, "email": f"agent{id}@shop.example", "name": f"客服{id}", "role": "agent"}
    for id in range(_AGENTS + 1, count + 1):
        language = rng.choices(LANGUAGES, WEIGHTS)[0]
        yield {
            "id": id,
            "email": f"user{id}@mail{id % 7}.example",
            "name": language.name(rng),
            "role": "end_user",
            "phone": f"138{id:08d}",
            "phone_bind": id % 3 == 0,
            "organization_id": id % 50 + 1,
            "created_at": str(_BEGIN),
        }


def ticket(id: int, people: int, rng: random.Random) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A ticket and about three things said on it."""
    language = rng.choices(LANGUAGES, WEIGHTS)[0]
    begun = _BEGIN + timedelta(minutes=id * 5)
    requester, agent = rng.randint(_AGENTS + 1, people), rng.randint(1, _AGENTS)
    said = [
        {
            "id": id * 10 + n,
            "content": "\n\n".join(language.paragraphs(rng, 150)),
            "public": n != 2 or rng.random() < 0.7,
            "author_id": requester if n % 2 == 0 else agent,
            "created_at": str(begun + timedelta(hours=n)),
            "attachments": [],
        }
        for n in range(rng.randint(1, 5))
    ]
    return {
        "id": id,
        "url": f"https://shop.kf5.example/apiv2/tickets/{id}.json",
        "title": language.subject(rng),
        "description": said[0]["content"],
        "type": rng.choice(("question", "problem", None)),
        "status": rng.choice(_STATUSES),
        "priority": rng.choice(_PRIORITIES),
        "requester_id": requester,
        "assignee_id": agent,
        "group_id": None,
        "created_at": str(begun),
        "updated_at": said[-1]["created_at"],
        "custom_fields": [{"name": "订单号", "value": f"A{id % 1_000_000:06d}"}],
    }, said


def generate(folder: Path, count: int, seed: int) -> int:
    """Write an export: users, organisations, tickets, comments; return how many comments."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    people = max(_AGENTS + 10, count // 2)
    _page(folder / "organizations.json", "organizations", (
        {"id": id, "name": f"公司{id}", "domain": f"c{id}.example"} for id in range(1, 51)
    ))  # fmt: skip
    _page(folder / "users.json", "users", users(people, rng))
    said = 0
    with (
        (folder / "tickets.json").open("w", encoding="utf-8") as tickets,
        (folder / "comments.jsonl").open("w", encoding="utf-8") as comments,
    ):
        tickets.write('{"tickets": [')
        for id in range(1, count + 1):
            one, found = ticket(id, people, rng)
            tickets.write(("," if id > 1 else "") + "\n" + json.dumps(one, ensure_ascii=False))
            for comment in found:
                said += 1
                line = json.dumps(comment | {"ticket_id": id}, ensure_ascii=False)
                comments.write(line + "\n")
        tickets.write(f'\n], "count": {count}, "next_page": null}}\n')
    return said


def _page(file: Path, name: str, several: Iterator[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.write(f'{{"{name}": [\n')
        stream.write(",\n".join(json.dumps(one, ensure_ascii=False) for one in several))
        stream.write("\n]}\n")


def desk(folder: Path) -> Path:
    """A configuration of a desk without a database yet."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "kfdesk.toml"
    file.write_text(CONFIGURATION, encoding="utf-8")
    return file


def counts(database: Path) -> dict[str, int]:
    """How many rows there are of what must not be doubled."""
    names = ("ticket", "message", "customer", "identity", "search", "imported", "event")
    with closing(sqlite3.connect(database)) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
        }


def run(command: list[str]) -> tuple[float, float]:
    """Run a command to its end; return (seconds, peak MB)."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def killed(command: list[str], database: Path, tickets: int) -> int:
    """Kill an import once it has brought so many tickets; return how many it had."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        time.sleep(0.05)
        try:
            if counts(database)["ticket"] >= tickets:
                process.send_signal(signal.SIGKILL)
                break
        except sqlite3.Error:
            continue
    process.wait()
    return counts(database)["ticket"]


def main() -> None:
    """Run it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        export = folder / "export"
        said = generate(export, given.tickets, given.seed)
        size = sum(file.stat().st_size for file in export.iterdir()) / 1e6
        print(f"{given.tickets} tickets, {said} messages, {size:.0f} MB")

        first = desk(folder / "first")
        seconds, peak = run(kfdesk(first, "import", "kf5", str(export)))
        rate = given.tickets / seconds
        print(f"import: {seconds:.1f} s, {rate:.0f} tickets/s, {said / seconds:.0f} messages/s")
        verdict("peak memory of the import, MB", peak, 400, at_least=False)
        whole = counts(folder / "first/desk.db")
        assert (whole["ticket"], whole["message"]) == (given.tickets, said), whole

        second = desk(folder / "second")
        command = kfdesk(second, "import", "kf5", str(export))
        had = killed(command, folder / "second/desk.db", given.tickets // 2)
        seconds, _peak = run(command)
        resumed = counts(folder / "second/desk.db")
        print(f"killed at {had} tickets, run again in {seconds:.1f} s: {resumed}")
        same = {n: resumed[n] == whole[n] for n in whole if n != "event"}
        verdict("tables with the same count", sum(same.values()), len(same), at_least=True)

        file = folder / "desk.jsonl"
        seconds, peak = run(kfdesk(first, "export", "jsonl", str(file)))
        size = file.stat().st_size / 1e6
        print(f"export: {seconds:.1f} s, {size:.0f} MB, peak {peak:.0f} MB")
        third = desk(folder / "third")
        seconds, peak = run(kfdesk(third, "import", "jsonl", str(file)))
        print(f"import of it: {seconds:.1f} s, peak {peak:.0f} MB")
        again = folder / "again.jsonl"
        run(kfdesk(third, "export", "jsonl", str(again)))
        verdict("export and import are equal", float(_same(file, again)), 1, at_least=True)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"(this program itself: {own:.0f} MB)")


def _same(one: Path, other: Path) -> bool:
    """Whether two exports have the same rows; their heads tell when they were made."""
    with one.open("rb") as a, other.open("rb") as b:
        next(a), next(b)
        return all(x == y for x, y in zip(a, b, strict=True))


if __name__ == "__main__":
    main()
