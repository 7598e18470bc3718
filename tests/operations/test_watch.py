"""`sync --watch`: mail comes and goes by itself, and the process ends when it is told."""

from __future__ import annotations

import json
import signal
from typing import Any

from tests.conftest import Mailbox
from tests.operations.site import Site, imap, mail, until
from tests.support.net import Relay, free_port
from tests.support.scripted import Scripted
from tests.support.servers import Dovecot, Smtp


def said(site: Site) -> list[Any]:
    """The JSON lines that watchers have said so far."""
    *lines, _half = (site.folder / "out.txt").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines]


def test_mail_comes_in_and_replies_leave_while_it_watches(
    site: Site, mailbox: Mailbox, smtp_server: Smtp
) -> None:
    site.write(imap(mailbox, smtp_server), head='[ui]\nundo_send = "1s"')
    watcher = site.start("sync", "--watch", "--events")
    mailbox.deliver(mail(1))
    until(lambda: sum(event["new_tickets"] for event in said(site)) == 1)
    mailbox.deliver(mail(2))
    until(lambda: sum(event["new_tickets"] for event in said(site)) == 2)
    site.run("reply", "1", "--body", "On its way.")
    until(lambda: smtp_server.received)
    until(lambda: sum(event["sent"] for event in said(site)) == 1)
    watcher.terminate()
    assert watcher.wait(10) == 0
    assert {ticket["subject"] for ticket in site.tickets()} == {"Question 1", "Question 2"}
    assert (site.folder / "err.txt").read_text() == ""


def test_a_silent_server_does_not_hold_up_the_end(site: Site, mailbox: Mailbox) -> None:
    with Scripted(lambda peer: peer.hang()) as silent:
        site.write(imap(mailbox, port=silent.port, tls="none", timeout="600s"))
        ends: list[int] = []
        for end in (signal.SIGTERM, signal.SIGINT):
            watcher = site.start("sync", "--watch")
            until(lambda: silent.connections > len(ends))
            watcher.send_signal(end)
            ends.append(watcher.wait(20))
    assert ends == [0, 0]
    assert (site.folder / "err.txt").read_text() == ""


def test_a_mail_that_is_leaving_is_waited_for(
    site: Site, mailbox: Mailbox, smtp_server: Smtp
) -> None:
    """To end in the middle would leave its fate unknown."""
    mailbox.deliver(mail(1))
    site.write(imap(mailbox, smtp_server).replace('timeout = "5s" }', 'timeout = "3s" }'))
    site.run("sync")
    site.run("reply", "1", "--body", "On its way.")
    smtp_server.script(end="hang")
    watcher = site.start("sync", "--watch")
    until(lambda: smtp_server.received)
    watcher.terminate()
    assert watcher.wait(20) == 0
    (row,) = site.run("outbox", "--json").lines
    assert row["state"] == "unknown"
    assert "ended while this was being sent" not in row["error"]


def test_when_a_watcher_is_killed_another_takes_over(site: Site, mailbox: Mailbox) -> None:
    site.write(imap(mailbox))
    first = site.start("sync", "--watch", "--events")
    mailbox.deliver(mail(1))
    until(lambda: said(site))
    second = site.start("sync", "--watch", "--events")
    beside = site.run("sync", "--json").json
    assert beside["channels"][0]["skipped"]
    first.kill()
    first.wait(10)
    mailbox.deliver(mail(2))
    until(lambda: sum(event["new_tickets"] for event in said(site)) == 2)
    second.terminate()
    assert second.wait(10) == 0
    assert len(site.tickets()) == 2


def test_trouble_is_told_while_it_lasts_and_passes_by_itself(
    site: Site, mailbox: Mailbox, dovecot: Dovecot
) -> None:
    """The server goes and comes back in the middle; here another, whose port nobody listens on."""
    port = free_port()
    site.write(imap(mailbox, port=port, tls="none"))
    mailbox.deliver(mail(1))
    watcher = site.start("sync", "--watch", "--events")
    until(lambda: [e for e in said(site) if e["error"] and "refuses the connection" in e["error"]])
    failing = site.run("doctor", "--json", code=1).lines
    assert any(str(port) in found["detail"] for found in failing if found["level"] == "warning")
    with Relay(port, dovecot.plain_port):
        until(lambda: sum(event["new_tickets"] for event in said(site)) == 1)
        until(lambda: said(site)[-1]["error"] is None)
        watcher.terminate()
        assert watcher.wait(10) == 0


def test_a_watcher_ends_when_nobody_listens_any_more(site: Site, mailbox: Mailbox) -> None:
    """A console that is killed leaves no process behind."""
    site.write(imap(mailbox))
    watcher = site.start("sync", "--watch", "--events", piped=True)
    assert watcher.stdout is not None
    assert json.loads(watcher.stdout.readline())["event"] == "channel"
    watcher.stdout.close()
    assert watcher.wait(20) == 0
    assert (site.folder / "err.txt").read_text() == ""
