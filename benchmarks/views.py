"""Thirty counters of views, and a filter as it is typed, on a desk of a million messages.

`python -m benchmarks.views --cache FOLDER [--messages 1000000] [--rounds 20]`
"""

from __future__ import annotations

import asyncio
import statistics
import time
from array import array
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.desks import arguments, desk
from benchmarks.measure import percentile, spread, verdict
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.errors import QueryError
from kfdesk.model import Actor, By
from kfdesk.rules.language.complete import without_begun_name
from kfdesk.rules.language.query import parse
from kfdesk.store.conditions import condition
from kfdesk.tui.queue.listing import PAGE
from kfdesk.tui.source.live import DeskSource
from kfdesk.tui.source.source import Interrupted
from kfdesk.tui.source.threads import Threads
from kfdesk.tui.views.counts import MOST

#: What a team of that size has: everybody's, one a team, and its own. All of them are about open
#: tickets; the last three ask for more than the tickets' own table.
VIEWS = (
    "is:open",
    "is:open is:unread",
    "is:open assignee:me",
    "is:open is:unassigned",
    "is:open is:breached",
    "is:open is:snoozed",
    "is:open is:waiting",
    "is:new",
    "is:pending",
    "is:hold",
    "is:open priority:urgent",
    "is:open priority>=high",
    "is:open priority:low",
    "is:open idle>24h",
    "is:open idle>72h",
    "is:open age>7d",
    "is:open waiting>4h",
    "is:open due<1h",
    "is:open subject:退款",
    "is:open subject:invoice",
    "is:open (priority:urgent or is:breached) -is:pending",
    "status:new,open is:unassigned priority>=high",
    "type:task is:open sort:task_due",
    "is:open created:today",
    "is:open updated:today sort:priority",
    "is:open assignee:none idle>1h",
    "is:open -is:waiting",
    "is:open tag:vip",
    "is:open customer.group:VIP",
    "is:open 退款",
)
#: What is typed, key by key.
TYPED = (
    "退款 is:open",
    "is:open priority:urgent",
    "refund status:closed",
    "发票抬头",
    "tag:vip is:unread",
    "乌鲁木齐 快递",
    "assignee:none sort:-priority",
    "subject:invoice is:open",
)
#: Somebody who types fast presses so many keys a second.
KEYS = 8


def main() -> None:
    """On a desk that nobody else has open."""
    given = arguments("Measure the counters of views and the filter.", [("rounds", 20)])
    measure(desk(given.cache, given.messages), given.rounds)


def measure(config: Path, rounds: int) -> None:
    """Count, then type."""
    opened = Desk.open(load(config))
    source = DeskSource(opened, Actor(By.AGENT, "agent01"))
    counters(opened, source, rounds)
    asyncio.run(typing(source))
    source.close()


def counters(opened: Desk, source: DeskSource, rounds: int) -> None:
    """All counters, beside one scan of the open tickets."""
    scope = opened.scope("agent01")
    one = select(func.sum(condition.ticket.c.unread)).where(
        condition.LIVE,
        condition.Translation(scope).all_of(parse("is:open", opened.known).conjuncts),
    )
    scans: list[float] = []
    counts: list[float] = []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        with opened.store.read() as tx:
            tx.scalar(one)
        scans.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        found = source.counts(VIEWS)
        rest = [query for query, number in zip(VIEWS, found, strict=True) if number is None]
        slow = [source.count(query, MOST) for query in rest]
        counts.append(time.perf_counter() - begun)
    del scans[0], counts[0]  # nothing had been read of the file yet
    print(f"{found[0]:,} open tickets; {len(VIEWS) - len(rest)} counted together, then {slow}")
    print(f"one scan of the open   {spread(scans)}")
    print(f"thirty counters        {spread(counts)}")
    ratio = statistics.median(counts) / statistics.median(scans)
    print(f"thirty counters against one scan: {ratio:.1f}")
    verdict("thirty counters, in ms", statistics.median(counts) * 1000, 50, at_least=False)


async def typing(source: DeskSource) -> None:
    """Keys one after another: each ends the question before it, and lists a first page."""
    threads = Threads()
    times: list[float] = []
    for text in TYPED:
        worst = 0.0
        for end in range(1, len(text) + 1):
            took = await pressed(source, threads, text[:end])
            times.append(took)
            worst = max(worst, took)
            await asyncio.sleep(max(0.0, 1 / KEYS - took))
        print(f"{worst * 1000:6.1f} ms at worst   {text}")
    threads.close()
    print(f"{len(times):4} keys             {spread(times)}")
    verdict("key to first page, p95 in ms", percentile(times, 0.95) * 1000, 50, at_least=False)


async def pressed(source: DeskSource, threads: Threads, text: str) -> float:
    """Seconds until the first page of what is typed so far, or until the next key ends it."""
    begun = time.perf_counter()
    page = asyncio.ensure_future(first_page(source, threads, text))
    done, _waiting = await asyncio.wait([page], timeout=1 / KEYS)
    took = time.perf_counter() - begun
    if not done:
        source.interrupt()
        await page
    return took


async def first_page(source: DeskSource, threads: Threads, text: str) -> None:
    """What the console does at a key: words to complete, a page of numbers, the rows in view."""
    words = await threads.read(source.complete, text)
    try:
        asked = without_begun_name(text, words).strip()
        ids: array[int] = await threads.query(source.ids, asked, PAGE)
        await threads.read(source.rows, ids[:50])
    except (QueryError, Interrupted):
        pass  # half a query is often none: that is said at once


if __name__ == "__main__":
    main()
