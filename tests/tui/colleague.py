"""An agent's console that presses keys until it is killed, and says in a log what it writes.

`python -m tests.tui.colleague CONFIG AGENT SEED LOG`
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from pathlib import Path

from kfdesk.config import load
from kfdesk.desk.sending.head import Head
from kfdesk.settings import Settings
from kfdesk.tui.console import Console
from kfdesk.tui.source.live import DeskSource
from tests.tui.monkey import TEXT, any_key, console, event, keys

#: What puts a text anywhere a second time: what is said twice then is meant to be.
_COPIES = {"ctrl+v", "ctrl+r", "f6"}
_GOING = ("y", "s", "N", "S", "escape", "e")


class Log:
    """What was written, line by line; a line that stands there was told before what follows."""

    def __init__(self, file: Path) -> None:
        self._out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(self, *what: object) -> None:
        """Say something."""
        os.write(self._out, json.dumps(what).encode() + b"\n")


async def write(app: Console, chosen: random.Random, log: Log) -> None:
    """Begin, or go on with, a letter that is like no other, and perhaps send it."""
    composer = app.main.composer
    await _press(app, chosen.choice("rrcf"))
    for _turn in range(50):
        if composer.display and app.focused is composer.draft:
            break
        await asyncio.sleep(0.01)
    else:
        return
    if not composer.text.strip():
        await _press(app, *f"L{chosen.randrange(1 << 40):x} ")
    await _press(app, *(chosen.choice(TEXT) for _letter in range(chosen.randint(1, 30))))
    if chosen.random() < 0.7:
        _may_send(app, log)
        await _press(app, "ctrl+s", chosen.choice(_GOING))


def _may_send(app: Console, log: Log) -> None:
    composer = app.main.composer
    log.tell("may send", composer.number, composer.kind, composer.text)


async def _press(app: Console, *pressed: str) -> None:
    for key in pressed:
        app.post_message(event("space" if key == " " else key))
        await asyncio.sleep(0.002)


async def work(settings: Settings, agent: str, chosen: random.Random, log: Log) -> None:
    """Press keys in one console after another."""

    class Told(DeskSource):
        def put_draft(self, number: int, kind: str, text: str, head: Head | None = None) -> None:
            log.tell("keeps", number, kind, text)
            super().put_draft(number, kind, text, head)
            log.tell("kept", number, kind, text)

    all_keys = [key for key in keys() if key not in _COPIES]
    while True:
        app = console(settings, agent, Told)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            while app.main.source is None:
                await pilot.pause(0.02)
            log.tell("there")
            composer = app.main.composer
            while not app._exit:
                if composer.is_mounted and composer.display and composer.asking:
                    _may_send(app, log)
                if chosen.random() < 0.3 and app.screen is app.main:
                    await write(app, chosen, log)
                else:
                    any_key(chosen, app, all_keys)
                await asyncio.sleep(0.002)


if __name__ == "__main__":
    _module, config, agent, seed, told = sys.argv
    asyncio.run(work(load(Path(config)), agent, random.Random(seed), Log(Path(told))))
