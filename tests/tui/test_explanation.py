"""The page that says why, in the console."""

from __future__ import annotations

from kfdesk.tui.screens.explanation import Explanation
from tests.tui.console import opened, settled, text
from tests.tui.fake import FakeSource


async def test_w_says_why_and_a_unfolds_every_rule() -> None:
    """From the queue and from the conversation; Esc goes back to where one was."""
    async with opened(FakeSource(range(1, 11)), (100, 60)) as (app, pilot):
        await pilot.press("w")
        await pilot.pause(0.2)
        assert isinstance(app.screen, Explanation)
        assert "“Refunds are urgent” fired, since this holds: category:售后/退款" in text(app)
        assert "customer's groups are KA" in text(app)
        assert "Rule 1 · Rule 2" in text(app)
        await pilot.press("a")
        await pilot.pause(0.1)
        assert "Rule 1 · Rule 2" not in text(app)
        assert "· Rule 2 " in text(app)
        await pilot.press("G", "g", "g", "n", "N", "space", "ctrl+u", "escape")
        await settled(pilot)
        assert len(app.screen_stack) == 1
        await pilot.press("enter", "w")
        await pilot.pause(0.2)
        assert isinstance(app.screen, Explanation)
        await pilot.press("q")
        assert app.main.reading


async def test_the_page_is_laid_out_for_the_width_there_is() -> None:
    """Also after the terminal has become another."""
    async with opened(FakeSource(range(1, 11)), (200, 30)) as (app, pilot):
        await pilot.press("w")
        await pilot.pause(0.2)
        await pilot.resize_terminal(60, 30)
        await pilot.pause(0.2)
        assert "Rule 1 · Rule 2" in text(app)
        assert max(len(line.rstrip()) for line in text(app).splitlines()) <= 60
