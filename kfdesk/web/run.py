"""Serving: from the first request to a signal; every console ends before the server does."""

from __future__ import annotations

import asyncio
import signal
import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

from aiohttp import web

from kfdesk.desk import Clock, Desk
from kfdesk.desk.syncing.reload import Reloader
from kfdesk.errors import ConfigError, Place, UserError
from kfdesk.i18n import Spoken, _
from kfdesk.settings import Secret, Settings
from kfdesk.tui.background.sync import Sync
from kfdesk.web.asking import PATIENCE
from kfdesk.web.place import Listening
from kfdesk.web.server import Server, swept
from kfdesk.web.terminal import FAREWELL, Program, environment

_EVERY = 2.0


def serve(
    settings: Settings,
    clock: Clock,
    place: Listening,
    say: Callable[[str], None],
    *,
    sync: bool,
    ready: Callable[[Listening], None],
) -> None:
    """Serve the consoles of a desk's agents until a signal. UserError where it cannot listen."""
    desk = Desk.open(settings, clock)
    try:
        asyncio.run(_serve(desk, place, say, ready, sync=sync))
    finally:
        desk.close()


async def _serve(
    desk: Desk,
    place: Listening,
    say: Callable[[str], None],
    ready: Callable[[Listening], None],
    *,
    sync: bool,
) -> None:
    settings = desk.settings
    secrets = sorted(set(variables(settings)))

    def starting(agent: str, language: Spoken) -> Program:
        config = ("--config", str(settings.file))
        command = (sys.executable, "-m", "kfdesk", *config, "--as", agent, "web", "console")
        return Program(command, environment(secrets, language))

    child = Sync(settings.file, lambda _state: None)
    server = Server(desk, place, starting, say, child.now)
    runner = web.AppRunner(
        server.application(),
        access_log=None,
        shutdown_timeout=FAREWELL,
        keepalive_timeout=PATIENCE,
        auto_decompress=False,  # no page of ours sends what would grow
    )
    await runner.setup()
    sweeping = asyncio.create_task(swept(server, Reloader(settings).look, _EVERY))
    syncing = asyncio.create_task(child.run()) if sync else None
    try:
        await _listen(runner, place, _context(settings) if place.tls else None)
        ready(place)
        await _signalled()
    finally:
        sweeping.cancel()
        await server.sessions.end_all()
        await runner.cleanup()
        if syncing is not None:
            await child.end()
            await syncing


async def _listen(runner: web.AppRunner, place: Listening, context: ssl.SSLContext | None) -> None:
    try:
        await web.TCPSite(runner, place.host, place.port, ssl_context=context).start()
    except OSError as error:
        raise UserError(
            _("{host}:{port} cannot be listened at: {why}").format(
                host=place.host, port=place.port, why=error.strerror or error
            )
        ) from error


def _context(settings: Settings) -> ssl.SSLContext:
    web_ = settings.web
    assert web_.cert is not None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(web_.cert, web_.key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            _("{cert} and {key} are no certificate and its key: {why}").format(
                cert=web_.cert, key=web_.key, why=error
            ),
            Place(str(settings.file), key="web.cert"),
        ) from error
    return context


async def _signalled() -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end.set)
    await end.wait()


def variables(value: object) -> Iterator[str]:
    """The environment variables that hold secrets of a configuration."""
    if isinstance(value, Secret):
        if value.env:
            yield value.env
    elif isinstance(value, tuple):
        for item in value:
            yield from variables(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from variables(getattr(value, field.name))
