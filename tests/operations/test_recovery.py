"""What an operator does when the desk's file is gone or damaged."""

from __future__ import annotations

import random

import pytest

from kfdesk.config import load
from kfdesk.desk import wall_clock
from kfdesk.desk.admin.doctor import examine
from tests.conftest import Mailbox
from tests.operations.site import Site, imap, mail
from tests.support.servers import PASSWORD

DAMAGES = {
    "no database": b"this was a desk once\n" * 1000,
    "torn pages": b"",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_backup_comes_back_over_a_damaged_desk(site: Site, mailbox: Mailbox, damage: str) -> None:
    mailbox.deliver(mail(1))
    site.write(imap(mailbox))
    site.run("sync")
    site.run("backup", "copy.db")
    mailbox.deliver(mail(2))
    site.run("sync")
    whole = site.database.read_bytes()
    broken = DAMAGES[damage] or whole[:4096] + random.Random(0).randbytes(len(whole) - 4096)
    site.database.write_bytes(broken)
    assert "kfdesk restore" in site.run("list", code=1).err
    assert "kfdesk restore FILE" in site.run("doctor", code=1).out
    assert "kfdesk restore" in site.run("sync", code=None).err
    kept = site.run("restore", "copy.db", "--json").json["kept"]
    assert (site.folder / kept).read_bytes() == broken
    assert len(site.tickets()) == 1
    site.run("sync")  # what came since is still on the server
    assert len(site.tickets()) == 2
    site.run("sync", "--audit")
    assert site.database.stat().st_mode & 0o077 == 0


def test_without_the_file_the_mailbox_is_read_again(site: Site, mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1), mail(2))
    site.write(imap(mailbox))
    site.run("sync")
    site.database.unlink()
    site.run("sync")
    assert len(site.tickets()) == 2
    site.run("sync", "--audit")


@pytest.mark.parametrize("name", ["desk.db", ""])
def test_what_cannot_be_written_is_not_called_damaged(
    site: Site, mailbox: Mailbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the tests may write everywhere, so the answer of the system is made up."""
    site.write(imap(mailbox))
    site.run("sync")
    locked = site.folder / name
    monkeypatch.setenv("KF_MAIL", PASSWORD)
    monkeypatch.setattr("os.access", lambda path, _mode: path != locked)
    findings = examine(load(site.config), wall_clock)
    (found,) = [found for found in findings if found.level == "error"]
    assert str(locked) in found.detail
    assert "owner" in found.detail
    assert "restore" not in found.remedy
