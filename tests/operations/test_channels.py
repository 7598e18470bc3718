"""Several channels of which some fail: each says what to do, and the others are synced."""

from __future__ import annotations

from tests.conftest import Mailbox
from tests.operations.site import Site, imap, mail
from tests.support.net import free_port
from tests.support.scripted import Scripted
from tests.support.servers import Smtp


def test_each_failing_channel_says_what_to_do_and_the_others_go_on(
    site: Site, mailbox: Mailbox
) -> None:
    mailbox.deliver(mail(1))
    dead = free_port()
    with Scripted(lambda peer: peer.hang()) as silent:
        site.write(
            imap(mailbox, name="password").replace('{ env = "KF_MAIL" }', '"wrong"'),
            imap(mailbox, name="variable").replace("KF_MAIL", "KF_NOT_SET"),
            imap(mailbox, name="certificate").replace("ca_file", "#ca_file"),
            imap(mailbox, name="host", host="no-such-host.invalid"),
            imap(mailbox, name="silent", port=silent.port, tls="none", timeout="1s"),
            imap(mailbox, name="dead", port=dead, tls="none"),
            imap(mailbox, name="folder", folders=["Nowhere"]),
            '[[channel]]\nname = "spool"\ntype = "maildir"\naddress = "s@example.com"\npath = "no"',
            imap(mailbox, name="good"),
        )
        done = site.run("sync", code=3)
    said = dict(line.split(": ", 1) for line in done.err.splitlines())
    remedies = {
        "password": "check user and password",
        "variable": "KF_NOT_SET is not set",
        "certificate": "ca_file",
        "host": "check its name",
        "silent": "did not answer in time",
        "dead": "check the port",
        "folder": "the server has: INBOX",
        "spool": "check the path",
    }
    assert said.keys() == remedies.keys()
    for channel, remedy in remedies.items():
        assert remedy in said[channel], said[channel]
    assert len(site.tickets()) == 1
    warned = [line for line in site.run("doctor", code=1).out.splitlines() if line[:1] == "!"]
    assert sum("channel variable" in line for line in warned) == 1


def test_what_is_put_right_is_forgotten(site: Site, mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1))
    site.write(imap(mailbox))
    site.environment["KF_MAIL"] = ""
    assert "KF_MAIL" in site.run("sync", code=3).err
    site.environment.clear()
    site.run("sync")
    assert all(found["level"] == "ok" for found in site.run("doctor", "--json").lines)


def test_a_dead_smtp_server_keeps_the_reply_and_says_so(
    site: Site, mailbox: Mailbox, smtp_server: Smtp
) -> None:
    mailbox.deliver(mail(1))
    site.write(imap(mailbox, smtp_server))
    site.run("sync")
    site.run("reply", "1", "--body", "On its way.")
    smtp_server.stop()
    done = site.run("sync", code=3)
    assert f"support: 127.0.0.1:{smtp_server.port} refuses the connection" in done.err
    smtp_server.start()
    (row,) = site.run("outbox", "--json").lines
    assert row["state"] == "queued"
    site.run("outbox", "--retry", str(row["id"]))
    site.run("sync")
    assert len(smtp_server.received) == 1
