"""One ticket as one line of the queue: which columns fit, and what stands in each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.cells import Part, fit
from kfdesk.model import OPEN_STATUSES, TicketRow
from kfdesk.rules.tickets.statuses import stands as stands_in
from kfdesk.tui import when
from kfdesk.tui.colors import PRIORITY_GLYPH, STATUS_GLYPH

#: What people see in a pane of at least that width, when the view names no columns.
_BY_WIDTH: tuple[tuple[int, tuple[str, ...]], ...] = (
    (104, ("status", "priority", "number", "subject", "customer", "team", "assignee", "updated")),
    (72, ("status", "priority", "number", "subject", "customer", "assignee", "updated")),
    (0, ("status", "priority", "number", "subject", "customer", "updated")),
)
_GAP = 1
_SOON = timedelta(hours=1)
_ROOMY = 84  # enough for the deadline beside the last change


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
class Columns:
    """The columns of a pane and their widths; the subject takes what the others leave."""

    widths: tuple[tuple[str, int], ...]

    @classmethod
    def fitting(cls, width: int, chosen: Sequence[str] = (), *, due: bool = False) -> Columns:
        """The columns for a pane of that width; `due`: the desk has deadlines to show."""
        names = tuple(chosen) or next(names for least, names in _BY_WIDTH if width >= least)
        if due and not chosen:
            *others, last, updated = names
            roomy = (last, "due", updated) if width >= _ROOMY else ("due", last)
            names = (*others, *roomy)
        if chosen:
            names = ("status", "priority", *(name for name in names if name in _TITLED))
        fixed = {name: _width(name, width) for name in names if name != "subject"}
        rest = width - 3 - sum(fixed.values()) - _GAP * (len(names) - 1)
        while (
            rest < 16 and len(fixed) > 3
        ):  # a view that asks for more than fits loses its last ones
            rest += fixed.popitem()[1] + _GAP
        return cls(
            tuple(
                (name, fixed.get(name, max(rest, 4)))
                for name in names
                if name in {*fixed, "subject"}
            )
        )


_TITLED = (
    "number",
    "subject",
    "customer",
    "team",
    "assignee",
    "updated",
    "created",
    "due",
    "channel",
    "category",
    "tags",
    "type",
    "task_due",
)
_RIGHT = ("number", "updated", "created", "due")


def _width(name: str, pane: int) -> int:
    roomy = pane >= 72
    return {
        "status": 10 if pane >= 104 else 4,
        "priority": 2,
        "number": 7 if roomy else 6,
        "customer": 18 if pane >= 104 else 14 if roomy else 9,
        "team": 12,
        "assignee": 10,
        "updated": 6,
        "created": 6,
        "due": 7,
        "channel": 8,
        "category": 16,
        "tags": 14,
        "type": 8,
        "task_due": 11,
    }.get(name, 10)  # fmt: skip


def _aligned(text: str, name: str, width: int) -> str:
    return fit(text, width, "right" if name in _RIGHT else "left")


class RowPainter:
    """Says rows for a pane of a given width."""

    def __init__(
        self,
        who: Who,
        width: int,
        chosen: Sequence[str] = (),
        company: Mapping[int, bool] = MappingProxyType({}),
    ) -> None:
        self._who = who
        self.company = company  # what colleagues have open: whether one of them writes
        self._columns = Columns.fitting(width, chosen, due=bool(who.pauses)).widths

    def heading(self) -> list[Part]:
        """The line above the rows."""
        parts: list[Part] = [(" ", "faint")]
        for name, width in self._columns:
            title = labels.field("last" if name == "updated" else name)
            if name == "priority" or (name == "status" and width <= 4):
                title = ""
            parts += [(_aligned(title, name, width), "faint"), (" " * _GAP, "faint")]
        return parts

    def row(self, row: TicketRow) -> list[Part]:
        """A ticket."""
        parts: list[Part] = [("▌" if row.unread else " ", "primary")]
        for name, width in self._columns:
            if name == "subject" and row.number in self.company:
                mark = "✎ " if self.company[row.number] else "◦ "
                parts.append((mark, "accent"))
                width -= len(mark)
            text, style = self._cell(row, name, width)
            parts += [(_aligned(text, name, width), style), (" " * _GAP, "text")]
        return parts

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
                word = named if width > 4 else labels.initial(row.status)
                return f"{STATUS_GLYPH[row.status]} {word}", row.status
            case "priority":
                return PRIORITY_GLYPH[row.priority], row.priority
            case "number":
                return str(row.number), "faint"
            case "subject":
                return row.subject or "—", "strong" if row.unread else "text"
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
                return row.channel, "muted"
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
                return "", "faint"
