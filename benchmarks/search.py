"""Search for words on a desk of a million messages: the first page, newest first.

`python -m benchmarks.search --cache FOLDER [--messages 1000000] [--rounds 20]`
"""

from __future__ import annotations

import statistics
import time

from benchmarks.desks import arguments, desk
from benchmarks.measure import kfdesk, percentile, run, spread, verdict
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.query import parse
from kfdesk.rules.language.values import Scope
from kfdesk.store import queue

#: Frequent and rare words, phrases, words with conditions, and one that is nowhere.
QUERIES = (
    "退款",
    "快递",
    "优惠券",
    "发票抬头",
    "乌鲁木齐",
    "增值税普通发票",
    "扫地机器人",
    "領収書",
    "환불",
    "refund",
    "Rückmeldung",
    "不存在的词",
    "退款 is:open",
    "发票 status:closed",
    "退款 快递 priority:urgent",
    "投诉 team:refunds is:open sort:-updated",
)
PAGE = 100


def main() -> None:
    """Search by the store as the console does, then by the command line."""
    given = arguments("Measure the search.", [("rounds", 20)])
    config = desk(given.cache, given.messages)
    settings = load(config)
    opened = Desk.open(settings)
    known = Known.of(settings)
    every: list[float] = []
    for text in QUERIES:
        times: list[float] = []
        for _ in range(given.rounds):
            begun = time.perf_counter()
            query = parse(text, known)
            with opened.store.read() as tx:
                numbers = queue.ids(tx, query, Scope(opened.clock()), limit=PAGE)
                rows = queue.rows(tx, numbers)
            times.append(time.perf_counter() - begun)
        every += times
        print(f"{len(rows):4} tickets   {spread(times)}   {text}")
    opened.close()
    print(f"{'all':12}   {spread(every)}")
    verdict("search, p95 in ms", percentile(every, 0.95) * 1000, 50, at_least=False)
    for text in ("退款", "不存在的词"):
        command = kfdesk(config, "list", text, "--limit", str(PAGE))
        seconds = statistics.median(run(command).seconds for _ in range(5))
        print(f"kfdesk list {text}: {seconds * 1000:.0f} ms from start to exit")


if __name__ == "__main__":
    main()
