"""A real Dovecot mailbox: every mail once, whatever happens to the server."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kfdesk.desk.syncing.audit import audit
from kfdesk.desk.syncing.result import ChannelResult
from kfdesk.desk.syncing.sync import sync
from kfdesk.store import blobs
from tests.conftest import Mailbox
from tests.desk.conftest import OpenOffice
from tests.desk.office import ACKNOWLEDGE, Office, inlet, raw
from tests.support.net import free_port

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def run(office: Office) -> ChannelResult:
    """One sync of the one channel."""
    (result,) = sync(office.settings, clock=lambda: office.now).channels
    assert result.error is None
    return result


def hashes(office: Office) -> Counter[bytes]:
    """How often each raw mail was found, by its SHA-256: where a place has its own bytes, those."""
    rows = office.sql(
        "SELECT coalesce(origin.raw, message.raw) FROM origin"
        " JOIN message ON message.id = origin.message_id"
    )
    return Counter(row[0] for row in rows)


def delivered(*mails: bytes) -> Counter[bytes]:
    """What `hashes` must be."""
    return Counter(hashlib.sha256(mail).digest() for mail in mails)


def test_after_a_uidvalidity_change_nothing_is_lost_and_nothing_doubled(
    opened: OpenOffice, mailbox: Mailbox
) -> None:
    office = opened(ACKNOWLEDGE, inlet=inlet(mailbox))
    old = [raw(f"{n}", Subject=f"Old {n}", id="" if n % 3 else None) for n in range(9)]
    mailbox.deliver(*old)
    assert run(office).messages == 9
    mailbox.dovecot.reset_uidvalidity(mailbox.user)
    new = [raw(f"{n}", Subject=f"New {n}") for n in range(3)]
    mailbox.deliver(*new)
    done = run(office)
    assert (done.messages, done.duplicates) == (3, 9)
    assert len(office.inbound()) == 12
    assert len(office.outbox()) == 12
    assert run(office).pulled == 0
    (proof,) = audit(office.desk)
    assert (proof.proved, proof.server, proof.stored) == (True, 12, 12)


def test_one_mail_in_two_folders_is_one_message_in_two_places(
    opened: OpenOffice, mailbox: Mailbox
) -> None:
    mail = raw()
    mailbox.deliver(mail)
    mailbox.deliver(mail, raw("Other.", Subject="Other"), folder="Archive")
    office = opened(inlet=inlet(mailbox, "INBOX", "Archive"))
    done = run(office)
    assert (done.pulled, done.messages, done.duplicates) == (3, 2, 1)
    assert office.sql("SELECT count(*) FROM origin") == [(3,)]
    (proof,) = audit(office.desk)
    assert (proof.proved, proof.server, proof.stored) == (True, 3, 3)


def test_a_mail_that_moves_to_another_folder_is_not_doubled(
    opened: OpenOffice, mailbox: Mailbox
) -> None:
    mailbox.dovecot.maildir(mailbox.user, "Archive")
    office = opened(inlet=inlet(mailbox, "INBOX", "Archive"))
    mailbox.deliver(raw(id=""))
    assert run(office).messages == 1
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move([1], "Archive")
    client.logout()
    done = run(office)
    assert (done.messages, done.duplicates) == (0, 1)
    assert audit(office.desk)[0].proved


def test_a_mail_that_was_deleted_on_the_server_stays_in_the_desk(
    opened: OpenOffice, mailbox: Mailbox
) -> None:
    office = opened(inlet=inlet(mailbox))
    mailbox.deliver(raw("1", Subject="1"), raw("2", Subject="2"))
    run(office)
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages([1])
    client.expunge()
    client.logout()
    assert run(office).pulled == 0
    assert len(office.inbound()) == 2
    (proof,) = audit(office.desk)
    assert (proof.proved, proof.server) == (True, 1)


def test_the_mailbox_is_not_changed(opened: OpenOffice, mailbox: Mailbox) -> None:
    mailbox.deliver(raw())
    run(opened(inlet=inlet(mailbox)))
    client = mailbox.client()
    client.select_folder("INBOX", readonly=True)
    assert client.search("UNSEEN") == [1]
    client.logout()


def test_one_failing_channel_never_stops_the_others(opened: OpenOffice, mailbox: Mailbox) -> None:
    dead = f"""
[[channel]]
name = "dead"
type = "imap"
address = "dead@shop.example"
imap = {{ host = "127.0.0.1", port = {free_port()}, tls = "none", user = "x", password = "y" }}

[[channel]]
name = "alive"
type = "imap"
address = "alive@shop.example"
""" + inlet(mailbox).replace('type = "imap"', "").replace('sent_folder = "Sent"', "")
    mailbox.deliver(raw())
    office = opened(dead)
    office.deliver(raw("Local."))
    result = sync(office.settings, clock=lambda: office.now)
    assert result.exit_code == 3
    assert [bool(channel.error) for channel in result.channels] == [False, True, False]
    assert [channel.messages for channel in result.channels] == [1, 0, 1]
    assert "refuses the connection" in str(result.channels[1].error)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real mails is not here")
def test_every_mail_of_the_corpus_is_in_the_desk_once_with_its_bytes(
    opened: OpenOffice, mailbox: Mailbox
) -> None:
    files = sorted(file for file in CORPUS.glob("**/eml/**/*") if file.is_file())
    sources = [file.read_bytes() for file in files]
    # A server gives every line its CR LF, and adds nothing else: what it holds is what counts.
    mailbox.deliver(*sources)
    office = opened(ACKNOWLEDGE, inlet=inlet(mailbox), outlet="")
    on_server = _served(mailbox)
    assert sum(on_server.values()) == len(files)

    first = _kfdesk(office, "sync")
    (channel,) = first["channels"]
    assert channel["error"] is None
    assert channel["pulled"] == len(files)
    total = channel["messages"] + channel["duplicates"] + channel["quarantined"]
    assert total == len(files)
    assert hashes(office) == on_server
    known = {hashlib.sha256(source).digest(): source for source in sources}
    for source in list(known.values())[::20]:
        digest = hashlib.sha256(_crlf(source)).digest()
        with office.desk.store.read() as tx:
            assert blobs.get(tx, digest) == _crlf(source)
    stored = office.sql("SELECT count(*), count(DISTINCT external_id) FROM message"
                        " WHERE direction = 'in'")  # fmt: skip
    assert stored[0][0] == stored[0][1] == channel["messages"] + channel["quarantined"]
    assert len(set(on_server)) - stored[0][0] <= channel["duplicates"]

    (again,) = _kfdesk(office, "sync")["channels"]
    assert (again["pulled"], again["messages"], again["error"]) == (0, 0, None)
    proof = _kfdesk(office, "sync", "--audit")
    assert proof["missing"] == []
    assert proof["server"] == len(files) == proof["stored"] + proof["quarantined"]


def _crlf(source: bytes) -> bytes:
    import re

    return re.sub(rb"(?<!\r)\n", b"\r\n", source)


def _served(mailbox: Mailbox) -> Counter[bytes]:
    """What lies on the server, by SHA-256, as another mail program reads it."""
    client = mailbox.client()
    client._imap.debug = 0
    client.select_folder("INBOX", readonly=True)
    found: Counter[bytes] = Counter()
    uids = client.search()
    for start in range(0, len(uids), 100):
        for data in client.fetch(uids[start : start + 100], ["BODY.PEEK[]"]).values():
            found[hashlib.sha256(data[b"BODY[]"]).digest()] += 1
    client.logout()
    return found


def _kfdesk(office: Office, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.stderr == ""
    assert done.returncode == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found
