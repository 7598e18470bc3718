"""The real program in a real browser: log in, read, and close the tab."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.desk.office import Office, raw
from tests.support.browser import Browser
from tests.support.net import Missing, Relay, free_port
from tests.web.conftest import PASSWORD, Visitor
from tests.web.test_server import gone

LOG_IN = f"""
document.getElementById("name").value = "anna";
document.getElementById("password").value = "{PASSWORD}";
document.querySelector("form").submit();
"""
MODE = "document.querySelector('.xterm-helper-textarea').inputMode === 'text'"


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


async def test_an_agent_answers_on_a_phone_that_loses_the_network(
    office: Office, tmp_path: Path
) -> None:
    office.receive(raw("你好，我的包裹在哪里？", Subject="Where is my parcel"))
    try:
        browser = Browser()
    except Missing as error:  # a large program: no set-up of ours installs it
        pytest.skip(str(error))
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(b"\xff\xd8 photo")
    async with serving(office) as (url, pid), browser:
        port = free_port()
        relay = Relay(port, int(url.rpartition(":")[2]))
        with relay:
            await browser.size(390, 844, phone=True)
            await browser.go(f"http://127.0.0.1:{port}/")
            await browser.wait("location.pathname === '/login'")
            await browser.run(LOG_IN)
            await browser.wait("document.body.classList.contains('-first-byte')")
            assert len(children(pid)) == 2  # the console, and what syncs for all of them
            await press(browser, "ticket.reply")
            await browser.wait("page.typing && " + MODE)
            await browser.call(
                "Input.imeSetComposition", text="ni'hao", selectionStart=6, selectionEnd=6
            )
            await browser.type("你好")
            await press(browser, "compose.attach")
            await browser.wait("!document.getElementById('asked').hidden")
            document = await browser.call("DOM.getDocument")
            field = await browser.call(
                "DOM.querySelector", nodeId=document["root"]["nodeId"], selector="#file"
            )
            await browser.call("DOM.setFileInputFiles", files=[str(photo)], **field)
            await browser.wait("document.getElementById('asked').hidden")
            assert not [said for said in browser.said if "Content Security Policy" in said]
        # The network is gone, for everything that was open.
        await browser.wait("document.body.classList.contains('-again')")
        before = children(pid)
        with Relay(port, int(url.rpartition(":")[2])):
            await browser.wait("!document.body.classList.contains('-again') && socket?.opened")
            await browser.wait("page.typing")
            assert children(pid) == before  # no other console
            await screen(browser, "照片.jpg")
            lines = [line.strip() for line in (await browser.run("shown()")).splitlines()]
            assert lines.count("你好") == 1  # once, and nothing of how it was spelt
            await browser.run("document.querySelector('#typed form').submit()")
            await browser.wait("location.pathname === '/login'")


async def test_a_tab_has_a_console_of_its_own_and_a_file_of_a_letter_arrives(
    office: Office, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 1000
    office.receive(
        raw(
            "--x\r\nContent-Type: text/plain\r\n\r\nSee the list.\r\n--x\r\n"
            "Content-Type: text/csv; name*=UTF-8''%E8%AE%A2%E5%8D%95.csv\r\n"
            "Content-Disposition: attachment; filename*=UTF-8''%E8%AE%A2%E5%8D%95.csv\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n"
            f"{base64.b64encode(content).decode()}\r\n--x--\r\n",
            Content_Type='multipart/mixed; boundary="x"', MIME_Version="1.0",
        )
    )  # fmt: skip
    try:
        browser = Browser()
    except Missing as error:
        pytest.skip(str(error))
    async with serving(office) as (url, pid), browser:
        folder = tmp_path / "downloads"
        allowed = {"behavior": "allow", "downloadPath": str(folder)}
        await browser.call("Browser.setDownloadBehavior", **allowed)
        await browser.size(1280, 800)
        await browser.go(url)
        await browser.wait("location.pathname === '/login'")
        await browser.run(LOG_IN)
        await browser.wait("document.body.classList.contains('-first-byte')")
        await screen(browser, "See the list")
        await browser.run("say('do', 'message.open', '')")
        await screen(browser, "[1]")
        await browser.wait("page.typing")
        file = folder / "订单.csv"
        for turn in range(400):
            if turn % 60 == 0:  # ^S, once more where the dialog had nothing in it yet
                await browser.run("type(String.fromCharCode(19))")
            if file.exists() and file.stat().st_size == len(content):
                break
            await asyncio.sleep(0.05)
        assert file.read_bytes() == content
        before = children(pid)
        # A tab that begins with all that this one keeps, as one that is duplicated does.
        await browser.call("Runtime.evaluate", expression="open('/')", userGesture=True)
        for _turn in range(400):
            if len(children(pid)) > len(before):
                break
            await asyncio.sleep(0.05)
        assert set(before) < set(children(pid))
        assert not await browser.run("document.body.classList.contains('-elsewhere')")


async def press(browser: Browser, action: str) -> None:
    """Press the button of an action, as soon as it is there."""
    button = f"document.querySelector('[data-action=\"{action}\"]')"
    await browser.wait(f"{button} !== null")
    await browser.run(f"{button}.click()")


async def screen(browser: Browser, words: str) -> None:
    """Wait until a console shows some words: its page is asked for the screen as text."""
    await browser.run("window.shown = () => document.querySelector('#text pre').textContent")
    await browser.wait(f"(say('text'), shown().includes({words!r}))")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
async def test_a_console_on_the_web_opens_no_editor_and_ends_with_a_server_that_is_killed(
    office: Office,
) -> None:
    office.receive(raw(Subject="Where is my parcel"))
    async with serving(office) as (url, pid), Visitor(url) as anna:
        assert await anna.log_in() == 303
        async with await anna.open() as page:
            await said(page, b"parcel")
            await page.send_json(["do", "nonsense", ""])
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
