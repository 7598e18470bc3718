"""One ticket as one line of the queue: which columns fit, and what stands in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.cells import Part, fit, fit_most
from kfdesk.model import OPEN_STATUSES, TicketRow
from kfdesk.rules.tickets.statuses import stands as stands_in
from kfdesk.tui.lines import when
from kfdesk.tui.lines.hits import marked
from kfdesk.tui.looks.colors import PRIORITY_GLYPH, STATUS_GLYPH
from kfdesk.tui.queue.columns import GAP, RIGHT, fitting

_SOON = timedelta(hours=1)
#: Tags stand behind a subject in a pane so wide, where so much room is left.
_TAGGED, _FOR_TAGS = 72, 6
#: The cells of a status that is told by a word.
_WORD = 6
#: How a ticket came, where it was not by mail.
CHANNEL_GLYPH = {
    "email": "✉", "manual": "✎", "phone": "☏", "form": "≡", "sms": "✆", "api": "λ",
}  # fmt: skip
_CHAT = "¶"
ATTACHED = "@"
RISES, FALLS = "↑", "↓"


@dataclass(frozen=True, slots=True)
class Who:
    """Who looks: their name, the names that people are shown by, and their clock."""

    agent: str
    titles: Mapping[str, str]
    zone: ZoneInfo
    now: Callable[[], datetime]
    pauses: Mapping[str, Collection[str]] = field(default_factory=dict)  # of each SLA policy

    def title(self, name: str) -> str:
        """The name that people are shown for an agent or a team."""
        return self.titles.get(name, name)


@dataclass(frozen=True, slots=True)
class Look:
    """How rows are shown, beside their width: which columns, in which order, with which hits."""

    columns: tuple[str, ...] = ()  # none: those that fit
    order: tuple[str, bool] | None = None  # what they are sorted by, and whether it falls
    hits: re.Pattern[str] | None = None
    digits: int = 1  # of the longest number among them
    #: What colleagues have open: whether one of them writes.
    company: Mapping[int, bool] = field(default_factory=dict)


def _aligned(text: str, name: str, width: int) -> str:
    return fit(text, width, "right" if name in RIGHT else "left")


class RowPainter:
    """Says rows for a pane of a given width."""

    def __init__(self, who: Who, width: int, look: Look = Look()) -> None:
        self._who = who
        self._look = look
        due = bool(who.pauses)
        self._columns = fitting(width, look.columns, due=due, digits=look.digits)
        self._names = [name for name, _width in self._columns]
        self._shown = (*self._names, "updated")  # people know that the newest change comes first
        self._roomy = width >= _TAGGED

    def heading(self) -> list[Part]:
        """The line above the rows; an arrow stands by what they are sorted by."""
        parts: list[Part] = [(" ", "faint")]
        order, falling = self._look.order or ("", False)
        arrow = FALLS if falling else RISES
        for name, width in self._columns:
            title = labels.field("last" if name == "updated" else name)
            if name in ("priority", "attachments") or (name == "status" and width < _WORD):
                title = ""
            style = "faint"
            if order and name == order:
                title, style = f"{fit_most(title, width - len(arrow))}{arrow}", "primary"
            elif name == "subject" and self._look.order and order not in self._shown:
                title = f"{title} · {labels.field(order)}{arrow}"
            parts += [(_aligned(title, name, width), style), (" " * GAP, "faint")]
        return parts

    def column_at(self, x: int) -> str | None:
        """The column whose heading stands at that cell."""
        left = 1
        for name, width in self._columns:
            if left <= x < left + width + GAP:
                return name
            left += width + GAP
        return None

    def row(self, row: TicketRow) -> list[Part]:
        """A ticket."""
        parts: list[Part] = [("▌" if row.unread else " ", "primary")]
        for name, width in self._columns:
            if name == "subject":
                parts += self._subject(row, width)
            else:
                text, style = self._cell(row, name, width)
                parts.append((_aligned(text, name, width), style))
            parts.append((" " * GAP, "text"))
        return parts

    def group(self, title: str, count: int, width: int) -> list[Part]:
        """The line above tickets that belong together."""
        number = f"  {count:,} "
        name = fit_most(title, max(4, width - len(number) - 6))
        rest = max(0, width - cell_len(name) - len(number) - 4)
        return [("── ", "faint"), (name, "strong"), (number, "accent"), ("─" * rest, "faint")]

    def _subject(self, row: TicketRow, width: int) -> list[Part]:
        """The subject with its hits, between what colleagues do and what it comes with."""
        parts: list[Part] = []
        if row.number in self._look.company:
            mark = "✎ " if self._look.company[row.number] else "◦ "
            parts.append((mark, "accent"))
            width -= len(mark)
        signs = ATTACHED if row.attached and "attachments" not in self._names else ""
        if row.channel not in ("email", "") and "channel" not in self._names:
            signs += CHANNEL_GLYPH.get(row.channel, _CHAT)
        if signs:
            signs = f" {signs}"
            width -= len(signs)
        style = "strong" if row.unread else "text"
        subject = fit_most(row.subject or "—", width)
        parts += marked(subject, style, self._look.hits)
        rest = width - cell_len(subject)
        if row.tags and self._roomy and rest > _FOR_TAGS and "tags" not in self._names:
            tags = fit_most(" ".join(row.tags), rest - 2)
            parts += [(" " * (rest - cell_len(tags)), "text"), (tags, "accent")]
        else:
            parts.append((" " * rest, "text"))
        return [*parts, (signs, "muted")] if signs else parts

    @property
    def counts_down(self) -> bool:
        """Whether its rows change as time goes by."""
        return any(name == "due" for name, _width in self._columns)

    def due(self, row: TicketRow, now: datetime) -> Part:
        """The time left, with a minus once it is over; a bar where the clock stands."""
        if row.due_at is None:
            stands = stands_in(row.status, row.substatus, self._who.pauses.get(row.sla, ()))
            return ("‖" if stands else ""), "muted"
        left = row.due_at - now
        style = "error" if left <= timedelta(0) else "warning" if left < _SOON else "muted"
        return when.left(row.due_at, now), style

    def _cell(self, row: TicketRow, name: str, width: int) -> Part:
        now = self._who.now()
        match name:
            case "status":
                named = labels.status(row.status, row.substatus)
                word = named if width >= _WORD else labels.initial(row.status)
                return f"{STATUS_GLYPH[row.status]} {word}", row.status
            case "priority":
                return PRIORITY_GLYPH[row.priority], row.priority
            case "number":
                return str(row.number), "faint"
            case "customer":
                return row.customer or row.customer_email, "muted"
            case "team":
                return self._who.title(row.team), "faint"
            case "assignee":
                return self._who.title(row.assignee) or "—", (
                    "accent"
                    if row.assignee and row.assignee == self._who.agent
                    else "muted"
                    if row.assignee
                    else "faint"
                )
            case "updated":
                return when.ago(row.updated_at, now, self._who.zone), "muted"
            case "created":
                return when.ago(row.created_at, now, self._who.zone), "muted"
            case "due":
                return self.due(row, now)
            case "channel":
                return f"{CHANNEL_GLYPH.get(row.channel, _CHAT)} {row.channel}", "muted"
            case "organisation":
                return row.organisation, "muted"
            case "category":
                return row.category, "muted"
            case "attachments":
                return ATTACHED if row.attached else "", "muted"
            case "messages":
                return str(row.message_count), "muted"
            case "tags":
                return " ".join(row.tags), "accent"
            case "type":
                return labels.ticket_type(row.type), "muted"
            case "task_due":
                if row.task_due is None:
                    return "", "muted"
                over = row.task_due <= now and row.status in OPEN_STATUSES
                return when.clock(row.task_due, now, self._who.zone), "error" if over else "muted"
            case _:
                return labels.value(name, row.fields.get(name.removeprefix("field."))), "muted"
