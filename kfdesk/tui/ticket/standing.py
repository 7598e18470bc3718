"""Who the customer is and how the ticket stands, in words for a pane of a given width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from kfdesk import labels
from kfdesk.cells import Part, fit, plain, plain_line
from kfdesk.i18n import _, ngettext
from kfdesk.model import OPEN_STATUSES, Ticket
from kfdesk.rules.timing.sla import TARGETS
from kfdesk.text import shorten
from kfdesk.tui.lines import when
from kfdesk.tui.lines.content import content
from kfdesk.tui.looks.colors import PRIORITY_GLYPH, STATUS_GLYPH
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source.source import Reading
from kfdesk.tui.ticket.finding import Finding
from kfdesk.wrap import cut, spans, wrap

if TYPE_CHECKING:
    from kfdesk.desk.timing.counted import Counted

Parts = Iterable[str | tuple[str, str]]
_STATUS_COLOR = {
    "new": "$primary",
    "open": "$primary",
    "pending": "$warning",
    "hold": "$ink-muted",
    "solved": "$success",
    "closed": "$ink-muted",
}
_PRIORITY_COLOR = {"low": "$ink-muted", "normal": "", "high": "$warning", "urgent": "$error"}
_LABEL = 10  # cells of a label
_BAR = 8  # cells of what is left of a promise


def head(reading: Reading, who: Who, finding: Finding | None, width: int) -> Content:
    """The subject, the state, who else has it open, and what is looked for.

    A long subject and many tags take two lines each, so that the rest is always seen.
    """
    ticket = reading.ticket
    people = who.title(ticket.assignee) or who.title(ticket.team) or _("nobody")
    subject = plain_line(ticket.subject) or "—"
    state = [status(ticket)]
    if glyph := PRIORITY_GLYPH[ticket.priority]:
        state.append(
            (f"  {glyph} {labels.priority(ticket.priority)}", _PRIORITY_COLOR[ticket.priority])
        )
    state += [("  →  ", "$ink-muted"), (people, "$accent" if ticket.assignee == who.agent else "")]
    customer = plain_line(ticket.customer.name or ticket.customer.email)
    state.append((f"  ·  {customer}", "$ink-muted"))
    if ticket.tags:
        state.append(("  " + " ".join(f"#{plain_line(tag)}" for tag in ticket.tags), "$accent"))
    company: list[Part] = []
    for one in reading.company:
        writes = one.writes(who.now())
        told = _("✎ {name} is answering") if writes else _("◦ {name} is reading")
        style = "$warning bold" if writes else "$accent"
        company.append((("  " if company else "") + told.format(name=who.title(one.agent)), style))
    sought: list[Part] = []
    if finding is not None:
        at = finding.at + 1 if finding.count else 0
        told = _("{n} of {all}").format(n=at, all=finding.count)
        style = "$primary bold" if finding.count else "$error bold"
        sought = [(f"/ {plain_line(finding.text)}  ", "$primary"), (told, style)]
    lines = [
        *_most([(f"#{ticket.number} ", "$ink-muted"), (subject, "bold")], width, 2),
        *_most(state, width, 2),
        *(_most(company, width, 1) if company else ()),
        *(_most(sought, width, 1) if sought else ()),
    ]
    return content(*(part for n, line in enumerate(lines) for part in (*["\n"][:n], *line)))


def _most(parts: Sequence[Part], width: int, lines: int) -> Iterator[tuple[Part, ...]]:
    """At most so many lines of it; where there is more, the last one ends in an ellipsis."""
    text = "".join(text for text, _style in parts)
    found = spans(text, max(8, width))
    for n, (start, end) in enumerate(found[:lines], 1):
        if n == lines < len(found):
            kept = fit(text[start : end + 1] + "…", width - 1).rstrip(" …")
            yield (*cut(parts, start, start + len(kept)), ("…", "$ink-muted"))
        else:
            yield cut(parts, start, end)


def facts(reading: Reading, who: Who, width: int) -> Content:
    """Everything about customer and ticket that is not conversation."""
    said = _Said(width)
    _customer(said, reading, who)
    _ticket(said, reading.ticket, who)
    _deadlines(said, reading, who)
    _rest(said, reading, who)
    return content(*said.parts)


class _Said:
    """Lines of a pane: sections, and facts with their values behind one another."""

    def __init__(self, width: int) -> None:
        self.width = max(20, width)
        self.parts: list[str | tuple[str, str]] = []

    def line(self, *parts: str | tuple[str, str]) -> None:
        """One line."""
        self.parts += [*parts, "\n"]

    def text(self, text: str, style: str = "", indent: str = "") -> None:
        """A text that may take several lines."""
        for row in wrap(plain_line(text), self.width - cell_len(indent)):
            self.line(indent, (row, style))

    def section(self, title: str) -> None:
        """What follows is about something else."""
        self.line()
        rest = self.width - cell_len(plain(title)) - 1
        self.line((title, "bold $primary"), (" " + "─" * max(0, rest), "$panel"))

    def fact(self, label: str, value: str, style: str = "") -> None:
        """A label and its value; nothing for an empty one."""
        room = max(8, self.width - _LABEL - 1)
        for n, row in enumerate(wrap(plain_line(value), room) if value else ()):
            told = fit(label, _LABEL) if n == 0 else " " * _LABEL
            self.line((f"{told} ", "$ink-muted"), (row, style))


def _customer(said: _Said, reading: Reading, who: Who) -> None:
    customer = reading.ticket.customer
    said.text(customer.name or customer.email, "bold")
    if customer.groups:
        groups = " ".join(f"◆ {plain_line(group)}" for group in customer.groups)
        said.text(groups, "$accent bold")
    if customer.name and customer.email:
        said.text(customer.email, "$ink-muted")
    if customer.organisation:
        said.text(customer.organisation, "", "")
    for key, value in customer.fields.items():
        said.fact(labels.field(f"field.{key}"), labels.value("", value))
    others = reading.others
    if others is None or not others.tickets:
        return
    many = ngettext("{n} open", "{n} open", others.open).format(n=others.open)
    every = _("{n} in total").format(n=f"{others.tickets}{'+' * (others.tickets >= _MANY)}")
    title, counts = _("Other tickets"), f"{many} · {every}"
    if cell_len(f"{title}  {counts}") < said.width:
        said.section(f"{title}  {counts}")
    else:
        said.section(title)
        said.line((counts, "$ink-muted"))
    for row in others.rows:
        number = f"#{row.number}"
        ago = when.ago(row.updated_at, who.now(), who.zone)
        room = said.width - cell_len(number) - cell_len(ago) - 4
        said.line(
            (f"{STATUS_GLYPH[row.status]} ", _STATUS_COLOR[row.status]),
            (f"{number} ", "$primary"),
            (fit(row.subject, room), ""),
            (f" {ago}", "$ink-muted"),
        )
    if others.open > len(others.rows):
        left = others.open - len(others.rows)
        said.line((ngettext("{n} more", "{n} more", left).format(n=left), "$ink-muted"))


_MANY = 1000


def _ticket(said: _Said, ticket: Ticket, who: Who) -> None:
    now, snoozed = who.now(), ticket.snoozed_until
    said.section(_("Ticket {number}").format(number=ticket.number))
    glyph = PRIORITY_GLYPH[ticket.priority]
    urgent = f"{glyph} {labels.priority(ticket.priority)}".strip()
    rows = [
        ("status", *status(ticket)),
        ("priority", urgent, _PRIORITY_COLOR[ticket.priority]),
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
    for name, value, style in rows:
        said.fact(labels.field(name), value, style)


def _deadlines(said: _Said, reading: Reading, who: Who) -> None:
    clocks = [clock for clock in reading.clocks if clock.dropped_at is None]
    if not clocks:
        return
    said.section(_("Deadlines"))
    for clock in clocks:
        said.line(*_deadline(clock, who.now(), who, said.width))
    said.fact(labels.field("sla"), reading.ticket.sla, "$ink-muted")


def _deadline(clock: Counted, now: datetime, who: Who, width: int) -> Iterator[tuple[str, str]]:
    """What is left of a promise, or how it ended."""
    wide = max(_LABEL, *(cell_len(labels.target(target)) for target in TARGETS))
    label, share = fit(labels.target(clock.target), wide), 1.0
    if clock.met_at is not None:
        told = f"✗ -{when.span(clock.over)}" if clock.over else "✓"
        style = "$error" if clock.over else "$success"
        at = when.clock(clock.met_at, now, who.zone)
    elif clock.runs and clock.due_at is not None:
        told, at = when.left(clock.due_at, now), when.clock(clock.due_at, now, who.zone)
        near = clock.warned_at is not None or (clock.warn_at is not None and clock.warn_at <= now)
        style = "$error bold" if clock.due_at <= now else "$warning" if near else ""
        share = _share(clock.due_at - now, clock.allowed)
    else:
        sign = "-" if clock.over else ""
        told, at = f"‖ {sign}{when.span(abs(clock.left))}", _("paused")
        style = "$error" if clock.over else "$ink-muted"
        share = _share(clock.left, clock.allowed)
    day = at.partition(" ")[0]  # the time as well would not fit
    yield f"{label} ", "$ink-muted"
    room = width - wide - 1 - cell_len(day) - 1
    if clock.met_at is None and room >= _BAR + 8:
        full = round(share * _BAR)
        yield fit(told, room - _BAR - 1), style
        yield "━" * full, style or "$primary"
        yield "─" * (_BAR - full) + " ", "$ink-muted"
    else:
        yield fit(told, max(4, room)), style
    yield f" {day}", "$ink-muted"


def _share(left: timedelta, allowed: timedelta) -> float:
    """How much of a promise is left, between none and all of it."""
    return max(0.0, min(1.0, left / allowed)) if allowed else 0.0


def _rest(said: _Said, reading: Reading, who: Who) -> None:
    ticket = reading.ticket
    if ticket.fields:
        said.section(_("Fields"))
        for key, value in ticket.fields.items():
            said.fact(labels.field(f"field.{key}"), labels.value("", value) or "—")
    if ticket.followers:
        said.section(_("Followed by"))
        said.text(_(", ").join(who.title(name) for name in ticket.followers), "$accent")
    if reading.sides:
        said.section(_("Side conversations"))
        for side in reading.sides:
            to = ", ".join(person.name or person.email for person in side.to)
            mark = "✓" if side.closed_at else "⇄"
            said.text(f"{mark} {plain_line(to)}: {plain_line(side.subject)}")
    if ticket.collaborators:
        said.section(labels.field("collaborators"))
        for person in ticket.collaborators:
            said.text(str(person))
    if ticket.links:
        said.section(_("Linked"))
        for kind, number, reason in ticket.links:
            why = f" ({plain_line(labels.reason(reason))})" if reason else ""
            said.line((f"#{number} ", "$primary"), (f"{labels.link(kind)}{why}", "$ink-muted"))
    if ticket.quarantine:
        said.section(_("Could not be read"))
        said.text(labels.reason(ticket.quarantine), "$error")


def status(ticket: Ticket) -> tuple[str, str]:
    """How it stands, and the colour of that."""
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
