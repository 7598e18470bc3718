"""A desk as it stands on a server: a folder, a configuration, and the program run as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import Mailbox
from tests.support.servers import PASSWORD, Smtp

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def json(self) -> Any:
        """Its one JSON object."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(slots=True)
class Site:
    """`run` is what a person types, `start` what systemd does."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "kfdesk.toml"

    @property
    def database(self) -> Path:
        """The desk's file."""
        return self.folder / "desk.db"

    def write(self, *channels: str, head: str = "", tail: str = "") -> None:
        """Write a configuration of an agent and these channels."""
        text = f"""{head}
[[agent]]
name = "ann"
role = "admin"
os_user = "nobody-here"
"""
        self.config.write_text("\n".join([text, *channels, tail]), encoding="utf-8")
        self.config.chmod(0o600)

    def run(self, *arguments: str, stdin: str = "", code: int | None = 0) -> Done:
        """Run a command to its end; `code` is how it has to end, unless None."""
        done = subprocess.run(
            self._command(arguments),
            input=stdin.encode(),
            capture_output=True,
            cwd=self.folder,
            env=self._environment(),
            timeout=_SECONDS,
            check=False,
        )
        out = done.stdout.decode("utf-8", "replace")
        err = done.stderr.decode("utf-8", "replace")
        assert code is None or done.returncode == code, (arguments, done.returncode, out, err)
        assert "Traceback" not in err, err
        return Done(done.returncode, out, err, done.stdout)

    def start(self, *arguments: str, piped: bool = False) -> subprocess.Popen[str]:
        """Start a command that stays; it speaks into `out.txt`, or a pipe, and `err.txt`."""
        with (self.folder / "out.txt").open("a") as out, (self.folder / "err.txt").open("a") as err:
            process = subprocess.Popen(
                self._command(arguments),
                stdout=subprocess.PIPE if piped else out,
                stderr=err,
                cwd=self.folder,
                env=self._environment(),
                text=True,
            )
        self.started.append(process)
        return process

    def stop(self) -> None:
        """Kill what was started and is still there."""
        for process in self.started:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait(10)

    def tickets(self, query: str = "") -> list[Any]:
        """What `list` says."""
        return self.run("list", query, "--json").lines

    def ticket(self, number: int = 1) -> Any:
        """What `show` says."""
        return self.run("show", str(number), "--json").json

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "kfdesk", "--config", str(self.config), *arguments]

    def _environment(self) -> dict[str, str]:
        root = str(Path(__file__).parents[2])
        kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
        fixed = {"LC_ALL": "C.UTF-8", "COLUMNS": "120", "PYTHONPATH": root, "KF_MAIL": PASSWORD}
        return kept | fixed | {"PYTHONWARNINGS": "error"} | self.environment


def imap(
    mailbox: Mailbox,
    smtp: Smtp | None = None,
    *,
    name: str = "support",
    more: str = "",
    **keys: Any,
) -> str:
    """A channel's TOML: this mailbox over TLS; `keys` replaces or adds to the imap table."""
    table: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": mailbox.dovecot.tls_port,
        "ca_file": str(mailbox.dovecot.ca_file),
        "user": mailbox.user,
        "timeout": "5s",
    } | keys
    lines = [
        "[[channel]]",
        f'name = "{name}"',
        'type = "imap"',
        f'address = "{name}@example.com"',
        more,
    ]
    if smtp is not None:
        lines.append(
            f'smtp = {{ host = "127.0.0.1", port = {smtp.port}, tls = "none", timeout = "5s" }}'
        )
    lines += ["[channel.imap]", 'password = { env = "KF_MAIL" }']
    lines += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    return "\n".join(lines)


def mail(
    number: int = 1,
    *,
    subject: str = "",
    text: str = "Where is my parcel?",
    sender: str = "",
    header: str = "",
) -> bytes:
    """A plain mail of a customer's."""
    who = sender or f"Customer {number} <c{number}@customer.example>"
    return (
        f"From: {who}\r\n"
        "To: support@example.com\r\n"
        f"Subject: {subject or f'Question {number}'}\r\n"
        f"Message-ID: <m{number}@customer.example>\r\n"
        "Date: Sat, 21 Nov 2026 09:00:00 +0000\r\n"
        f"{header}"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "\r\n"
        f"{text}\r\n"
    ).encode()


def until(look: Callable[[], Any], seconds: float = 20) -> Any:
    """Look again and again until there is something to see; return it."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"{look.__name__}: nothing came in {seconds} s"
        time.sleep(0.02)
    return found
