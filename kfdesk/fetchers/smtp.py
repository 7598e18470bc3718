"""Sending over SMTP, and being honest about what is known of the outcome.

Every exception of smtplib is an OSError.
"""

from __future__ import annotations

import re
import smtplib
import socket
from base64 import b64encode
from contextlib import suppress

from kfdesk.errors import ConfigError, FetchError, KfdeskError, Place, Trouble
from kfdesk.fetchers import tls
from kfdesk.fetchers.network import unreachable
from kfdesk.fetchers.oauth import AccessToken
from kfdesk.i18n import _
from kfdesk.model import Health, Outbound, Rejected, Retry, SendResult, Sent, Unknown
from kfdesk.secrets import reveal
from kfdesk.settings import Smtp
from kfdesk.text import clean_line, shorten

_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNFIT = re.compile(r"[\x00-\x20<>\x7f]")
_CHUNK = 65536
_FAREWELL = 5.0  # seconds that a server has to say good-bye


class _Refused(Exception):
    """The server said no, before anything was handed over: to a mail, or to `us` altogether."""

    def __init__(
        self, code: int, text: str, *, us: bool = False, kind: Trouble = "refused"
    ) -> None:
        self.code = code
        self.us = us
        self.kind: Trouble = kind
        super().__init__(text)

    def result(self) -> Retry | Rejected:
        """5xx to a mail is for good; all else passes, a wrong password with a person's help."""
        if self.us:
            return Retry(str(self), offline=True, kind=self.kind)
        return Rejected(str(self)) if 500 <= self.code < 600 else Retry(str(self))


