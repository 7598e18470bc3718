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


async def test_what_was_begun_is_left_by_esc_and_an_arrow_is_no_letter_of_an_input_method() -> None:
    async with opened(FakeSource(range(1, 11))) as (app, pilot):
        await pilot.press("g", "escape")
        await settled(pilot)
        assert not said(app)
        await pilot.press("g", "up")
        await settled(pilot)
        assert said(app) == ["g ↑ does nothing here; ? lists the keys"]


async def test_a_ticket_s_key_says_where_there_is_none() -> None:
    """And what needs none, or asks which, goes on."""
    none = "there is no ticket here"
    async with opened(FakeSource([])) as (app, pilot):
        keys = ("r", "c", "m", "s", "a", "t", "D", "I", "w", "enter")
        await pilot.press(*keys)
        await settled(pilot)
        assert set(said(app)) == {none}
        assert len(said(app)) == len(keys)
        app.clear_notifications()
        await pilot.press("J", "K", "left_curly_bracket", "number_sign")
        await settled(pilot)
        assert none not in said(app)


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
