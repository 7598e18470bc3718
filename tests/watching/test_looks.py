"""What these screens look like, at the sizes that people have and in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kfdesk import i18n
from kfdesk.desk.teamwork.calls import ring
from kfdesk.errors import KfdeskError
from kfdesk.model import OutboxState
from kfdesk.tui.console import Console
from kfdesk.tui.screens.outbox import Outbox
from tests.desk.office import Office, raw
from tests.teamwork.conftest import console, until
from tests.tui.console import assert_snapshot, text
from tests.watching.test_screens import answered, made_office

SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[i18n.Language]:
    """Each language in turn."""
    before = i18n.current()
    chosen: i18n.Language = request.param
    i18n.use(chosen)
    yield chosen
    i18n.use(before)


@pytest.fixture
def office(tmp_path: Path, language: i18n.Language) -> Iterator[Office]:
    """A desk on which something of each kind has happened."""
    assert language
    made = made_office(tmp_path)
    made.receive(
        raw("收到的杯子碎了。\r\n", "张伟 <zhang@qq.example>", Subject="杯子碎了，怎么办？")
    )
    answered(made, OutboxState.UNKNOWN, "the connection to smtp.shop.example broke")
    made.receive(b"\x00\x01 no mail at all")
    yield made
    made.close()


async def still(app: Console, pilot: Pilot[KfdeskError | None]) -> None:
    """What is read behind the first picture has come."""
    if isinstance(app.screen, Outbox):
        await until(pilot, lambda: bool(app.screen._previews))  # type: ignore[attr-defined]
    before = ""
    while (now := text(app)) != before:
        before = now
        await pilot.pause(0.25)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screens_one_watches_with_look_as_they_did(
    office: Office, size: tuple[int, int], language: i18n.Language
) -> None:
    """Outbox, quarantine, knowledge base, log, channels, card, and somebody who calls."""
    name = f"{size[0]}x{size[1]}-{language}"
    async with console(office, size=size) as (app, pilot):
        sheets = {
            "outbox": ("g", "o", "smtp.shop.example"),
            "quarantine": ("g", "z", "no mail at all"),
            "articles": ("g", "k", "How returns work"),
            "log": ("g", "l", "#3"),
            "channels": ("g", "h", "maildir"),
        }
        wide = size == SIZES[-1]  # where they look as on a smaller one, with more room
        for sheet, (*keys, shown) in list(sheets.items())[: 1 if wide else None]:
            await pilot.press(*keys)
            await until(pilot, lambda shown=shown: shown in text(app))  # type: ignore[misc]
            await still(app, pilot)
            assert_snapshot(app, f"{sheet}-{name}")
            await pilot.press("escape")
        await pilot.press("colon", *"customer 张伟", "enter")
        await until(pilot, lambda: "zhang@qq.example" in text(app))
        await still(app, pilot)
        assert_snapshot(app, f"card-{name}")
        await pilot.press("escape")
        ring(office.desk, "+8613800138000")
        await until(pilot, lambda: "+8613800138000" in text(app) and "☎" in text(app))
        await until(pilot, lambda: app.main.alerts.caller is not None and app.scope == "call")
        await still(app, pilot)
        assert_snapshot(app, f"call-{name}")
