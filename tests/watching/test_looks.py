"""What these screens look like in both languages; the demo's desk shows the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from kfdesk import i18n
from kfdesk.desk.teamwork.calls import ring
from kfdesk.model import OutboxState
from kfdesk.tui.screens.outbox import Outbox
from tests.desk.office import Office, raw
from tests.teamwork.conftest import console, until
from tests.tui.console import assert_snapshot, still, text
from tests.watching.test_screens import answered, made_office

SIZES = [(80, 24), (120, 40)]


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


async def test_what_is_to_be_decided_and_who_calls_look_as_they_did(
    office: Office, language: i18n.Language
) -> None:
    """An outbox and a quarantine with something in them, and somebody who calls."""
    async with console(office, size=SIZES[0]) as (app, pilot):

        async def look(screen: str) -> None:
            for columns, lines in SIZES:
                await pilot.resize_terminal(columns, lines)
                await still(app, pilot)
                assert_snapshot(app, f"deciding-{screen}-{columns}x{lines}-{language}")

        await pilot.press("g", "o")
        await until(pilot, lambda: "smtp.shop.example" in text(app))
        await until(pilot, lambda: bool(cast(Outbox, app.screen)._previews))
        await look("outbox")
        await pilot.press("escape", "g", "z")
        await until(pilot, lambda: "no mail at all" in text(app))
        await look("quarantine")
        await pilot.press("escape")
        ring(office.desk, "+8613800138000")
        await until(pilot, lambda: "+8613800138000" in text(app) and "☎" in text(app))
        await until(pilot, lambda: app.main.alerts.caller is not None and app.scope == "call")
        await look("call")
