"""A console that is open for an agent: in a page, or waiting for one that comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from kfdesk.web.files import Files
from kfdesk.web.sessions import Session
from kfdesk.web.terminal import Terminal

#: Why a page is told that its console has gone: the login is over, or another page shows it now.
LOGGED_OUT, ELSEWHERE = 4001, 4002
#: A page has so many seconds to hear of it.
_GOODBYE = 4.0
#: So many seconds a console waits for its page: one that was left may be loading again; one that
#: fell silent lies in somebody's pocket, or on a train.
_LEFT, _SILENT = 30.0, 900.0
_SIZES = range(2, 1000)


class Window:
    """A console with the page that shows it. `name` is what the page calls it."""

    def __init__(self, session: Session, terminal: Terminal, name: str, files: Files) -> None:
        self.session, self.terminal, self.name, self.files = session, terminal, name, files
        self._socket: web.WebSocketResponse | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._beginning, self._ended = asyncio.Lock(), asyncio.Event()
        self._over, self.since = False, 0.0
        session.consoles.add(self)  # from the first moment: whoever logs out ends it too

    @property
    def alone(self) -> bool:
        """Whether it waits for a page."""
        return self._ending is not None and self._socket is None

    @property
    def leaving(self) -> bool:
        """Whether it is about to end."""
        return self._over or self.terminal.stopping

    async def end(self) -> None:
        """The login is over: say so to the page, and wait until the console has ended too."""
        self._over = True
        await self._part(LOGGED_OUT)
        await self.terminal.stop()
        await self._ended.wait()

    async def leave(self) -> None:
        """End it: nobody comes back."""
        await self.terminal.stop()
        await self._ended.wait()

    async def show(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        size: tuple[int, int],
        used: Callable[[], None],
    ) -> None:
        """Show it in a page until that is closed, or the console is, or another page shows it."""
        try:
            self._parting = asyncio.create_task(self._part(ELSEWHERE))  # it may be long gone
            await socket.prepare(request)
            self._socket, self._transport = socket, request.transport
            if self._over:
                await socket.close(code=LOGGED_OUT)
                return
            self._wait(None)
            await self._begin(_size(size[0], 80), _size(size[1], 24))
            async for message in socket:
                if message.type is not WSMsgType.TEXT or not await self._take(message.data, used):
                    await socket.close(code=1008)
                    break
        finally:
            await asyncio.shield(self._gone(socket))

    async def _begin(self, width: int, height: int) -> None:
        async with self._beginning:
            self.terminal.page = self._socket
            if self._ending is None:
                await self.terminal.start(width, height)
                self._ending = asyncio.create_task(self._until_ended())
            else:
                await self.terminal.send_meta({"type": "again", "width": width, "height": height})

    async def _until_ended(self) -> None:
        await self.terminal.ended()
        self._wait(None)
        if self._socket is not None:
            await self._part(1000)
        self._discard()

    async def _gone(self, socket: web.WebSocketResponse) -> None:
        """A page is gone; where it did not say so for good, the console waits for it."""
        if self._ending is None:  # it has not begun, and never will
            self._discard()
        elif self._over:
            await self.terminal.stop()
        if self._socket is not socket:
            return
        _let_go(self._transport)
        self._socket = self.terminal.page = None
        if self._over or self._ended.is_set():
            return
        if socket.close_code in (1000, 1008):
            await self.leave()
        else:
            self._wait(_LEFT if socket.close_code == 1001 else _SILENT)

    def _wait(self, seconds: float | None) -> None:
        if self._patience is not None:
            self._patience.cancel()
        loop = asyncio.get_running_loop()
        self.since = loop.time()
        self._patience = None if seconds is None else loop.call_later(seconds, self._lost)

    def _lost(self) -> None:
        self._leaving = asyncio.create_task(self.leave())

    def _discard(self) -> None:
        self.session.consoles.discard(self)
        self.files.clear()
        self._ended.set()

    def _part(self, code: int) -> Coroutine[Any, Any, None]:
        """Leave the page that shows it, if any; what is returned closes that page."""
        socket, transport = self._socket, self._transport
        self._socket = self.terminal.page = None
        return _closed(socket, transport, code)

    async def heard(self, said: Mapping[str, Any]) -> None:
        """The console asks for a file: let its page send one."""
        if said["type"] == "file" and self._socket is not None:
            await self._socket.send_json(["file", self.files.ask(int(said["number"]))])

    async def take_file(self, path: Path, number: int) -> None:
        """Give the console a file that has come, for the ticket that it was meant for."""
        await self.terminal.send_meta({"type": "file", "path": str(path), "number": number})

    async def _take(self, text: str, used: Callable[[], None]) -> bool:
        """Do what the page says; False where it is nothing that our page would say."""
        terminal = self.terminal
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return False
        match said:
            case ["stdin", str(typed)]:
                used()
                await terminal.send_bytes(typed.encode("utf-8", "replace"))
            case ["do", str(action), str(argument)]:
                used()
                await terminal.send_meta({"type": "do", "action": action, "argument": argument})
            case ["text"]:
                await terminal.send_meta({"type": "text"})
            case ["resize", {"width": int(width), "height": int(height)}]:
                await terminal.set_terminal_size(_size(width, 80), _size(height, 24))
            case ["ping", str(sent)] if self._socket is not None:
                await self._socket.send_json(["pong", sent[:40]])
            case ["blur"]:
                await terminal.blur()
            case ["focus"]:
                await terminal.focus()
            case _:
                return False
        return True


async def _closed(
    socket: web.WebSocketResponse | None, transport: asyncio.BaseTransport | None, code: int
) -> None:
    """Close a page; one that takes nothing is not waited for."""
    if socket is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await socket.close(code=code)
        _let_go(transport)


def _let_go(transport: asyncio.BaseTransport | None) -> None:
    """What a page has not taken by now it takes no more; nobody waits for it to."""
    if isinstance(transport, asyncio.WriteTransport) and transport.get_write_buffer_size():
        transport.abort()


def _size(cells: int, otherwise: int) -> int:
    return cells if cells in _SIZES else otherwise
