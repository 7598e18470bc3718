"""A real browser without a window: chromium, spoken with over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.support.net import Missing

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OFTEN = 0.05


class Browser:
    """One browser with one page. Raises `Missing` where there is none."""

    def __init__(self, patience: float = 30) -> None:
        program = next(filter(None, map(shutil.which, _NAMES)), None)
        if program is None:
            raise Missing("chromium is not installed (apt-get install chromium)")
        self._program, self._patience = program, patience
        self._serial = 0
        self.said: list[str] = []  # what the console of the page was told: errors above all

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(
            prefix="kfdesk-chromium-", ignore_cleanup_errors=True
        )
        self._process = await asyncio.create_subprocess_exec(
            self._program,
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0"),
            *("--enable-unsafe-swiftshader", f"--user-data-dir={self._folder.name}"),
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self._http = aiohttp.ClientSession()
        port = Path(self._folder.name) / "DevToolsActivePort"
        await self._until(lambda: port.exists() and "\n" in port.read_text(), "a port")
        base = f"http://127.0.0.1:{port.read_text().split()[0]}"
        async with self._http.get(f"{base}/json/list") as answer:
            page = next(each for each in await answer.json() if each["type"] == "page")
        self._socket = await self._http.ws_connect(
            page["webSocketDebuggerUrl"], max_msg_size=64 << 20
        )
        await self.call("Page.enable")
        await self.call("Runtime.enable")
        await self.call("Log.enable")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._folder.cleanup()

    async def call(self, method: str, **given: Any) -> Any:
        """Ask the browser for something."""
        self._serial += 1
        await self._socket.send_json({"id": self._serial, "method": method, "params": given})
        while True:
            said = await asyncio.wait_for(self._socket.receive_json(), self._patience)
            if said.get("id") == self._serial:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                return said["result"]
            self._note(said)

    def _note(self, said: dict[str, Any]) -> None:
        if said.get("method") == "Log.entryAdded":
            self.said.append(str(said["params"]["entry"]["text"]))
        if said.get("method") == "Runtime.exceptionThrown":
            self.said.append(str(said["params"]["exceptionDetails"]))

    async def size(self, width: int, height: int, *, phone: bool = False, scale: int = 1) -> None:
        """Look at pages in that size, as a phone shows them or a desktop."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=scale, mobile=phone,
        )  # fmt: skip
        await self.call("Emulation.setTouchEmulationEnabled", enabled=phone)

    async def language(self, accepted: str) -> None:
        """Ask for pages in that language."""
        agent = (await self.run("navigator.userAgent")) or "chromium"
        await self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=accepted)

    async def go(self, url: str) -> None:
        """Open a page."""
        await self.call("Page.navigate", url=url)
        await self.wait(f"location.href.startsWith({url!r}) || document.readyState === 'complete'")
        await self.wait("document.readyState === 'complete'")

    async def run(self, script: str) -> Any:
        """Run JavaScript in the page; what it comes to."""
        found = await self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(f"{script}: {found['exceptionDetails']}")
        return found["result"].get("value")

    async def wait(self, script: str) -> None:
        """Wait until a script is true of the page."""
        end = asyncio.get_running_loop().time() + self._patience
        while True:
            with contextlib.suppress(RuntimeError):  # the page is being exchanged
                if await self.run(script):
                    return
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"never true: {script}\n{self.said}")
            await asyncio.sleep(_OFTEN)

    async def type(self, text: str) -> None:
        """Type a text where the cursor is, as an input method commits it."""
        await self.call("Input.insertText", text=text)

    async def press(self, key: str, code: int = 0) -> None:
        """Press a key: a letter, or a named one with its code."""
        text = key if len(key) == 1 else {"Enter": "\r"}.get(key, "")
        given = {"key": key, "windowsVirtualKeyCode": code or ord(key[0].upper())}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **given)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    async def picture(self, file: Path) -> None:
        """Draw the page into a file."""
        found = await self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(found["data"]))

    async def _until(self, happened: Callable[[], bool], what: str) -> None:
        end = asyncio.get_running_loop().time() + self._patience
        while not happened():
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"the browser never had {what}")
            await asyncio.sleep(_OFTEN)
