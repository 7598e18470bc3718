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

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from kfdesk.i18n import Spoken
from kfdesk.text import clean, shorten
from kfdesk.web.sessions import Session

#: A console has so many seconds to keep what was being written, before it is killed.
FAREWELL = 8.0
_LOCALES: Mapping[Spoken, str] = {
    "zh": "zh_CN.UTF-8",
    "zh-TW": "zh_TW.UTF-8",
    "en": "en_US.UTF-8",
}
_SIZES = range(2, 1000)
#: What a console may ask the browser to open.
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_LAST_WORDS = 2000
#: Why a page is told that its console has gone: the login is over.
LOGGED_OUT = 4001
#: A page has so many seconds to hear of it.
_GOODBYE = 4.0


@dataclass(frozen=True, slots=True)
class Program:
    """What is started for a page, and in which environment."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)


class Terminal(AppService):
    """A console: started without a shell, ended with its page, killed where it does not end."""

    def __init__(
        self,
        program: Program,
        socket: web.WebSocketResponse,
        downloads: DownloadManager,
        say: Callable[[str], None],
        heard: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        super().__init__(
            "",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._close,
            download_manager=downloads,
        )
        self._program, self._socket = program, socket
        self._say, self._heard = say, heard

    async def _close(self) -> None:
        await self._socket.close()

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
        await self._socket.close()

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
        if said["type"] == "open_url" and not str(said["url"]).lower().startswith(_SCHEMES):
            return
        if said["type"] == "sync":
            await self._heard(said)
            return
        await super().on_meta(data)

    async def stop(self) -> None:
        """Let the console keep what was being written; kill it and its children if it stays."""
        if self._task is None or self._process is None:
            return
        task, self._task = self._task, None
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        try:
            async with asyncio.timeout(FAREWELL):
                await self.send_meta({"type": "quit"})  # one that hangs does not take even that
                await asyncio.shield(task)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await task


class Window:
    """A page's socket with its console, for as long as both are there."""

    def __init__(self, terminal: Terminal, socket: web.WebSocketResponse) -> None:
        self.terminal, self._socket = terminal, socket
        self._transport: asyncio.BaseTransport | None = None
        self._ended = asyncio.Event()
        self._over = False

    async def end(self) -> None:
        """The login is over: say so to the page, and wait until its console has ended too."""
        self._over = True
        if self._socket.prepared:
            with suppress(TimeoutError):  # a page that takes nothing is not waited for
                async with asyncio.timeout(_GOODBYE):
                    await self._socket.close(code=LOGGED_OUT)
        self._let_go()
        await self.terminal.stop()
        await self._ended.wait()

    async def live(
        self,
        request: web.Request,
        width: int,
        height: int,
        session: Session,
        used: Callable[[], None],
    ) -> None:
        """Run the console until the page or the console is closed.

        It counts as one of the session from the first moment: whoever logs out ends it too.
        """
        session.consoles.add(self)
        self._transport = request.transport
        try:
            await self._socket.prepare(request)
            if self._over:
                await self._socket.close(code=LOGGED_OUT)
                return
            await self.terminal.start(_size(width, 80), _size(height, 24))
            async for message in self._socket:
                if message.type is not WSMsgType.TEXT or not await self._take(message.data, used):
                    await self._socket.close(code=1008)
                    break
        finally:
            await asyncio.shield(self._stop(session))

    def _let_go(self) -> None:
        """What the page has not taken by now it takes no more; nobody waits for it to."""
        if isinstance(self._transport, asyncio.WriteTransport) and (
            self._transport.get_write_buffer_size()
        ):
            self._transport.abort()

    async def _stop(self, session: Session) -> None:
        self._let_go()
        await self.terminal.stop()
        session.consoles.discard(self)
        self._ended.set()

    async def _take(self, text: str, used: Callable[[], None]) -> bool:
        """Do what the page says; False where it is nothing that our page would say."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return False
        match said:
            case ["stdin", str(typed)]:
                used()
                await self.terminal.send_bytes(typed.encode("utf-8", "replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self.terminal.set_terminal_size(_size(width, 80), _size(height, 24))
            case ["ping", str(sent)]:
                await self._socket.send_json(["pong", sent[:40]])
            case ["blur"]:
                await self.terminal.blur()
            case ["focus"]:
                await self.terminal.focus()
            case _:
                return False
        return True


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


def _size(cells: int, otherwise: int) -> int:
    return cells if cells in _SIZES else otherwise


async def _last_words(stderr: asyncio.StreamReader) -> str:
    """The last line of what a console said that failed."""
    kept = b""
    while chunk := await stderr.read(4096):
        kept = (kept + chunk)[-_LAST_WORDS:]
    lines = clean(kept.decode("utf-8", "replace")).strip().splitlines()
    return shorten(lines[-1], _LAST_WORDS) if lines else ""
