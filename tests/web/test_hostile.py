"""Whoever writes to the server by hand: every oddity gets an answer, and holds nobody up."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError, web
from aiohttp.test_utils import TestServer

from kfdesk.cli import run
from kfdesk.desk.admin import credentials
from kfdesk.i18n import Spoken
from kfdesk.web import asking, terminal, window
from kfdesk.web.place import Listening
from kfdesk.web.server import MOST_CONSOLES, Server, swept
from kfdesk.web.sessions import Session
from kfdesk.web.terminal import Program, environment
from tests.desk.office import Office
from tests.web.conftest import PASSWORD, Site, Visitor, first
from tests.web.test_server import gone

#: Says who it is, and takes nothing more; or says too much, without an end.
DEAF = """
import json, os, signal, time
def say(kind, data):
    os.write(1, kind + len(data).to_bytes(4, "big") + data)
os.write(1, b"__GANGLION__\\n")
say(b"D", json.dumps({"pid": os.getpid()}).encode())
while {loud}:
    say(b"D", b"x" * 60_000)
time.sleep(600)
"""
FORM = "application/x-www-form-urlencoded"


async def raw(site: Site, request: bytes, seconds: float = 5) -> bytes:
    """The first line that answers bytes on the wire; empty where the line is cut."""
    host, _colon, port = site.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = await asyncio.wait_for(reader.readline(), seconds)
    writer.close()
    return answer


def posted(site: Site, body: bytes, *headers: bytes, type: str = FORM) -> bytes:
    """A form as it goes over the wire."""
    host = site.url.removeprefix("http://").encode()
    lines = (
        b"POST /login HTTP/1.1",
        b"Host: " + host,
        b"Origin: http://" + host,
        b"Content-Type: " + type.encode(),
        b"Content-Length: %d" % len(body),
        *headers,
    )
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "host", ["[", "localhost/; script-src *", "evil@localhost", "localhost:80:80", "localhost\\x"]
)
async def test_a_host_that_no_browser_writes_is_not_answered(site: Site, host: str) -> None:
    request = f"GET /login HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    assert (await raw(site, request)).split()[1] in (b"400", b"421")


@pytest.mark.parametrize("origin", ["http://[", "http://", "//", "http://localhost/", "http:"])
async def test_an_origin_that_no_browser_writes_is_another_page(site: Site, origin: str) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.ask("POST", "/login", headers={"Origin": origin})
        assert answer.status == 403


@pytest.mark.parametrize(
    ("body", "headers", "type"),
    [
        (b"name=anna&password=\xff\xfe", (), FORM),
        (b"name=anna&password=\\ud800aaaaaaaaaa", (), f"{FORM}; charset=unicode_escape"),
        (b"name=anna&password=x", (), f"{FORM}; charset=nonsense"),
        (b"name=%ed%a0%80%00&password=%ed%a0%80%00", (), FORM),
        (b"name=anna", (), FORM),
        (b"&&&&====", (), FORM),
        (b"x", (), "multipart/form-data"),
        (b"x", (), "multipart/form-data; boundary=x"),
        (b'{"name": "anna"}', (), "application/json"),
        (b"name=anna&password=x", (b"Cookie: kfdesk=\xff\xed\xa0\x80",), FORM),
    ],
)
async def test_a_form_that_no_browser_sends_is_refused_in_good_order(
    site: Site,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    headers: tuple[bytes, ...],
    type: str,
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await raw(site, posted(site, body, *headers, type=type))
    assert answer.split()[1][:1] == b"4"
    assert "Traceback" not in caplog.text
    assert not caplog.records


async def test_a_cookie_of_nonsense_is_no_login(site: Site) -> None:
    host = site.url.removeprefix("http://").encode()
    for cookie in (b"\xff\xfe", b"\xed\xa0\x80", b'"\\777"', b"x" * 4000):
        line = b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nCookie: kfdesk=" + cookie + b"\r\n\r\n"
        assert (await raw(site, line)).split()[1] == b"303"


async def test_a_form_that_arrives_drop_by_drop_is_not_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.1)
    request = posted(site, b"name=").replace(b"Content-Length: 5", b"Content-Length: 500")
    assert (await raw(site, request)).split()[1] == b"408"


async def test_a_request_that_never_comes_is_not_waited_for(site: Site) -> None:
    runner = web.AppRunner(site.server.application(), keepalive_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        for begun in (b"", b"GET /login HTTP/1.1\r\nHost: loc"):
            assert await raw(site, begun) == b""
    finally:
        await runner.cleanup()


async def test_behind_a_proxy_its_own_word_says_who_calls(site: Site) -> None:
    place = Listening("127.0.0.1", 0, False, "https://desk.example.com")
    server = Server(site.office.desk, place, site.server._starting, site.said.append, lambda: None)
    test = TestServer(server.application())
    await test.start_server()
    try:
        site.url = str(test.make_url("")).rstrip("/")
        for forged in (b"1.1.1.1", b"\xff\xfe", b"\xc2\x9b31m"):
            body = b"name=anna&password=wrong"
            # Some proxies write into the line that is there, others below it.
            for said in (
                (b"X-Forwarded-For: " + forged + b", 9.9.9.9",),
                (b"X-Forwarded-For: " + forged, b"X-Forwarded-For: 9.9.9.9"),
            ):
                await raw(site, posted(site, body, *said))
        await raw(site, posted(site, body, b"X-Forwarded-For: \xff\xc2\x9b31m\xe2\x80\xae"))
    finally:
        await test.close()
    addresses = {one.address for one in credentials.attempts(site.office.desk, 20)}
    assert addresses == {"anna", "9.9.9.9", "31m"}  # anna set the passwords


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:9.9.9.9", "9.9.9.9"),
        ("9.9.9.9", "9.9.9.9"),
        ("nonsense", "nonsense"),
    ],
)
def test_who_has_a_whole_network_is_one_caller(address: str, counted: str) -> None:
    assert asking.network(address) == counted


async def test_deeply_nested_words_end_the_socket(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open() as socket:
            await first(socket)
            await socket.send_str("[" * 200_000)
            await socket.receive(timeout=10)
            assert socket.close_code == 1008


async def test_many_pages_at_once_open_no_more_consoles_than_one_after_another(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        tried = (anna.open() for _n in range(MOST_CONSOLES + 4))
        found = await asyncio.gather(*tried, return_exceptions=True)
        opened = [one for one in found if not isinstance(one, WSServerHandshakeError)]
        assert len(opened) == MOST_CONSOLES
        for socket in opened:
            assert not isinstance(socket, BaseException)
            await socket.close()


async def test_a_console_that_is_opened_while_one_logs_out_does_not_stay(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        session = next(iter(site.server.sessions._by_token.values()))
        opening = asyncio.create_task(anna.open())
        while not session.consoles:
            await asyncio.sleep(0)
        await site.server.sessions.end(session)
        socket = await opening
        async for _message in socket:
            pass
        assert socket.closed
        assert not session.consoles


async def test_a_console_for_which_room_is_made_while_one_logs_out_is_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room = site.server._make_room

    async def slowly(session: Session) -> None:
        await make_room(session)
        await site.server.sessions.end(session)

    monkeypatch.setattr(site.server, "_make_room", slowly)
    async with site.visitor() as anna:
        await anna.log_in()
        session = next(iter(site.server.sessions._by_token.values()))
        with pytest.raises(WSServerHandshakeError, match="401"):
            await anna.open("mine")
        assert not session.consoles


@pytest.mark.parametrize("loud", [False, True])
async def test_a_console_that_hangs_holds_nobody_up(
    site: Site, monkeypatch: pytest.MonkeyPatch, loud: bool
) -> None:
    monkeypatch.setattr(terminal, "FAREWELL", 0.3)
    monkeypatch.setattr(window, "_GOODBYE", 0.3)

    def deaf(_agent: str, language: Spoken) -> Program:
        code = DEAF.replace("{loud}", str(loud))
        return Program((sys.executable, "-c", code), environment((), language))

    monkeypatch.setattr(site.server, "_starting", deaf)
    async with site.visitor() as anna, site.visitor() as bert:
        await anna.log_in()
        await bert.log_in("bert")
        socket = await anna.open()
        pid = (await first(socket))["pid"]
        for _paste in range(4):
            await socket.send_json(["stdin", "x" * 200_000])
        await asyncio.sleep(0.3)  # nobody reads any more, on either side
        answer = await asyncio.wait_for(anna.ask("POST", "/logout"), 8)
        assert answer.status == 303
        await gone(pid)
        await socket.close()
        await asyncio.wait_for(site.server.look(None), 5)
        assert (await bert.ask("GET", "/")).status == 200


async def test_logins_go_on_to_end_after_a_look_that_failed(site: Site) -> None:
    looks: list[Callable[[], Any]] = [lambda: 1 / 0, lambda: without]
    agents = tuple(one for one in site.office.settings.agents if one.name != "bert")
    without = replace(site.office.settings, agents=agents)

    def look() -> Any:
        return looks.pop(0)() if looks else None

    async with site.visitor() as bert:
        await bert.log_in("bert")
        sweeping = asyncio.create_task(swept(site.server, look, 0.01))
        try:
            for _turn in range(200):
                if (await bert.ask("GET", "/")).status == 303:
                    break
            else:
                raise AssertionError("bert is still there")
        finally:
            sweeping.cancel()
    assert site.said


async def test_where_the_line_is_sealed_the_cookie_is_for_sealed_lines_alone(
    office: Office,
) -> None:
    for place in (
        Listening("127.0.0.1", 0, True),
        Listening("127.0.0.1", 0, False, "https://desk.example.com"),
    ):
        server = Server(office.desk, place, lambda *_: Program((), {}), print, lambda: None)
        test = TestServer(server.application())
        await test.start_server()
        url = str(test.make_url("")).rstrip("/")
        async with Visitor(url) as anna:
            anna.origin = "https://desk.example.com"
            if place.tls:
                anna.origin = url.replace("http:", "https:")
            form = {"name": "anna", "password": PASSWORD}
            answer = await anna.ask("POST", "/login", data=form)
            cookie = answer.headers["Set-Cookie"]
            assert answer.status == 303
            assert cookie.startswith("__Host-kfdesk=")
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
            assert "max-age" in answer.headers["Strict-Transport-Security"]
        await test.close()


async def test_what_is_typed_at_the_door_stands_in_no_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with site.visitor() as anna:
        await anna.log_in("anna", "wrong-hippopotamus")
        await anna.log_in("name-hippopotamus", "x")
        for data in (b"name=anna&password=\xff-hippopotamus", b"name=anna&hippopotamus"):
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            assert (await anna.ask("POST", "/login", data=data, headers=kind)).status == 400
        assert await anna.log_in() == 303
        async with await anna.open("mine") as socket:
            await first(socket)
    kept = b"".join(file.read_bytes() for file in site.office.folder.glob("desk.db*"))
    for place in (caplog.text, "".join(site.said), kept.decode(errors="replace")):
        assert "hippopotamus" not in place
        assert PASSWORD not in place


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_the_command_does_not_serve_other_machines_in_clear(
    office: Office, host: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["--config", str(office.file), "web", "--host", host]) == 2
    said = capfd.readouterr()
    assert "in clear" in said.err
    assert not said.out
