"""Keys that mean nothing say so once; what is typed into a line means itself."""

from __future__ import annotations

from kfdesk.tui.console import Console
from tests.tui.console import opened, settled
from tests.tui.fake import FakeSource


def said(app: Console) -> list[str]:
    """What was called out in the corner."""
    return [str(one.message) for one in app._notifications]


async def test_a_key_that_means_nothing_says_so_once() -> None:
    async with opened(FakeSource(range(1, 11))) as (app, pilot):
        await pilot.press("Q", "Q", "g", "H")
        await settled(pilot)
        assert said(app) == [
            "Q does nothing here; ? lists the keys",
            "g H does nothing here; ? lists the keys",
        ]


async def test_who_presses_keys_through_an_input_method_is_told_to_switch_it_off() -> None:
    async with opened(FakeSource(range(1, 11))) as (app, pilot):
        await pilot.press("回", "复")
        await settled(pilot)
        assert said(app) == ["Keys are Latin letters: switch the input method off (? lists them)"]


async def test_letters_in_a_line_or_a_text_mean_themselves() -> None:
    async with opened(FakeSource(range(1, 11))) as (app, pilot):
        await pilot.press("slash", "Q", "回", "escape", "enter", "c", "Q", "回")
        await settled(pilot)
        assert not said(app)
