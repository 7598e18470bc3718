"""Tickets like one, on a desk of many messages; and what is asked most in it.

`python -m benchmarks.similar --cache FOLDER [--messages 1000000] [--rounds 300]`
"""

from __future__ import annotations

import random
import time

from benchmarks.desks import END, SPAN, arguments, desk
from benchmarks.measure import percentile, spread, verdict
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.knowledge.gaps import gaps
from kfdesk.desk.knowledge.similar import similar
from kfdesk.store.tables import from_ms
from kfdesk.store.tickets import first_id

#: What is asked most is counted over so many tickets.
ASKED = 100_000


def main() -> None:
    """Ask for tickets like one that was picked at random, as the console does."""
    given = arguments("Measure what is like a ticket.", [("rounds", 300)])
    opened = Desk.open(load(desk(given.cache, given.messages)))
    rng = random.Random(1)
    with opened.store.read() as tx:
        last = first_id(tx) - 1
    begun = time.perf_counter()
    similar(opened, last)
    print(f"the first, which draws the sample: {(time.perf_counter() - begun) * 1000:.0f} ms")
    times: list[float] = []
    found = 0
    for _ in range(given.rounds):
        number = rng.randrange(1, last)
        begun = time.perf_counter()
        found += bool(similar(opened, number))
        times.append(time.perf_counter() - begun)
    print(f"{found} of {given.rounds} have like tickets   {spread(times)}")
    verdict("similar, p95 in ms", percentile(times, 0.95) * 1000, 100, at_least=False)
    since = from_ms(END - SPAN * min(ASKED, last) // last)
    begun = time.perf_counter()
    listed = gaps(opened, since)
    seconds = time.perf_counter() - begun
    print(f"what was asked most since {since:%Y-%m-%d}: {len(listed)} in {seconds:.1f} s")
    for gap in listed[:5]:
        print(f"  {gap.count:5} × {gap.title}")
    opened.close()


if __name__ == "__main__":
    main()
