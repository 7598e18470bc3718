"""Small terminals: what lies over the panes fits them, and the line with the cursor is in sight."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import OptionList

from kfdesk.tui.lines.table import Column, Row, Table
from kfdesk.tui.pickers.picker import Choice, Picker, Previewed
from tests.teamwork.conftest import until
from tests.tui.console import grid, opened, settled, text
from tests.tui.fake import FakeSource


class _Previewed(Previewed):
    def previewed(self, choice: Choice | None) -> Content:
        return Content(choice.title if choice else "")


SIZES = ((46, 30), (60, 16), (40, 10))


async def test_a_picker_has_a_line_for_each_choice_and_the_cursor_in_sight() -> None:
    """On any terminal, and when it changes while the picker is open."""
    source = FakeSource()
    async with opened(source, (80, 24)) as (app, pilot):
        await pilot.press("ctrl+p", *["down"] * 20)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert isinstance(app.screen, Picker)
            listed = app.screen.query_one(OptionList)
            chosen = app.screen.chosen
            assert listed.highlighted == 20
            assert chosen is not None
            assert listed.virtual_size.height == listed.option_count
            assert any(chosen.title[:8] in line for line in grid(app)), (size, text(app))
        await pilot.press("escape")


async def test_a_list_with_a_page_below_it_keeps_the_list_where_there_is_room_for_one() -> None:
    """On a few lines; with more of them the page is there again."""
    source = FakeSource()
    async with opened(source, (80, 24)) as (app, pilot):
        await app.push_screen(_Previewed("Lamps", [Choice(str(n), f"Lamp {n}") for n in range(9)]))
        await settled(pilot)
        below = app.screen.query_one("#picker-preview")
        assert below.display
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert not below.display
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert below.display


async def test_a_long_page_below_a_list_is_read_on_by_keys_that_are_named_there() -> None:
    """From its top again for another choice; where all of it is seen no key is named."""
    long = Choice("1", " ".join(f"word{n}" for n in range(400)))
    async with opened(FakeSource(), (80, 24)) as (app, pilot):
        await app.push_screen(_Previewed("Lamps", [long, Choice("2", "Lamp")]))
        await until(pilot, lambda: "reads on" in text(app))
        below = app.screen.query_one("#picker-preview")
        await pilot.press("shift+down", "shift+down", "shift+up")
        assert 0 < below.scroll_offset.y < below.max_scroll_y
        await pilot.press("down")
        await until(pilot, lambda: "reads on" not in text(app))
        await pilot.press("up")
        assert below.scroll_offset.y == 0


async def test_empty_lines_of_a_head_go_when_the_text_has_the_keys_again() -> None:
    """Cc too, in which one was."""
    source = FakeSource()
    async with opened(source, (80, 24)) as (app, pilot):
        await pilot.press("r", "ctrl+t")
        assert app.main.composer.heading.size.height == 4
        await pilot.press("escape")
        await pilot.pause()
        assert app.main.composer.heading.size.height == 0


def test_a_column_is_as_wide_as_its_title() -> None:
    """In a language where it is longer than the cells that are asked for."""
    table = Table({})
    table.show(
        (Column("Title"), Column("已发送", 5, align="right")), [Row(1, (("a", ""), ("3", "")))]
    )
    assert table._widths(40)[1] == cell_len("已发送")


async def test_an_empty_list_says_what_it_can_where_there_is_no_room_to_say_it() -> None:
    async with opened(FakeSource(), (80, 24)) as (app, pilot):
        table = Table(app.appearance.palette)
        table.empty = lambda: "没有 nothing"
        await app.screen.mount(table)
        for width in range(1, 6):
            table.styles.width = width
            await pilot.pause()
            room = table.scrollable_content_region.width
            assert {table.render_line(y).cell_length for y in range(4)} == {room}
