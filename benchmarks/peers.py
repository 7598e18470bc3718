"""The console beside other programs of the terminal, in one run: what is at hand is measured.

`python -m benchmarks.peers --cache FOLDER [--mails 20000] [--rounds 5] [--posting PROGRAM]`

Posting and Harlequin are Textual programs without a mail in them: their start-up. neomutt and
aerc open the same Maildir that kfdesk's desk was synced from: the list, and one mail of it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.console import EMPTY
from benchmarks.mails import mails
from benchmarks.measure import KFDESK, kfdesk, spread
from benchmarks.terminal import Terminal

CONFIGURATION = """\
[desk]
name = "Peers"

[[channel]]
name = "support"
type = "maildir"
path = "mail/INBOX"
address = "support@example.com"
"""
NEOMUTT = """\
set folder = "{mail}"
set spoolfile = "{mail}/INBOX"
set mbox_type = Maildir
set sort = reverse-date
set index_format = "%5C %s"
set header_cache = "{folder}/neomutt-cache"
set sleep_time = 0
set timeout = 0
set quit = yes
"""
AERC = """\
[mail]
source = maildir://{mail}
default = INBOX
from = Support <support@example.com>
"""
#: A word of text was painted; escape sequences have none so long.
TEXT = re.compile(rb"[A-Za-z]{4}|[\xe4-\xe9][\x80-\xbf]{2}")


def maildir(folder: Path, count: int) -> Path:
    """A folder with the mails, a desk that was synced from them, and the peers' settings."""
    home = folder / f"peers-{count}"
    if (home / "ready").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    for part in ("new", "cur", "tmp"):
        (home / "mail" / "INBOX" / part).mkdir(parents=True)
    for number, raw in enumerate(mails(count)):
        name = f"{1_700_000_000 + number}.{number}.bench:2,S"
        (home / "mail" / "INBOX" / "cur" / name).write_bytes(raw)
    (home / "kfdesk.toml").write_text(CONFIGURATION, encoding="utf-8")
    subprocess.run(kfdesk(home / "kfdesk.toml", "sync"), check=True, capture_output=True)
    (home / "neomuttrc").write_text(NEOMUTT.format(mail=home / "mail", folder=home))
    accounts = home / "config" / "aerc" / "accounts.conf"
    accounts.parent.mkdir(parents=True)
    accounts.write_text(AERC.format(mail=home / "mail"))
    accounts.chmod(0o600)
    (home / "ready").touch()
    return home


def opened(command: Sequence[str], shows: re.Pattern[bytes], key: str = "") -> tuple[float, float]:
    """Seconds to the first text, and from `key` to the frame that it paints (0 without one)."""
    with Terminal(command) as terminal:
        while not shows.search(terminal.output):
            if time.perf_counter() - terminal.begun > 60:
                raise SystemExit(f"{command[0]}: nothing was painted")
            terminal.read(0.05)
        first = time.perf_counter() - terminal.begun
        if not key:
            return first, 0.0
        terminal.quiet(1.0, at_most=5)
        return first, terminal.press(key, TEXT)


def programs(home: Path, given: argparse.Namespace) -> Mapping[str, tuple[list[str], str, str]]:
    """What is at hand: {name: command, text of its first picture, the key that opens a mail}."""
    found = {
        "empty Textual app": ([sys.executable, "-c", EMPTY], "painted-by-empty", ""),
        "kfdesk": (
            [*KFDESK, "--config", str(home / "kfdesk.toml"), "--lang", "en"],
            r"(?<![0-9;?])[0-9]{4,6}(?![0-9])",
            "\r",
        ),
    }
    neomutt, aerc = shutil.which("neomutt"), shutil.which("aerc")
    posting, harlequin = shutil.which(given.posting), shutil.which(given.harlequin)
    if neomutt:
        found["neomutt"] = ([neomutt, "-F", str(home / "neomuttrc")], "Msgs:[0-9]", "\r")
    if aerc:
        os.environ["XDG_CONFIG_HOME"] = str(home / "config")
        found["aerc"] = ([aerc], r"2026-1[0-9]|user[0-9]{7}|[0-9]{2}:[0-9]{2}", "\r")
    if posting:
        found["Posting"] = ([posting], "Collection|Request|Posting", "")
    if harlequin:
        found["Harlequin"] = ([harlequin, "-a", "sqlite", ":memory:"], "Data Catalog|Query", "")
    return found


def main() -> None:
    """Open each in turn, round by round."""
    parser = argparse.ArgumentParser(description="Measure the console beside others.")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--posting", default="posting")
    parser.add_argument("--harlequin", default="harlequin")
    given = parser.parse_args()
    home = maildir(given.cache, given.mails)
    known = programs(home, given)
    first: dict[str, list[float]] = {name: [] for name in known}
    mail: dict[str, list[float]] = {name: [] for name in known}
    for _ in range(given.rounds):
        for name, (command, text, key) in known.items():
            start, key_to_mail = opened(command, re.compile(text.encode()), key)
            first[name].append(start)
            mail[name].append(key_to_mail)
    for name, times in first.items():
        print(f"{name:18} first picture {spread(times)}")
    for name, times in mail.items():
        if any(times):
            print(f"{name:18} one mail      {spread(times)}")


if __name__ == "__main__":
    main()
