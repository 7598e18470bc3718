"""The line above fits its width, and keeps what matters most."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kfdesk.settings import View
from kfdesk.tui.frame.bars import Where, above

VIEWS = tuple(
    View(name, title, f"q{name}")
    for name, title in (("a", "Open"), ("b", "紧急"), ("c", "Unassigned"), ("d", "等客户回复"))
)
WHERE = Where("Little Whale", VIEWS, 0, "qa", 33, False, 0, False, "synced just now", False)


def test_views_that_have_no_room_are_left_out_from_the_end() -> None:
    """The one that is shown never is."""
    assert "0:Open  1:紧急  2:Unassigned  3:等客户回复" in above(WHERE, 100).plain
    narrow = above(WHERE, 60).plain
    assert "0:Open  1:紧急" in narrow
    assert "等客户回复" not in narrow
    assert "3:等客户回复" in above(replace(WHERE, view=3, query="qd"), 60).plain


def test_where_there_is_room_it_says_what_it_counts() -> None:
    assert "33 tickets" in above(WHERE, 120).plain
    assert "33 tickets" not in above(WHERE, 80).plain
    assert "1 ticket " in above(replace(WHERE, count=1), 120).plain


def test_a_filter_is_said_beside_its_view() -> None:
    found = above(replace(WHERE, query="退款 status:open"), 80).plain
    assert "0:Open" in found
    assert "/ 退款 status:open" in found


def test_what_is_wrong_is_read_whole_before_other_views_are_named() -> None:
    """The view that is shown stays."""
    said = "support: its server refuses (g h) · again in 30s"
    found = above(replace(WHERE, sync=said, trouble=True, arrived=3502), 100).plain
    assert said in found
    assert "0:Open" in found
    assert "3,502 new ↑" in found
    assert "Unassigned" not in found


@given(st.integers(60, 240), st.integers(0, 3), st.booleans(), st.integers(0, 9))
def test_the_line_is_as_wide_as_the_terminal(
    width: int, view: int, filtered: bool, arrived: int
) -> None:
    query = "退款 status:open assignee:me" if filtered else VIEWS[view].query
    where = replace(WHERE, view=view, query=query, arrived=arrived)
    assert cell_len(above(where, width).plain) == width
