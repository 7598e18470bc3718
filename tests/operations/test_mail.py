"""Mail of every size goes in and out, from the command line to the servers and back."""

from __future__ import annotations

import base64
import random
from email import message_from_bytes, policy

import pytest

from tests.conftest import Mailbox
from tests.operations.site import Site, imap, mail
from tests.support.servers import Smtp

CONTENT = random.Random(0).randbytes(2_000_000)


def large() -> bytes:
    """A mail with a text and a file of two megabytes."""
    coded = base64.encodebytes(CONTENT).replace(b"\n", b"\r\n")
    return (
        b"From: Ann <ann@customer.example>\r\nTo: support@example.com\r\nSubject: Large\r\n"
        b"Message-ID: <large@customer.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
        b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=scan.pdf\r\n\r\n" + coded + b"--b--\r\n"
    )


def test_of_an_oversize_mail_the_file_comes_on_demand(site: Site, mailbox: Mailbox) -> None:
    raw = large()
    mailbox.deliver(raw, mail(2))
    site.write(imap(mailbox, more='max_size = "1MB"'))
    site.run("sync")
    assert site.database.stat().st_size < len(CONTENT)
    (message,) = site.ticket(1)["messages"]
    assert message["text"] == "See the file."
    (attachment,) = message["attachments"]
    assert attachment["name"] == "scan.pdf"
    site.run("attachment", str(attachment["id"]), "--to", "here.pdf")
    assert (site.folder / "here.pdf").read_bytes() == CONTENT
    assert site.run("source", str(message["id"])).raw == raw
    assert "exists" in site.run("attachment", str(attachment["id"]), "--to", "here.pdf", code=2).err
    assert site.run("attachment", str(attachment["id"])).raw == CONTENT


def test_a_file_that_is_gone_from_the_server_is_a_sentence(site: Site, mailbox: Mailbox) -> None:
    mailbox.deliver(large())
    site.write(imap(mailbox, more='max_size = "1MB"'))
    site.run("sync")
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages([1])
    client.expunge()
    client.logout()
    done = site.run("attachment", "1", "--to", "here.pdf", code=3)
    assert "no longer on the server" in done.err
    assert not (site.folder / "here.pdf").exists()


@pytest.mark.parametrize("after", ["leave", "seen", "move"])
def test_after_it_is_in_the_desk_a_mail_stays_is_seen_or_moves(
    site: Site, mailbox: Mailbox, after: str
) -> None:
    mailbox.dovecot.maildir(mailbox.user, "Done")
    mailbox.deliver(mail(1), mail(2))
    site.write(imap(mailbox, after=after, move_to="Done"))
    site.run("sync")
    client = mailbox.client()
    moved = client.select_folder("Done", readonly=True)[b"EXISTS"]
    left = client.select_folder("INBOX", readonly=True)[b"EXISTS"]
    flags = [flag for flags in client.get_flags(client.search()).values() for flag in flags]
    client.logout()
    assert (left, moved) == ((0, 2) if after == "move" else (2, 0))
    assert flags.count(b"\\Seen") == (2 if after == "seen" else 0)
    assert site.run("sync", "--json").json["channels"][0]["pulled"] == 0
    assert len(site.tickets()) == 2


def test_a_file_leaves_with_the_reply_under_its_own_name(
    site: Site, mailbox: Mailbox, smtp_server: Smtp
) -> None:
    mailbox.deliver(mail(1))
    site.write(imap(mailbox, smtp_server))
    site.run("sync")
    (site.folder / "发票 1.pdf").write_bytes(CONTENT)
    site.run("reply", "1", "--body", "-", "--attach", "发票 1.pdf", stdin="见附件。\n")
    assert "nope.pdf" in site.run("reply", "1", "--body", "x", "--attach", "nope.pdf", code=2).err
    site.run("sync")
    (got,) = smtp_server.received
    sent = message_from_bytes(got.raw, policy=policy.default)
    (file,) = sent.iter_attachments()
    assert file.get_filename() == "发票 1.pdf"
    assert file.get_payload(decode=True) == CONTENT
    text = sent.get_body(("plain",))
    assert text is not None
    assert text.get_content().startswith("见附件。")
    assert site.ticket()["messages"][1]["attachments"][0]["size"] == len(CONTENT)


def test_an_mbox_and_a_mailbox_feed_one_desk(site: Site, mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1))
    box = site.folder / "box"
    entry = b"From c2@customer.example Sat Nov 21 09:00:00 2026\n%b\n"
    box.write_bytes(entry % mail(2).replace(b"\r\n", b"\n"))
    spool = '[[channel]]\nname = "spool"\ntype = "mbox"\npath = "box"\naddress = "s@example.com"'
    site.write(imap(mailbox), spool)
    site.run("sync")
    with box.open("ab") as file:
        file.write(entry % mail(3).replace(b"\r\n", b"\n"))
    site.run("sync", "spool")
    assert len(site.tickets()) == 3
    proofs = site.run("sync", "--audit", "--json").lines
    assert [(proof["server"], proof["stored"]) for proof in proofs] == [(1, 1), (2, 2)]
