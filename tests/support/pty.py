"""A pseudo-terminal of our own: the bytes that a program writes to it, as they are."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Pty:
    """A program on a pseudo-terminal of some size."""

    def __init__(
        self, command: Sequence[str], columns: int, lines: int, env: Mapping[str, str]
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._program = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **env},
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait()
        self.close()

    def close(self) -> None:
        """Close the terminal under the program."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._program.send_signal(number)

    def ended(self, patience: float = 20) -> int | None:
        """How the program ended, if it does so soon; what it says meanwhile is kept for `read`."""
        try:
            return self._program.wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def attributes(self) -> list[Any]:
        """What the terminal does with what is typed and written: its modes and its characters."""
        return list(termios.tcgetattr(self._ours))

    def set(self, attributes: list[Any]) -> None:
        """Set the terminal up otherwise."""
        termios.tcsetattr(self._ours, termios.TCSANOW, attributes)

    def send(self, keys: bytes) -> None:
        """Send bytes as they are."""
        os.write(self._ours, keys)

    def press(self, keys: str) -> None:
        """Press keys, as their bytes."""
        os.write(self._ours, keys.encode())

    def read(self, rest: float, patience: float = 30) -> bytes:
        """What is written until nothing has been for `rest` seconds, at most `patience` seconds."""
        end, found = time.monotonic() + patience, b""
        while (left := min(rest, end - time.monotonic())) > 0:
            if not select.select([self._ours], [], [], left)[0]:
                break
            try:
                found += os.read(self._ours, 1 << 16)
            except OSError:  # it has ended
                break
        return found

    def wait_for(self, text: str, patience: float = 30) -> bytes:
        """What is written until that text has been, and then comes to rest."""
        end, found = time.monotonic() + patience, b""
        while text.encode() not in found:
            assert time.monotonic() < end, found[-2000:].decode(errors="replace")
            found += self.read(0.05, 1)
        return found + self.read(0.3, 5)
