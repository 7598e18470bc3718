"""One connection to an IMAP server: opened when needed, checked, timed out, and never raw."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from imaplib import IMAP4
from selectors import EVENT_READ, DefaultSelector
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

import kfdesk
from kfdesk.errors import ConfigError, FetchError, Place
from kfdesk.fetchers import tls
from kfdesk.fetchers.network import unreachable
from kfdesk.fetchers.oauth import AccessToken
from kfdesk.i18n import _
from kfdesk.secrets import reveal
from kfdesk.settings import Imap
from kfdesk.text import clean_line, shorten

#: Response codes (RFC 5530) and words of a refused login that pass by themselves.
_PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "TOO MANY", "TRY AGAIN", "RATE")
#: What imaplib and IMAPClient make of an answer that is not IMAP.
_NONSENSE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
    MemoryError,
    AssertionError,
)
_FAREWELL = 5.0  # seconds that a server has to say good-bye


@dataclass(frozen=True, slots=True)
class FolderState:
    """What tells whether anything came; `next_uid` is 0 where the server does not say."""

    validity: int
    next_uid: int
    count: int

    @classmethod
    def read(cls, answer: Mapping[bytes, Any], count: bytes) -> FolderState:
        """From what STATUS or EXAMINE answered."""
        return cls(
            int(answer[b"UIDVALIDITY"]), int(answer.get(b"UIDNEXT") or 0), int(answer[count] or 0)
        )


class Connection:
    """The connection of one account. Every failure is a FetchError, after which it is closed."""

    def __init__(self, imap: Imap, place: Place) -> None:
        self.imap = imap
        self.port = imap.port or (993 if imap.tls == "tls" else 143)
        self.selected = ""  # the folder that is open read-only
        self._opened = ""  # the folder that is open at all
        self._place = place
        self._client: IMAPClient | None = None
        self._idling = False
        self._token = AccessToken(imap.oauth, place) if imap.oauth else None

    @contextmanager
    def session(self) -> Iterator[IMAPClient]:
        """Give the logged-in client; whatever goes wrong inside becomes a FetchError."""
        try:
            if self._client is None:
                self._client = self._open()
            elif self._idling:  # nothing else may be said meanwhile
                self._idling = False
                self._client.idle_done()
            yield self._client
        except (FetchError, ConfigError):
            self._drop()
            raise
        except OSError as error:
            self._drop()
            raise unreachable(error, self.imap.host, self.port) from error
        except IMAP4.abort as error:
            self._drop()
            raise FetchError(
                _("{host} ended the connection in the middle ({why})").format(
                    host=self.imap.host, why=_said(error)
                ),
                kind="offline",
            ) from error
        except IMAP4.error as error:
            self._drop()
            raise FetchError(
                _("{host} refused a command: {why}").format(host=self.imap.host, why=_said(error)),
                kind="refused",
            ) from error
        except _NONSENSE as error:
            self._drop()
            raise FetchError(
                _(
                    "{host}:{port} answers with something that is not IMAP; check host and port"
                ).format(host=self.imap.host, port=self.port)
            ) from error

    def state(self, folder: str) -> FolderState:
        """Ask how far a folder is, without opening it where that can be had."""
        if folder == self._opened:
            return self.examine(folder)  # STATUS of an open folder may be stale
        with self.session() as client:
            try:
                answer = client.folder_status(folder, ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
            except IMAP4.abort:
                raise
            except IMAP4.error as error:
                raise self._no_folder(folder, error) from error
            return FolderState.read(answer, b"MESSAGES")

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only: no flag changes, `\\Recent` neither."""
        return self._open_folder(folder, readonly=True)

    def select(self, folder: str) -> FolderState:
        """Open a folder to change it; the next reader opens it read-only again."""
        return self._open_folder(folder, readonly=False)

    def _open_folder(self, folder: str, *, readonly: bool) -> FolderState:
        self.selected = self._opened = ""
        with self.session() as client:
            try:
                answer = client.select_folder(folder, readonly=readonly)
            except IMAP4.abort:
                raise
            except IMAP4.error as error:
                raise self._no_folder(folder, error) from error
            self.selected = folder if readonly else ""
            self._opened = folder
            return FolderState.read(answer, b"EXISTS")

    def folders(self) -> list[str]:
        """The names of all folders."""
        with self.session() as client:
            return [str(name) for flags, _delimiter, name in client.list_folders()]

    def offers(self, capability: str) -> bool:
        """Whether the server can do something."""
        with self.session() as client:
            return bool(client.has_capability(capability))

    @property
    def idling(self) -> bool:
        """Whether the server was asked to call when the open folder changes."""
        return self._idling

    def idle(self) -> None:
        """Ask the server to call; the next command ends it."""
        with self.session() as client:
            client.idle()
            self._idling = True

    def called(self, seconds: float) -> bool:
        """Wait so long at most for the server's call."""
        if self._client is None:
            return True
        sock = self._client.socket()
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        with DefaultSelector() as selector:
            selector.register(sock, EVENT_READ)
            return bool(selector.select(seconds))

    def close(self) -> None:
        """Log out and let go."""
        client, idling = self._client, self._idling
        self._forget()
        if client is not None:
            try:
                client.socket().settimeout(_FAREWELL)
                if idling:
                    client.idle_done()
                client.logout()
            except (IMAP4.error, OSError, ValueError):  # it is being given up anyway
                _shut(client)

    def _drop(self) -> None:
        """Let go without a word: the other side may hang."""
        client = self._client
        self._forget()
        if client is not None:
            _shut(client)

    def _forget(self) -> None:
        self._client = None
        self._idling = False
        self.selected = self._opened = ""

    def _open(self) -> IMAPClient:
        imap = self.imap
        checks = tls.context(imap.tls, imap.host, imap.ca_file)
        seconds = imap.timeout.total_seconds()
        client = IMAPClient(
            imap.host,
            self.port,
            ssl=imap.tls == "tls",
            ssl_context=checks,
            timeout=SocketTimeout(connect=seconds, read=seconds),
        )
        try:
            # IMAPClient formats every line of the wire for a log that nobody reads
            client._imap.debug = 0
            # it writes a SEARCH in two pieces, and the second would wait for a late ACK: 40 ms
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.normalise_times = False
            if imap.tls == "starttls":
                self._start_tls(client, checks)
            self._login(client)
            if client.has_capability("ID"):
                # 163.com and 126.com refuse to open a folder to a client that has no name
                client.id_({"name": "kfdesk", "version": kfdesk.__version__})
        except BaseException:
            _shut(client)
            raise
        return client

    def _start_tls(self, client: IMAPClient, checks: ssl.SSLContext | None) -> None:
        if not client.has_capability("STARTTLS"):
            raise FetchError(
                _('{host}:{port} offers no STARTTLS; set tls = "tls" and its port').format(
                    host=self.imap.host, port=self.port
                ),
                retryable=False,
            )
        client.starttls(checks)

    def _login(self, client: IMAPClient) -> None:
        try:
            self._authenticate(client)
        except LoginError as error:
            if isinstance(error.__context__, IMAP4.abort):
                raise error.__context__ from None
            said = _said(error)
            passing = any(word in said.upper() for word in _PASSING)
            raise FetchError(
                _("{host} refuses the login of {user}: {why}; check user and password").format(
                    host=self.imap.host, user=self.imap.user, why=said
                ),
                retryable=passing or (self._token is not None and self._token.forget()),
                kind="refused" if passing else "login",
            ) from error

    def _authenticate(self, client: IMAPClient) -> None:
        user = self.imap.user
        if self._token is not None:
            client.oauth2_login(user, self._token.value())
            return
        if self.imap.password is None:
            raise ConfigError(_("imap wants a password or oauth"), self._place)
        password = reveal(self.imap.password, self._place)
        if (user + password).isascii():
            client.login(user, password)
        else:  # LOGIN carries ASCII only
            client.plain_login(user, password)

    def _no_folder(self, folder: str, error: Exception) -> FetchError:
        try:
            known = ", ".join(self.folders())
        except FetchError:
            known = "?"
        return FetchError(
            _("the folder “{folder}” cannot be opened ({why}); the server has: {known}").format(
                folder=folder, why=_said(error), known=shorten(known, 400)
            ),
            retryable=False,
        )


def _shut(client: IMAPClient) -> None:
    with suppress(OSError, IMAP4.error):  # it is being given up anyway
        client.shutdown()


def _said(error: BaseException) -> str:
    """What the server said, as one harmless line."""
    text = str(error)
    if text.startswith("b'") or text.startswith('b"'):
        text = text[2:-1]
    return shorten(clean_line(text), 200)
