"""The scenes of the console: what stands on the screen after some keys, on the demo's desk.

docs/screenshots.py draws them, the tests check the contrast of each and take their snapshots. A new
screen is one line here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy2
from typing import cast

from textual.pilot import Pilot

from kfdesk import i18n
from kfdesk.config import load
from kfdesk.desk.admin.demo import make
from kfdesk.desk.agents import acting
from kfdesk.desk.syncing.sync import sync
from kfdesk.errors import KfdeskError
from kfdesk.settings import Settings
from kfdesk.tui.app import looking
from kfdesk.tui.console import Console
from kfdesk.tui.looks.terminal import Terminal
from kfdesk.tui.source.live import DeskSource

#: The moment of every picture.
NOW = datetime(2026, 11, 11, 8, 0, tzinfo=UTC)
#: After these something is read before the next key means what it should.
_READS = frozenset(("enter", "ctrl+k", "ctrl+s", "m", "w", "r", "c"))
SIZES = ((80, 24), (120, 40), (200, 50))
LANGUAGES: tuple[i18n.Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Scene:
    """A name, and the keys that lead there from the opened console.

    `typo` is written into the rules beforehand, instead of what it is a typo of.
    """

    name: str
    keys: str
    typo: tuple[str, str] | None = None


SCENES = (
    Scene("queue", "j j"),
    Scene("conversation", "j j enter"),
    Scene("filter", "slash i s : u"),
    Scene("palette", "ctrl+p"),
    Scene("help", "question_mark"),
    Scene("status", "j s"),
    Scene("theme", "colon t h e m e enter"),
    Scene("marked", "space j space j space m"),
    Scene("bulk", "space j space j space m enter"),
    Scene("macros", "j enter m"),
    Scene("articles", "j enter ctrl+k"),
    Scene("reply", "j enter r T h a n k s"),
    Scene("note", "j enter c L o o k"),
    Scene("review", "j enter r T h a n k s ctrl+s"),
    Scene("fields", "F"),
    Scene("why", "j w"),
    Scene("customer", "j I"),
    Scene("board", "g b"),
    Scene("reports", "g p"),
    Scene("search", "g s o r d e r"),
    Scene("rules", "g r"),
    Scene("errors", "g e", ("status:pending idle", "status:pendign idle")),
    Scene("outbox", "g o"),
    Scene("quarantine", "g z"),
    Scene("knowledge", "g k"),
    Scene("log", "g l"),
    Scene("channels", "g h"),
    Scene("views", "g v"),
)


def desk(folder: Path, language: i18n.Language) -> Settings:
    """The demo's desk in a language, with the day's mail taken in."""
    i18n.use(language)
    settings = load(make(folder, language, NOW))
    sync(settings, clock=lambda: NOW)
    for file in _changing(settings):
        copy2(file, _kept(file))
    return settings


def _changing(settings: Settings) -> Sequence[Path]:
    """What a scene may change."""
    return settings.database, _rules(settings)


def _rules(settings: Settings) -> Path:
    return settings.folder / "rules.toml"


def _kept(file: Path) -> Path:
    return file.with_name(f"{file.name}.kept")


@asynccontextmanager
async def opened(
    settings: Settings, size: tuple[int, int], theme: str = "", terminal: Terminal | None = None
) -> AsyncIterator[tuple[Console, Pilot[KfdeskError | None]]]:
    """The console of the first agent, once the queue stands: on the desk as it was at first."""
    for beside in ("-wal", "-shm"):
        Path(f"{settings.database}{beside}").unlink(missing_ok=True)
    for file in _changing(settings):
        copy2(_kept(file), file)
    actor = acting(settings, settings.agents[0].name)
    app = Console(
        lambda: DeskSource.open(settings, actor, lambda: NOW),
        settings,
        looking(settings, actor, lambda: NOW),
        theme=theme,
        terminal=terminal or Terminal(),
    )
    async with app.run_test(size=size) as pilot:
        for _turn in range(100):
            await pilot.pause(0.05)
            if app.main.source is not None and app.main.number is not None:
                break
        await pilot.pause(0.15)
        yield app, pilot


async def go(pilot: Pilot[KfdeskError | None], scene: Scene) -> None:
    """Press the keys of a scene, once its typo has been noticed."""
    if scene.typo is not None:
        main = cast("Console", pilot.app).main
        rules = _rules(main.settings)
        rules.write_text(rules.read_text(encoding="utf-8").replace(*scene.typo), encoding="utf-8")
        while not main.reload.refused:
            await pilot.pause(0.05)
        pilot.app.clear_notifications()
    for key in scene.keys.split():
        await pilot.press(key)
        if key in _READS:
            await pilot.pause(0.1)
    await pilot.pause(0.2)