class SmtpSender:
    """One account's way out; its connection serves many mails."""

    def __init__(self, smtp: Smtp, place: Place) -> None:
        self._smtp = smtp
        self._place = place
        self._port = smtp.port or {"tls": 465, "starttls": 587, "none": 25}[smtp.tls]
        self._token = AccessToken(smtp.oauth, place) if smtp.oauth else None
        self._server: smtplib.SMTP | None = None
        self._locked: _Refused | None = None  # a login that was refused is not tried again

    def send(self, outbound: Outbound) -> SendResult:
        """Send one mail. Unknown only where the final dot may have reached the server."""
        try:
            try:
                refused = self._envelope(outbound)
            except _Refused as error:
                self._reset()
                return error.result()
            return self._content(outbound.raw, refused)
        except KfdeskError as error:
            kind = error.kind if isinstance(error, FetchError) else ""
            return Retry(str(error), offline=True, kind=kind)

    def check(self) -> Health:
        """Connect and log in."""
        where = f"{self._smtp.host}:{self._port}"
        try:
            if self._server is None:
                self._server = self._open()
        except _Refused as error:
            return Health(False, str(error), _("check user and password of smtp"))
        except KfdeskError as error:
            return Health(False, str(error), _("check host, port, tls and ca_file of smtp"))
        return Health(True, _("SMTP {where}: connected").format(where=where))

    def close(self) -> None:
        """Say good-bye and let go."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):  # it is being given up anyway
                if server.sock is not None:
                    server.sock.settimeout(_FAREWELL)
                server.quit()
            server.close()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _reset(self) -> None:
        """Have the server forget a mail that was begun."""
        if self._server is not None:
            try:
                self._server.rset()
            except OSError:
                self._drop()

    def _envelope(self, outbound: Outbound) -> dict[str, str]:
        """Name sender and recipients, over a new connection if the kept one has ended meanwhile."""
        kept = self._server is not None
        try:
            return self._name(outbound)
        except OSError as error:
            self._drop()
            if not kept:
                raise self._broken(error) from error
        except _Refused as error:
            if not kept or error.code != 421:  # "closing the channel": it waited too long
                raise
            self._drop()
        try:
            return self._name(outbound)
        except OSError as error:
            self._drop()
            raise self._broken(error) from error

    def _name(self, outbound: Outbound) -> dict[str, str]:
        """MAIL, RCPT and DATA up to the server's go-ahead; return {refused recipient: answer}."""
        if self._server is None:
            self._server = self._open()
        server = self._server
        options = self._options(server, outbound)
        _expect(server.mail(outbound.sender, options))
        answers = {each: server.rcpt(each) for each in outbound.recipients}
        refused = {each: answer for each, answer in answers.items() if not 200 <= answer[0] < 300}
        if not answers:
            raise _Refused(550, _("the mail has no recipient"))
        if len(refused) == len(answers):
            passing = [code for code, _text in refused.values() if not 500 <= code < 600]
            raise _Refused(
                passing[0] if passing else 550,
                "; ".join(f"{each}: {_said(*answer)}" for each, answer in refused.items()),
            )
        code, text = server.docmd("DATA")
        if code != 354:
            raise _Refused(code, _said(code, text))
        return {each: _said(*answer) for each, answer in refused.items()}

    def _options(self, server: smtplib.SMTP, outbound: Outbound) -> list[str]:
        """The extensions that this mail needs, if the server has them."""
        addresses = (outbound.sender, *outbound.recipients)
        if wrong := next((each for each in addresses if _UNFIT.search(each)), None):
            raise _Refused(550, _("“{address}” is no address").format(address=clean_line(wrong)))
        options = []
        if server.has_extn("size"):
            limit = server.esmtp_features["size"].strip()
            if limit.isdigit() and 0 < int(limit) < len(outbound.raw):
                raise _Refused(
                    552,
                    _("the mail has {size} bytes, and {host} takes {limit}").format(
                        size=len(outbound.raw), host=self._smtp.host, limit=limit
                    ),
                )
            options.append(f"size={len(outbound.raw)}")
        if not outbound.raw.isascii() and server.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if not all(each.isascii() for each in addresses):
            if not server.has_extn("smtputf8"):
                raise _Refused(
                    550,
                    _("{host} cannot send to addresses that are not ASCII").format(
                        host=self._smtp.host
                    ),
                )
            options.append("SMTPUTF8")
            server.command_encoding = "utf-8"
        else:
            server.command_encoding = "ascii"
        return options

    def _content(self, raw: bytes, refused: dict[str, str]) -> SendResult:
        """Hand the mail over. Without the final dot no server takes it; with it, any may have."""
        server = self._server
        assert server is not None
        lines = _LINE_END.sub(b"\r\n", raw)
        stuffed = re.sub(rb"(?m)^\.", b"..", lines)
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        try:
            for start in range(0, len(stuffed), _CHUNK):  # the time-out holds for one send
                server.send(stuffed[start : start + _CHUNK])
        except OSError as error:
            self._drop()
            return Retry(str(self._broken(error)))
        try:
            server.send(b".\r\n")
            code, text = server.getreply()
        except OSError as error:
            self._drop()
            return Unknown(_("the mail was handed over, but {why}").format(why=self._broken(error)))
        if 200 <= code < 300:
            names = "; ".join(f"{each}: {why}" for each, why in refused.items())
            return Sent(_("not accepted for {names}").format(names=names) if names else "")
        if 400 <= code < 600:
            return _Refused(code, _said(code, text)).result()
        self._drop()
        return Unknown(
            _("{host} answered the mail with something that is not SMTP: {said}").format(
                host=self._smtp.host, said=_said(code, text)
            )
        )

    def _open(self) -> smtplib.SMTP:
        """Connect, encrypt and log in."""
        if self._locked is not None:
            raise self._locked
        smtp = self._smtp
        checks = tls.context(smtp.tls, smtp.host, smtp.ca_file)
        seconds = smtp.timeout.total_seconds()
        name = _own_name()
        server: smtplib.SMTP | None = None
        try:
            if smtp.tls == "tls":
                server = smtplib.SMTP_SSL(
                    smtp.host, self._port, name, timeout=seconds, context=checks
                )
            else:
                server = smtplib.SMTP(smtp.host, self._port, name, timeout=seconds)
            if server.sock is not None:
                # The final dot is a small write of its own: it must not wait for an ACK.
                server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.ehlo_or_helo_if_needed()
            if smtp.tls == "starttls":
                if not server.has_extn("starttls"):
                    raise FetchError(
                        _('{host}:{port} offers no STARTTLS; set tls = "tls" and its port').format(
                            host=smtp.host, port=self._port
                        ),
                        retryable=False,
                    )
                _expect(server.starttls(context=checks))
                server.ehlo_or_helo_if_needed()
            self._login(server)
        except BaseException as error:
            if server is not None:
                server.close()
            if isinstance(error, smtplib.SMTPResponseException):
                said = _said(error.smtp_code, error.smtp_error)
                raise _Refused(error.smtp_code, said, us=True) from error
            if isinstance(error, OSError):
                raise self._broken(error) from error
            raise
        return server

    def _login(self, server: smtplib.SMTP) -> None:
        smtp = self._smtp
        if not smtp.user:
            return
        try:
            self._authenticate(server)
        except smtplib.SMTPAuthenticationError as error:
            again = self._token is not None and self._token.forget()
            refused = _Refused(
                454 if again else error.smtp_code,
                _("{host} refuses the login of {user}: {why}; check user and password").format(
                    host=smtp.host, user=smtp.user, why=_said(error.smtp_code, error.smtp_error)
                ),
                us=True,
                kind="login",
            )
            if 500 <= refused.code < 600:
                self._locked = refused
            raise refused from error
        except smtplib.SMTPNotSupportedError as error:
            raise FetchError(
                _(
                    "{host}:{port} offers no login here; check port and tls, or leave user out"
                ).format(host=smtp.host, port=self._port),
                retryable=False,
            ) from error

    def _authenticate(self, server: smtplib.SMTP) -> None:
        smtp = self._smtp
        if self._token is not None:
            word = f"user={smtp.user}\x01auth=Bearer {self._token.value()}\x01\x01"
            server.auth("XOAUTH2", lambda challenge=None: "" if challenge else word)
        elif smtp.password is None:
            raise ConfigError(_("smtp wants a password or oauth beside user"), self._place)
        elif (smtp.user + (password := reveal(smtp.password, self._place))).isascii():
            server.login(smtp.user, password)
        else:  # smtplib knows ASCII only
            word = b64encode(f"\0{smtp.user}\0{password}".encode()).decode("ascii")
            code, text = server.docmd("AUTH", f"PLAIN {word}")
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, text)

    def _broken(self, error: OSError) -> FetchError:
        if not isinstance(error, smtplib.SMTPException):
            return unreachable(error, self._smtp.host, self._port)
        return FetchError(
            _("{host}:{port} ended the connection ({why})").format(
                host=self._smtp.host, port=self._port, why=shorten(clean_line(str(error)), 200)
            )
        )


def _own_name() -> str:
    """What to say in EHLO; smtplib would ask the DNS, and wait for it."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _expect(answer: tuple[int, bytes]) -> None:
    """Go on after a 2xx only."""
    if not 200 <= answer[0] < 300:
        raise _Refused(answer[0], _said(*answer))


def _said(code: int, text: bytes | str) -> str:
    """The server's answer, as one harmless line."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return shorten(clean_line(f"{code} {words}"), 300)
