"""The real program in a real browser: log in, read, and close the tab."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.desk.office import Office, raw
from tests.support.browser import Browser
from tests.support.net import Missing
from tests.web.conftest import PASSWORD, Visitor
from tests.web.test_server import gone

LOG_IN = f"""
document.getElementById("name").value = "anna";
document.getElementById("password").value = "{PASSWORD}";
document.querySelector("form").submit();
"""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def children(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:  # it has just ended
            continue
        if int(stat.rpartition(")")[2].split()[1]) == pid:
            found += [int(folder.name), *children(int(folder.name))]
    return found


@asynccontextmanager
async def serving(office: Office) -> AsyncIterator[tuple[str, int]]:
    """`kfdesk web` on a desk: where it is, and its process."""
    port = free_port()
    editor = office.file.with_name("editor")
    editor.write_text('#!/bin/sh\ntouch "$0.began"\n')
    editor.chmod(0o700)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kfdesk", "--config", str(office.file), "web", "--port", str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "VISUAL": str(editor)},
    )
    assert process.stdout is not None
    try:
        await asyncio.wait_for(process.stdout.readline(), 60)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 30)


async def test_an_agent_logs_in_reads_and_logs_out_in_a_browser(office: Office) -> None:
    office.receive(raw("你好，我的包裹在哪里？", Subject="Where is my parcel"))
    try:
        browser = Browser()
    except Missing as error:  # a large program: no set-up of ours installs it
        pytest.skip(str(error))
    async with serving(office) as (url, pid), browser:
        await browser.size(390, 844, phone=True)
        await browser.go(url + "/")
        await browser.wait("location.pathname === '/login'")
        await browser.run(LOG_IN)
        await browser.wait("document.body.classList.contains('-first-byte')")
        assert len(children(pid)) == 2  # the console, and what syncs for all of them
        assert await browser.run("getComputedStyle(document.getElementById('keys')).display") == (
            "flex"
        )
        refused = [said for said in browser.said if "Content Security Policy" in said]
        assert refused == []
        await browser.run("document.querySelector('nav form').submit()")
        await browser.wait("location.pathname === '/login'")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
async def test_a_console_on_the_web_opens_no_editor_and_ends_with_a_server_that_is_killed(
    office: Office,
) -> None:
    office.receive(raw(Subject="Where is my parcel"))
    async with serving(office) as (url, pid), Visitor(url) as anna:
        assert await anna.log_in() == 303
        async with await anna.open() as page:
            await said(page, b"parcel")
            await page.send_json(["stdin", "c"])
            await said(page, b"note")
            await asyncio.sleep(0.5)
            await page.send_json(["stdin", "\x05"])  # ^E
            await said(page, b"browser")
            assert not office.file.with_name("editor.began").exists()
            left = children(pid)
            assert left
            os.kill(pid, signal.SIGKILL)
        for one in left:
            await gone(one)


async def said(page: ClientWebSocketResponse, words: bytes) -> None:
    """Wait until a console has painted some words."""
    painted = b""
    while words not in painted:
        message = await page.receive(timeout=60)
        painted += message.data if message.type is WSMsgType.BINARY else b""
        assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT)
