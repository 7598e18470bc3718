"""The list follows the store without moving under the finger."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from kfdesk.tui.queue.listing import PAGE, Listing, Window, merge
from tests.tui.fake import row

numbers = st.lists(st.integers(1, 60), unique=True)


def ids(*values: int) -> array[int]:
    """An array of ticket numbers."""
    return array("q", values)


@given(numbers, numbers, st.lists(st.integers(61, 90), unique=True), st.integers(0, 89))
def test_what_stays_keeps_its_order_and_the_cursor_its_ticket(
    before: list[int], latest: list[int], behind: list[int], place: int
) -> None:
    """Tickets leave at once, arrive when they are taken in, and never change places.

    Where nothing is left on the screen there is nothing to keep in its place: what came is listed.
    """
    listing, before, latest = Listing(), before + behind, latest + behind
    listing.replace(ids(*before))
    listing.move(place)
    number = listing.number
    moved = listing.apply(merge(listing.ids, ids(*latest)))
    staying = [n for n in before if n in latest]
    assert list(listing.ids) == (staying or latest)
    assert listing.arrived == (set(latest) - set(before) if staying else set())
    if number in latest:
        assert listing.number == number
    assert 0 <= listing.index < max(1, len(listing.ids))
    assert moved <= 0
    listing.take_in()
    assert list(listing.ids) == latest


def test_the_line_under_the_cursor_is_not_exchanged() -> None:
    """A ticket that left stays for as long as the cursor is on it."""
    listing = Listing()
    listing.replace(ids(5, 4, 3, 2, 1))
    listing.move(2)
    listing.apply(merge(listing.ids, ids(5, 2, 1), keep=3))
    assert (list(listing.ids), listing.number) == ([5, 3, 2, 1], 3)
    listing.move(2)
    listing.apply(merge(listing.ids, ids(5, 2, 1), keep=listing.number))
    assert (list(listing.ids), listing.number) == ([5, 2, 1], 2)


def test_a_merge_for_a_list_that_is_no_longer_shown_does_nothing() -> None:
    """The answer to an older question comes too late."""
    listing = Listing()
    listing.replace(ids(3, 2, 1))
    late = merge(listing.ids, ids(9))
    listing.replace(ids(5, 4))
    assert listing.apply(late) == 0
    assert list(listing.ids) == [5, 4]


def test_rows_are_asked_for_by_the_page_and_once() -> None:
    """Two hundred at a time, around what is in view; what was asked for is not asked again."""
    window, listed = Window(), array("q", range(1000, 0, -1))
    asked = window.missing(listed, 390, 420)
    assert asked == list(listed[PAGE : 3 * PAGE])
    assert window.missing(listed, 395, 425) == []
    assert window.put(asked, [row(n) for n in asked]) == asked
    assert window.missing(listed, 390, 420) == []


def test_rows_that_expired_stay_in_view_until_they_are_read_again() -> None:
    """A change in the store asks for what is shown, and paints what is different."""
    window, listed = Window(), ids(3, 2, 1)
    window.put((), [row(n) for n in listed])
    window.expire()
    assert window.rows[2] == row(2)
    asked = window.missing(listed, 0, 2)
    assert asked == [3, 2, 1]
    assert window.put(asked, [row(n) for n in asked]) == []


def test_rows_far_from_view_are_forgotten() -> None:
    """A list of a million tickets does not grow the console by as much."""
    window = Window()
    for start in range(0, 20_000, PAGE):
        window.put((), [row(n) for n in range(start, start + PAGE)])
    assert len(window.rows) == 20 * PAGE
    assert 19_999 in window.rows


def test_no_place_stands_before_the_first() -> None:
    """Where a list has become shorter than what was scrolled to, nothing is asked of it."""
    assert list(Listing().within(-3, 10)) == []
    assert list(Listing(array("q", [7, 8])).within(-3, 10)) == [0, 1]
