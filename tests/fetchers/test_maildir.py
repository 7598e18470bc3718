"""The Maildir fetcher."""

from __future__ import annotations

import os
import time
from itertools import count
from pathlib import Path

import pytest

from kfdesk.errors import FetchError
from kfdesk.fetchers.maildir import MaildirFetcher
from kfdesk.settings import Channel
from tests.fetchers.contract import FetcherContract, drain, mail


class MaildirBox:
    """A Maildir in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._serial = count(1)
        for sub in ("tmp", "new", "cur"):
            (path / sub).mkdir(parents=True)

    def fetcher(self, max_size: int = 25_000_000) -> MaildirFetcher:
        return MaildirFetcher(Channel("spool", "maildir", path=self.path, max_size=max_size))

    def deliver(self, *mails: bytes) -> None:
        for raw in mails:
            name = f"{int(time.time())}.M{next(self._serial):06d}.host"
            (self.path / "tmp" / name).write_bytes(raw)
            (self.path / "tmp" / name).rename(self.path / "new" / name)

    def wire(self, raw: bytes) -> bytes:
        return raw

    def snapshot(self) -> object:
        return sorted(
            (str(file), file.stat().st_mtime_ns, file.stat().st_ino)
            for file in self.path.rglob("*")
        )

    def age(self) -> None:
        """Let time pass: the folders were changed long ago."""
        for sub in ("new", "cur"):
            os.utime(self.path / sub, ns=(0, time.time_ns() - 60 * 10**9))


@pytest.fixture
def box(tmp_path: Path) -> MaildirBox:
    return MaildirBox(tmp_path / "Maildir")


class TestContract(FetcherContract):
    """A Maildir keeps the fetcher's contract."""

    @pytest.fixture
    def box(self, tmp_path: Path) -> MaildirBox:
        return MaildirBox(tmp_path / "Maildir")


def test_an_idle_box_is_not_listed(box: MaildirBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.deliver(mail(1))
    box.age()
    _items, cursor = drain(box.fetcher(), {})
    monkeypatch.setattr(os, "scandir", None)
    assert drain(box.fetcher(), cursor) == ([], cursor)


def test_only_new_files_are_read(box: MaildirBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.deliver(*(mail(number) for number in range(300)))
    _items, cursor = drain(box.fetcher(), {})
    box.deliver(mail(300))
    read: list[Path] = []
    whole = Path.read_bytes

    def reading(path: Path) -> bytes:
        read.append(path)
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    items, _cursor = drain(box.fetcher(), cursor)
    assert [item.raw for item in items] == [mail(300)]
    assert len(read) == 1


def test_a_cursor_stays_small_once_time_has_passed(box: MaildirBox) -> None:
    box.deliver(*(mail(number) for number in range(300)))
    for file in (box.path / "new").iterdir():
        file.rename(box.path / "cur" / f"{file.name}:2,")
    _items, cursor = drain(box.fetcher(), {})
    assert len(str(cursor)) > 2000
    time.sleep(2.1)  # the fetcher's doubt ends by the file system's clock, which nobody can turn
    items, cursor = drain(box.fetcher(), cursor)
    assert items == []
    assert len(str(cursor)) < 200
    box.deliver(mail(300))
    items, cursor = drain(box.fetcher(), cursor)
    assert [item.raw for item in items] == [mail(300)]


def test_a_mail_that_moves_while_it_is_read_is_found(box: MaildirBox) -> None:
    box.deliver(*(mail(number) for number in range(501)))
    fetcher = box.fetcher()
    batch = fetcher.pull({})
    for file in (box.path / "new").iterdir():
        file.rename(box.path / "cur" / f"{file.name}:2,S")
    items, _cursor = drain(fetcher, batch.cursor)
    assert [item.raw for item in items][:1] == [mail(500)]


def test_a_mail_that_is_deleted_while_it_is_read_is_passed(box: MaildirBox) -> None:
    box.deliver(*(mail(number) for number in range(502)))
    fetcher = box.fetcher()
    batch = fetcher.pull({})
    next(file for file in (box.path / "new").iterdir() if "M000501" in file.name).unlink()
    items, _cursor = drain(fetcher, batch.cursor)
    assert [item.raw for item in items] == [mail(501)]


def test_the_place_stays_when_flags_change(box: MaildirBox) -> None:
    box.deliver(mail(1))
    ((item,), _cursor) = drain(box.fetcher(), {})
    (file,) = (box.path / "new").iterdir()
    file.rename(box.path / "cur" / f"{file.name}:2,FS")
    assert box.fetcher().whole(item.place) == mail(1)


def test_a_replaced_maildir_is_read_from_the_start(box: MaildirBox) -> None:
    box.deliver(mail(1))
    _items, cursor = drain(box.fetcher(), {})
    other = MaildirBox(box.path.with_name("restored"))
    other.deliver(mail(1), mail(2))
    box.path.rename(box.path.with_name("old"))
    other.path.rename(box.path)
    items, _cursor = drain(box.fetcher(), cursor)
    assert [item.raw for item in items] == [mail(1), mail(2)]


def test_mails_are_given_in_order_of_delivery(box: MaildirBox) -> None:
    for number in (3, 1, 2):
        file = box.path / "cur" / f"{1_700_000_000 + number}.M1.host:2,S"
        file.write_bytes(mail(number))
    items, _cursor = drain(box.fetcher(), {})
    assert [item.raw for item in items] == [mail(1), mail(2), mail(3)]
    assert items[0].received_at.timestamp() == 1_700_000_001


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    fetcher = MaildirFetcher(Channel("spool", "maildir", path=tmp_path / "nowhere"))
    with pytest.raises(FetchError, match="nowhere") as caught:
        fetcher.pull({})
    assert not caught.value.retryable
    (health,) = fetcher.check()
    assert not health.ok
    assert health.remedy


def test_a_mail_that_is_gone_is_said(box: MaildirBox) -> None:
    with pytest.raises(FetchError, match="no longer"):
        box.fetcher().whole("1.2.3")
