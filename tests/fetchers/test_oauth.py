"""XOAUTH2: tokens are taken, renewed, and not asked for in a loop."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from kfdesk.errors import ConfigError, FetchError, Place
from kfdesk.fetchers import oauth
from kfdesk.fetchers.imap import ImapFetcher
from kfdesk.fetchers.oauth import AccessToken
from kfdesk.settings import Channel, Imap, OAuth, Secret
from tests.support.scripted import Peer, Scripted


class TokenServer(ThreadingHTTPServer):
    """Gives token-1, token-2, … or fails as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.forms: list[dict[str, list[str]]] = []
        self.status = 200
        self.answer: bytes | None = None
        self.lifetime = 3600

    def settings(self) -> OAuth:
        """The `oauth` settings that fit."""
        return OAuth(
            token_url=f"http://127.0.0.1:{self.server_port}/token",
            client_id="kfdesk",
            client_secret=Secret(plain="client secret"),
            refresh_token=Secret(plain="refresh"),
        )


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, TokenServer)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.forms.append(parse_qs(body.decode()))
        token = {"access_token": f"token-{len(server.forms)}", "expires_in": server.lifetime}
        content = server.answer if server.answer is not None else json.dumps(token).encode()
        self.send_response(server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_given_token_is_used() -> None:
    token = AccessToken(OAuth(token=Secret(plain="ready")), Place())
    assert token.value() == "ready"
    assert not token.forget()


def test_a_refresh_token_gets_one_and_keeps_it(tokens: TokenServer) -> None:
    token = AccessToken(tokens.settings(), Place())
    assert [token.value(), token.value()] == ["token-1", "token-1"]
    assert tokens.forms == [
        {
            "grant_type": ["refresh_token"],
            "refresh_token": ["refresh"],
            "client_id": ["kfdesk"],
            "client_secret": ["client secret"],
        }
    ]


def test_a_token_is_renewed_before_it_ends(tokens: TokenServer) -> None:
    tokens.lifetime = 60
    token = AccessToken(tokens.settings(), Place())
    assert [token.value(), token.value()] == ["token-1", "token-2"]


def test_a_fresh_token_that_is_refused_is_not_replaced(
    tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = AccessToken(tokens.settings(), Place())
    token.value()
    assert not token.forget()
    token.value()
    monkeypatch.setattr(oauth, "_FRESH", -1.0)
    assert token.forget()
    assert token.value() == "token-3"


@pytest.mark.parametrize(
    ("status", "answer", "retryable"),
    [
        (400, b'{"error": "invalid_grant"}', False),
        (401, b"", False),
        (503, b"", True),
        (200, b"<html>", True),
        (200, b"[]", True),
        (200, b'{"token_type": "Bearer"}', False),
    ],
)
def test_a_refusal_is_said(
    tokens: TokenServer, status: int, answer: bytes, retryable: bool
) -> None:
    tokens.status, tokens.answer = status, answer
    with pytest.raises(FetchError) as caught:
        AccessToken(tokens.settings(), Place()).value()
    assert caught.value.retryable is retryable


def test_a_token_server_that_is_not_there_is_said(tokens: TokenServer) -> None:
    settings = OAuth(token_url="http://127.0.0.1:1/", refresh_token=Secret(plain="x"))
    with pytest.raises(FetchError, match="refuses the connection") as caught:
        AccessToken(settings, Place()).value()
    assert caught.value.retryable


@pytest.mark.parametrize(
    "settings",
    [
        OAuth(),
        OAuth(token_url="http://example.com/", refresh_token=Secret(plain="x")),
        OAuth(token_url="file:///etc/passwd", refresh_token=Secret(plain="x")),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: OAuth) -> None:
    with pytest.raises(ConfigError):
        AccessToken(settings, Place()).value()


def test_imap_logs_in_with_a_token(tokens: TokenServer) -> None:
    words: list[str] = []

    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        while line := peer.hear():
            tag, _space, command = line.partition(" ")
            if command == "CAPABILITY":
                peer.say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2", f"{tag} OK done")
            elif command.startswith("AUTHENTICATE"):
                peer.say("+ ")
                words.append(base64.b64decode(peer.hear()).decode())
                peer.say(f"{tag} OK in")
            elif command.startswith("STATUS"):
                peer.say("* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 7)", f"{tag} OK done")
            else:
                peer.say(f"{tag} OK done")

    with Scripted(script) as server:
        imap = Imap("127.0.0.1", server.port, "none", user="ann", oauth=tokens.settings())
        fetcher = ImapFetcher(Channel("support", "imap", imap=imap))
        assert fetcher.pull({"INBOX": "7:0:1"}).items == ()
        fetcher.close()
    assert words == ["user=ann\x01auth=Bearer token-1\x01\x01"]
