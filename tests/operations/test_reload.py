"""A configuration that changes while `sync --watch` runs on it."""

from __future__ import annotations

import json
import os
from typing import Any

from tests.conftest import Mailbox
from tests.operations.site import Site, imap, mail, until

RULE = """
[[trigger]]
name = "Tag parcels"
on = ["created"]
when = "by:customer parcel"
do = [{ tag = ["parcel"] }]
"""


def said(site: Site, kind: str) -> list[Any]:
    """The JSON lines of that kind that the watcher has said so far."""
    *lines, _half = (site.folder / "out.txt").read_text(encoding="utf-8").split("\n")
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def new_tickets(site: Site) -> int:
    """How many tickets it has opened."""
    return sum(int(event["new_tickets"]) for event in said(site, "channel"))


def test_a_changed_rule_acts_on_the_next_mail(site: Site, mailbox: Mailbox) -> None:
    site.write(imap(mailbox))
    watcher = site.start("sync", "--watch", "--events")
    mailbox.deliver(mail(1))
    until(lambda: new_tickets(site) == 1)
    site.write(imap(mailbox), tail=RULE)
    until(lambda: said(site, "config"))
    assert said(site, "config") == [{"event": "config", "error": None}]
    mailbox.deliver(mail(2))
    until(lambda: new_tickets(site) == 2)
    watcher.terminate()
    assert watcher.wait(10) == 0
    assert [ticket["tags"] for ticket in site.tickets("sort:number")] == [[], ["parcel"]]
    assert (site.folder / "err.txt").read_text() == ""


def test_a_file_that_is_wrong_is_told_with_its_line_and_mail_still_flows(
    site: Site, mailbox: Mailbox
) -> None:
    """What was in force stays so until the file is right again; then the error is gone."""
    site.write(imap(mailbox), tail=RULE)
    watcher = site.start("sync", "--watch", "--events")
    until(lambda: said(site, "channel"))
    right = site.config.read_text(encoding="utf-8")
    site.config.write_text(right.replace("by:customer", "by:custommer"), encoding="utf-8")
    (wrong,) = until(lambda: said(site, "config"))
    line = right[: right.index("when =")].count("\n") + 1
    assert f"kfdesk.toml:{line}" in wrong["error"]
    mailbox.deliver(mail(1))
    until(lambda: new_tickets(site) == 1)
    assert site.config.write_text('[desk]\nname = "half', encoding="utf-8")
    until(lambda: len(said(site, "config")) == 2)
    mailbox.deliver(mail(2))
    until(lambda: new_tickets(site) == 2)
    fresh = site.folder / ".kfdesk.toml.new"  # as editors write: beside it, then in its place
    fresh.write_text(right.replace('["parcel"]', '["box"]'), encoding="utf-8")
    os.replace(fresh, site.config)
    until(lambda: len(said(site, "config")) == 3)
    assert said(site, "config")[-1]["error"] is None
    mailbox.deliver(mail(3))
    until(lambda: new_tickets(site) == 3)
    watcher.terminate()
    assert watcher.wait(10) == 0
    tags = [ticket["tags"] for ticket in site.tickets("sort:number")]
    assert tags == [["parcel"], ["parcel"], ["box"]]


def test_channels_come_and_go_with_the_configuration(site: Site, mailbox: Mailbox) -> None:
    """A new one is watched, a changed one anew, and one that has gone no more."""
    site.write(imap(mailbox))
    watcher = site.start("sync", "--watch", "--events")
    until(lambda: said(site, "channel"))
    for name in ("tmp", "new", "cur"):
        (site.folder / "Maildir" / name).mkdir(parents=True)
    spool = '[[channel]]\nname = "spool"\ntype = "maildir"\npath = "Maildir"\n'
    spool += 'address = "spool@example.com"\n'
    site.write(spool)
    until(lambda: said(site, "config"))
    (site.folder / "Maildir" / "new" / "1.spool").write_bytes(mail(1))
    until(lambda: new_tickets(site) == 1)
    quiet = len([e for e in said(site, "channel") if e["channel"] == "support"])
    mailbox.deliver(mail(2))
    site.write(spool.replace("spool@", "other@"))
    until(lambda: len(said(site, "config")) == 2)
    (site.folder / "Maildir" / "new" / "2.spool").write_bytes(mail(3))
    until(lambda: new_tickets(site) == 2)
    assert len([e for e in said(site, "channel") if e["channel"] == "support"]) <= quiet + 1
    watcher.terminate()
    assert watcher.wait(10) == 0
    assert [ticket["account"] for ticket in site.tickets()] == ["spool", "spool"]


def test_an_included_file_that_comes_is_read(site: Site, mailbox: Mailbox) -> None:
    """The first one, whose folder comes with it."""
    site.write(imap(mailbox), head='include = ["rules/*.toml"]')
    watcher = site.start("sync", "--watch", "--events")
    until(lambda: said(site, "channel"))
    (site.folder / "rules").mkdir()
    (site.folder / "rules" / "parcels.toml").write_text(RULE, encoding="utf-8")
    until(lambda: said(site, "config"))
    mailbox.deliver(mail(1))
    until(lambda: new_tickets(site) == 1)
    watcher.terminate()
    assert watcher.wait(10) == 0
    assert [ticket["tags"] for ticket in site.tickets()] == [["parcel"]]


def test_a_person_is_told_in_words(site: Site, mailbox: Mailbox) -> None:
    site.write(imap(mailbox))
    watcher = site.start("sync", "--watch")
    until(lambda: site.database.exists())
    out = site.folder / "out.txt"
    site.write(imap(mailbox), tail="[[trigger]]")
    until(lambda: "kfdesk.toml:" in out.read_text(encoding="utf-8"))
    site.write(imap(mailbox), tail=RULE)
    until(lambda: "configuration is in force" in out.read_text(encoding="utf-8"))
    watcher.terminate()
    assert watcher.wait(10) == 0
