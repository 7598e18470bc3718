"""A console outlasts its page: it waits for a phone that sleeps, and for nobody else."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import ClientWebSocketResponse

from kfdesk.web import window
from kfdesk.web.server import MOST_CONSOLES
from kfdesk.web.window import ELSEWHERE, Window
from tests.web.conftest import Site, cut, first
from tests.web.test_server import gone


async def same(socket: ClientWebSocketResponse) -> None:
    """It is the console that was there: it is asked to show everything once more."""
    said = json.loads(await socket.receive_bytes(timeout=20))
    assert said == {"type": "again", "width": 100, "height": 30}


async def test_a_page_whose_line_was_cut_finds_its_console_again(site: Site) -> None:
    async with site.visitor() as anna, site.visitor() as bert:
        await anna.log_in()
        await bert.log_in("bert")
        socket = await anna.open("mine")
        pid = (await first(socket))["pid"]
        cut(socket)
        async with await bert.open("mine") as his:  # another's of the same name is not found
            assert (await first(his))["arguments"] == ["--as", "bert"]
        async with await anna.open("mine") as back, await anna.open("other") as other:
            await same(back)
            assert (await first(other))["pid"] != pid
            await back.send_json(["stdin", "hello"])
            assert await back.receive_bytes(timeout=5) == b"hello"
        await gone(pid)  # closed for good


async def test_a_second_page_takes_the_console_over_from_the_first(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        async with await anna.open("mine") as one:
            await first(one)
            other, _closed = await asyncio.gather(anna.open("mine"), one.receive(timeout=10))
            async with other:
                await same(other)
                assert one.close_code == ELSEWHERE


async def test_nobody_is_waited_for_without_an_end(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_SILENT", 0.05)
    monkeypatch.setattr(window, "_LEFT", 0.05)
    async with site.visitor() as anna:
        await anna.log_in()
        silent, left = await anna.open("silent"), await anna.open("left")
        pids = [(await first(each))["pid"] for each in (silent, left)]
        cut(silent)
        await left.close(code=1001)
        for pid in pids:
            await gone(pid)


async def test_a_console_that_waits_ends_with_the_login(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        socket = await anna.open("mine")
        pid = (await first(socket))["pid"]
        cut(socket)
        await anna.ask("POST", "/logout")
        await gone(pid)


async def test_a_console_that_waits_makes_room_for_one_that_is_wanted(site: Site) -> None:
    async with site.visitor() as anna:
        await anna.log_in()
        opened = [await anna.open(f"page{n}") for n in range(MOST_CONSOLES)]
        pid = (await first(opened[2]))["pid"]
        session = next(iter(site.server.sessions._by_token.values()))
        cut(opened[2])
        while not any(isinstance(one, Window) and one.alone for one in session.consoles):
            await asyncio.sleep(0.01)
        async with await anna.open("wanted") as wanted:
            await first(wanted)
            await gone(pid)
        for socket in opened:
            await socket.close()
