"""Which panes are there: whatever the size, the pane that has the keys is, and nothing is cut."""

from __future__ import annotations

import random
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from kfdesk.tui.frame.layout import Pane, Wish, lay_out, share_at
from kfdesk.tui.memory.kept import cursor, page, wish_of
from tests.tui.console import grid, opened, settled
from tests.tui.fake import FakeSource

WISHES = st.builds(Wish, st.integers(0, 100), st.none() | st.booleans(), st.none() | st.booleans())
PANES = st.sampled_from(get_args(Pane))


@given(st.integers(1, 400), st.integers(1, 200), WISHES, PANES, st.booleans())
def test_the_pane_with_the_keys_is_there_and_all_fit(
    width: int, height: int, wish: Wish, at: Pane, writing: bool
) -> None:
    """At any size, whatever was wished; what is written is never out of sight."""
    found = lay_out(width, height, wish, at, writing=writing)
    there = {
        "views": found.views, "queue": found.queue, "middle": found.middle, "facts": found.facts,
    }  # fmt: skip
    assert there[at]
    if found.stacked:
        assert found.queue < height
        assert found.views + found.facts == 0
    else:
        assert found.views + found.queue + found.facts + found.middle <= max(width, 1)


@given(WISHES, PANES)
def test_a_pane_grows_until_it_is_alone_and_shrinks_until_it_is_gone(wish: Wish, at: Pane) -> None:
    """By a few steps; back again by as many."""
    grown = shrunk = wish
    for _step in range(5):
        grown, shrunk = grown.grown(at, 1), shrunk.grown(at, -1)
    assert {grown.share, shrunk.share} == {0, 100}


def test_a_divider_is_dragged_no_further_than_both_can_be_seen() -> None:
    """At the edge a little of the other pane stays."""
    assert (share_at(-5, 100), share_at(50, 100), share_at(500, 100)) == (5, 50, 95)


def test_what_another_version_remembered_is_read_with_care() -> None:
    """What cannot be is left out."""
    kept = {"panes": {"share": "wide", "facts": 3}, "where": {"page": [1, "x", None], "cursor": 1}}
    assert wish_of(kept) == Wish()
    assert (page(kept), cursor(kept, [5, 1]), cursor({"where": 3}, [5])) == ([1], 1, 0)


async def test_a_terminal_changes_its_size_under_the_fingers() -> None:
    """From 40×10 to 300×90 in any order, while keys are pressed: every line fits, nothing fails."""
    dice = random.Random(20)
    keys = (*"jkiPJKrxgt", "enter", "escape", "tab", "plus", "underscore", "slash")
    async with opened(FakeSource(range(1, 31))) as (app, pilot):
        for _turn in range(16):
            await pilot.resize_terminal(dice.randint(40, 300), dice.randint(10, 90))
            await pilot.press(*dice.choices(keys, k=4))
        await pilot.press("escape", "escape", "escape")
        await pilot.resize_terminal(40, 10)
        await settled(pilot)
        assert len(grid(app)) == 10
        assert app.screen.focused is not None


async def test_panes_are_hidden_grown_and_stacked_by_keys() -> None:
    """`P` hides the conversation, `+` gives room, a tall narrow terminal has one above another."""
    async with opened(FakeSource(range(1, 31)), (120, 30)) as (app, pilot):
        main = app.main
        await pilot.press("P")
        assert main.laid_out is not None
        assert not main.laid_out.middle
        await pilot.press("enter")
        await settled(pilot)
        assert main.laid_out.middle
        assert not main.laid_out.queue
        await pilot.press("escape", "P", "plus")
        assert main.wish.share == 65
        await pilot.resize_terminal(80, 50)
        await settled(pilot)
        assert main.laid_out.stacked
