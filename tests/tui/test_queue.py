"""The queue's columns, order, groups and hits; the line that filters it."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kfdesk.rules.language.sorting import order_of, ordered, restricted, unordered
from kfdesk.settings import Ui
from kfdesk.settings.columns import COLUMNS
from kfdesk.tui.lines.hits import marked, pattern
from kfdesk.tui.queue.columns import fitting
from kfdesk.tui.queue.groups import Groups
from kfdesk.tui.queue.painter import Look, RowPainter
from tests.tui.console import WHO, ConsolePilot, opened, settled, text
from tests.tui.fake import SETTINGS, FakeSource, row

#: The heading's place on the screen: below the line above.
HEADING = 1


def lines(painter: RowPainter, number: int = 1) -> str:
    """A row as text."""
    return "".join(part for part, _style in painter.row(row(number)))


# --- columns


@given(st.integers(20, 240), st.lists(st.sampled_from(COLUMNS), unique=True))
def test_every_line_is_as_wide_as_the_pane_whatever_is_asked_for(
    width: int, names: list[str]
) -> None:
    """Heading and rows stand in the same columns, two cells short of the edge."""
    painter = RowPainter(WHO, width, Look(tuple(names), ("updated", True)))
    heading = "".join(part for part, _style in painter.heading())
    assert cell_len(heading) == cell_len(lines(painter)) == cell_len(lines(painter, 6))


def test_columns_are_shown_in_the_order_that_was_asked_for() -> None:
    """The subject is always among them; those that do not fit are left out from the end."""
    assert [name for name, _width in fitting(120, ("tags", "number"))] == [
        "tags",
        "number",
        "subject",
    ]
    narrow = [
        name for name, _width in fitting(50, ("number", "subject", "category", "tags", "due"))
    ]
    assert narrow[:2] == ["number", "subject"]
    assert "due" not in narrow


def test_columns_are_no_wider_than_what_stands_in_them() -> None:
    """Short numbers and times leave their room to the subject; long ones are shown whole."""
    small, large = (dict(fitting(54, digits=digits)) for digits in (2, 7))
    assert (small["number"], large["number"]) == (4, 7)
    assert small["subject"] == large["subject"] + 3 > 20
    assert "assignee" in dict(fitting(62))
    long = "".join(text for text, _style in RowPainter(WHO, 54, Look(digits=7)).row(row(1_234_567)))
    assert " 1234567 " in long


async def test_a_longer_number_that_comes_into_view_widens_its_column() -> None:
    """No digit is lost."""
    async with opened(FakeSource([9, 8, 7, 12_345])) as (app, pilot):
        await settled(pilot)
        assert " 12345 " in text(app)


def test_every_column_says_what_the_ticket_has() -> None:
    """Own fields too."""
    found = replace(
        row(1), category="售后/退款", organisation="Acme", attached=True, fields={"order_no": "A17"}
    )
    names = ("organisation", "category", "attachments", "messages", "channel", "field.order_no")
    painter = RowPainter(WHO, 140, Look((*names, "subject")))
    said = "".join(part for part, _style in painter.row(found))
    for word in ("Acme", "售后/退款", "@", "3", "✉ email", "A17"):
        assert word in said


def test_a_subject_is_followed_by_what_the_ticket_comes_with() -> None:
    """A file, a medium that is not mail, and tags where there is room."""
    found = replace(row(1), subject="Call me", attached=True, channel="phone", tags=("vip",))
    wide = "".join(part for part, _style in RowPainter(WHO, 110).row(found))
    assert "vip" in wide
    assert "@☏" in wide
    narrow = "".join(part for part, _style in RowPainter(WHO, 50).row(found))
    assert "vip" not in narrow
    assert "@☏" in narrow


async def test_columns_come_from_the_configuration_and_from_the_view() -> None:
    """`[ui] columns` for every view that names none of its own."""
    views = (replace(SETTINGS.views[0], columns=("number", "tags")), SETTINGS.views[1])
    settings = replace(SETTINGS, ui=Ui(columns=("subject", "created")), views=views)
    async with opened(FakeSource(), settings=settings) as (app, pilot):
        assert "Created" in text(app).splitlines()[HEADING]
        await pilot.press("1")
        await settled(pilot)
        assert "Tags" in text(app).splitlines()[HEADING]
        await pilot.press("2")
        await settled(pilot)
        assert "Created" in text(app).splitlines()[HEADING]


# --- order


@pytest.mark.parametrize(
    ("query", "order", "rest"),
    [
        ("is:open sort:-due", ("due", True), "is:open"),
        ("sort:due,number 退款", ("due", False), "退款"),
        ('"sort:due" is:open', None, '"sort:due" is:open'),
        ("subject:resort:x", None, "subject:resort:x"),
        ("排序 sort：-updated is:open", ("updated", True), "排序 is:open"),
    ],
)
def test_the_order_of_a_query_is_read_and_exchanged(
    query: str, order: tuple[str, bool] | None, rest: str
) -> None:
    """Never what stands in quotation marks."""
    assert order_of(query) == order
    assert unordered(query) == rest
    assert ordered(query, "age", falling=True) == f"{rest} sort:-age"


def test_a_condition_is_added_to_the_whole_of_a_query() -> None:
    """Its order stays the list's."""
    assert restricted("a or b sort:due", "is:unread") == "(a or b) is:unread sort:due"
    assert restricted("", "is:unread") == "is:unread"


