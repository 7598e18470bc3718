"""Generated mail and generated desks are the same each time, and like a shop's."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from email import message_from_bytes
from itertools import islice
from pathlib import Path

from benchmarks.desks import desk
from benchmarks.mails import mails, write_maildir


def test_a_seed_gives_the_same_bytes_whatever_the_count() -> None:
    """Two boxes with one seed begin alike; another seed gives another box."""
    once = [hashlib.sha256(raw).digest() for raw in mails(60, seed=3)]
    again = [hashlib.sha256(raw).digest() for raw in islice(mails(500, seed=3), 60)]
    other = [hashlib.sha256(raw).digest() for raw in mails(60, seed=4)]
    assert once == again
    assert not set(once) & set(other)
    assert len(set(once)) == 60


def test_a_box_has_the_weight_the_charsets_and_the_robots_of_a_real_one() -> None:
    """27 KB on average with a heavy tail, 15 charsets and more, a tenth robots, three a thread."""
    raws = list(mails(6000))
    sizes = sorted(map(len, raws))
    assert 20_000 < sum(sizes) / len(sizes) < 34_000
    assert sizes[len(sizes) // 2] < 10_000
    charsets: Counter[str] = Counter()
    robots = starts = 0
    for raw in raws:
        message = message_from_bytes(raw)
        robots += any(message[name] for name in ("Auto-Submitted", "List-Id"))
        starts += not message["References"]
        charsets.update(part.get_content_charset("") for part in message.walk())
    assert len(charsets) >= 15
    assert 0.08 < robots / len(raws) < 0.12
    assert 2.5 < (len(raws) - robots) / (starts - robots) < 3.5


def test_a_maildir_has_every_mail_with_its_size_in_the_name(tmp_path: Path) -> None:
    """The names are Dovecot's, so that it need not open the files."""
    total = write_maildir(tmp_path / "box", 20)
    files = list((tmp_path / "box" / "new").iterdir())
    assert len(files) == 20
    assert sum(file.stat().st_size for file in files) == total
    assert all(f"S={file.stat().st_size}," in file.name for file in files)


def test_a_desk_is_whole_and_is_made_once(tmp_path: Path) -> None:
    """Each message has its ticket and is in the index; a second call finds the first one's file."""
    config = desk(tmp_path, 360)
    made = (config.parent / "desk.db").stat().st_mtime_ns
    assert desk(tmp_path, 360) == config
    assert (config.parent / "desk.db").stat().st_mtime_ns == made
    with closing(sqlite3.connect(config.parent / "desk.db")) as connection:

        def number(sql: str) -> int:
            return int(connection.execute(sql).fetchone()[0])

        assert number("SELECT count(*) FROM message") == 360
        assert number("SELECT count(*) FROM ticket") == 120
        assert number("SELECT count(*) FROM search_docsize") == 360
        assert number("SELECT count(*) FROM pragma_foreign_key_check") == 0
        assert number("SELECT sum(message_count) FROM ticket") == 360
        assert number("SELECT count(*) FROM search WHERE search MATCH '\"退 款\"'") > 10
