"""`kfdesk sync` with nothing new, beside `python -c "import sqlmodel, imapclient"`.

`python -m benchmarks.idle [--mails 2000] [--rounds 15]`
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.ingest import fill, write_desk
from benchmarks.measure import Run, kfdesk, run, verdict
from tests.support.servers import Dovecot, Smtp

IMPORTS = [sys.executable, "-c", "import sqlmodel, imapclient"]


def main() -> None:
    """Sync once, then measure both in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("mails", 2000), ("rounds", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Dovecot() as dovecot, Smtp() as smtp:
        fill(dovecot, "idle", given.mails)
        command = kfdesk(write_desk(Path(folder), dovecot, smtp, "idle"), "sync")
        run(command)
        idle: list[Run] = []
        imports: list[Run] = []
        for _ in range(given.rounds):
            idle.append(run(command))
            imports.append(run(IMPORTS))
    for name, runs in (
        ("kfdesk sync, nothing new", idle),
        ("import sqlmodel, imapclient", imports),
    ):
        seconds, cpu = (
            statistics.median(run.seconds for run in runs),
            statistics.median(run.cpu for run in runs),
        )
        print(f"{name:30} {seconds * 1000:6.0f} ms   cpu {cpu * 1000:6.0f} ms")
    ratio = statistics.median(a.seconds / b.seconds for a, b in zip(idle, imports, strict=True))
    verdict("idle sync against the imports", ratio, 1.0, at_least=False)


if __name__ == "__main__":
    main()
