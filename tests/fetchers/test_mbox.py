"""The mbox fetcher."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kfdesk.errors import FetchError
from kfdesk.fetchers import mbox
from kfdesk.fetchers.mbox import MboxFetcher
from kfdesk.settings import Channel
from tests.fetchers.contract import FetcherContract, drain, mail

LINE = b"From ann@example.org Tue Nov  3 10:20:30 2026\n"


class MboxBox:
    """An mbox file in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def fetcher(self, max_size: int = 25_000_000) -> MboxFetcher:
        return MboxFetcher(Channel("spool", "mbox", path=self.path, max_size=max_size))

    def deliver(self, *mails: bytes) -> None:
        with self.path.open("ab") as file:
            for raw in mails:
                file.write(LINE + raw + b"\n")

    def wire(self, raw: bytes) -> bytes:
        return raw

    def snapshot(self) -> object:
        return self.path.read_bytes(), self.path.stat().st_mtime_ns


@pytest.fixture
def box(tmp_path: Path) -> MboxBox:
    return MboxBox(tmp_path / "mbox")


class TestContract(FetcherContract):
    """An mbox keeps the fetcher's contract."""

    @pytest.fixture
    def box(self, tmp_path: Path) -> MboxBox:
        return MboxBox(tmp_path / "mbox")


def test_an_idle_box_is_not_opened(box: MboxBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.deliver(mail(1))
    _items, cursor = drain(box.fetcher(), {})
    monkeypatch.setattr(Path, "open", None)
    assert drain(box.fetcher(), cursor) == ([], cursor)


def test_the_from_line_tells_when_a_mail_came(box: MboxBox) -> None:
    box.deliver(mail(1))
    ((item,), _cursor) = drain(box.fetcher(), {})
    assert item.received_at.isoformat() == "2026-11-03T10:20:30+00:00"


def test_quoted_from_lines_are_unquoted(box: MboxBox) -> None:
    box.deliver(b"Subject: x\n\n>From here\n>>From there\n> From stays\n\n>From\n")
    ((item,), _cursor) = drain(box.fetcher(), {})
    assert item.raw == b"Subject: x\n\nFrom here\n>From there\n> From stays\n\n>From\n"


def test_a_mail_with_windows_line_ends_keeps_them(box: MboxBox) -> None:
    raw = mail(1).replace(b"\n", b"\r\n")
    box.path.write_bytes(
        (LINE + raw + b"\r\n" + LINE + raw + b"\r\n").replace(LINE, LINE[:-1] + b"\r\n")
    )
    assert [item.raw for item in drain(box.fetcher(), {})[0]] == [raw, raw]


def test_a_mail_that_is_being_written_waits(box: MboxBox) -> None:
    box.deliver(mail(1))
    half = mail(2)[:-3]
    with box.path.open("ab") as file:
        file.write(LINE + half)
    fetcher = box.fetcher()
    items, cursor = drain(fetcher, {})
    assert [item.raw for item in items] == [mail(1)]
    with box.path.open("ab") as file:
        file.write(mail(2)[-3:] + b"\n")
    items, _cursor = drain(fetcher, cursor)
    assert [item.raw for item in items] == [mail(2)]


def test_a_last_mail_without_its_empty_line_comes_once_the_file_is_quiet(box: MboxBox) -> None:
    box.path.write_bytes(LINE + mail(1))
    fetcher = box.fetcher()
    items, cursor = drain(fetcher, {})
    assert items == []
    os.utime(box.path, (0, time.time() - 60))
    items, cursor = drain(fetcher, cursor)
    assert [item.raw for item in items] == [mail(1)]
    assert drain(fetcher, cursor)[0] == []


def test_a_rotated_file_is_read_from_the_start(box: MboxBox) -> None:
    box.deliver(mail(1), mail(2))
    fetcher = box.fetcher()
    _items, cursor = drain(fetcher, {})
    box.path.unlink()
    box.deliver(mail(3), mail(4), mail(5))
    items, _cursor = drain(fetcher, cursor)
    assert [item.raw for item in items] == [mail(3), mail(4), mail(5)]


def test_a_file_that_lost_a_mail_gives_the_new_one(box: MboxBox) -> None:
    box.deliver(mail(1), mail(2))
    fetcher = box.fetcher()
    _items, cursor = drain(fetcher, {})
    box.path.write_bytes(b"")
    box.deliver(mail(2), mail(3))
    items, _cursor = drain(fetcher, cursor)
    assert mail(3) in [item.raw for item in items]


def test_a_locked_file_is_left_for_the_next_sync(
    box: MboxBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.deliver(mail(1))
    monkeypatch.setattr(mbox, "_LOCK_SECONDS", 0.0)
    code = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'r+b')\n"
        "fcntl.lockf(file, fcntl.LOCK_EX)\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(box.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(FetchError, match="locked") as caught:
            box.fetcher().pull({})
    assert caught.value.retryable
    assert len(drain(box.fetcher(), {})[0]) == 1


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    fetcher = MboxFetcher(Channel("spool", "mbox", path=tmp_path / "nowhere"))
    with pytest.raises(FetchError, match="nowhere"):
        fetcher.pull({})


def test_a_mail_that_is_gone_is_said(box: MboxBox) -> None:
    box.deliver(mail(1))
    ((item,), _cursor) = drain(box.fetcher(), {})
    box.path.write_bytes(LINE + mail(2) + b"\n")
    with pytest.raises(FetchError, match="no longer"):
        box.fetcher().whole(item.place)
