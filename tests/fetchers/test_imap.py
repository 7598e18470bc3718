"""The IMAP fetcher against a real Dovecot."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest

from kfdesk.desk.admin.trial import newest
from kfdesk.errors import FetchError
from kfdesk.fetchers.imap import ImapFetcher
from kfdesk.settings import Secret
from tests.conftest import Mailbox
from tests.fetchers.contract import FetcherContract, drain, giant_mail, mail, take
from tests.support.servers import CHINESE_PASSWORD, Dovecot


@dataclass
class ImapBox:
    """A user's INBOX at Dovecot."""

    mailbox: Mailbox

    def fetcher(self, max_size: int = 25_000_000) -> ImapFetcher:
        return ImapFetcher(self.mailbox.channel(max_size=max_size))

    def deliver(self, *mails: bytes) -> None:
        self.mailbox.deliver(*mails)

    def wire(self, raw: bytes) -> bytes:
        return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def snapshot(self) -> object:
        client = self.mailbox.client()
        state = client.select_folder("INBOX", readonly=True)
        flags = client.get_flags(client.search(["ALL"]))
        client.logout()
        return state[b"UIDVALIDITY"], state[b"EXISTS"], state[b"RECENT"], flags


@pytest.fixture
def box(mailbox: Mailbox) -> ImapBox:
    return ImapBox(mailbox)


class TestContract(FetcherContract):
    """IMAP keeps the fetcher's contract."""

    @pytest.fixture
    def box(self, mailbox: Mailbox) -> ImapBox:
        return ImapBox(mailbox)


def wire(raw: bytes) -> bytes:
    """A mail as it comes over the wire."""
    return raw.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("tls", ["tls", "starttls", "none"])
def test_it_reads_over_every_kind_of_connection(mailbox: Mailbox, tls: str) -> None:
    mailbox.deliver(mail(1))
    fetcher = ImapFetcher(mailbox.channel(imap=mailbox.imap(tls=tls)))
    assert [item.raw for item in drain(fetcher, {})[0]] == [wire(mail(1))]
    fetcher.close()


def test_nobody_pays_for_a_wire_log(box: ImapBox) -> None:
    fetcher = box.fetcher()
    fetcher.pull({})
    with fetcher._connection.session() as client:
        assert client._imap.debug == 0
    fetcher.close()


def test_an_idle_pull_neither_opens_nor_searches(
    box: ImapBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.deliver(mail(1))
    fetcher = box.fetcher()
    _items, cursor = drain(fetcher, {})
    fetcher.close()
    said: list[bytes] = []
    fetcher = box.fetcher()
    with fetcher._connection.session() as client:
        send = client._imap.send

        def saying(data: bytes) -> None:
            said.append(data)
            send(data)

        monkeypatch.setattr(client._imap, "send", saying)
    assert fetcher.pull(cursor).cursor == cursor
    assert [line.split()[1] for line in said] == [b"STATUS"]
    fetcher.close()


def test_several_folders_are_read_each_with_its_cursor(mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1))
    mailbox.deliver(mail(2), folder="售后/退款")
    mailbox.deliver(mail(3), folder='A "quoted" one')
    folders = ("INBOX", "售后.退款", 'A "quoted" one')
    fetcher = ImapFetcher(mailbox.channel(imap=mailbox.imap(folders=folders)))
    items, cursor = drain(fetcher, {})
    assert [item.raw for item in items] == [wire(mail(number)) for number in (1, 2, 3)]
    assert set(cursor) == set(folders)
    mailbox.deliver(mail(4), folder="售后/退款")
    items, cursor = drain(fetcher, cursor)
    assert [item.raw for item in items] == [wire(mail(4))]
    assert items[0].place.startswith("售后.退款/")
    assert fetcher.whole(items[0].place) == wire(mail(4))
    fetcher.close()


def test_a_changed_uidvalidity_walks_the_folder_again(mailbox: Mailbox, dovecot: Dovecot) -> None:
    mailbox.deliver(mail(1), mail(2))
    fetcher = ImapFetcher(mailbox.channel())
    _items, cursor = drain(fetcher, {})
    fetcher.close()
    dovecot.reset_uidvalidity(mailbox.user)
    mailbox.deliver(mail(3))
    items, after = drain(fetcher, cursor)
    assert {item.raw for item in items} == {wire(mail(number)) for number in (1, 2, 3)}
    assert drain(fetcher, after)[0] == []
    fetcher.close()


def test_a_mail_expunged_before_it_is_fetched_is_passed(mailbox: Mailbox) -> None:
    mailbox.deliver(*(mail(number) for number in range(503)))
    fetcher = ImapFetcher(mailbox.channel())
    first = fetcher.pull({})
    other = mailbox.client()
    other.select_folder("INBOX")
    other.delete_messages([502])
    other.uid_expunge([502])
    other.logout()
    items, cursor = drain(fetcher, first.cursor)
    assert [item.raw for item in items] == [wire(mail(500)), wire(mail(502))]
    assert drain(fetcher, cursor)[0] == []
    fetcher.close()


