"""Stop-watches: a child process from start to end, medians and percentiles, a line a figure."""

from __future__ import annotations

import os
import pwd
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

KFDESK = (sys.executable, "-m", "kfdesk")


@dataclass(frozen=True, slots=True)
class Run:
    """What one child process took: seconds on the clock and of processor time, and what it said."""

    seconds: float
    cpu: float
    output: str


def run(
    command: Sequence[str],
    *,
    user: str | None = None,
    line: Callable[[str], None] = lambda _line: None,
) -> Run:
    """Run a program to its end, which must be 0; `line` sees each line of output as it comes."""
    said: list[str] = []
    group = pwd.getpwnam(user).pw_gid if user else None
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, user=user, group=group, text=True
        )
        assert process.stdout is not None
        for text in process.stdout:
            line(text)
            said.append(text)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            why = errors.read().decode(errors="replace")
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {why[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, "".join(said))


def kfdesk(config: Path, *arguments: str) -> list[str]:
    """The command line of kfdesk on a desk."""
    return [*KFDESK, "--config", str(config), "--lang", "en", *arguments]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float]) -> str:
    """Median, 95 % and worst, in milliseconds."""
    middle, high = statistics.median(values) * 1000, percentile(values, 0.95) * 1000
    return f"p50 {middle:7.1f} ms   p95 {high:7.1f} ms   worst {max(values) * 1000:7.1f} ms"


def verdict(what: str, value: float, bar: float, *, at_least: bool) -> None:
    """Print a figure beside the bar that it has to reach."""
    reached = value >= bar if at_least else value <= bar
    sign = "≥" if at_least else "≤"
    print(f"{'ok  ' if reached else 'MISS'}  {what}: {value:.2f} (bar {sign} {bar:g})")
