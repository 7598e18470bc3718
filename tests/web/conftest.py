"""A web server on a desk, with consoles that are quickly there, and a client that logs in."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse, CookieJar
from aiohttp.test_utils import TestServer

from kfdesk.desk.admin import credentials
from kfdesk.i18n import Spoken
from kfdesk.web import server as servers
from kfdesk.web.place import Listening
from kfdesk.web.server import Server
from kfdesk.web.terminal import Program, environment
from tests.desk.office import ANNA, Office

PASSWORD = "three small whales"

#: Speaks as a console does: says who it is and what it was given, then every key once more.
ECHO = """
import json, os, sys
def say(kind, data):
    os.write(1, kind + len(data).to_bytes(4, "big") + data)
os.write(1, b"__GANGLION__\\n")
me = {"pid": os.getpid(), "arguments": sys.argv[1:], "env": dict(os.environ)}
say(b"D", json.dumps(me).encode())
while head := sys.stdin.buffer.read(5):
    data = sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
    if head[:1] == b"D" and data == b"\\x04":
        break
    if head[:1] == b"D" and data.startswith(b"open "):
        link = {"type": "open_url", "url": data[5:].decode(), "new_tab": True}
        say(b"M", json.dumps(link).encode())
    elif head[:1] == b"D" and data == b"file":
        say(b"M", json.dumps({"type": "file", "number": 7}).encode())
    elif head[:1] == b"D":
        say(b"D", data)
    elif json.loads(data)["type"] == "quit":
        break
    else:
        say(b"D", data)
"""


class Site:
    """The server, and who is at it."""

    def __init__(self, office: Office, url: str, server: Server) -> None:
        self.office, self.url, self.server = office, url, server
        self.said: list[str] = []

    def visitor(self) -> Visitor:
        """Somebody with a browser of their own."""
        return Visitor(self.url)


class Visitor:
    """A browser without a picture."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.origin = url

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.http.close()

    async def ask(self, method: str, path: str, **given: Any) -> ClientResponse:
        """One request from a page of ours."""
        headers = {"Origin": self.origin} | given.pop("headers", {})
        answer = await self.http.request(
            method, self.url + path, headers=headers, allow_redirects=False, **given
        )
        await answer.read()
        return answer

    async def log_in(self, name: str = "anna", password: str = PASSWORD) -> int:
        """Fill the form; the status of the answer."""
        form = {"name": name, "password": password}
        return (await self.ask("POST", "/login", data=form)).status

    async def open(self, name: str = "", **headers: str) -> ClientWebSocketResponse:
        """Open a console, or the one of that name. WSServerHandshakeError where there is none."""
        headers = {"Origin": self.origin} | headers
        url = f"{self.url}/ws?width=100&height=30&name={name}"
        return await self.http.ws_connect(url, headers=headers)


def cut(socket: ClientWebSocketResponse) -> None:
    """Lose the network, as a phone that is put to sleep does."""
    transport = socket.get_extra_info("transport") or socket._conn.transport  # type: ignore[union-attr]
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


async def first(socket: ClientWebSocketResponse) -> dict[str, Any]:
    """What the echoing console says of itself."""
    found: dict[str, Any] = json.loads(await socket.receive_bytes(timeout=20))
    return found


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A desk where anna and bert have passwords, whose hashes are made quickly."""
    monkeypatch.setattr(credentials, "_COST", 4)
    office = Office(tmp_path)
    office.file.write_text(
        re.sub(
            r"\[desk\]", '[web]\nidle = "30m"\nlifetime = "8h"\n\n[desk]', office.file.read_text()
        )
    )
    for name in ("anna", "bert"):
        credentials.set_password(office.desk, ANNA, name, PASSWORD)
    yield office
    office.close()


@pytest.fixture
async def site(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A server on that desk."""
    monkeypatch.setattr(servers, "_SLOWEST", 0.0)

    def starting(agent: str, language: Spoken) -> Program:
        return Program((sys.executable, "-c", ECHO, "--as", agent), environment((), language))

    said: list[str] = []
    server = Server(
        office.desk, Listening("127.0.0.1", 0, False), starting, said.append, lambda: None
    )
    test = TestServer(server.application())
    await test.start_server()
    try:
        site = Site(office, str(test.make_url("")).rstrip("/"), server)
        site.said = said
        yield site
    finally:
        await server.sessions.end_all()
        await test.close()