async def test_the_queue_is_sorted_by_key_and_by_its_headings() -> None:
    """An arrow says by what and which way; a second click turns it."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        assert "Last↓" in text(app).splitlines()[HEADING]
        await pilot.press("o", *"priority", "enter")
        await settled(pilot)
        assert source.asked[-1] == "is:open sort:-priority"
        heading = text(app).splitlines()[HEADING]
        await pilot.click("#queue", offset=(heading.index("Subject") + 1, 0))
        await settled(pilot)
        assert source.asked[-1] == "is:open sort:subject"
        assert "Subject↑" in text(app).splitlines()[HEADING]
        await pilot.click("#queue", offset=(heading.index("Subject") + 1, 0))
        await settled(pilot)
        assert source.asked[-1] == "is:open sort:-subject"


# --- groups


@given(st.lists(st.integers(1, 4), max_size=12), st.data())
def test_lines_and_places_of_a_grouped_list_are_one_to_one(
    sizes: list[int], data: st.DataObject
) -> None:
    """Every group has one line above its tickets; also when some have left."""
    total = sum(sizes)
    starts = array("q", (sum(sizes[:n]) for n in range(len(sizes))))
    gone = array(
        "q", sorted(data.draw(st.sets(st.integers(0, max(0, total - 1)))) & {*range(total)})
    )
    for groups, left in (
        (Groups(starts), total),
        (Groups(starts).without(gone, total - len(gone)), total - len(gone)),
    ):
        seen = [groups.at(line) for line in range(left + len(groups))]
        assert [index for index, above in seen if not above] == [*range(left)]
        assert [index for index, above in seen if above] == list(groups.starts)
        assert all(groups.at(groups.line(index)) == (index, False) for index in range(left))
        assert sum(groups.size(start, left) for start in groups.starts) == left
    group_of = [n for n, size in enumerate(sizes) for _ in range(size)]
    staying = [group_of[place] for place in range(total) if place not in set(gone)]
    firsts = [n for n, group in enumerate(staying) if n == 0 or staying[n - 1] != group]
    assert list(Groups(starts).without(gone, total - len(gone)).starts) == firsts


async def test_tickets_are_grouped_under_lines_with_counts() -> None:
    """By customer, then by category, then not; the cursor is on tickets alone."""
    source = FakeSource(range(1, 25))
    async with opened(source) as (app, pilot):
        await pilot.press("Z")
        await settled(pilot)
        listing = app.main.queue.listing
        assert listing.number == 24
        assert "张伟  3" in text(app)
        await pilot.press("j", "j", "j")
        assert listing.number == 23  # the first of the next group, past the line above it
        source.arrive(replace(row(16), subject="changed"))
        await pilot.press("Z")
        await settled(pilot)
        assert "—  24" in text(app)
        await pilot.press("Z")
        await settled(pilot)
        assert listing.groups is None
        assert list(listing.ids) == list(range(24, 0, -1))


# --- hits


@pytest.mark.parametrize(
    ("words", "subject", "found"),
    [
        (("退款",), "关于退款的问题", ["退款"]),
        (("Refund",), "refund, REFUNDS and refund", ["refund", "refund"]),
        (("ref*",), "Refunds", ["Ref"]),
        (("tax invoice",), "a Tax-Invoice", ["Tax-Invoice"]),
        (("ｒｅｆ",), "ｒｅｆ ref", ["ｒｅｆ", "ref"]),
        (("!",), "nothing!", []),
    ],
)
def test_hits_are_found_as_the_index_finds_them(
    words: tuple[str, ...], subject: str, found: list[str]
) -> None:
    """Whole Latin words, any run of Chinese, wide letters like narrow ones."""
    parts = marked(subject, "text", pattern(words))
    assert [part for part, style in parts if style == "hit"] == found
    assert "".join(part for part, _style in parts) == subject


async def test_words_of_the_filter_are_shown_in_the_subjects() -> None:
    """As soon as they are typed."""
    async with opened(FakeSource(range(1, 13))) as (app, pilot):
        await pilot.press("slash", *"parcel")
        await settled(pilot)
        assert app.main.queue.looked.hits is not None
        ground = app.main.palette["hit"].bgcolor
        strip = app.main.queue.render_line(2)
        hit = [one.text for one in strip if one.style and one.style.bgcolor == ground]
        assert hit == ["parcel"]


# --- going about


async def test_n_goes_to_what_nobody_has_opened() -> None:
    """Down and up again."""
    async with opened(FakeSource(range(1, 13))) as (app, pilot):
        listing = app.main.queue.listing
        for key, number in (("n", 9), ("n", 6), ("N", 9)):
            await pilot.press(key)
            await settled(pilot)
            assert listing.number == number


# --- the line


async def offered(pilot: ConsolePilot, *keys: str) -> None:
    """Press keys, and let words be offered."""
    await pilot.press(*keys)
    await settled(pilot)


async def test_words_are_offered_above_the_line_and_taken_by_key_and_mouse() -> None:
    """Tab takes the first; arrows step, and Enter then takes what was stepped to."""
    async with opened(FakeSource()) as (app, pilot):
        prompt = app.main.prompt
        await offered(pilot, "slash", *"i")
        shown = text(app).splitlines()
        line = next(n for n, one in enumerate(shown) if one.startswith(" / "))
        assert "is:unassigned" in shown[line - 2]
        assert "is:open" in shown[line - 3]
        await offered(pilot, "down", "down", "enter")
        assert prompt.line.value == "is:open is:unassigned"
        assert prompt.display
        await offered(pilot, "space", *"pri", "tab")
        assert prompt.line.value == "is:open is:unassigned priority:"
        await offered(pilot, "ctrl+u", *"ass")
        await pilot.click("#offers", offset=(3, 0))
        await settled(pilot)
        assert prompt.line.value == "assignee:"
        assert app.focused is prompt.line


async def test_lines_that_were_entered_come_again() -> None:
    """The newest first; the one that is being typed comes after them."""
    async with opened(FakeSource()) as (app, pilot):
        for word in ("parcel", "Invoice"):
            await offered(pilot, "slash", "ctrl+u", *word, "enter")
        prompt = app.main.prompt
        await offered(pilot, "slash", "ctrl+u", "x", "up")
        assert prompt.line.value == "Invoice"
        await offered(pilot, "up")
        assert prompt.line.value == "parcel"
        await offered(pilot, "up", "down", "down")
        assert prompt.line.value == "x"
