"""A Dovecot of its own on loopback: every user exists, and has the password `PASSWORD`."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient
from imapclient.imap_utf7 import encode as utf7

from kfdesk.settings import Imap, Secret, Tls
from tests.support.net import Missing, certificate, free_port, wait_for

PASSWORD = "secret"
#: Every user has this one too: LOGIN cannot carry it, AUTHENTICATE can.
CHINESE_PASSWORD = "密码一二"

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 200
mailbox_idle_check_interval = 1 s
first_valid_uid = 1
{users}
passdb {{
  driver = static
  args = password={password}
}}
passdb {{
  driver = static
  args = password={chinese}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
_ROOTLESS = """
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
"""


class Dovecot:
    """An IMAP server in a temporary folder. Plain with STARTTLS on one port, TLS on another.

    Mail is delivered straight into the users' Maildirs, as a delivery agent does it. Raises
    `Missing` where Dovecot is not installed.
    """

    def __init__(self) -> None:
        path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
        program = shutil.which("dovecot", path=path)
        if program is None:
            raise Missing("Dovecot is not installed (apt-get install dovecot-imapd)")
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        if not version.stdout.startswith("2.3."):
            raise Missing(f"the tests know Dovecot 2.3, not {version.stdout.strip()}")
        self._program = program
        self._serial = count(1)
        self._daemon: subprocess.Popen[bytes] | None = None
        self.root = Path(tempfile.mkdtemp(prefix="kfdesk-dovecot-"))
        self.root.chmod(0o755)
        self.ca_file = self.root / "ca.pem"
        self.plain_port, self.tls_port = free_port(), free_port()
        users = ""
        if os.getuid() == 0:  # Dovecot serves nobody's mail, but not root's
            nobody = pwd.getpwnam("nobody")
            self._owner = (nobody.pw_uid, nobody.pw_gid)
        else:
            self._owner = (os.getuid(), os.getgid())
            users = _ROOTLESS.format(
                user=pwd.getpwuid(os.getuid()).pw_name, group=grp.getgrgid(os.getgid()).gr_name
            )
        certificate(self.root)
        self._folder(self.root / "home")
        (self.root / "dovecot.conf").write_text(
            _CONFIG.format(
                root=self.root,
                users=users,
                uid=self._owner[0],
                gid=self._owner[1],
                password=PASSWORD,
                chinese=CHINESE_PASSWORD,
                plain_port=self.plain_port,
                tls_port=self.tls_port,
            ),
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self) -> None:
        """Start, and return when it answers."""
        command = [self._program, "-F", "-c", str(self.root / "dovecot.conf")]
        with (self.root / "out").open("ab") as out:
            self._daemon = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            wait_for(self.plain_port)
        except TimeoutError as error:
            self.stop()
            raise RuntimeError(f"Dovecot does not start: {self.log()}") from error

    def stop(self) -> None:
        """Stop, and every connection with it; mail stays."""
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(20)
            self._daemon = None

    def log(self) -> str:
        """What Dovecot wrote: where to look when a test fails."""
        files = (self.root / "out", self.root / "log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def imap(
        self, user: str, tls: Tls = "tls", folders: tuple[str, ...] = ("INBOX",), **keys: Any
    ) -> Imap:
        """The `imap` settings for a user; `keys` replaces any of them."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.tls_port if tls == "tls" else self.plain_port,
            "tls": tls,
            "ca_file": self.ca_file,
            "user": user,
            "password": Secret(plain=PASSWORD),
            "folders": folders,
            "timeout": timedelta(seconds=10),
        }
        return Imap(**(settings | keys))

    def client(self, user: str) -> IMAPClient:
        """Another mail program of the user's, logged in: to append, expunge, flag and look."""
        client = IMAPClient("127.0.0.1", self.plain_port, ssl=False, timeout=20)
        client.login(user, PASSWORD)
        return client

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """The Maildir of a folder, made if it is not there yet."""
        path = self.root / "home" / user / "Maildir"
        if folder != "INBOX":
            path = path / ("." + utf7(folder).decode("ascii").replace("/", "."))
        for sub in ("tmp", "new", "cur"):
            self._folder(path / sub)
        return path

    def _folder(self, path: Path) -> None:
        missing = [part for part in (path, *path.parents) if not part.exists()]
        for part in reversed(missing):
            part.mkdir(mode=0o755)
            os.chown(part, *self._owner)

    def deliver(self, user: str, mails: Iterable[bytes], folder: str = "INBOX") -> int:
        """Put mails into a folder as a delivery agent does, in order; return how many."""
        new = self.maildir(user, folder) / "new"
        done = 0
        for raw in mails:
            wire_size = len(raw) + raw.count(b"\n") - raw.count(b"\r\n")
            name = f"{int(time.time())}.M{next(self._serial):09d}.kfdesk,S={len(raw)},W={wire_size}"
            part = new.parent / "tmp" / name
            part.write_bytes(raw)
            part.chmod(0o644)
            part.rename(new / name)
            done += 1
        return done

    def reset_uidvalidity(self, user: str, folder: str = "INBOX") -> None:
        """Forget every UID of a folder, as a server restored from a backup does."""
        path = self.maildir(user, folder)
        for file in path.iterdir():
            if file.name.startswith(("dovecot.index", "dovecot-uidlist")):
                file.unlink()
