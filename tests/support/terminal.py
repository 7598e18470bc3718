"""A real terminal: a program in a tmux of its own, keys typed into it, its screen read."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.net import Missing

_OFTEN = 0.05


class Terminal:
    """A window of some size with one program in it. Raises `Missing` where there is no tmux."""

    def __init__(self, columns: int, lines: int, patience: float = 30) -> None:
        program = shutil.which("tmux")
        if program is None:
            raise Missing("tmux is not installed (apt-get install tmux)")
        self._size = (str(columns), str(lines))
        self._patience = patience
        self._folder = tempfile.TemporaryDirectory(prefix="kfdesk-tmux-")
        socket = Path(self._folder.name) / "socket"
        self._tmux = [program, "-u", "-f", os.devnull, "-S", str(socket)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("kill-server", check=False)
        self._folder.cleanup()

    def start(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start a program; the window outlives it, so that its last words can be read."""
        columns, lines = self._size
        given = [part for name, value in env.items() for part in ("-e", f"{name}={value}")]
        self._run(
            *("start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";"),
            *("set-option", "-g", "default-terminal", "tmux-256color", ";"),
            *("new-session", "-d", "-x", columns, "-y", lines, *given, "--", *command),
        )

    def restart(self, command: Sequence[str]) -> None:
        """Start a program again in the window where the last one died, on an empty screen."""
        self._run("send-keys", "-R", ";", "respawn-pane", "-k", "--", *command)

    def keys(self, *names: str) -> None:
        """Press keys by their names: `Enter`, `Escape`, `C-s`, `j`."""
        self._run("send-keys", "--", *names)

    def type(self, text: str) -> None:
        """Type a text as it is, Chinese as an input method commits it."""
        self._run("send-keys", "-l", "--", text)

    def screen(self, *, colours: bool = False) -> str:
        """What stands on the screen."""
        return self._run("capture-pane", "-p", *(["-e"] if colours else []))

    def pid(self) -> int:
        """The process of the program."""
        return int(self._run("display-message", "-p", "#{pane_pid}"))

    def kill(self) -> None:
        """Kill the program at this instant."""
        os.kill(self.pid(), signal.SIGKILL)
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Wait until the program has ended; a tmux may be late to say so: the system is asked."""
        pid, end = self.pid(), time.monotonic() + self._patience
        while (state := _state(pid)) not in ("", "Z"):
            assert time.monotonic() < end, f"{pid} is still there: {state}"
            time.sleep(_OFTEN)

    def wait_for(self, *texts: str) -> str:
        """Return the screen as soon as all of these texts stand on it."""
        return self.wait_until(lambda screen: all(text in screen for text in texts), repr(texts))

    def wait_until(self, fits: Callable[[str], bool], what: str) -> str:
        """Return the screen as soon as it fits; AssertionError with the screen if it never does."""
        end = time.monotonic() + self._patience
        while True:
            screen = self.screen()
            if fits(screen):
                return screen
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come up; the screen was:\n{screen}")
            time.sleep(_OFTEN)

    def _run(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            # Without the size that readline, or a test runner, puts beside the environment.
            env={n: v for n, v in os.environ.items() if n not in ("COLUMNS", "LINES")},
        )
        if check and done.returncode:
            raise RuntimeError(f"tmux {arguments[0]}: {done.stderr}")
        return done.stdout


def _state(pid: int) -> str:
    """The state of a process, `Z` for a dead one that nobody has asked about; empty for none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
