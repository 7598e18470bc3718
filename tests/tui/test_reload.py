"""A configuration that changes while the console is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.errors import ConfigError, Place
from kfdesk.tui.console import Console
from kfdesk.tui.screens.explanation import Explanation
from tests.tui.console import ConsolePilot, opened, settled, text
from tests.tui.fake import FakeSource

CONFIG = """
[desk]
name = "Whale"
[[agent]]
name = "li.wei"
title = "李伟"
[[view]]
name = "urgent"
title = "Urgent"
query = "is:open"
"""


@asynccontextmanager
async def running(
    folder: Path, source: FakeSource
) -> AsyncIterator[tuple[Console, ConsolePilot, Path]]:
    """A console on a file."""
    file = folder / "kfdesk.toml"
    file.write_text(CONFIG, encoding="utf-8")
    async with opened(source, settings=load(file)) as (app, pilot):
        await look(app, pilot)
        yield app, pilot, file


async def look(app: Console, pilot: ConsolePilot) -> None:
    """Let it look until the files have come to rest."""
    assert app.main.source is not None
    for _ in range(3):
        await app.main.reload.look(app.main.source)
    await settled(pilot)


async def test_views_titles_and_keys_take_at_once(tmp_path: Path) -> None:
    """The list that is shown stays, unless its view is another now."""
    source = FakeSource(range(1, 11))
    async with running(tmp_path, source) as (app, pilot, file):
        asked = len(source.asked)
        changed = CONFIG.replace("李伟", "老李").replace("Whale", "Orca")
        changed += '[[view]]\nname = "mine"\ntitle = "My own"\nquery = "parcel"\n'
        changed += '[ui]\nkeys = { "ticket.why" = "F9" }\n'
        file.write_text(changed, encoding="utf-8")
        await look(app, pilot)
        above = text(app).splitlines()[0]
        assert "Orca" in above
        assert "My own" in above
        assert "老李" in text(app)
        assert source.settings.desk.name == "Orca"
        assert set(source.asked[asked:]) <= {"is:open"}
        await pilot.press("f9")
        await pilot.pause(0.2)
        assert isinstance(app.screen, Explanation)
        await pilot.press("escape", "2")
        await settled(pilot)
        assert source.asked[-1] == "parcel"


async def test_a_view_that_changes_is_listed_anew(tmp_path: Path) -> None:
    source = FakeSource(range(1, 11))
    async with running(tmp_path, source) as (app, pilot, file):
        await pilot.press("1")
        await settled(pilot)
        file.write_text(CONFIG.replace('"is:open"', '"parcel"'), encoding="utf-8")
        await look(app, pilot)
        assert source.asked[-1] == "parcel"
        file.write_text(CONFIG.replace("[[view]]", "[[team]]").partition('title = "U')[0])
        await look(app, pilot)
        assert app.main.status.view == 0
        assert source.asked[-1] == "is:open"


@pytest.mark.parametrize(
    "wrong",
    [
        CONFIG.replace("[[view]]", "[[vieww]]"),
        CONFIG + '[ui]\nkeys = { "ticket.why" = "r" }\n',
        CONFIG + '[desk]\nname = "half',
    ],
)
async def test_a_wrong_file_is_told_in_red_until_it_is_right(tmp_path: Path, wrong: str) -> None:
    """The old one stays in force."""
    source = FakeSource(range(1, 11))
    async with running(tmp_path, source) as (app, pilot, file):
        file.write_text(wrong.replace("Whale", "Orca"), encoding="utf-8")
        await look(app, pilot)
        lines = text(app).splitlines()
        assert "Whale" in lines[0]
        assert "kfdesk.toml" in lines[1] or "ui.keys" in lines[1]
        file.write_text(CONFIG, encoding="utf-8")
        await look(app, pilot)
        assert "kfdesk.toml" not in text(app).splitlines()[1]
        assert app.main.reload.error == ""


async def test_rules_that_cannot_be_read_are_told_like_any_mistake(tmp_path: Path) -> None:
    source = FakeSource(range(1, 11))
    async with running(tmp_path, source) as (app, pilot, file):
        source.refuses = ConfigError("unknown field", Place(str(file), 7, "trigger[0].when"))
        file.write_text(CONFIG.replace("Whale", "Orca"), encoding="utf-8")
        await look(app, pilot)
        assert "kfdesk.toml:7" in text(app).splitlines()[1]
        assert "Whale" in text(app).splitlines()[0]