def test_an_expunged_last_mail_does_not_make_every_pull_search(mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1), mail(2))
    fetcher = ImapFetcher(mailbox.channel())
    _items, cursor = drain(fetcher, {})
    other = mailbox.client()
    other.select_folder("INBOX")
    other.append("INBOX", wire(mail(3)))
    other.delete_messages([3])
    other.expunge()
    other.logout()
    items, cursor = drain(fetcher, cursor)
    assert items == []
    assert cursor["INBOX"].split(":")[1:] == ["2", "4"]
    fetcher.close()


def test_mails_of_ten_days_offline_come_at_once(mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1))
    fetcher = ImapFetcher(mailbox.channel())
    _items, cursor = drain(fetcher, {})
    mailbox.deliver(*(mail(number) for number in range(2, 702)))
    items, _cursor = drain(fetcher, cursor)
    assert [item.raw for item in items] == [wire(mail(number)) for number in range(2, 702)]
    fetcher.close()


def test_flags_of_others_change_nothing(mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1), mail(2))
    fetcher = ImapFetcher(mailbox.channel())
    _items, cursor = drain(fetcher, {})
    other = mailbox.client()
    other.select_folder("INBOX")
    other.add_flags([1, 2], [rb"\Seen"])
    other.logout()
    assert drain(fetcher, cursor) == ([], cursor)
    fetcher.close()


def test_a_mail_over_25_megabytes_stays_on_the_server(mailbox: Mailbox) -> None:
    giant = giant_mail(b"QUJD" * 19 * 1024 * 350)
    assert len(giant) > 25_000_000
    mailbox.deliver(giant, mail(2))
    fetcher = ImapFetcher(mailbox.channel())
    with fetcher._connection.session() as client:
        reading = client._imap.read
        sizes: list[int] = []

        def counting(size: int) -> bytes:
            sizes.append(size)
            return bytes(reading(size))

        client._imap.read = counting
    items, _cursor = drain(fetcher, {})
    assert [item.partial for item in items] == [True, False]
    assert items[0].parts[0].section == "2"
    assert sum(sizes) < 20_000
    fetcher.close()


@pytest.mark.parametrize("after", ["seen", "move"])
def test_what_was_committed_is_flagged_or_moved(mailbox: Mailbox, after: str) -> None:
    mailbox.deliver(mail(1), mail(2))
    mailbox.dovecot.maildir(mailbox.user, "Done")
    imap = mailbox.imap(after=after, move_to="Done")
    fetcher = ImapFetcher(mailbox.channel(imap=imap))
    batch = fetcher.pull({})
    fetcher.ack(batch)
    mailbox.deliver(mail(3))
    items, _cursor = drain(fetcher, batch.cursor)
    assert [item.raw for item in items] == [wire(mail(3))]
    fetcher.close()
    other = mailbox.client()
    other.select_folder("INBOX", readonly=True)
    if after == "seen":
        assert [rb"\Seen" in flags for flags in other.get_flags([1, 2, 3]).values()] == [
            True,
            True,
            False,
        ]
    else:
        assert other.search(["ALL"]) == [3]
        assert other.folder_status("Done", ["MESSAGES"])[b"MESSAGES"] == 2
    other.logout()


def test_the_stream_hears_of_a_second_folder(mailbox: Mailbox) -> None:
    mailbox.dovecot.maildir(mailbox.user, "Other")
    channel = mailbox.channel(
        imap=mailbox.imap(folders=("INBOX", "Other")), every=timedelta(seconds=0.5)
    )
    fetcher = ImapFetcher(channel)
    stop = threading.Event()
    stream = fetcher.stream({}, stop, beat=0.2)
    next(stream)
    mailbox.deliver(mail(1), folder="Other")
    items, _batch = take(stream, 1)
    assert items[0].place.startswith("Other/")
    stop.set()
    assert list(stream) == []
    fetcher.close()


def test_the_stream_connects_again_when_the_server_was_restarted(dovecot: Dovecot) -> None:
    with Dovecot() as server:
        mailbox = Mailbox(server, "ann")
        mailbox.deliver(mail(1))
        fetcher = ImapFetcher(mailbox.channel())
        stop = threading.Event()
        stream = fetcher.stream({}, stop, beat=0.2)
        take(stream, 1)
        next(stream)
        server.stop()
        next(stream)
        server.start()
        mailbox.deliver(mail(2))
        items, _batch = take(stream, 1)
        assert [item.raw for item in items] == [wire(mail(2))]
        stop.set()
        stream.close()  # type: ignore[attr-defined]
        fetcher.close()


