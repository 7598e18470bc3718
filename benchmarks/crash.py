"""Kill a sync at 200 random moments while 2,000 mails come in and replies go out, and count.

`python -m benchmarks.crash [--kills 200] [--mails 2000] [--replies 400] [--seed 1]`
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.harness import Killer
from tests.support.servers import Dovecot, Smtp


def main() -> None:
    """Run it, and print what was lost and doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("kills", 200), ("mails", 2000), ("replies", 400), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, Dovecot() as dovecot, Smtp() as smtp:
        killer = Killer(Path(folder), dovecot, smtp, "killed", given.seed)
        outcome = killer.run(given.kills, given.mails, given.replies)
    print(f"{outcome}; {time.perf_counter() - begun:.0f} s")
    for fault in outcome.faults:
        print(f"FAULT: {fault}")
    sys.exit(1 if outcome.faults else 0)


if __name__ == "__main__":
    main()
