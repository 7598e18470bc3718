"""Who the customer is and how the ticket stands: a pane of its own, or two lines above."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from kfdesk import labels
from kfdesk.cells import fit, plain_line
from kfdesk.i18n import _
from kfdesk.model import OPEN_STATUSES, Ticket
from kfdesk.rules.timing.sla import TARGETS
from kfdesk.text import shorten
from kfdesk.tui import when
from kfdesk.tui.colors import PRIORITY_GLYPH, STATUS_GLYPH
from kfdesk.tui.content import content
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source import Reading
from kfdesk.tui.ticket.finding import Finding

if TYPE_CHECKING:
    from kfdesk.desk.timing.counted import Counted

_STATUS_COLOR = {
    "new": "$primary",
    "open": "$primary",
    "pending": "$warning",
    "hold": "$ink-muted",
    "solved": "$success",
    "closed": "$ink-muted",
}
_PRIORITY_COLOR = {"low": "$ink-muted", "normal": "", "high": "$warning", "urgent": "$error"}


class Head(Static):
    """The ticket's subject, and its state in one line."""

    def show(self, reading: Reading | None, who: Who, finding: Finding | None) -> None:
        """Show a ticket, who else has it open, and what is looked for in it; or nothing."""
        self.update(_head(reading, who, finding) if reading else content())


