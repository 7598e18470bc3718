"""What every fetcher that pulls must do; each channel's tests run this class over their own box."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

import pytest

from kfdesk.fetchers import Fetcher
from kfdesk.model import Batch, Cursor, Inbound


class Box(Protocol):
    """A place where mail arrives, and the fetcher that reads it."""

    def fetcher(self, max_size: int = 25_000_000) -> Fetcher:
        """A new fetcher over the box, as a new process has it."""
        ...

    def deliver(self, *mails: bytes) -> None:
        """Mails arrive, in this order."""
        ...

    def wire(self, raw: bytes) -> bytes:
        """The bytes of a mail as this channel gives them."""
        ...

    def snapshot(self) -> object:
        """All that somebody else sees of the box: it must not change."""
        ...


def mail(number: int, body: str = "Hello") -> bytes:
    """A small mail, told apart by its number."""
    return (
        f"From: Ann <ann@example.org>\nTo: support@example.com\nSubject: Mail {number}\n"
        f"Message-ID: <{number}@example.org>\n\n{body} {number}\n"
    ).encode()


def drain(fetcher: Fetcher, cursor: Cursor) -> tuple[list[Inbound], Cursor]:
    """Pull until there is no more, as a sync does."""
    items: list[Inbound] = []
    while True:
        batch = fetcher.pull(cursor)
        cursor = batch.cursor
        items += batch.items
        if not batch.more:
            return items, cursor


def take(stream: Iterator[Batch], wanted: int) -> tuple[list[Inbound], Batch]:
    """Read a stream until it brought so many mails."""
    items: list[Inbound] = []
    for batch in stream:
        items += batch.items
        if len(items) >= wanted:
            return items, batch
    raise AssertionError(f"the stream ended after {len(items)} mails")


class FetcherContract:
    """Nothing lost, nothing doubled, nothing changed."""

    @pytest.fixture
    def box(self) -> Box:
        raise NotImplementedError

    @pytest.fixture
    def fetcher(self, box: Box) -> Iterator[Fetcher]:
        fetcher = box.fetcher()
        yield fetcher
        fetcher.close()

    def test_an_empty_box_gives_nothing(self, fetcher: Fetcher) -> None:
        batch = fetcher.pull({})
        assert (batch.items, batch.more) == ((), False)

    def test_mails_come_in_order_with_their_bytes(self, box: Box, fetcher: Fetcher) -> None:
        mails = [mail(number) for number in range(5)]
        box.deliver(*mails)
        items, _cursor = drain(fetcher, {})
        assert [item.raw for item in items] == [box.wire(raw) for raw in mails]
        assert [item.size for item in items] == [len(item.raw) for item in items]
        assert all(item.received_at.utcoffset() is not None for item in items)
        assert not any(item.partial for item in items)

    def test_each_mail_has_a_place_of_its_own(self, box: Box, fetcher: Fetcher) -> None:
        box.deliver(*(mail(number) for number in range(5)))
        items, _cursor = drain(fetcher, {})
        assert len({item.place for item in items}) == 5

    def test_a_second_pull_finds_nothing(self, box: Box, fetcher: Fetcher) -> None:
        box.deliver(mail(1), mail(2))
        _items, cursor = drain(fetcher, {})
        assert drain(fetcher, cursor) == ([], cursor)

    def test_another_process_goes_on_from_the_cursor(self, box: Box, fetcher: Fetcher) -> None:
        box.deliver(mail(1))
        _items, cursor = drain(fetcher, {})
        box.deliver(mail(2), mail(3))
        other = box.fetcher()
        items, cursor = drain(other, cursor)
        assert [item.raw for item in items] == [box.wire(mail(2)), box.wire(mail(3))]
        assert drain(other, cursor)[0] == []
        other.close()

    def test_many_mails_come_in_batches(self, box: Box, fetcher: Fetcher) -> None:
        mails = [mail(number) for number in range(1050)]
        box.deliver(*mails)
        sizes = []
        cursor: Cursor = {}
        raws: list[bytes] = []
        while True:
            batch = fetcher.pull(cursor)
            cursor = batch.cursor
            sizes.append(len(batch.items))
            raws += [item.raw for item in batch.items]
            if not batch.more:
                break
        assert len(sizes) > 1
        assert max(sizes) <= 500
        assert raws == [box.wire(raw) for raw in mails]

    def test_large_mails_come_in_smaller_batches(self, box: Box, fetcher: Fetcher) -> None:
        line = "x" * 70 + "\n"
        box.deliver(*(mail(number, line * 100_000) for number in range(5)))  # 7 MB each
        first = fetcher.pull({})
        assert len(first.items) == 2
        assert first.more
        assert len(drain(fetcher, first.cursor)[0]) == 3

    def test_what_was_not_committed_comes_again(self, box: Box, fetcher: Fetcher) -> None:
        box.deliver(*(mail(number) for number in range(550)))
        lost = fetcher.pull({})
        items, _cursor = drain(fetcher, {})
        assert lost.items[0].raw == items[0].raw
        assert len(items) == 550

    def test_a_crash_between_batches_loses_nothing(self, box: Box, fetcher: Fetcher) -> None:
        mails = [mail(number) for number in range(550)]
        box.deliver(*mails)
        first = fetcher.pull({})
        other = box.fetcher()
        rest, _cursor = drain(other, first.cursor)
        other.close()
        raws = {item.raw for item in (*first.items, *rest)}
        assert raws == {box.wire(raw) for raw in mails}

    def test_the_box_is_not_changed(self, box: Box, fetcher: Fetcher) -> None:
        box.deliver(mail(1), mail(2))
        before = box.snapshot()
        batch = fetcher.pull({})
        fetcher.ack(batch)
        drain(fetcher, batch.cursor)
        assert box.snapshot() == before

    def test_mails_without_message_id_and_repeated_ones_all_come(
        self, box: Box, fetcher: Fetcher
    ) -> None:
        mails = [b"Subject: none\n\nx\n", mail(1), mail(1), b"no header at all\n", b"\nonly body\n"]
        box.deliver(*mails)
        assert [item.raw for item in drain(fetcher, {})[0]] == [box.wire(raw) for raw in mails]

    def test_eight_bits_and_dots_come_as_they_are(self, box: Box, fetcher: Fetcher) -> None:
        raw = "Subject: 退款\n\n".encode("gbk") + bytes(range(128, 256)) + b"\n.\n..\n"
        box.deliver(raw)
        assert [item.raw for item in drain(fetcher, {})[0]] == [box.wire(raw)]

    def test_the_inventory_is_what_lies_before_the_cursor(self, box: Box, fetcher: Fetcher) -> None:
        box.deliver(mail(1), mail(2))
        items, cursor = drain(fetcher, {})
        box.deliver(mail(3))
        assert sorted(fetcher.inventory(cursor)) == sorted(item.place for item in items)
        assert list(fetcher.inventory({})) == []

    def test_a_giant_comes_in_part_and_whole_on_demand(self, box: Box) -> None:
        fetcher = box.fetcher(max_size=100_000)
        giant = giant_mail(attachment=b"QUJD" * 19 * 3000)
        box.deliver(mail(1), giant, mail(2))
        items, cursor = drain(fetcher, {})
        assert [item.partial for item in items] == [False, True, False]
        item = items[1]
        assert len(item.raw) < 10_000
        assert item.size == len(box.wire(giant))
        assert b"Subject: Large" in item.raw
        assert "看附件".encode() in item.raw
        assert b"<p>html</p>" in item.raw
        assert b"QUJDQUJD" not in item.raw
        (part,) = item.parts
        assert (part.name, part.type) == ("大.bin", "application/octet-stream")
        assert part.size > 200_000
        assert fetcher.whole(item.place) == box.wire(giant)
        assert drain(fetcher, cursor)[0] == []
        fetcher.close()

    def test_a_giant_text_comes_with_its_beginning(self, box: Box) -> None:
        fetcher = box.fetcher(max_size=100_000)
        giant = mail(1, "beginning\n" + "line of text\n" * 60_000)
        box.deliver(giant)
        ((item,), _cursor) = drain(fetcher, {})
        assert item.partial
        assert b"beginning" in item.raw
        assert len(item.raw) < 300_000
        assert [(part.section, part.type) for part in item.parts] == [("1", "text/plain")]
        fetcher.close()

    def test_the_stream_gives_what_is_there_and_what_comes(self, box: Box) -> None:
        fetcher = box.fetcher()
        box.deliver(mail(1))
        stop = threading.Event()
        stream = fetcher.stream({}, stop, beat=5)
        first, _batch = take(stream, 1)
        box.deliver(mail(2), mail(3))
        later, batch = take(stream, 2)
        stop.set()
        assert list(stream) == []
        assert [item.raw for item in (*first, *later)] == [
            box.wire(mail(number)) for number in (1, 2, 3)
        ]
        assert drain(fetcher, batch.cursor)[0] == []
        fetcher.close()

    def test_the_stream_beats_while_nothing_comes(self, box: Box) -> None:
        fetcher = box.fetcher()
        stop = threading.Event()
        stream = fetcher.stream({}, stop, beat=0.1)
        batches = [next(stream) for _each in range(4)]
        stop.set()
        assert [batch.items for batch in batches] == [()] * 4
        fetcher.close()


def giant_mail(attachment: bytes) -> bytes:
    """A mail with both texts inside, and a large file whose name is Chinese behind them."""
    lines = b"\n".join(attachment[at : at + 76] for at in range(0, len(attachment), 76))
    return (
        b"From: ann@example.org\nSubject: Large\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed;\n boundary="out"\n\npreamble\n--out\n'
        b'Content-Type: multipart/alternative; boundary="in"\n\n--in\n'
        b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        + "看附件".encode()
        + b"\n--in\nContent-Type: text/html; charset=utf-8\n\n<p>html</p>\n--in--\n--out\n"
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment; filename*=utf-8''%E5%A4%A7.bin\n\n"
        + lines
        + b"\n--out--\n"
    )
