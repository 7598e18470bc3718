"""Reading ahead: while this process writes a batch, a child pulls and reads the next one.

Used for a backlog only. The child knows a channel and a cursor, nothing of the store; it has no
lock, and ends when nobody listens any more. The run is `python -m kfdesk.desk.incoming.ahead`.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO

from kfdesk.desk.incoming.arrival import Arrival, receive
from kfdesk.errors import FetchError
from kfdesk.fetchers import connect
from kfdesk.i18n import _
from kfdesk.mail.robot import Own
from kfdesk.model import Batch, Cursor
from kfdesk.settings import Channel


@dataclass(frozen=True, slots=True)
class Read:
    """A batch that was pulled and read; `batch` holds no raw bytes any more."""

    batch: Batch
    arrivals: list[Arrival]


@contextmanager
def read_ahead(channel: Channel, ours: Own, cursor: Cursor) -> Iterator[Iterator[Read]]:
    """Pull and read what lies behind `cursor` in a child, one batch ahead of the caller."""
    child = subprocess.Popen(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        pickle.dump((channel, ours, dict(cursor)), child.stdin)
        child.stdin.close()
        yield _received(child.stdout, channel)
    finally:
        child.stdout.close()
        child.terminate()
        child.wait()


def _received(pipe: IO[bytes], channel: Channel) -> Iterator[Read]:
    while True:
        try:
            found: Read | FetchError = pickle.load(pipe)  # noqa: S301  # our own child
        except EOFError:
            raise FetchError(
                _("{channel}: the reading process ended early; the next sync goes on").format(
                    channel=channel.name
                )
            ) from None
        if isinstance(found, FetchError):
            raise found
        yield found
        if not found.batch.more:
            return


def _serve(channel: Channel, ours: Own, cursor: Cursor, out: IO[bytes]) -> None:
    fetcher = connect(channel)
    # A thread waits on the pipe, so that the next batch is in the making before this one is taken.
    with ThreadPoolExecutor(1) as writer:
        sent: Future[None] | None = None
        more = True
        try:
            while more:
                batch = fetcher.pull(cursor)
                arrivals = receive(batch.items, ours)
                cursor, more = batch.cursor, batch.more
                items = tuple(arrival.item for arrival in arrivals)
                found: Read | FetchError = Read(replace(batch, items=items), arrivals)
                packed = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
                if sent is not None:
                    sent.result()
                sent = writer.submit(_send, out, packed)
        except FetchError as error:
            if sent is not None:
                sent.result()
            _send(out, pickle.dumps(error))
        finally:
            fetcher.close()
        if sent is not None:
            sent.result()


def _send(out: IO[bytes], packed: bytes) -> None:
    out.write(packed)
    out.flush()


def main() -> None:
    """Serve the one caller at the other end of standard input and output."""
    gc.freeze()  # what was imported stays: the collector need not look at it again and again
    channel, ours, cursor = pickle.load(sys.stdin.buffer)  # noqa: S301  # our own parent
    try:
        _serve(channel, ours, cursor, sys.stdout.buffer)
    except BrokenPipeError:
        sys.stdout = None  # the caller is gone; there is nobody to flush to


if __name__ == "__main__":
    # Pickles name this module, not `__main__`, so that the caller finds the classes in them.
    from kfdesk.desk.incoming import ahead

    ahead.main()
