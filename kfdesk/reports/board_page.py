"""The board as lines for a width: blocks in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.cells import cell_len, set_cell_size

from kfdesk.cells import fit
from kfdesk.desk.why.paper import Paper
from kfdesk.desk.why.words import Words, span
from kfdesk.i18n import _, pgettext
from kfdesk.model import TicketRow
from kfdesk.reports import board as boards
from kfdesk.reports.blocks import Block, Cell, beside, columns
from kfdesk.reports.board import NAMED, Board, Count
from kfdesk.reports.chart import bar, large, spark, squeeze
from kfdesk.reports.measures import BY_NAME
from kfdesk.reports.page import value

_COLUMN, _COLUMNS = 56, 3
_NUMBER = 6
_COUNT = 7
#: Above a list in its column: a blank line below the figures, one above the list, and its heading.
_AROUND = 3
_SOON = timedelta(hours=1)
_NOW_STYLES = {"breached": "error", "due": "warning", "unassigned": "warning"}
_STATES = {"here": ("●", "success"), "off": ("◌", "faint"), "away": ("◐", "warning")}


def laid(paper: Paper, found: Board, *, wall: bool = False, height: int = 0) -> Block:
    """Lay the board out for the paper's width; for a wall with large digits.

    Where a height leaves more room, more tickets are named, and those whose deadlines are next.
    """
    whole = _large(found, paper.width) if wall else _now(found, paper.width)
    below = columns(paper.width, _COLUMN, _COLUMNS)
    width, words = below[0].width, paper.words
    for block in (
        _today(found, width),
        _times(found, width),
        _teams(words, found, width),
        _agents(words, found, width),
        _channels(found, width),
    ):
        if block.lines:
            min(below, key=lambda column: len(column.lines)).append(block)
    for least, lay in ((NAMED, _oldest), (0, _due)):
        column = min(below, key=lambda column: len(column.lines))
        room = height - len(whole.lines) - len(column.lines) - _AROUND
        block = lay(words, found, width, max(least, room))
        if block.lines:
            column.append(block)
    whole.append(beside(below, paper.width))
    return whole


def label(name: str) -> str:
    """What a figure is of, in words."""
    return {
        "open": pgettext("on the board", "open"),
        "new": pgettext("on the board", "new"),
        "unassigned": pgettext("on the board", "with nobody"),
        "waiting": pgettext("on the board", "customer waits"),
        "breached": pgettext("on the board", "late"),
        "due": pgettext("on the board", "due within the hour"),
        "unread": pgettext("on the board", "unread"),
        "pending": pgettext("on the board", "pending"),
        "hold": pgettext("on the board", "on hold"),
        "created": pgettext("on the board", "Created"),
        "solved": pgettext("on the board", "Solved"),
        "reopened": pgettext("on the board", "Reopened"),
        "replies": pgettext("on the board", "Replies"),
        "first_response": pgettext("on the board", "First response (median)"),
        "resolution": pgettext("on the board", "Resolution (median)"),
        "sla": pgettext("on the board", "SLA met"),
        "satisfaction": pgettext("on the board", "Satisfaction, of 5"),
    }[name]


def _now(found: Board, width: int) -> Block:
    """What is open, in two or three lines of figures."""
    block = Block(width)
    texts = [label(one.name) for one in found.now]
    words = 1 + max(map(cell_len, texts))
    digits = max(len(f"{one.n:,}") for one in found.now)
    number = _NUMBER if 3 * (_NUMBER + words) <= width else digits + 2
    cell = min(max(width // 3, number + words), number + words + 3)
    across = next((n for n in (len(texts), 5, 3, 2) if n <= width // cell), 1)
    for start in range(0, len(texts), across):
        cells: list[Cell] = []
        for one, text in list(zip(found.now, texts, strict=True))[start : start + across]:
            cells.append((fit(f"{one.n:,}", number, "right"), _style(one), one))
            cells.append((" " + fit(text, cell - number - 1), "muted"))
        block.add(*cells)
    return block


def _style(one: Count) -> str:
    """A figure that wants something is coloured, where it is not nothing."""
    return "faint" if not one.n else _NOW_STYLES.get(one.name, "strong")


def _large(found: Board, width: int) -> Block:
    """What is open, in digits that are read from across the room."""
    block = Block(width)
    across = max(1, min(len(found.now), width // 20))
    cell = width // across
    for start in range(0, len(found.now), across):
        some = found.now[start : start + across]
        if start:
            block.lines.append(())
        for row in range(3):
            block.add(*((set_cell_size(large(one.n)[row], cell), _style(one)) for one in some))
        block.add(*((fit(label(one.name), cell), "muted", one) for one in some))
    return block


def _today(found: Board, width: int) -> Block:
    """What happened today, beside yesterday at this time and the usual, hour by hour."""
    block = Block(width)
    figure = 10 if width >= _COLUMN else 8
    drawn = 24 if width >= 72 else 12 if width >= _COLUMN else 0
    room = width - drawn - 3 * figure
    block.heading(
        pgettext("on the board", "Today"),
        (
            pgettext("on the board", "today"),
            pgettext("on the board", "yesterday"),
            pgettext("on the board", "usual"),
        ),
        figure,
    )
    for one in found.today:
        count = Count(one.name, one.query, one.today.n)
        block.add(
            (fit(label(one.name), room), "text"),
            (fit(spark(squeeze(one.hours, drawn * len(one.hours) // 24 + 1)), drawn), "primary"),
            (fit(f"{one.today.n:,}", figure, "right"), "strong", count),
            (fit(f"{one.yesterday.n:,}", figure, "right"), "muted"),
            (fit(f"{one.usual:,.0f}", figure, "right"), "faint"),
        )
    return block


def _times(found: Board, width: int) -> Block:
    """How long it took today, how much was kept, how satisfied customers were."""
    block = Block(width)
    figure = 10 if width >= _COLUMN else 8
    block.heading(
        pgettext("on the board", "Quality"),
        (
            pgettext("on the board", "today"),
            pgettext("on the board", "of"),
            pgettext("on the board", "yesterday"),
        ),
        figure,
    )
    for one in found.times:
        block.add(
            (fit(label(one.name), width - 3 * figure), "text"),
            (fit(value(BY_NAME[one.name], one.today), figure, "right"), "strong"),
            (fit(f"{one.today.n:,}", figure, "right"), "faint"),
            (fit(value(BY_NAME[one.name], one.yesterday), figure, "right"), "muted"),
        )
    return block


def _teams(words: Words, found: Board, width: int) -> Block:
    """Each team: what it has open, and what it solved today."""
    names = [words.person(one.name) for one in found.teams]
    return _parts(pgettext("on the board", "Teams"), names, found.teams, width, solved=True)


def _channels(found: Board, width: int) -> Block:
    """Each channel: what came by it and is open."""
    names = [one.name for one in found.channels]
    return _parts(pgettext("on the board", "Channels"), names, found.channels, width, solved=False)


def _parts(
    title: str, names: Sequence[str], parts: Sequence[boards.Part], width: int, *, solved: bool
) -> Block:
    """A line for each: its name, a bar of what it has open, and its counts."""
    block = Block(width)
    if not parts:
        return block
    heads = _heads(solved)
    figures = _COUNT * len(heads)
    room_of_name = min(18, (width - figures) // 2)
    room = width - figures - room_of_name - 1
    block.heading(title, heads, _COUNT)
    most = max(one.open for one in parts)
    for name, one in zip(names, parts, strict=True):
        block.add(
            (fit(name, room_of_name) + " ", "text"),
            (fit(bar(one.open, most, room - 1), room), "primary"),
            *_counts(one, solved),
        )
    return block


def _heads(solved: bool) -> list[str]:
    """What the counts of a part are."""
    return [
        pgettext("on the board", "open"),
        pgettext("on the board", "waits"),
        pgettext("on the board", "late"),
        *([pgettext("on the board", "solved")] if solved else []),
    ]


def _counts(one: boards.Part, solved: bool) -> list[Cell]:
    counts: list[Cell] = [
        (fit(f"{each.n:,}", _COUNT, "right"), _style(each), each) for each in one.counts
    ]
    if solved:
        style = "success" if one.solved else "faint"
        counts.append((fit(f"{one.solved:,}", _COUNT, "right"), style))
    return counts


def _agents(words: Words, found: Board, width: int) -> Block:
    """Each agent: whether they are here, their load against what they can hold, their counts."""
    block = Block(width)
    if not found.agents:
        return block
    heads = _heads(True)
    figures = _COUNT * len(heads)
    room_of_name = min(16, (width - figures) // 2)
    room = width - figures - room_of_name - 3
    held = _COUNT if room >= 12 else 0
    title, legend = pgettext("on the board", "Agents"), _("● here  ◐ away  ◌ off shift")
    if cell_len(title) + 2 + cell_len(legend) <= width - figures:
        title = f"{title}  {legend}"
    block.heading(title, heads, _COUNT)
    most = max(one.open for one in found.agents)
    for one in found.agents:
        share = one.open / one.capacity if one.capacity else 0
        load = "error" if share >= 1 else "warning" if share >= 0.8 else "primary"
        glyph, style = _STATES[one.state]
        block.add(
            (f"{glyph} ", style),
            (fit(words.person(one.name), room_of_name) + " ", "text"),
            (fit(bar(one.open, one.capacity or most, room - held - 1), room - held), load),
            (fit(f"{one.open}/{one.capacity}" if one.capacity else "", held, "right"), "faint"),
            *_counts(one, True),
        )
    return block


def _oldest(words: Words, found: Board, width: int, most: int) -> Block:
    """The customers who wait longest."""
    rows = [
        (row, span(found.at - since) if since else "–", "warning")
        for row, since in zip(found.oldest, found.waits, strict=True)
    ]
    title, head = pgettext("on the board", "Waiting longest"), pgettext("on the board", "for")
    return _tickets(title, head, words, rows[: max(0, most)], width)


def _due(words: Words, found: Board, width: int, most: int) -> Block:
    """The deadlines that are next, those that have passed first."""
    rows = [
        (row, "-" * (row.due_at < found.at) + span(row.due_at - found.at), _due_style(row, found))
        for row in found.due
        if row.due_at is not None
    ]
    return _tickets(_("Deadlines"), _("Due"), words, rows[: max(0, most)], width)


def _due_style(row: TicketRow, found: Board) -> str:
    """How pressing a deadline is."""
    left = row.due_at - found.at if row.due_at else _SOON
    return "error" if left < timedelta(0) else "warning" if left < _SOON else "muted"


def _tickets(
    title: str, head: str, words: Words, rows: Sequence[tuple[TicketRow, str, str]], width: int
) -> Block:
    """A line for each ticket, whose it is, and a time."""
    block = Block(width)
    if not rows:
        return block
    block.heading(title, [head], 12)
    who = 12 if width >= _COLUMN else 0
    for row, time, style in rows:
        block.add(
            (fit(f"#{row.number}", 8), "primary", row.number),
            (fit(row.subject or "—", width - 21 - who) + " ", "text"),
            (fit((row.assignee and words.person(row.assignee)) or "–", who), "muted"),
            (fit(time, 12, "right"), style),
        )
    return block
