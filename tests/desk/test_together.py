"""Several processes on one desk: nobody hears of a lock, nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

from kfdesk.desk.lock import channel_lock
from kfdesk.desk.syncing.sync import sync
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, Office, raw

#: One colleague: changes, notes, replies and new tickets, and what conflicts came of it.
COLLEAGUE = """
import json, sys
from pathlib import Path
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.opening import new, person
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.errors import Conflict
from kfdesk.model import Actor, By, Change
from kfdesk.store import tickets, whole_tickets

file, name, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
desk = Desk.open(load(file))
actor = Actor(By.AGENT, name)
changed = conflicts = 0
sys.stdin.readline()
for n in range(rounds):
    with desk.store.read() as tx:
        version = whole_tickets.get(tx, 1).version
    try:
        change(desk, 1, Change(add_tags=(f"{name}-{n}",)), actor, version)
        changed += 1
    except Conflict:
        conflicts += 1
    note(desk, 1, f"{name} note {n}", actor)
    reply(desk, 2, f"{name} reply {n}", actor)
    new(desk, person(f"{name}{n}@walk.example"), f"{name} {n}", "At the counter.")
desk.close()
print(json.dumps([changed, conflicts]))
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_colleagues_and_a_sync_at_once_lose_nothing_and_hear_of_no_lock(
    opened: OpenOffice,
) -> None:
    office = opened(ACKNOWLEDGE)
    office.receive(raw(Subject="One"), raw(Subject="Two"))
    first = office.ticket(1)
    rounds = 15
    people = [start(COLLEAGUE, str(office.file), name, str(rounds)) for name in ("anna", "bert")]
    for n in range(40):
        office.deliver(raw(f"{n}", f"c{n}@customer.example", Subject=f"Mail {n}"))
    syncing = start(
        "import sys; sys.stdin.readline(); from kfdesk.cli import run; sys.exit(run(sys.argv[1:]))",
        "--json", "--config", str(office.file), "sync",
    )  # fmt: skip
    ended = []
    for process in (*people, syncing):
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in (*people, syncing):
        out, err = process.communicate(timeout=100)
        assert (process.returncode, err) == (0, "")
        ended.append(json.loads(out))
    changed = sum(pair[0] for pair in ended[:2])
    conflicts = sum(pair[1] for pair in ended[:2])
    assert changed + conflicts == 2 * rounds
    (channel,) = ended[2]["channels"]
    assert (channel["messages"], channel["error"]) == (40, None)

    ticket = office.ticket(1)
    assert len(ticket.tags) == changed, "every change that was told as done is there"
    events = Counter(event.kind for event in office.events(1))
    assert (events["changed"], events["note"]) == (changed, 2 * rounds)
    assert ticket.version == first.version + changed + 2 * rounds
    assert ticket.message_count == first.message_count + 2 * rounds
    assert len(office.tickets()) == 2 + 2 * rounds + 40
    replies = [m.text for m in office.messages(2) if not m.auto and m.author != "Jane"]
    assert len(set(replies)) == 2 * rounds
    assert office.sql("PRAGMA integrity_check") == [("ok",)]
    assert office.sql("SELECT count(*) FROM pragma_foreign_key_check") == [(0,)]


def test_of_two_syncs_at_once_one_leaves_the_channel_to_the_other(office: Office) -> None:
    office.deliver(raw())
    with channel_lock(office.settings.database, "support") as mine:
        assert mine
        result = sync(office.settings, clock=lambda: office.now)
        (channel,) = result.channels
        assert (channel.skipped, channel.pulled, result.exit_code) == (True, 0, 0)
    (channel,) = sync(office.settings, clock=lambda: office.now).channels
    assert (channel.skipped, channel.messages) == (False, 1)


def test_many_processes_may_make_the_desk_at_once(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    file = folder / "kfdesk.toml"
    file.write_text(office.file.read_text(encoding="utf-8"), encoding="utf-8")
    code = """
        import sys
        from pathlib import Path
        from kfdesk.config import load
        from kfdesk.desk import Desk
        from kfdesk.desk.tickets.opening import new, person
        sys.stdin.readline()
        desk = Desk.open(load(Path(sys.argv[1])))
        new(desk, person("a@b.example"), "S", "B")
        print(desk.secret.hex())
    """
    started = [start(code, str(file)) for _ in range(4)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    secrets = set()
    for process in started:
        out, err = process.communicate(timeout=100)
        assert (process.returncode, err) == (0, "")
        secrets.add(out)
    assert len(secrets) == 1, "all sign with one key"


def test_a_lock_dies_with_its_process(office: Office) -> None:
    code = """
        import os, sys
        from pathlib import Path
        from kfdesk.desk.lock import channel_lock
        with channel_lock(Path(sys.argv[1]), "support") as mine:
            print(mine, flush=True)
            sys.stdin.readline()
            os.kill(os.getpid(), 9)
    """
    process = start(code, str(office.settings.database))
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    with channel_lock(office.settings.database, "support") as mine:
        assert not mine
    process.communicate("die\n", timeout=30)
    with channel_lock(office.settings.database, "support") as mine:
        assert mine


def test_the_names_of_channels_make_different_locks(office: Office) -> None:
    with (
        channel_lock(office.settings.database, "a/b") as one,
        channel_lock(office.settings.database, "a b") as two,
        channel_lock(office.settings.database, "客服") as three,
    ):
        assert one
        assert two
        assert three
    assert all(
        oct(file.stat().st_mode & 0o777) == "0o600"
        for file in office.folder.iterdir()
        if file.suffix == ".lock"
    )
    assert os.listdir(office.folder)
