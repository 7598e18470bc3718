"""The tickets that are open, and the way back to where one was."""

from __future__ import annotations

from kfdesk.tui.memory.places import Place, Row, Way
from kfdesk.tui.ticket.tabs import Tabs
from tests.tui.console import opened, settled, text
from tests.tui.fake import FakeSource


def test_the_row_keeps_its_order_and_the_longest_unseen_makes_room() -> None:
    """A ticket with a draft never does."""
    row = Row()
    for number in range(1, 12):
        row.visit(number, keep=[1])
    assert row.numbers == [1, 4, 5, 6, 7, 8, 9, 10, 11]
    row.visit(4)
    assert row.close(4) == 11
    assert (row.beside(11, 1), row.beside(11, -1), row.beside(99, 1)) == (1, 10, 11)


def test_one_ticket_takes_the_place_of_another_unless_that_is_being_answered() -> None:
    """Going on to the next is no new tab."""
    row = Row()
    row.visit(1)
    row.visit(2, instead=1)
    row.visit(3, instead=2, keep=[2])
    assert row.numbers == [2, 3]


def test_the_way_leads_back_and_forward_again() -> None:
    """Until one goes elsewhere."""
    one, two, three = (Place("open", "is:open", number) for number in (1, 2, 3))
    way = Way()
    way.leave(one)
    way.leave(two)
    assert (way.back(three), way.back(two), way.back(one)) == (two, one, None)
    assert way.forward(one) == two
    way.leave(two)
    assert way.forward(three) is None


async def test_tickets_are_gone_along_closed_and_come_back_to() -> None:
    """By keys and by a click; a dot stands where a draft waits."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        main = app.main
        await pilot.press("enter", "escape", "j", "enter", "r", "x")
        await settled(pilot)
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert main.opened.row.numbers == [30, 29]
        assert "•29" in text(app)
        await pilot.press("g", "t")
        await settled(pilot)
        assert main.follow.number == 29
        await pilot.press("right_parenthesis")
        await settled(pilot)
        assert main.follow.number == 30
        await pilot.click(Tabs, offset=(30, 0))
        await settled(pilot)
        assert main.follow.number == 29
        await pilot.press("ctrl+o")
        await settled(pilot)
        assert main.follow.number == 30
        await pilot.press("Q")
        await settled(pilot)
        assert (main.opened.row.numbers, main.follow.number) == ([29], 29)


async def test_a_number_opens_its_ticket_and_one_that_is_none_is_said() -> None:
    """`#12`, and `:12` as ever."""
    async with opened(FakeSource(range(1, 31))) as (app, pilot):
        await pilot.press("number_sign", "1", "2", "enter")
        await settled(pilot)
        assert (app.main.follow.number, app.main.reading) == (12, True)
        await pilot.press("number_sign", *"999", "enter")
        await settled(pilot)
        assert [note.message for note in app._notifications] == ["There is no ticket 999"]


async def test_the_last_change_is_repeated_on_another_ticket() -> None:
    """`.` does what was chosen, without asking again."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (_app, pilot):
        await pilot.press("full_stop", "p", "down", "enter")
        await settled(pilot)
        await pilot.press("j", "full_stop")
        await settled(pilot)
        (first, change), (second, again) = source.changes
        assert (first, second, again) == (30, 29, change)


async def test_after_a_prefix_a_panel_says_where_it_leads_and_a_click_goes_there() -> None:
    """Esc cancels."""
    async with opened(FakeSource(range(1, 31))) as (app, pilot):
        await pilot.press("j", "g")
        await pilot.pause(0.4)
        assert "Go to the next open ticket" in text(app)
        await pilot.press("escape")
        assert not app.main.goings.display
        lines = text(app).splitlines()
        await pilot.click(offset=(lines[-1].index("solve"), len(lines) - 1))
        await settled(pilot)
        assert 29 not in app.main.queue.listing.ids
