"""The console on a fake desk, for tests: opened at a size, read back as lines of text."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from difflib import unified_diff
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from textual._context import visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from kfdesk.errors import KfdeskError
from kfdesk.settings import Settings
from kfdesk.tui.console import Console
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source.threads import Threads
from tests.tui.fake import NOW, SETTINGS, FakeSource, inline

WHO = Who(
    "li.wei",
    {"li.wei": "李伟", "wang.fang": "王芳", "john": "John Smith", "refunds": "退款组"},
    ZoneInfo("Asia/Shanghai"),
    lambda: NOW,
)
ConsolePilot = Pilot[KfdeskError | None]
_MOMENT = 0.2
SNAPSHOTS = Path(__file__).parent / "snapshots"


@asynccontextmanager
async def opened(
    source: FakeSource, size: tuple[int, int] = (120, 40), settings: Settings = SETTINGS
) -> AsyncIterator[tuple[Console, ConsolePilot]]:
    """Open the console on a fake desk, without threads and without a sync."""
    app = Console(lambda: source, settings, WHO, threads=Threads(inline))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        yield app, pilot


async def settled(pilot: ConsolePilot) -> None:
    """Wait until the conversation has followed the cursor, and what was begun has come."""
    await soon(pilot)
    await pilot.app.workers.wait_for_complete(
        [worker for worker in pilot.app.workers if worker.node is pilot.app.screen]
        if pilot.app.screen.is_modal is False
        else []
    )
    await pilot.pause()


async def soon(pilot: ConsolePilot) -> None:
    """Wait until nothing is put off for a moment any more, as what follows fast keys is."""
    await pilot.pause()
    while any(
        timer._repeat == 0 and timer._interval <= _MOMENT and not timer._task.done()
        for node in (pilot.app, *pilot.app.screen_stack, *pilot.app.screen.walk_children())
        for timer in node._timers
        if timer._task is not None
    ):
        await pilot.pause(0.01)


async def still(app: Console, pilot: ConsolePilot) -> None:
    """Wait until the screen stays as it is, and every thread has done what it was asked for."""
    before: list[str] = []
    for _turn in range(40):
        if (now := grid(app)) == before:
            return
        before, threads = now, app.main.threads
        await soon(pilot)
        for ask in (threads.query, threads.read, threads.write):
            await ask(int)
        await pilot.pause()


def strips(app: App[Any]) -> list[Strip]:
    """The screen as it is painted, with what stands behind a dialog."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def grid(app: Console) -> list[str]:
    """The screen as lines of text."""
    return [strip.text for strip in strips(app)]


def text(app: Console) -> str:
    """The screen as one text."""
    return "\n".join(line.rstrip() for line in grid(app))


def assert_snapshot(app: Console, name: str) -> None:
    """The screen is what it was; KFDESK_SNAPSHOTS=update says that it may be something else."""
    lines = grid(app)
    assert {cell_len(line) for line in lines} == {app.size.width}
    found = "\n".join(line.rstrip() for line in lines) + "\n"
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("KFDESK_SNAPSHOTS") == "update":
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, encoding="utf-8")
    kept = file.read_text(encoding="utf-8").splitlines()
    if apart := "\n".join(unified_diff(kept, found.splitlines(), file.name, "now", "", "", 0, "")):
        pytest.fail(apart)
