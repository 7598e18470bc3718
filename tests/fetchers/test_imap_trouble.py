"""IMAP servers that hang, drop, lie or lack things."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from kfdesk.errors import FetchError
from kfdesk.fetchers import polling
from kfdesk.fetchers.imap import ImapFetcher
from kfdesk.settings import Channel, Imap, Secret
from tests.fetchers.contract import drain, take
from tests.support.scripted import Peer, Scripted

Answers = dict[str, list[str | bytes]]

LOGIN: Answers = {
    "CAPABILITY": ["* CAPABILITY IMAP4rev1", "TAG OK done"],
    "LOGIN": ["TAG OK in"],
    "STATUS": ["* STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 7)", "TAG OK done"],
    "EXAMINE": [
        "* 2 EXISTS",
        "* OK [UIDVALIDITY 7] ok",
        "* OK [UIDNEXT 3] ok",
        "TAG OK [READ-ONLY] done",
    ],
    "UID SEARCH": ["* SEARCH 1 2", "TAG OK done"],
    "LOGOUT": ["* BYE", "TAG OK bye"],
}
SIZES = ["* 1 FETCH (UID 1 RFC822.SIZE 10)", "* 2 FETCH (UID 2 RFC822.SIZE 10)", "TAG OK done"]
FIRST = b'* 1 FETCH (UID 1 INTERNALDATE "01-Nov-2026 10:00:00 +0800" BODY[] {5}\r\nfirst)'
SECOND = b'* 2 FETCH (UID 2 INTERNALDATE "01-Nov-2026 10:00:00 +0800" BODY[] {6}\r\nsecond)'


def fetcher_of(server: Scripted, seconds: float = 0.5, every: float = 60) -> ImapFetcher:
    """A fetcher over a scripted server, with little patience."""
    imap = Imap(
        host="127.0.0.1",
        port=server.port,
        tls="none",
        user="ann",
        password=Secret(plain="secret"),
        timeout=timedelta(seconds=seconds),
    )
    return ImapFetcher(Channel("support", "imap", imap=imap, every=timedelta(seconds=every)))


def serving(fetch: Callable[[Peer, str, str], bool], extra: Answers | None = None) -> Scripted:
    """A server that is well but for UID FETCH, which `fetch(peer, tag, command)` answers."""

    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        answers = LOGIN | (extra or {})
        while line := peer.hear():
            tag, _space, command = line.partition(" ")
            words = command.upper().split()
            name = " ".join(words[:2]) if words[0] == "UID" else words[0]
            if "RFC822.SIZE" in command:
                peer.say(*(text.replace("TAG", tag) for text in SIZES))
            elif name == "UID FETCH":
                if not fetch(peer, tag, command):
                    return
            elif name in answers:
                for text in answers[name]:
                    assert isinstance(text, str)
                    peer.say(text.replace("TAG", tag))
            else:
                peer.say(f"{tag} BAD no such command")

    return Scripted(script)


def say(*lines: bytes) -> Callable[[Peer, str, str], bool]:
    """Answer every FETCH with these lines, then OK."""

    def answer(peer: Peer, tag: str, command: str) -> bool:
        peer.say(*lines, f"{tag} OK done")
        return True

    return answer


def test_two_mails_come_from_a_plain_server() -> None:
    with serving(say(FIRST, SECOND)) as server:
        fetcher = fetcher_of(server)
        items, cursor = drain(fetcher, {})
        assert [item.raw for item in items] == [b"first", b"second"]
        assert items[0].received_at.isoformat() == "2026-11-01T02:00:00+00:00"
        assert cursor == {"INBOX": "7:2:3"}
        fetcher.close()


def test_answers_in_any_order_are_bound_by_uid() -> None:
    noise = b"* 2 FETCH (FLAGS (\\Seen))"
    with serving(say(SECOND, noise, FIRST)) as server:
        fetcher = fetcher_of(server)
        assert [item.raw for item in drain(fetcher, {})[0]] == [b"first", b"second"]
        fetcher.close()


def test_what_was_not_delivered_is_asked_for_again() -> None:
    asked: list[str] = []

    def fetch(peer: Peer, tag: str, command: str) -> bool:
        asked.append(command.split()[2])
        peer.say(FIRST if asked[-1] != "2" else SECOND, f"{tag} OK done")
        return True

    with serving(fetch) as server:
        fetcher = fetcher_of(server)
        assert [item.raw for item in drain(fetcher, {})[0]] == [b"first", b"second"]
        assert asked == ["1,2", "2"]
        fetcher.close()


def test_a_mail_that_the_server_cannot_deliver_is_shown_and_does_not_stop_the_next() -> None:
    def fetch(peer: Peer, tag: str, command: str) -> bool:
        if command.split()[2] == "2":
            peer.say(SECOND, f"{tag} OK done")
        else:
            peer.say(f"{tag} NO [SERVERBUG] cannot read mail")
        return True

    with serving(fetch) as server:
        fetcher = fetcher_of(server)
        items, cursor = drain(fetcher, {})
        assert [item.partial for item in items] == [True, False]
        assert b"INBOX/7/1" in items[0].raw
        assert items[1].raw == b"second"
        assert cursor == {"INBOX": "7:2:3"}
        fetcher.close()


def hang(peer: Peer, tag: str, command: str) -> bool:
    peer.hang()
    return False


def hang_inside(peer: Peer, tag: str, command: str) -> bool:
    peer.say(b"* 1 FETCH (UID 1 BODY[] {5000}\r\nbeginning")
    peer.hang()
    return False


def drop(peer: Peer, tag: str, command: str) -> bool:
    return False


def drop_inside(peer: Peer, tag: str, command: str) -> bool:
    peer.say(b"* 1 FETCH (UID 1 BODY[] {5000}\r\nbeginning")
    return False


@pytest.mark.parametrize("fetch", [hang, hang_inside, drop, drop_inside])
def test_a_server_that_hangs_or_drops_is_tried_again_later(
    fetch: Callable[[Peer, str, str], bool],
) -> None:
    with serving(fetch) as server:
        fetcher = fetcher_of(server)
        for _attempt in range(2):
            with pytest.raises(FetchError, match=r"127\.0\.0\.1") as caught:
                fetcher.pull({})
            assert caught.value.retryable
        assert server.connections == 2
        fetcher.close()


@pytest.mark.parametrize("greeting", ["", "HTTP/1.1 400 Bad Request", "* BYE too busy", "\x00\xff"])
def test_what_is_no_imap_server_is_said(greeting: str) -> None:
    def script(peer: Peer) -> None:
        if greeting:
            peer.say(greeting)

    with Scripted(script) as server:
        with pytest.raises(FetchError) as caught:
            fetcher_of(server).pull({})
        assert caught.value.retryable


def test_a_server_that_never_greets_is_given_up() -> None:
    with Scripted(Peer.hang) as server, pytest.raises(FetchError, match="in time"):
        fetcher_of(server, seconds=0.3).pull({})


def test_nobody_listening_is_said() -> None:
    with Scripted(Peer.hang) as server:
        fetcher = fetcher_of(server)
    with pytest.raises(FetchError, match="refuses the connection") as caught:
        fetcher.pull({})
    assert caught.value.retryable


@pytest.mark.parametrize(
    "answer",
    [
        "* SEARCH abc",
        "* SEARCH 1 2 3 (MODSEQ",
        "* 1 FETCH (UID",
        "* 1 FETCH (UID 1 BODY[] {99999999999999999999}",
        "* 1 FETCH (UID 1 BODY[] {999999999999}",
        "* 1 FETCH (UID 1 RFC822.SIZE big)",
        "* STATUS",
        "complete nonsense",
        "(" * 5000,
        "* 1 FETCH " + "(" * 5000,
        "* OK [UIDVALIDITY x] what",
    ],
)
@pytest.mark.parametrize("command", ["STATUS", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGIN"])
def test_nonsense_is_a_fetch_error_or_means_nothing(command: str, answer: str) -> None:
    with serving(say(answer.encode()), {command: [answer, "TAG OK done"]}) as server:
        fetcher = fetcher_of(server)
        with suppress(FetchError):
            drain(fetcher, {})
        fetcher.close()


def test_a_login_that_is_refused_for_now_is_tried_again() -> None:
    with serving(drop, {"LOGIN": ["TAG NO [UNAVAILABLE] try later"]}) as server:
        with pytest.raises(FetchError, match="try later") as caught:
            fetcher_of(server).pull({})
        assert caught.value.retryable


def test_a_server_that_drops_at_login_is_tried_again() -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.imap({"CAPABILITY": LOGIN["CAPABILITY"]})

    with Scripted(script) as server:
        with pytest.raises(FetchError) as caught:
            fetcher_of(server).pull({})
        assert caught.value.retryable


def test_a_server_that_wants_a_name_gets_it_before_a_folder_is_opened() -> None:
    heard: list[str] = []

    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        capability: list[str | bytes] = ["* CAPABILITY IMAP4rev1 ID", "TAG OK done"]
        heard.append(peer.imap({"CAPABILITY": capability, "LOGIN": ["TAG OK in"]}))

    with Scripted(script) as server, pytest.raises(FetchError):
        fetcher_of(server).pull({})
    assert heard[0].startswith('ID ("name" "kfdesk"')


def test_starttls_that_is_not_offered_is_not_done_without() -> None:
    with serving(drop) as server:
        fetcher = fetcher_of(server)
        imap = Imap("127.0.0.1", server.port, "starttls", user="a", password=Secret(plain="b"))
        fetcher = ImapFetcher(Channel("support", "imap", imap=imap))
        with pytest.raises(FetchError, match="STARTTLS") as caught:
            fetcher.pull({})
        assert not caught.value.retryable


def test_without_idle_the_stream_polls() -> None:
    with serving(say(FIRST, SECOND)) as server:
        fetcher = fetcher_of(server, every=0.1)
        stop = threading.Event()
        stream = fetcher.stream({}, stop, beat=0.1)
        items, _batch = take(stream, 2)
        assert [item.raw for item in items] == [b"first", b"second"]
        stop.set()
        assert list(stream) == []
        fetcher.close()


def test_the_stream_waits_longer_after_each_failure() -> None:
    back_off = polling.BackOff()
    waits = [back_off.failed() for _each in range(12)]
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 300
    back_off.succeeded()
    assert back_off.failed() == 1
