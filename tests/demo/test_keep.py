"""A way out that leads nowhere keeps each mail once."""

from __future__ import annotations

from pathlib import Path

from kfdesk.fetchers import connect
from kfdesk.model import Outbound, Retry, Sent
from kfdesk.settings import Channel

MAIL = Outbound("a/b@desk.example", "us@example.com", ("them@example.com",), b"Subject: x\r\n\r\n.")


def channel(folder: Path) -> Channel:
    """A Maildir that keeps what goes out."""
    return Channel("demo", "maildir", path=folder / "in", outbox_path=folder / "out")


def test_what_is_sent_twice_is_kept_once(tmp_path: Path) -> None:
    """The file's name is made of the key, so a second try changes nothing."""
    fetcher = connect(channel(tmp_path))
    assert fetcher.capabilities.sends
    assert fetcher.send(MAIL) == fetcher.send(MAIL) == Sent()
    (kept,) = (tmp_path / "out" / "new").iterdir()
    assert kept.read_bytes() == MAIL.raw


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    """The reply stays in the outbox and says why."""
    (tmp_path / "out").write_text("a file is in the way")
    result = connect(channel(tmp_path)).send(MAIL)
    assert isinstance(result, Retry)
    assert "out" in result.why