class Facts(VerticalScroll, can_focus=True):
    """Everything about customer and ticket that is not conversation."""

    def __init__(self) -> None:
        super().__init__(id="facts")
        self._shown: tuple[Reading, Who] | None = None
        self._said = content()

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static(markup=False)

    def show(self, reading: Reading | None, who: Who) -> None:
        """Show a ticket, or nothing."""
        self._shown = (reading, who) if reading else None
        self._say()

    def tick(self) -> None:
        """Time has passed: what is left is told anew."""
        if self._shown and self._shown[0].clocks:
            self._say()

    def _say(self) -> None:
        said = _facts(*self._shown) if self._shown else content()
        if not self._said.is_same(said):
            self._said = said
            self.query_one(Static).update(said)

    def move(self, way: str) -> None:
        """Scroll."""
        page = max(1, self.size.height - 2)
        down = {
            "down": 1,
            "up": -1,
            "page_down": page,
            "page_up": -page,
            "half_down": page // 2,
            "half_up": -(page // 2),
            "first": -self.max_scroll_y,
            "last": self.max_scroll_y,
        }
        self.scroll_relative(y=down.get(way, 0), animate=False)


def _head(reading: Reading, who: Who, finding: Finding | None) -> Content:
    ticket = reading.ticket
    people = who.title(ticket.assignee) or who.title(ticket.team) or _("nobody")
    parts: list[str | tuple[str, str]] = [
        (f"#{ticket.number} ", "$ink-muted"),
        (plain_line(ticket.subject) or "—", "bold"),
        "\n",
        _status(ticket),
    ]
    if glyph := PRIORITY_GLYPH[ticket.priority]:
        parts.append(
            (f"  {glyph} {labels.priority(ticket.priority)}", _PRIORITY_COLOR[ticket.priority])
        )
    parts += [("  →  ", "$ink-muted"), (people, "$accent" if ticket.assignee == who.agent else "")]
    customer = plain_line(ticket.customer.name or ticket.customer.email)
    parts.append((f"  ·  {customer}", "$ink-muted"))
    if ticket.tags:
        parts.append(("  " + " ".join(f"#{plain_line(tag)}" for tag in ticket.tags), "$accent"))
    for n, one in enumerate(reading.company):
        writes = one.writes(who.now())
        told = _("✎ {name} is answering") if writes else _("◦ {name} is reading")
        parts += [
            "  " if n else "\n",
            (told.format(name=who.title(one.agent)), "$warning bold" if writes else "$accent"),
        ]
    if finding is not None:
        at = finding.at + 1 if finding.count else 0
        told = _("{n} of {all}").format(n=at, all=finding.count)
        style = "$primary bold" if finding.count else "$error bold"
        parts += ["\n", (f"/ {plain_line(finding.text)}  ", "$primary"), (told, style)]
    return content(*parts)


def _facts(reading: Reading, who: Who) -> Content:
    ticket, now = reading.ticket, who.now()
    customer = ticket.customer
    parts: list[str | tuple[str, str]] = [
        (plain_line(customer.name) or plain_line(customer.email), "bold"),
        "\n",
    ]
    if customer.name and customer.email:
        parts += [(plain_line(customer.email), "$ink-muted"), "\n"]
    if customer.groups:
        parts += [(" ".join(plain_line(group) for group in customer.groups), "$accent"), "\n"]
    snoozed = ticket.snoozed_until
    rows = [
        ("status", *_status(ticket)),
        (
            "priority",
            f"{PRIORITY_GLYPH[ticket.priority]} {labels.priority(ticket.priority)}".strip(),
            _PRIORITY_COLOR[ticket.priority],
        ),
        ("assignee", who.title(ticket.assignee) or "—", "$accent" * (ticket.assignee == who.agent)),
        ("team", who.title(ticket.team) or "—", ""),
        ("type", labels.ticket_type(ticket.type), ""),
        ("task_due", *_task_due(ticket, who)),
        ("category", ticket.category, ""),
        ("tags", " ".join(ticket.tags), "$accent"),
        (
            "snoozed_until",
            when.clock(snoozed, now, who.zone) if snoozed and snoozed > now else "",
            "$warning",
        ),
        ("csat", *_satisfaction(ticket)),
        ("account", ticket.account or ticket.channel, ""),
        ("created", when.clock(ticket.created_at, now, who.zone), ""),
        ("updated", when.clock(ticket.updated_at, now, who.zone), ""),
        ("messages", str(ticket.message_count), ""),
        ("spent", labels.length(ticket.spent) if ticket.spent else "", ""),
        ("spam", _("yes") if ticket.spam else "", "$error"),
    ]  # fmt: skip
    parts += _section(_("Ticket {number}").format(number=ticket.number))
    for name, value, style in rows:
        if value:
            parts += _fact(labels.field(name), value, style)
    if reading.clocks:
        parts += _section(_("Deadlines"))
        for clock in reading.clocks:
            parts += _deadline(clock, now, who)
        parts += _fact(labels.field("sla"), ticket.sla, "$ink-muted") if ticket.sla else []
    if ticket.fields:
        parts += _section(_("Fields"))
        for key, value in ticket.fields.items():
            parts += _fact(labels.field(f"field.{key}"), labels.value("", value), "")
    if ticket.followers:
        told = _(", ").join(who.title(name) for name in ticket.followers)
        parts += [*_section(_("Followed by")), (told, "$accent"), "\n"]
    if reading.sides:
        parts += _section(_("Side conversations"))
        for side in reading.sides:
            to = ", ".join(person.name or person.email for person in side.to)
            mark = "✓" if side.closed_at else "⇄"
            parts += [f"{mark} {plain_line(to)}: {plain_line(side.subject)}", "\n"]
    if ticket.collaborators:
        parts += _section(labels.field("collaborators"))
        for person in ticket.collaborators:
            parts += [plain_line(str(person)), "\n"]
    if ticket.links:
        parts += _section(_("Linked"))
        for kind, number, reason in ticket.links:
            parts += [
                (f"#{number} ", "$primary"),
                (labels.link(kind), "$ink-muted"),
                (f" ({plain_line(labels.reason(reason))})" if reason else "", "$ink-muted"),
                "\n",
            ]
    if ticket.quarantine:
        parts += _section(_("Could not be read"))
        parts += [(plain_line(labels.reason(ticket.quarantine)), "$error"), "\n"]
    return content(*parts)


def _deadline(clock: Counted, now: datetime, who: Who) -> list[str | tuple[str, str]]:
    """What is left of a promise, or how it ended; nothing for one that holds no longer."""
    if clock.dropped_at is not None:
        return []
    wide = max(10, *(cell_len(labels.target(target)) for target in TARGETS))
    label = fit(labels.target(clock.target), wide)
    if clock.met_at is not None:
        told = f"✗ -{when.span(clock.over)}" if clock.over else "✓"
        style = "$error" if clock.over else "$success"
        at = when.clock(clock.met_at, now, who.zone)
    elif clock.runs and clock.due_at is not None:
        told, at = when.left(clock.due_at, now), when.clock(clock.due_at, now, who.zone)
        near = clock.warned_at is not None or (clock.warn_at is not None and clock.warn_at <= now)
        style = "$error bold" if clock.due_at <= now else "$warning" if near else ""
    else:
        sign = "-" if clock.over else ""
        told, at = f"‖ {sign}{when.span(abs(clock.left))}", _("paused")
        style = "$error" if clock.over else "$ink-muted"
    day = at.partition(" ")[0]  # the time as well would not fit
    return [
        (label + " ", "$ink-muted"),
        (fit(told, 21 - wide), style),
        (f" {day}", "$ink-muted"),
        "\n",
    ]


def _status(ticket: Ticket) -> tuple[str, str]:
    text = f"{STATUS_GLYPH[ticket.status]} {labels.status(ticket.status, ticket.substatus)}"
    return text, _STATUS_COLOR[ticket.status]


def _satisfaction(ticket: Ticket) -> tuple[str, str]:
    """What the customer said of how they were served, in stars."""
    given = ticket.satisfaction
    if given is None:
        return "", ""
    stars = "★" * given.score + "☆" * (5 - given.score)
    color = "$success" if given.score > 3 else "$warning" if given.score == 3 else "$error"
    return f"{stars} {shorten(given.comment, 200)}".strip(), color


def _task_due(ticket: Ticket, who: Who) -> tuple[str, str]:
    if ticket.task_due is None:
        return "", ""
    now = who.now()
    over = ticket.task_due <= now and ticket.status in OPEN_STATUSES
    return when.clock(ticket.task_due, now, who.zone), "$error" if over else ""


def _section(title: str) -> list[str | tuple[str, str]]:
    return ["\n", (title, "$ink-muted bold"), "\n"]


def _fact(label: str, value: str, style: str) -> list[str | tuple[str, str]]:
    return [(fit(label, 10) + " ", "$ink-muted"), (plain_line(value), style), "\n"]
