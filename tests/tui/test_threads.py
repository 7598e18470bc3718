"""The threads that wait for the disk: what was asked to be written is written."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest

from kfdesk.tui.source.threads import Threads


async def test_a_change_that_was_asked_for_is_done_although_nobody_waits_for_it_any_more() -> None:
    """Who sends and leaves at once has sent."""
    threads, free, done = Threads(), Event(), list[str]()
    first = asyncio.ensure_future(threads.write(free.wait, 20))
    second = asyncio.ensure_future(threads.write(done.append, "sent"))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    free.set()
    assert await first
    threads.close()
    assert done == ["sent"]
