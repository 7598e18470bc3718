"""The board as lines for a width: blocks in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rich.cells import cell_len, set_cell_size

from kfdesk.cells import Part, fit
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.words import span
from kfdesk.i18n import _, pgettext
from kfdesk.reports import board as boards
from kfdesk.reports.board import Board, Count, Today
from kfdesk.reports.chart import bar, spark, squeeze
from kfdesk.reports.measures import BY_NAME
from kfdesk.reports.page import value

_COLUMN = 56
_GAP = 3
_NUMBER = 6
_NOW_STYLES = {"breached": "error", "due": "warning", "unassigned": "warning"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the board that can be opened: a query, or one ticket."""

    line: int
    start: int
    end: int
    query: str = ""
    ticket: int = 0


@dataclass(slots=True)
class Block:
    """Lines of one width, and the spots in them."""

    width: int
    lines: list[Line] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    def add(self, *cells: tuple[str, str] | tuple[str, str, Count | int]) -> None:
        """Add a line; a cell with a count or a ticket's number is a spot."""
        at, parts = 0, []
        for text, style, *about in cells:
            parts.append((text, style))
            end = at + cell_len(text)
            for one in about:
                query = one.query if isinstance(one, Count) else ""
                ticket = one if isinstance(one, int) else 0
                if query or ticket:
                    self.spots.append(Spot(len(self.lines), at, end, query, ticket))
            at = end
        self.lines.append(tuple(parts))

    def heading(self, title: str, *columns: str) -> None:
        """A title, and what the columns at the right are."""
        right = "".join(columns)
        shown = fit(title, max(0, self.width - cell_len(right)))
        self.add((shown, "primary"), (right, "faint"))


