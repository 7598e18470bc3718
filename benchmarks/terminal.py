"""A program in a pseudo-terminal, watched from outside: when it paints, and what."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

#: A frame is over when the terminal was silent for so long.
SILENCE = 0.004


class Terminal:
    """A program on a terminal of 120×40 that answers no questions."""

    def __init__(self, command: Sequence[str], columns: int = 120, rows: int = 40) -> None:
        self.begun = time.perf_counter()
        self.output = b""
        self._pid, self.keyboard = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execvpe(command[0], list(command), environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self.keyboard)

    def read(self, seconds: float) -> bytes:
        """What is painted next within so many seconds, or nothing."""
        if not select.select([self.keyboard], [], [], seconds)[0]:
            return b""
        try:
            found = os.read(self.keyboard, 65536)
        except OSError as error:  # the program ended
            raise SystemExit(f"it ended: {self.output[-2000:].decode(errors='replace')}") from error
        self.output += found
        return found

    def until(self, markers: Sequence[str], seconds: float = 60) -> float:
        """Seconds from the start of the program until one of the texts is on the terminal."""
        wanted = [marker.encode() for marker in markers]
        end = self.begun + seconds
        while time.perf_counter() < end:
            self.read(0.05)
            if any(marker in self.output for marker in wanted):
                return time.perf_counter() - self.begun
        raise SystemExit(f"not painted: {self.output[-2000:].decode(errors='replace')}")

    def wait(self, seconds: float) -> None:
        """Let time pass, and take what is painted meanwhile."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)

    def quiet(self, seconds: float, at_most: float = 1.0) -> None:
        """Return when nothing was painted for so long, or the program will not be quiet."""
        end = time.perf_counter() + at_most
        while time.perf_counter() < end and self.read(seconds):
            pass

    def press(self, key: str, shows: re.Pattern[bytes]) -> float:
        """Press a key; seconds until a frame with what it shows is painted whole."""
        start = len(self.output)
        begun = painted = time.perf_counter()
        os.write(self.keyboard, key.encode())
        while not shows.search(self.output, start):
            if time.perf_counter() - begun > 5:
                raise SystemExit(f"nothing was painted after {key!r}")
            self.read(0.1)
            painted = time.perf_counter()
        while self.read(SILENCE):
            painted = time.perf_counter()
        return painted - begun

    def processor(self) -> float:
        """Seconds of processor time that the program has used, its children aside."""
        fields = Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[float, float]:
        """Memory of the program in MB: resident, and what of it is its alone."""
        found = dict.fromkeys(("Rss", "Private_Clean", "Private_Dirty"), 0)
        rollup = Path(f"/proc/{self._pid}/smaps_rollup").read_text(encoding="ascii")
        for name, _, amount in (line.partition(":") for line in rollup.splitlines()):
            if name in found:
                found[name] = int(amount.split()[0])
        return found["Rss"] / 1e3, (found["Private_Clean"] + found["Private_Dirty"]) / 1e3
