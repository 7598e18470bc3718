"""What the console looks like, at the sizes that people have and in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kfdesk import i18n
from kfdesk.tui.frame.prompt import Line
from tests.tui.console import assert_snapshot, opened, settled, still
from tests.tui.fake import FakeSource

SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[i18n.Language]:
    """Each language in turn."""
    before = i18n.current()
    chosen: i18n.Language = request.param
    i18n.use(chosen)
    yield chosen
    i18n.use(before)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_console_looks_as_it_did(size: tuple[int, int], language: i18n.Language) -> None:
    """Queue, conversation, composer, filter, picker and help keep their places."""
    name = f"{size[0]}x{size[1]}-{language}"
    async with opened(FakeSource(range(3960, 4000)), size) as (app, pilot):
        await pilot.press("j", "j", "j")
        await app.main.refresh_all()  # the views' counts too
        await settled(pilot)
        assert_snapshot(app, f"queue-{name}")
        await pilot.press("enter")
        await settled(pilot)
        await app.main.refresh_all()  # one was read
        await settled(pilot)
        assert_snapshot(app, f"conversation-{name}")
        await pilot.press("w")
        await still(app, pilot)
        assert_snapshot(app, f"why-{name}")
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("r", "O", "K", "ctrl+s")
        await settled(pilot)
        assert_snapshot(app, f"review-{name}")
        await pilot.press("e", "escape", "escape", "slash")
        app.main.prompt.query_one(Line).value = "is:open wrong:"
        await settled(pilot)
        assert_snapshot(app, f"filter-{name}")
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("a")
        await still(app, pilot)
        assert_snapshot(app, f"picker-{name}")
        await pilot.press("escape", "question_mark")
        await still(app, pilot)
        assert_snapshot(app, f"help-{name}")
