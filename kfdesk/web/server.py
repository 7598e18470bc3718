"""The web server: a login, and behind it one console for each page that is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from aiohttp import web
from textual_serve.download_manager import DownloadManager

from kfdesk.desk import Desk
from kfdesk.desk.admin import credentials
from kfdesk.desk.admin.credentials import Tried
from kfdesk.errors import KfdeskError
from kfdesk.i18n import Spoken, _, current, ngettext
from kfdesk.text import clean_line
from kfdesk.tui.outside.sent import FOLDER
from kfdesk.web import pages
from kfdesk.web.asking import caller, number, typed
from kfdesk.web.files import Files, TooLarge, largest, too_large
from kfdesk.web.guard import guard, head, policy
from kfdesk.web.place import Listening
from kfdesk.web.sessions import Session, Sessions
from kfdesk.web.terminal import Program, Terminal
from kfdesk.web.window import Window

#: A form is two words; a page says at most what somebody pastes.
_FORM, _PASTE = 4096, 1 << 20
#: An agent has at most so many consoles open, each of them a process.
MOST_CONSOLES = 6
#: So many may wait to be let in, one after another: each costs a tenth of a second.
_MOST_WAITING = 20
_SLOWEST = 4.0
_SOCKET_BEAT, _GOODBYE = 20.0, 2.0

#: The program of an agent's console, in a language.
Starting = Callable[[str, Spoken], Program]


class Server:
    """What a request meets."""

    def __init__(
        self,
        desk: Desk,
        place: Listening,
        starting: Starting,
        say: Callable[[str], None],
        sync: Callable[[], None],
    ) -> None:
        self.desk = desk
        self._place, self._starting, self._say, self._sync = place, starting, say, sync
        web_ = desk.settings.web
        self.sessions = Sessions(desk.clock, web_.idle, web_.lifetime)
        self._downloads = DownloadManager()
        self._door = asyncio.Lock()
        self._waiting = 0
        self._cookie = "__Host-kfdesk" if place.secure else "kfdesk"

    def application(self) -> web.Application:
        """What aiohttp serves."""
        app = web.Application(middlewares=[guard(self._place)], client_max_size=_FORM)
        app.on_response_prepare.append(lambda _request, response: head(self._place, response))
        app.add_routes(
            [
                web.get("/", self._console),
                web.get("/login", self._ask),
                web.post("/login", self._log_in),
                web.post("/logout", self._log_out),
                web.get("/ws", self._socket),
                web.get("/download/{key}", self._download),
                web.post("/file/{token}", self._take),
                web.get("/static/{name}", self._file),
            ]
        )
        return app

    async def look(self, settings: Any) -> None:
        """Go on under the configuration that there is now; end the logins that hold no more."""
        if settings is not None:
            self.desk = replace(self.desk, settings=settings)
        await self.sessions.sweep(await asyncio.to_thread(credentials.valid, self.desk))

    # --- pages

    async def _console(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session is None:
            raise web.HTTPSeeOther("/login")
        self.sessions.touch(session)
        socket = ("wss" if self._place.secure else "ws") + f"://{request.host}/ws"
        with pages.speaking(self._language(request)):
            html = pages.console(self.desk.settings.desk.name, session.agent, socket)
        response = web.Response(text=html, content_type="text/html")
        response.headers["Content-Security-Policy"] = policy(f"'self' {socket}")
        return response

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        if self._session(request) is not None:
            raise web.HTTPSeeOther("/")
        return self._login_page(request, 200)

    def _login_page(
        self, request: web.Request, status: int, wrong: Callable[[], str] = str, name: str = ""
    ) -> web.Response:
        with pages.speaking(self._language(request)):
            html = pages.login(self.desk.settings.desk.name, wrong(), name)
        return web.Response(text=html, status=status, content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = pages.FILES.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": "public, max-age=86400"})

    # --- in and out

    async def _log_in(self, request: web.Request) -> web.StreamResponse:
        name, password = await typed(request)
        if self._waiting >= _MOST_WAITING:
            return self._login_page(
                request, 503, lambda: _("Too many logins at once. Try again in a moment."), name
            )
        self._waiting += 1
        try:
            async with self._door:  # one at a time: nobody guesses faster by guessing at once
                tried = await asyncio.to_thread(
                    credentials.log_in,
                    self.desk,
                    name,
                    password,
                    caller(request, proxied=self._place.proxied),
                )
        finally:
            self._waiting -= 1
        if tried.changed_at is None:
            await asyncio.sleep(min(_SLOWEST, 0.25 * 2 ** min(tried.failed, 8)))
            return self._refused(request, tried, name)
        if (before := self._session(request)) is not None:
            await self.sessions.end(before)
        token = self.sessions.begin(tried.agent, tried.changed_at)
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            self._cookie,
            token,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._place.secure,
        )
        return response

    def _refused(self, request: web.Request, tried: Tried, name: str) -> web.Response:
        if tried.wait is None:
            wrong = lambda: _("The name or the password is wrong.")  # noqa: E731
            return self._login_page(request, 401, wrong, name)
        minutes = max(1, round(tried.wait.total_seconds() / 60))

        def wait() -> str:
            text = ngettext(
                "Too many wrong passwords: try again in {n} minute.",
                "Too many wrong passwords: try again in {n} minutes.",
                minutes,
            )
            return text.format(n=minutes)

        response = self._login_page(request, 429, wait, name)
        response.headers["Retry-After"] = str(minutes * 60)
        return response

    async def _log_out(self, request: web.Request) -> web.StreamResponse:
        if (session := self._session(request)) is not None:
            await self.sessions.end(session)
        response = web.Response(status=303, headers={"Location": "/login"})
        response.del_cookie(self._cookie, path="/", secure=self._place.secure)
        return response

    # --- the console

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session is None:
            raise web.HTTPUnauthorized
        name = request.query.get("name", "")[:40]
        if (window := _named(session, name)) is None:
            await self._make_room(session)
            if self._session(request) is not session:  # it has ended meanwhile
                raise web.HTTPUnauthorized
            language = self._language(request)
            window = _named(session, name) or self._window(session, name, language)
        socket = web.WebSocketResponse(
            heartbeat=_SOCKET_BEAT, max_msg_size=_PASTE, timeout=_GOODBYE
        )
        size = number(request.query.get("width")), number(request.query.get("height"))
        await window.show(request, socket, size, lambda: self.sessions.touch(session))
        return socket

    async def _make_room(self, session: Session) -> None:
        """End the console that has waited longest for its page, where there are too many."""
        if self.sessions.consoles(session.agent) < MOST_CONSOLES:
            return
        alone = [one for one in _windows(session) if one.alone]
        if not alone:
            raise web.HTTPTooManyRequests
        await min(alone, key=lambda one: one.since).leave()
        if self.sessions.consoles(session.agent) >= MOST_CONSOLES:
            raise web.HTTPTooManyRequests

    def _window(self, session: Session, name: str, language: Spoken) -> Window:
        async def heard(said: Mapping[str, Any]) -> None:
            if said["type"] == "sync":
                self._sync()
            else:
                await window.heard(said)

        files = Files()
        program = self._starting(session.agent, language)
        program = replace(program, environment={**program.environment, FOLDER: files.folder})
        terminal = Terminal(program, self._downloads, self._say, heard)
        window = Window(session, terminal, name, files)
        return window

    async def _take(self, request: web.Request) -> web.StreamResponse:
        """Take a file for the console that asked for one."""
        session = self._session(request)
        if session is None:
            raise web.HTTPUnauthorized
        token = request.match_info["token"]
        window = next((one for one in _windows(session) if one.files.take(token)), None)
        if window is None:
            raise web.HTTPNotFound
        self.sessions.touch(session)
        meant = window.files.number
        limit, name = largest(self.desk.settings), request.query.get("name", "")
        with_language = self._language(request)
        try:
            path = await window.files.keep(request, name, limit)
        except TooLarge:
            with pages.speaking(with_language):
                raise web.HTTPRequestEntityTooLarge(limit, text=too_large(limit)) from None
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        except FileNotFoundError:  # the console has ended, and its folder with it
            raise web.HTTPNotFound from None
        except ConnectionError:
            raise
        except OSError as error:
            self._say(str(error))
            raise web.HTTPInsufficientStorage from None
        await window.take_file(path, meant)
        return web.Response(status=204)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session is None:
            raise web.HTTPUnauthorized
        key = request.match_info["key"]
        try:
            found = await self._downloads.get_download_metadata(key)
        except KeyError:
            raise web.HTTPNotFound from None
        if found.app_service not in [window.terminal for window in _windows(session)]:
            raise web.HTTPNotFound
        name = quote(clean_line(found.file_name), safe="")
        response = web.StreamResponse(
            headers={
                # Never what a stranger says that it is: a browser would show it, in our name.
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            }
        )
        await response.prepare(request)
        async for chunk in self._downloads.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response

    # --- who is there

    def _session(self, request: web.Request) -> Session | None:
        return self.sessions.find(request.cookies.get(self._cookie, ""))

    def _language(self, request: web.Request) -> Spoken:
        return pages.language(request.headers.get("Accept-Language", ""), current())


def _windows(session: Session) -> list[Window]:
    """The consoles of a login that are not about to end."""
    windows = [one for one in session.consoles if isinstance(one, Window)]
    return [one for one in windows if not one.leaving]


def _named(session: Session, name: str) -> Window | None:
    """The console of a login that a page means, if there is one."""
    return next((one for one in _windows(session) if name and one.name == name), None)


async def swept(server: Server, look: Callable[[], Any], every: float) -> None:
    """Look again and again whether the configuration and the logins still hold."""
    while True:
        await asyncio.sleep(every)
        try:
            await server.look(await asyncio.to_thread(look))
        except KfdeskError as error:
            server._say(str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is: logins must go on to end
            server._say(repr(error))