def laid(paper: Paper, found: Board, *, wall: bool = False) -> Block:
    """Lay the board out for the paper's width; for a wall with large digits."""
    count = max(1, min(3, (paper.width + _GAP) // (_COLUMN + _GAP)))
    width = (paper.width - _GAP * (count - 1)) // count
    makes: list[Callable[[Paper, Board, int], Block]] = [
        _today, _times, _teams, _agents, _oldest, _channels
    ]  # fmt: skip
    whole = _large(found, paper.width) if wall else _now(found, paper.width)
    whole.lines.append(())
    columns = [Block(width) for _n in range(count)]
    for make in makes:
        block = make(paper, found, width)
        if block.lines:
            shortest = min(columns, key=lambda column: len(column.lines))
            _below(shortest, block)
    return _beside(whole, columns)


def _below(column: Block, block: Block) -> None:
    """Put a block under what a column has."""
    if column.lines:
        column.lines.append(())
    down = len(column.lines)
    column.lines += block.lines
    column.spots += [replace(spot, line=spot.line + down) for spot in block.spots]


def _beside(whole: Block, columns: Sequence[Block]) -> Block:
    """Put columns beside one another, under what stands above them all."""
    down = len(whole.lines)
    for n in range(max(len(column.lines) for column in columns)):
        parts: list[Part] = []
        for at, column in enumerate(columns):
            line = column.lines[n] if n < len(column.lines) else ()
            parts += line
            if at < len(columns) - 1:
                used = sum(cell_len(text) for text, _style in line)
                parts.append((" " * (column.width - used + _GAP), "text"))
        whole.lines.append(tuple(parts))
    left = 0
    for column in columns:
        whole.spots += [
            replace(spot, line=spot.line + down, start=spot.start + left, end=spot.end + left)
            for spot in column.spots
        ]
        left += column.width + _GAP
    whole.spots.sort(key=lambda spot: (spot.line, spot.start))
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
        cells: list[tuple[str, str] | tuple[str, str, Count | int]] = []
        for one, text in list(zip(found.now, texts, strict=True))[start : start + across]:
            cells.append((fit(f"{one.n:,}", number, "right"), _style(one), one))
            cells.append((" " + fit(text, cell - number - 1), "muted"))
        block.add(*cells)
    return block


def _style(one: Count) -> str:
    """A figure that wants something is coloured, where it is not nothing."""
    return "faint" if not one.n else _NOW_STYLES.get(one.name, "strong")


#: Digits three cells wide and high.
_DIGITS = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"), "1": (" ╻ ", " ┃ ", " ╹ "), "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"), "4": ("╻ ╻", "┗━┫", "  ╹"), "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"), "7": ("╺━┓", "  ┃", "  ╹"), "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
}  # fmt: skip


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
            digits = (" ".join(_DIGITS[d][row] for d in str(one.n)) for one in some)
            styles = map(_style, some)
            block.add(*((set_cell_size(d, cell), s) for d, s in zip(digits, styles, strict=True)))
        block.add(*((fit(label(one.name), cell), "muted", one) for one in some))
    return block


def _today(paper: Paper, found: Board, width: int) -> Block:
    """What happened today, beside yesterday at this time and the usual, hour by hour."""
    del paper
    block = Block(width)
    figure = 10 if width >= _COLUMN else 8
    drawn = 24 if width >= 72 else 12 if width >= _COLUMN else 0
    room = width - drawn - 3 * figure
    block.heading(
        pgettext("on the board", "Today"),
        *_heads(
            (
                pgettext("on the board", "today"),
                pgettext("on the board", "yesterday"),
                pgettext("on the board", "usual"),
            ),
            figure,
        ),
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


def _times(paper: Paper, found: Board, width: int) -> Block:
    """How long it took today, how much was kept, how satisfied customers were."""
    del paper
    block = Block(width)
    figure = 10 if width >= _COLUMN else 8
    block.heading(
        pgettext("on the board", "Quality"),
        *_heads(
            (
                pgettext("on the board", "today"),
                pgettext("on the board", "of"),
                pgettext("on the board", "yesterday"),
            ),
            figure,
        ),
    )
    for one in found.times:
        block.add(
            (fit(label(one.name), width - 3 * figure), "text"),
            (fit(_told(one, today=True), figure, "right"), "strong"),
            (fit(f"{one.today.n:,}", figure, "right"), "faint"),
            (fit(_told(one, today=False), figure, "right"), "muted"),
        )
    return block


def _told(one: Today, *, today: bool) -> str:
    return value(BY_NAME[one.name], one.today if today else one.yesterday)


def _heads(titles: Iterable[str], width: int) -> list[str]:
    return [fit(title, width, "right") for title in titles]


def _teams(paper: Paper, found: Board, width: int) -> Block:
    """Each team: what it has open, as a bar and in figures."""
    names = [paper.words.person(one.name) for one in found.teams]
    return _parts(
        pgettext("on the board", "Teams"),
        names,
        found.teams,
        width,
        pgettext("on the board", "solved today"),
    )


def _channels(paper: Paper, found: Board, width: int) -> Block:
    """Each channel: what came by it and is open."""
    del paper
    return _parts(
        pgettext("on the board", "Channels"),
        [one.name for one in found.channels],
        found.channels,
        width,
    )


def _parts(
    title: str, names: Sequence[str], parts: Sequence[boards.Part], width: int, last: str = ""
) -> Block:
    """A line for each: its name, a bar of what it has open, and its counts."""
    block = Block(width)
    if not parts:
        return block
    heads = [
        pgettext("on the board", "open"),
        pgettext("on the board", "waits"),
        pgettext("on the board", "late"),
    ] + [pgettext("on the board", "solved")] * bool(last)
    figures = 7 * len(heads)
    words = min(18, (width - figures) // 2)
    room = width - figures - words - 1
    block.heading(title, *_heads(heads, 7))
    most = max((one.open for one in parts), default=0)
    for name, one in zip(names, parts, strict=True):
        block.add(
            (fit(name, words) + " ", "text"),
            (fit(bar(one.open, most, room - 1), room), "primary"),
            *_counts(one),
            *([(fit(f"{one.solved:,}", 7, "right"), "success" if one.solved else "faint")]
              if last else []),
        )  # fmt: skip
    return block


def _counts(one: boards.Part) -> list[tuple[str, str, Count]]:
    return [(fit(f"{each.n:,}", 7, "right"), _style(each), each) for each in one.counts]


_STATES = {"here": ("●", "success"), "off": ("◌", "faint"), "away": ("◐", "warning")}


def _agents(paper: Paper, found: Board, width: int) -> Block:
    """Each agent: whether they are here, their load against what they can hold, their counts."""
    block = Block(width)
    if not found.agents:
        return block
    heads = [
        pgettext("on the board", "open"),
        pgettext("on the board", "waits"),
        pgettext("on the board", "late"),
        pgettext("on the board", "solved"),
    ]
    words = min(16, (width - 7 * len(heads)) // 2)
    room = width - 7 * len(heads) - words - 3
    legend = _("● here  ◐ away  ◌ off shift")
    room_for_it = width - 7 * len(heads) - cell_len(pgettext("on the board", "Agents")) - 2
    title = (
        [pgettext("on the board", "Agents"), legend]
        if cell_len(legend) <= room_for_it
        else [pgettext("on the board", "Agents")]
    )
    block.heading("  ".join(title), *_heads(heads, 7))
    most = max((one.open for one in found.agents), default=0)
    for one in found.agents:
        glyph, style = _STATES[one.state]
        share = one.open / one.capacity if one.capacity else 0
        load = "error" if share >= 1 else "warning" if share >= 0.8 else "primary"
        held = f"{one.open}/{one.capacity}" if one.capacity else ""
        told = 7 if room >= 12 else 0
        drawn = bar(one.open, one.capacity or most, room - told - 1)
        block.add(
            (f"{glyph} ", style),
            (fit(paper.words.person(one.name), words) + " ", "text"),
            (fit(drawn, room - told), load),
            (fit(held, told, "right"), "faint"),
            *_counts(one),
            (fit(f"{one.solved:,}", 7, "right"), "success" if one.solved else "faint"),
        )
    return block


def _oldest(paper: Paper, found: Board, width: int) -> Block:
    """The customers who wait longest."""
    block = Block(width)
    if not found.oldest:
        return block
    block.heading(
        pgettext("on the board", "Waiting longest"),
        fit(pgettext("on the board", "for"), 12, "right"),
    )
    who = 10 if width >= _COLUMN else 0
    for row, since in zip(found.oldest, found.waits, strict=True):
        block.add(
            (fit(f"#{row.number}", 8), "primary", row.number),
            (fit(row.subject or "—", width - 21 - who) + " ", "text"),
            (fit((row.assignee and paper.words.person(row.assignee)) or "–", who), "muted"),
            (fit(_waits(since, found.at), 12, "right"), "warning"),
        )
    return block


def _waits(since: datetime | None, now: datetime) -> str:
    return span(now - since) if since else "–"
