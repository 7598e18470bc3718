"""First pull of a mailbox over IMAP, with twenty triggers, beside mbsync's and getmail6's.

`python -m benchmarks.ingest [--mails 20000] [--getmail 1000] [--rounds 1]`. kfdesk's time runs
from the start of the process until the last mail is committed and searchable; what it then
takes to send the acknowledgements is printed by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.mails import mails
from benchmarks.measure import kfdesk, run, verdict
from tests.support.servers import PASSWORD, Dovecot, Smtp

CONFIGURATION = """\
include = ["rules.toml"]

[desk]
name = "Measured"

[[channel]]
name = "support"
type = "imap"
address = "support@example.com"
smtp = {{ host = "127.0.0.1", port = {smtp}, tls = "none" }}

[channel.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = "{password}"
"""
MBSYNC = """\
IMAPAccount far
Host 127.0.0.1
Port {imap}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account far

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel pull
Far :far:
Near :near:
Patterns INBOX
Sync Pull
Create Near
SyncState *
"""
GETMAIL = """\
[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = {imap}
username = {user}
password = {password}

[destination]
type = Maildir
path = {folder}/Maildir/

[options]
read_all = true
delete = false
verbose = 0
"""


def write_desk(folder: Path, dovecot: Dovecot, smtp: Smtp, user: str) -> Path:
    """A desk with twenty triggers over a user's mailbox."""
    shutil.copy(Path(__file__).parent / "rules.toml", folder)
    config = folder / "kfdesk.toml"
    text = CONFIGURATION.format(
        imap=dovecot.plain_port, smtp=smtp.port, user=user, password=PASSWORD
    )
    config.write_text(text, encoding="utf-8")
    return config


def fill(dovecot: Dovecot, user: str, count: int) -> float:
    """Deliver mails and let Dovecot index them, so that nobody pays for it; return the bytes."""
    total = 0
    for raw in mails(count):
        total += len(raw)
        dovecot.deliver(user, [raw])
    client = dovecot.client(user)
    client.select_folder("INBOX", readonly=True)
    uids = client.search()
    for start in range(0, len(uids), 500):
        client.fetch(uids[start : start + 500], ["RFC822.SIZE", "INTERNALDATE"])
    client.logout()
    return total


def by_kfdesk(dovecot: Dovecot, smtp: Smtp, user: str, count: int) -> float:
    """Mails a second of a first `kfdesk sync`."""
    committed: list[float] = []

    def line(text: str) -> None:
        if json.loads(text)["event"] == "progress":
            committed.append(time.perf_counter())

    with tempfile.TemporaryDirectory(prefix="kfdesk-ingest-") as folder:
        config = write_desk(Path(folder), dovecot, smtp, user)
        before = len(smtp.received)
        begun = time.perf_counter()
        done = run(kfdesk(config, "sync", "--events"), line=line)
        result = json.loads(done.output.splitlines()[-1])["channels"][0]
        if result["messages"] != count or result["error"]:
            raise SystemExit(f"not everything arrived: {result}")
        size = sum(file.stat().st_size for file in Path(folder).iterdir() if file.is_file())
    seconds = committed[-1] - begun
    sending, sent = done.seconds - seconds, len(smtp.received) - before
    print(
        f"kfdesk   {count / seconds:7.0f} mails/s   {seconds:6.1f} s   cpu {done.cpu:5.1f} s   "
        f"{result['new_tickets']} tickets, {size / 1e6:.0f} MB; then {sent} sent in {sending:.1f} s"
    )
    return count / seconds


def by_mbsync(dovecot: Dovecot, user: str, count: int) -> float:
    """Mails a second of mbsync's first pull."""
    with tempfile.TemporaryDirectory(prefix="kfdesk-mbsync-") as folder:
        rc = Path(folder) / "mbsyncrc"
        keys = {"imap": dovecot.plain_port, "user": user, "password": PASSWORD, "folder": folder}
        rc.write_text(MBSYNC.format(**keys), encoding="utf-8")
        done = run(["mbsync", "-q", "-c", str(rc), "pull"])
        return _copied("mbsync", done.seconds, done.cpu, Path(folder) / "INBOX" / "new", count)


def by_getmail(dovecot: Dovecot, mailbox: str, count: int) -> float:
    """Mails a second of getmail6's first pull."""
    with tempfile.TemporaryDirectory(prefix="kfdesk-getmail-") as folder:
        for part in ("", "cur", "new", "tmp"):
            (Path(folder) / "Maildir" / part).mkdir()
        rc = Path(folder) / "getmailrc"
        keys = {"imap": dovecot.plain_port, "user": mailbox, "password": PASSWORD, "folder": folder}
        rc.write_text(GETMAIL.format(**keys), encoding="utf-8")
        user = None
        if os.getuid() == 0:  # getmail refuses to deliver as root
            user = "nobody"
            for path in (Path(folder), *Path(folder).rglob("*")):
                shutil.chown(path, user)
        done = run(["getmail", "--quiet", "--getmaildir", folder, "--rcfile", str(rc)], user=user)
        return _copied("getmail6", done.seconds, done.cpu, Path(folder) / "Maildir" / "new", count)


def _copied(name: str, seconds: float, cpu: float, new: Path, count: int) -> float:
    have = sum(1 for _ in new.iterdir())
    have += sum(1 for _ in (new.parent / "cur").iterdir())
    if have != count:
        raise SystemExit(f"{name} copied {have} of {count} mails")
    print(f"{name:8} {count / seconds:7.0f} mails/s   {seconds:6.1f} s   cpu {cpu:5.1f} s")
    return count / seconds


def main() -> None:
    """Fill two mailboxes, let each program pull, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("mails", 20_000), ("getmail", 1_000), ("rounds", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    own: list[float] = []
    others: dict[str, list[float]] = {"mbsync": [], "getmail": []}
    with Dovecot() as dovecot, Smtp() as smtp:
        size = fill(dovecot, "large", given.mails)
        print(f"{given.mails} mails of {size / given.mails / 1000:.1f} KB on average")
        if shutil.which("getmail"):
            fill(dovecot, "small", given.getmail)
        for _ in range(given.rounds):
            own.append(by_kfdesk(dovecot, smtp, "large", given.mails))
            if shutil.which("mbsync"):
                others["mbsync"].append(by_mbsync(dovecot, "large", given.mails))
            if shutil.which("getmail"):
                others["getmail"].append(by_getmail(dovecot, "small", given.getmail))
    for name, bar in (("mbsync", 1.3), ("getmail", 15)):
        if others[name]:
            ratio = statistics.median(own) / statistics.median(others[name])
            verdict(f"kfdesk against {name}", ratio, bar, at_least=True)


if __name__ == "__main__":
    main()
