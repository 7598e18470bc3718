"""Text in cells: wrapped, cut, aligned; Latin and Chinese."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kfdesk.cells import fit, plain_line
from kfdesk.tui.lines import when
from kfdesk.wrap import wrap
from tests.tui.fake import NOW

words = st.text(alphabet="ab 退款，。（）“”é한ﾊ\u0301🎉-", max_size=200)


@given(words, st.integers(8, 60))
def test_wrapping_keeps_every_character_and_the_width(line: str, width: int) -> None:
    """Only the blanks where a line breaks are dropped."""
    lines = wrap(line, width)
    assert lines
    assert all(cell_len(each) <= width for each in lines)
    assert "".join("".join(lines).split()) == "".join(line.split())


def test_chinese_breaks_between_characters_but_not_before_a_comma() -> None:
    """A closing mark stays with its character, an opening one with the next."""
    broken = wrap("我申请了退款，（订单号）还没有到", 14)
    assert broken == ["我申请了退款，", "（订单号）还没", "有到"]
    assert wrap("refund of order A100234 please", 12) == ["refund of", "order", "A100234", "please"]


def test_a_mark_without_width_takes_no_blank_beyond_the_edge() -> None:
    lines = wrap("aaaaaaa。。。。 \u0301", 8)
    assert max(cell_len(line) for line in lines) <= 8


@given(st.text(max_size=80), st.integers(1, 40))
def test_a_column_has_exactly_its_width(text: str, width: int) -> None:
    """Whatever stands in it."""
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, "right")) == width


def test_clusters_that_terminals_disagree_about_are_taken_apart() -> None:
    """Families, skin tones and flags have the same width everywhere."""
    assert plain_line("👨‍👩‍👧 👍🏽 ❤️ 🇨🇳") == "👨👩👧 👍 ❤ CN"


def test_times_are_said_as_people_say_them() -> None:
    """How long ago, in at most five cells."""
    zone = ZoneInfo("Asia/Shanghai")
    said = [
        when.ago(NOW - timedelta(seconds=seconds), NOW, zone)
        for seconds in (5, 300, 7200, 3 * 86400, 40 * 86400, 800 * 86400)
    ]
    assert said == ["now", "5m", "2h", "3d", "10-02", "2024"]
    assert when.left(NOW - timedelta(hours=3), NOW) == "-3h"
    assert when.clock(NOW, NOW, zone) == "14:30"
    assert when.clock(NOW - timedelta(days=2), NOW, zone) == "11-09 14:30"
