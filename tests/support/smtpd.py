"""An SMTP server on loopback that keeps what it gets, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from kfdesk.settings import Secret, Tls
from kfdesk.settings import Smtp as SmtpSettings
from tests.support.net import certificate, free_port

Step = Literal["auth", "mail", "rcpt", "data", "end"]


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as the server got it, dots unstuffed."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Smtp:
    """Accepts everything and keeps it in `received`; `script` has the next sessions go wrong.

    `smtp.script(rcpt="451 later")` answers every RCPT so until `script()` is called again; the
    words `hang` and `drop` say nothing, or close the connection. `end` is the answer to the final
    dot: `drop` and `hang` there drop or hang after the mail was accepted, `lose` before.
    """

    def __init__(self, tls: Tls = "none", user: str = "", password: str = "secret") -> None:
        self.tls: Tls = tls
        self.user, self.password = user, password
        self.port = free_port()
        self.received: list[Received] = []
        self.connections = 0
        self.refused: dict[str, str] = {}  # recipient → answer
        self._script: dict[str, str] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="kfdesk-smtp-")
        self.ca_file = Path(self._folder.name) / "ca.pem"
        self._context = certificate(Path(self._folder.name))
        self._controller: Controller | None = None

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
        self._folder.cleanup()

    def start(self) -> None:
        """Listen."""
        self._controller = _Controller(self)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening; what was received stays."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def script(self, **answers: str) -> None:
        """Answer so at these steps from now on: auth, mail, rcpt, data, end."""
        self._script = answers

    def answer(self, step: Step) -> str:
        """What the script says for a step, or nothing."""
        return self._script.get(step, "")

    def settings(self, **keys: Any) -> SmtpSettings:
        """The `smtp` settings that fit; `keys` replaces any of them."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "tls": self.tls,
            "ca_file": self.ca_file,
            "user": self.user,
            "password": Secret(plain=self.password) if self.user else None,
            "timeout": timedelta(seconds=10),
        }
        return SmtpSettings(**(settings | keys))

    def accept(self, envelope: Envelope) -> None:
        """Keep a mail."""
        self.received.append(
            Received(
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                cast("bytes", envelope.original_content),
            )
        )

    def authenticate(self, mechanism: str, login: bytes, password: bytes) -> bool:
        """Whether somebody may come in."""
        if self.answer("auth"):
            return False
        return login == self.user.encode() and password == self.password.encode()


class _Server(SMTP):
    """aiosmtpd's protocol with the script's answers."""

    def __init__(self, smtp: Smtp, **keys: Any) -> None:
        super().__init__(_Handler(smtp), **keys)
        self._smtp = smtp
        smtp.connections += 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if answer := self._smtp.answer("data"):
            await self.push(await _act(self, answer))
        else:
            await super().smtp_DATA(arg)

    async def auth_XOAUTH2(  # noqa: N802
        self, _: SMTP, args: list[str]
    ) -> AuthResult:
        """One base64 word: user=…^Aauth=Bearer …^A^A; a wrong one is challenged, then refused."""
        said = base64.b64decode(args[1]) if len(args) > 1 else b""
        wanted = f"user={self._smtp.user}\x01auth=Bearer {self._smtp.password}\x01\x01".encode()
        if said == wanted:
            return AuthResult(success=True, auth_data=self._smtp.user)
        await self.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)


class _Handler:
    """The hooks that aiosmtpd calls."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._smtp.answer("mail"):
            return await _act(server, answer)
        if self._smtp.user and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._smtp.refused.get(address) or self._smtp.answer("rcpt"):
            return await _act(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self._smtp.answer("end")
        if answer in {"", "drop", "hang"}:
            self._smtp.accept(envelope)
        return await _act(server, answer) if answer else "250 OK"


async def _act(server: SMTP, answer: str) -> str:
    """Return the answer, or drop or hang; both end when the connection does."""
    if answer in {"drop", "lose"}:
        assert server.transport is not None
        server.transport.close()
    if answer in {"drop", "lose", "hang"}:
        await asyncio.sleep(3600)
    return answer


class _Controller(Controller):
    """The server's thread."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp
        super().__init__(
            None,
            hostname="127.0.0.1",
            port=smtp.port,
            ssl_context=smtp._context if smtp.tls == "tls" else None,
        )

    def factory(self) -> SMTP:
        smtp = self._smtp
        return _Server(
            smtp,
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=smtp._context if smtp.tls == "starttls" else None,
            require_starttls=smtp.tls == "starttls",
            auth_require_tls=False,
            auth_callback=smtp.authenticate,
            data_size_limit=2**27,
        )