def test_the_channel_can_be_used_while_it_waits(mailbox: Mailbox) -> None:
    mailbox.deliver(mail(1))
    fetcher = ImapFetcher(mailbox.channel())
    stop = threading.Event()
    stream = fetcher.stream({}, stop, beat=0.2)
    (item,), _batch = take(stream, 1)
    for _each in range(3):
        next(stream)
    assert fetcher.whole(item.place) == item.raw
    mailbox.deliver(mail(2))
    assert len(take(stream, 1)[0]) == 1
    stop.set()
    fetcher.close()


def test_a_wrong_password_is_not_tried_again(mailbox: Mailbox) -> None:
    imap = mailbox.imap(password=Secret(plain="wrong"))
    fetcher = ImapFetcher(mailbox.channel(imap=imap))
    with pytest.raises(FetchError, match="check user and password") as caught:
        fetcher.pull({})
    assert not caught.value.retryable
    with pytest.raises(FetchError):
        list(fetcher.stream({}, threading.Event(), beat=1))
    assert [health.ok for health in fetcher.check()] == [False]


def test_a_password_may_be_chinese(mailbox: Mailbox) -> None:
    imap = mailbox.imap(password=Secret(plain=CHINESE_PASSWORD))
    fetcher = ImapFetcher(mailbox.channel(imap=imap))
    assert fetcher.pull({}).items == ()
    fetcher.close()


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(mailbox: Mailbox, tls: str) -> None:
    imap = mailbox.imap(tls=tls, ca_file=None)
    with pytest.raises(FetchError, match="ca_file") as caught:
        ImapFetcher(mailbox.channel(imap=imap)).pull({})
    assert not caught.value.retryable


def test_plain_text_leaves_this_machine_never(mailbox: Mailbox) -> None:
    imap = mailbox.imap(tls="none", host="mail.example.com")
    with pytest.raises(FetchError, match="without encryption") as caught:
        ImapFetcher(mailbox.channel(imap=imap)).pull({})
    assert not caught.value.retryable


def test_tls_on_a_plain_port_is_said(mailbox: Mailbox) -> None:
    imap = mailbox.imap(port=mailbox.dovecot.plain_port)
    with pytest.raises(FetchError, match="check port and tls"):
        ImapFetcher(mailbox.channel(imap=imap)).pull({})


def test_a_missing_folder_is_said_with_those_there_are(mailbox: Mailbox) -> None:
    mailbox.dovecot.maildir(mailbox.user, "Archiv")
    fetcher = ImapFetcher(mailbox.channel(imap=mailbox.imap(folders=("Archive",))))
    with pytest.raises(FetchError, match=r"“Archive”.*Archiv") as caught:
        fetcher.pull({})
    assert not caught.value.retryable
    findings = fetcher.check()
    assert [health.ok for health in findings] == [True, False]
    assert "Archiv" in findings[1].remedy
    fetcher.close()


def test_a_healthy_account_is_found_healthy(mailbox: Mailbox) -> None:
    fetcher = ImapFetcher(mailbox.channel())
    assert [health.ok for health in fetcher.check()] == [True]
    fetcher.close()


@pytest.mark.parametrize("place", ["", "INBOX", "INBOX/1/x", "INBOX/1/1", "INBOX/999/1"])
def test_a_place_without_mail_is_said(mailbox: Mailbox, place: str) -> None:
    fetcher = ImapFetcher(mailbox.channel())
    with pytest.raises(FetchError) as caught:
        fetcher.whole(place)
    assert not caught.value.retryable
    fetcher.close()


def test_huge_folders_are_searched_piece_by_piece(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kfdesk.fetchers.imap_folder._SEARCH", 10)
    mailbox.deliver(*(mail(number) for number in range(1, 36)))
    other = mailbox.client()
    other.select_folder("INBOX")
    other.delete_messages(list(range(5, 28)))
    other.expunge()
    other.logout()
    fetcher = ImapFetcher(mailbox.channel())
    items, cursor = drain(fetcher, {})
    assert [int(item.place.rsplit("/", 1)[1]) for item in items] == [*range(1, 5), *range(28, 36)]
    assert len(list(fetcher.inventory(cursor))) == 12
    fetcher.close()


def test_the_newest_mails_can_be_looked_at_without_a_trace(box: ImapBox) -> None:
    assert newest(box.mailbox.channel(), 5) == []
    for n in range(7):
        box.deliver(
            f"From: Jane <jane@x.example>\r\nSubject: =?utf-8?q?No=2E?= {n}\r\n\r\nHi".encode()
        )
    before = box.snapshot()
    found = newest(box.mailbox.channel(), 5)
    assert [seen.subject for seen in found] == [f"No. {n}" for n in (6, 5, 4, 3, 2)]
    assert found[0].sender == "Jane <jane@x.example>"
    assert box.snapshot() == before
