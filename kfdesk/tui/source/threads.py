"""The threads that wait for the disk in the event loop's stead.

One asks queries (long ones may be interrupted), one reads what is on the screen, one writes: the
only one, so that changes happen in the order in which they were asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Event
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def thread(name: str) -> Executor:
    """An executor with one thread."""
    return ThreadPoolExecutor(1, thread_name_prefix=name)


class Threads:
    """The console's threads; `make` is another kind of executor for tests."""

    def __init__(self, make: Callable[[str], Executor] = thread) -> None:
        self._queries = make("queries")
        self._reads = make("reads")
        self._writes = make("writes")

    async def query(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call in the thread of queries."""
        return await _begun(self._queries, ask, *args, **kwargs)

    async def read(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call in the reading thread."""
        return await _begun(self._reads, ask, *args, **kwargs)

    async def write(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call in the writing thread, after every earlier change.

        What was asked for is done, even where nobody waits for it any more: the console is left.
        """
        return await asyncio.shield(_begun(self._writes, do, *args, **kwargs))

    @asynccontextmanager
    async def resting(self) -> AsyncIterator[None]:
        """No thread is at work while this lasts: no transaction stays open, no lock is held."""
        loop, over = asyncio.get_running_loop(), Event()

        def rest(begun: asyncio.Event) -> None:
            loop.call_soon_threadsafe(begun.set)
            over.wait()

        try:
            for executor in (self._queries, self._reads, self._writes):
                begun = asyncio.Event()
                executor.submit(rest, begun)
                await begun.wait()
            yield
        finally:
            over.set()

    def close(self) -> None:
        """Finish what was asked for, the changes above all, and end."""
        for executor in (self._queries, self._reads, self._writes):
            executor.shutdown(wait=True)


def _begun(
    executor: Executor, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> asyncio.Future[T]:
    return asyncio.wrap_future(executor.submit(ask, *args, **kwargs))
