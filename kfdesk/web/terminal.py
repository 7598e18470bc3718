"""One console process, shown in one page: what it paints goes there, what is typed comes back."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from kfdesk.i18n import Spoken
from kfdesk.text import clean, shorten

#: A console has so many seconds to keep what was being written, before it is killed.
FAREWELL = 8.0
_LOCALES: Mapping[Spoken, str] = {
    "zh": "zh_CN.UTF-8",
    "zh-TW": "zh_TW.UTF-8",
    "en": "en_US.UTF-8",
}
#: What a console may ask the browser to open.
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_LAST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Program:
    """What is started for a page, and in which environment."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)


class Terminal(AppService):
    """A console: started without a shell, shown in one page after another, killed if it hangs."""

    def __init__(
        self,
        program: Program,
        downloads: DownloadManager,
        say: Callable[[str], None],
        heard: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        super().__init__(
            "",
            write_bytes=self._paint,
            write_str=self._tell,
            close=self._exited,
            download_manager=downloads,
        )
        self._program, self._say, self._heard = program, say, heard
        self.page: web.WebSocketResponse | None = None
        self.stopping = False

    async def _paint(self, painted: bytes) -> None:
        if self.page is not None:
            await self.page.send_bytes(painted)

    async def _tell(self, said: str) -> None:
        if self.page is not None:
            await self.page.send_str(said)

    async def _exited(self) -> None:
        """It says that it goes; its page is closed when it has gone."""

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Any:
        size = {"COLUMNS": str(width), "ROWS": str(height)}
        self._process = process = await asyncio.create_subprocess_exec(
            *self._program.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**self._program.environment, **size},
            start_new_session=True,  # a signal for all of its processes is for no others
        )
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Pass on what the console says, to the last: one that nobody listens to would wait."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        words = asyncio.create_task(_last_words(process.stderr))
        with suppress(asyncio.IncompleteReadError):
            await process.stdout.readuntil(b"__GANGLION__\n")
            while True:
                kind, size = _head(await process.stdout.readexactly(5))
                payload = await process.stdout.readexactly(size)
                try:
                    await self._pass_on(kind, payload)
                except (ConnectionError, asyncio.CancelledError):
                    # The page has gone; aiohttp may say so as if we had been cancelled.
                    if (me := asyncio.current_task()) is not None and me.cancelling():
                        raise
        await process.wait()
        if said := await words:
            self._say(said)

    async def ended(self) -> None:
        """Wait until it has ended."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _pass_on(self, kind: bytes, payload: bytes) -> None:
        if kind == b"D":
            await self.on_data(payload)
        elif kind == b"P":
            await self.on_packed(payload)
        elif kind == b"M":
            await self.on_meta(payload)

    async def on_meta(self, data: bytes) -> None:
        """What the console asks of its page; a link is opened where it leads to the web."""
        said = json.loads(data)
        match said["type"]:
            case "open_url" if not str(said["url"]).lower().startswith(_SCHEMES):
                pass
            case "page" | "text":
                await self._tell(json.dumps([said["type"], said]))
            case "sync" | "file":
                await self._heard(said)
            case _:
                await super().on_meta(data)

    async def stop(self) -> None:
        """Let the console keep what was being written; kill it and its children if it stays."""
        if self._task is None or self._process is None or self.stopping:
            return
        self.stopping = True
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        try:
            async with asyncio.timeout(FAREWELL):
                await self.send_meta({"type": "quit"})  # one that hangs does not take even that
                await asyncio.shield(self._task)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._task


def environment(names: Sequence[str], language: Spoken) -> dict[str, str]:
    """What a console's process is told: where programs and the home are, and the `names`."""
    known = ("PATH", "HOME", "TZ", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
             "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR")  # fmt: skip
    given = {name: os.environ[name] for name in (*known, *names) if name in os.environ}
    return given | {
        "LANG": _LOCALES[language],
        "PYTHONUTF8": "1",
        "PYTHONSAFEPATH": "1",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TERM_PROGRAM": "textual",
        "TERM_PROGRAM_VERSION": version("textual-serve"),
        "TEXTUAL_DRIVER": "kfdesk.tui.outside.driver:BrowserDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TEXTUAL_FPS": "60",
    }


def _head(data: bytes) -> tuple[bytes, int]:
    return data[:1], int.from_bytes(data[1:], "big")


async def _last_words(stderr: asyncio.StreamReader) -> str:
    """The last line of what a console said that failed."""
    kept = b""
    while chunk := await stderr.read(4096):
        kept = (kept + chunk)[-_LAST_WORDS:]
    lines = clean(kept.decode("utf-8", "replace")).strip().splitlines()
    return shorten(lines[-1], _LAST_WORDS) if lines else ""
