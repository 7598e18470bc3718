"""The only writer to stdout: tables for people, JSON and JSON lines for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.desk import plain
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.model import Direction, Message, OutboxRow, Ticket
from kfdesk.text import clean, clean_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from kfdesk.desk.audit import Audit
    from kfdesk.desk.doctor import Finding
    from kfdesk.desk.loaded import Loaded
    from kfdesk.desk.presence import Presence
    from kfdesk.desk.replay import Difference, Replay
    from kfdesk.desk.replay.report import Done
    from kfdesk.desk.show import Shown
    from kfdesk.desk.synced import SyncResult
    from kfdesk.desk.why import Why
    from kfdesk.desk.why.page import Choice
    from kfdesk.desk.why.paper import Line
    from kfdesk.rules.lint.finding import Finding as RuleFinding
    from kfdesk.settings import Settings


def line(text: str) -> None:
    """Print one line of text, cleaned."""
    sys.stdout.write(clean(text) + "\n")
    sys.stdout.flush()


def raw(content: bytes) -> None:
    """Write bytes as they are: a file that somebody asked for."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def record(value: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    utf8 = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    sys.stdout.write(json.dumps(value, ensure_ascii=not utf8, default=plain.moment) + "\n")
    sys.stdout.flush()


def done(text: str, value: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what a command did: a sentence, or an object."""
    if as_json:
        record(value)
    else:
        line(text)


def _console() -> Console:
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _print(*items: RenderableType) -> None:
    console = _console()
    for item in items:
        console.print(item)


# --- tickets


def tickets(found: Iterable[Ticket], timezone: str, *, as_json: bool) -> None:
    """Print a list of tickets."""
    if as_json:
        for ticket in found:
            record(plain.ticket_json(ticket))
        return
    from rich.table import Table
    from rich.text import Text

    shown = list(found)
    promised = any(ticket.due_at or ticket.breached for ticket in shown)
    # Expanded, the subject gets what the others leave; else a long one would squeeze them out.
    table = Table(box=None, padding=(0, 1), header_style="bold", expand=True)
    wide = _console().width >= 100
    spacious = wide and not promised  # deadlines take the room of the years
    customer, owner = (
        (24, 14)
        if spacious
        else (18, 12)
        if wide
        else (12, 9)
        if _console().width >= 72
        else (6, 6)
    )
    columns: list[tuple[str, dict[str, Any]]] = [
        ("#", {"justify": "right", "min_width": 3}),
        (_("Status"), {"min_width": 7}),
        (_("Priority"), {"min_width": 6}),
        (_("Updated"), {"min_width": 16 if spacious else 11}),
        (_("Due"), {"min_width": 11}),
        (_("Customer"), {"max_width": customer, "min_width": customer, "overflow": "ellipsis"}),
        (_("Assignee"), {"max_width": owner, "min_width": owner, "overflow": "ellipsis"}),
        (_("Subject"), {"overflow": "ellipsis", "ratio": 1, "min_width": 10}),
    ]
    # In a narrow terminal the deadline stands where the last change would.
    left_out = 4 if not promised else 3 if not wide else -1
    for place, (title, options) in enumerate(columns):
        if place != left_out:
            table.add_column(title, no_wrap=True, **options)
    for ticket in shown:
        cells = (
            str(ticket.number),
            labels.status(ticket.status),
            labels.priority(ticket.priority),
            moment(ticket.updated_at, timezone)[0 if spacious else 5 :],
            _due(ticket, timezone),
            ticket.customer.name or ticket.customer.email,
            ticket.assignee or ticket.team or "–",
            ticket.subject or _("(no subject)"),
        )
        told = [cell for place, cell in enumerate(cells) if place != left_out]
        table.add_row(*(Text(clean_line(cell)) for cell in told))
    _print(table)
    line(ngettext("{n} ticket", "{n} tickets", table.row_count).format(n=table.row_count))


def _due(ticket: Ticket, timezone: str) -> str:
    """The next deadline, marked where one was missed already."""
    at = moment(ticket.due_at, timezone)[5:] if ticket.due_at else ""
    return f"! {at}".rstrip() if ticket.breached else at


def ticket(ticket: Ticket, *, as_json: bool) -> None:
    """Print what a change made of a ticket."""
    if as_json:
        record(plain.ticket_json(ticket))
        return
    owner = ticket.assignee or ticket.team or _("nobody")
    line(
        _("#{number} {subject} — {status}, {priority}, {owner}").format(
            number=ticket.number,
            subject=clean_line(ticket.subject),
            status=labels.status(ticket.status),
            priority=labels.priority(ticket.priority),
            owner=owner,
        )
    )


def shown(found: Shown, timezone: str, *, as_json: bool) -> None:
    """Print a ticket whole."""
    if as_json:
        record(
            plain.ticket_json(found.ticket)
            | {
                "messages": [_message_json(m, found.html.get(m.id, "")) for m in found.messages],
                "events": [
                    {
                        "at": event.at,
                        "actor": str(event.actor),
                        "kind": event.kind,
                        "changes": {name: list(pair) for name, pair in event.changes.items()},
                        "rule": event.rule or None,
                        "text": event.text,
                    }
                    for event in found.events
                ],
            }
        )
        return
    _print_ticket(found, timezone)


def _message_json(message: Message, html: str) -> dict[str, Any]:
    return {
        "id": message.id,
        "direction": message.direction.value,
        "author": message.author,
        "author_email": message.author_email,
        "at": message.at,
        "subject": message.subject,
        "text": message.text,
        "html": html,
        "external_id": message.external_id,
        "message_id": message.message_id,
        "auto": bool(message.auto),
        "auto_reason": message.auto,
        "to": [str(a) for a in message.to],
        "cc": [str(a) for a in message.cc],
        "delivery": message.delivery or None,
        "attachments": [
            {"id": a.id, "name": a.name, "type": a.type, "size": a.size, "sha256": a.sha256}
            for a in message.attachments
        ],
    }


def _print_ticket(found: Shown, timezone: str) -> None:
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.text import Text

    t = found.ticket
    facts = [
        (_("Status"), labels.status(t.status)),
        (_("Priority"), labels.priority(t.priority)),
        (_("Customer"), f"{t.customer.name} <{t.customer.email}>"),
        (_("Assignee"), t.assignee),
        (_("Team"), t.team),
        (_("Category"), t.category),
        (_("Tags"), ", ".join(t.tags)),
        (_("Channel"), f"{t.channel} {t.account}".strip()),
        (_("Created"), moment(t.created_at, timezone)),
        (_("SLA"), t.sla),
        *(
            (labels.target(target), _due_words(at, found.at, timezone))
            for target, at in (
                ("first_response", t.first_response_due),
                ("next_response", t.next_response_due),
                ("resolve", t.resolve_due),
            )
            if at is not None
        ),
        (_("Deadline missed"), _("yes") if t.breached else ""),
        (
            _("Put aside until"),
            moment(t.snoozed_until, timezone) if t.snoozed_until else "",
        ),
        (_("Satisfaction"), f"{t.satisfaction.score}/5 {t.satisfaction.comment}")
        if t.satisfaction
        else ("", ""),
        (_("Could not be read"), labels.reason(t.quarantine)),
        *((name, str(value)) for name, value in t.fields.items()),
        *(
            (labels.link(kind), f"#{number} ({labels.reason(why)})")
            for kind, number, why in t.links
        ),
    ]
    _print(Text(f"#{t.number} {clean_line(t.subject)}", style="bold"))
    for name, value in facts:
        if value.strip(" <>"):
            label = _("{name}: ").format(name=name)
            _print(Text(f"  {label}", style="dim") + Text(clean_line(value)))
    for message in found.messages:
        kind = labels.direction(message.direction, automatic=bool(message.auto))
        head = f"{kind} · {message.author} · {moment(message.at, timezone)}"
        if message.direction is Direction.NOTE and message.to:
            head += " → " + ", ".join(map(str, message.to))
        if message.delivery:
            head += f" · {labels.delivery(message.delivery)}"
        if message.auto:
            head += f" · {labels.reason(message.auto)}"
        _print(Rule(Text(clean_line(head)), align="left", style="dim"))
        _print(Padding(Text(clean(message.text[: message.cut]).strip()), (0, 2)))
        if message.cut < len(message.text.rstrip()):
            _print(Text("  " + _("[…] quoted text"), style="dim"))
        for file in message.attachments:
            name = f"  📎 {file.name} ({file.type}, {labels.size(file.size)}) · {file.id}"
            _print(Text(clean_line(name), style="cyan"))


#: The styles of pages that the console shows too.
_STYLES = {
    "text": "",
    "strong": "bold",
    "muted": "dim",
    "faint": "dim",
    "primary": "bold blue",
    "success": "green",
    "warning": "yellow",
    "error": "red",
}


def why(found: Why, settings: Settings, choice: Choice, *, as_json: bool) -> None:
    """Print why a ticket is as it is."""
    if as_json:
        record(found.as_json())
        return
    from kfdesk.desk.why.page import page
    from kfdesk.desk.why.words import Words

    _lines(page(found, Words.of(settings), _console().width, choice))


def _lines(lines: Iterable[Line]) -> None:
    """Print lines that were laid out for the terminal's width."""
    from rich.text import Text

    console = _console()
    for parts in lines:
        styled = ((clean(text), _STYLES[style]) for text, style in parts)
        console.print(Text.assemble(*styled), no_wrap=True, overflow="ignore", crop=False)


def _due_words(due: datetime, now: datetime, timezone: str) -> str:
    """A deadline, and how far it is."""
    from kfdesk.desk.why.words import span

    text = _("{time}, {length} left") if due > now else _("{time}, over by {length}")
    return text.format(time=moment(due, timezone), length=span(due - now))


def moment(at: datetime, timezone: str) -> str:
    """Return an instant as a person at the desk reads it."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


def agents(found: Iterable[Presence], timezone: str, *, as_json: bool) -> None:
    """Print agents: who is there, and how much work they have."""
    if as_json:
        for one in found:
            record(one.as_json())
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title, justify in (
        (_("Agent"), "left"),
        (_("Teams"), "left"),
        (_("Available"), "left"),
        (_("Open"), "right"),
        (_("Capacity"), "right"),
        (_("Today"), "right"),
    ):
        table.add_column(title, justify=justify)  # type: ignore[arg-type]
    for one in found:
        name = one.agent if one.title == one.agent else f"{one.title} ({one.agent})"
        cells = (
            name,
            ", ".join(one.teams) or "–",
            _there(one, timezone),
            str(one.open),
            str(one.capacity or "–"),
            str(one.today),
        )
        table.add_row(*(Text(clean_line(cell)) for cell in cells))
    _print(table)


def _there(one: Presence, timezone: str) -> str:
    """Whether an agent is there, in words."""
    if not one.away:
        return _("yes") if one.on_shift else _("off shift")
    told = _("away")
    if one.until is not None:
        told = _("away until {when}").format(when=moment(one.until, timezone))
    return f"{told}: {one.reason}" if one.reason else told


# --- operations


def synced(result: SyncResult, *, as_json: bool) -> None:
    """Print what a sync came to."""
    if as_json:
        record(result.as_json())
        return
    for channel in result.channels:
        if channel.skipped:
            line(_("{channel}: another sync is at it").format(channel=channel.channel))
            continue
        line(
            _("{channel}: messages {messages}, new tickets {tickets}, sent {sent}").format(
                channel=channel.channel,
                messages=channel.messages + channel.quarantined,
                tickets=channel.new_tickets,
                sent=channel.sent,
            )
        )
    if result.schedules.due:
        line(
            _("schedules: due {due}, tickets acted on {fired}").format(
                due=result.schedules.due, fired=result.schedules.fired
            )
        )


def watching() -> Callable[[Mapping[str, Any]], None]:
    """Print what `sync --watch` tells a person: what came, what left, and once what is wrong."""
    errors: dict[str, str] = {}

    def watched(event: Mapping[str, Any]) -> None:
        if event["event"] == "fired":
            line(
                _("{rule}: tickets acted on {tickets}").format(
                    rule=event["rule"], tickets=event["tickets"]
                )
            )
            return
        if event["event"] == "config":
            line(event["error"] or _("the changed configuration is in force"))
            return
        channel, error = event.get("channel") or event["event"], event.get("error") or ""
        if error and error != errors.get(channel):
            line(f"{channel}: {error}")
        errors[channel] = error
        if event.get("messages") or event.get("sent") or event.get("quarantined"):
            line(
                _("{channel}: messages {messages}, new tickets {tickets}, sent {sent}").format(
                    channel=channel,
                    messages=event["messages"] + event["quarantined"],
                    tickets=event["new_tickets"],
                    sent=event["sent"],
                )
            )

    return watched


def audited(results: Iterable[Audit], *, as_json: bool) -> None:
    """Print the proof of each channel."""
    for result in results:
        if as_json:
            record(result.as_json())
        elif result.error:
            line(f"{result.channel}: {result.error}")
        else:
            line(
                _(
                    "{channel}: {server} on the server = {stored} stored"
                    " + {quarantined} quarantined + {deleted} deleted, {missing} missing"
                ).format(
                    channel=result.channel,
                    server=result.server,
                    stored=result.stored,
                    quarantined=result.quarantined,
                    deleted=result.deleted,
                    missing=len(result.missing),
                )
            )
            for place in result.missing[:20]:
                line("  " + _("missing: {place}; the next sync reads it again").format(place=place))


def outbox(rows: Iterable[OutboxRow], timezone: str, *, as_json: bool) -> None:
    """Print the outbox."""
    for row in rows:
        if as_json:
            record(outbox_json(row))
        else:
            to = ", ".join(row.to)
            when = moment(row.not_before, timezone)
            state = labels.delivery(row.state)
            line(f"{row.id}  #{row.ticket}  {state}  {when}  {to}  {row.subject}")
            if row.error:
                line(f"    {row.error}")


def outbox_json(row: OutboxRow) -> dict[str, Any]:
    """Return the JSON of an outbox row."""
    return {
        "id": row.id,
        "ticket": row.ticket,
        "channel": row.channel,
        "to": list(row.to),
        "subject": row.subject,
        "state": row.state.value,
        "attempts": row.attempts,
        "not_before": row.not_before,
        "error": row.error or None,
        "message_id": row.message_id,
        "automatic": row.automatic,
    }


def finding(found: Finding, *, as_json: bool) -> None:
    """Print one finding of the doctor."""
    if as_json:
        record(
            {
                "level": found.level,
                "subject": found.subject,
                "detail": found.detail,
                "remedy": found.remedy,
            }
        )
        return
    sign = {"ok": "✓", "warning": "!", "error": "✗"}[found.level]
    line(f"{sign} " + _("{name}: ").format(name=found.subject) + found.detail)
    if found.remedy:
        line(f"    → {found.remedy}")


def loaded(found: Sequence[Loaded], settings: Settings, *, as_json: bool) -> None:
    """Print what is loaded."""
    if as_json:
        for one in found:
            record(one.as_json())
        return
    from kfdesk.desk.rulebook import rulebook
    from kfdesk.desk.why.paper import Paper
    from kfdesk.desk.why.words import Words

    _lines(rulebook(Paper(Words.of(settings), _console().width), found))


def rule_findings(found: Sequence[RuleFinding], *, as_json: bool) -> None:
    """Print what there is to say about the rules: the errors, then the warnings, then hints."""
    severity = ""
    for one in found:
        if as_json:
            record(
                {
                    "severity": one.severity,
                    "file": one.place.file,
                    "line": one.place.line,
                    "rule": one.rule,
                    "message": one.message,
                    "remedy": one.remedy,
                }
            )
            continue
        if severity != one.severity:
            severity = one.severity
            line(labels.severities(severity))
        line(f"  {one.place}")
        for text in one.message.splitlines():
            line(f"    {text}")
        if one.remedy:
            line(f"    → {one.remedy}")


# --- rules tried on the past

#: Of the tickets that came out otherwise, so many are shown.
_DIFFERING = 50


def replayed(found: Replay, timezone: str, *, one: bool, as_json: bool) -> None:
    """Print what came of trying rules on the past; with `one`, a ticket event by event."""
    if as_json:
        record(found.as_json())
        return
    pace = found.events / found.seconds if found.seconds else 0
    text = _("{since} to {until}: {events} events of {tickets} tickets, {pace} a second")
    line(
        text.format(
            since=moment(found.since, timezone),
            until=moment(found.until, timezone),
            events=found.events,
            tickets=found.tickets,
            pace=round(pace),
        )
    )
    if not one:
        _print_rule_counts(found)
    if not found.differences:
        line(_("no ticket came out otherwise"))
    elif one:
        for difference in found.differences:
            _print_difference(difference, timezone)
    else:
        _print_differences(found)
    for number, alarm in found.loops:
        line(_("loop on ticket {number}: {text}").format(number=number, text=alarm.value))
    for why, count in found.left_out.items():
        line(_("left out, {why}: {n}").format(n=count, why=labels.left_out(why)))


def _print_rule_counts(found: Replay) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title, justify in ((_("Rule"), "left"), (pgettext("column", "then"), "right"), (pgettext("column", "now"), "right")):
        table.add_column(title, justify=justify, no_wrap=justify == "right")  # type: ignore[arg-type]
    for rule in found.rules:
        now = "–" if rule.replayed is None else str(rule.replayed)
        told = _("never matched") if rule.replayed == 0 else ""
        table.add_row(Text(clean_line(rule.rule)), str(rule.happened), now, told)
    _print(table)
    mails = found.totals.get("mail", (0, 0))
    line(_("mails by rules: {then} then, {now} now").format(then=mails[0], now=mails[1]))


def _print_differences(found: Replay) -> None:
    from rich.table import Table
    from rich.text import Text

    line(
        ngettext(
            "{n} ticket came out otherwise:",
            "{n} tickets came out otherwise:",
            len(found.differences),
        ).format(n=len(found.differences))
    )
    table = Table(box=None, padding=(0, 1), header_style="bold", expand=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column(_("Subject"), no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(_("Otherwise"), ratio=2)
    for one in found.differences[:_DIFFERING]:
        table.add_row(
            str(one.ticket), Text(clean_line(one.subject)), Text("\n".join(_in_short(one)))
        )
    _print(table)
    if (more := len(found.differences) - _DIFFERING) > 0:
        text = ngettext("and {n} more; --json has all", "and {n} more; --json has all", more)
        line(text.format(n=more))


def _in_short(one: Difference) -> list[str]:
    """Where a ticket ended otherwise, and what left or would have left."""
    told = [
        f"{labels.field(name)}: {_value(name, then)} → {_value(name, now)}"
        for name, (then, now) in one.fields.items()
    ]
    lasting = [(sign, done) for sign, several in (("+", one.more), ("-", one.fewer))
               for done in several if done.what != "change"]  # fmt: skip
    told += [f"{sign} {_effect(done)}" for sign, done in lasting]
    return told or [_("it ended the same, by another way: --ticket shows it")]


def _print_difference(one: Difference, timezone: str) -> None:
    line(_("Ticket {number}: {subject}").format(number=one.ticket, subject=one.subject))
    for name, (then, now) in one.fields.items():
        line(f"  {labels.field(name)}: {_value(name, then)} → {_value(name, now)}")
    both = [("-", done) for done in one.fewer] + [("+", done) for done in one.more]
    for sign, done in sorted(both, key=lambda pair: (pair[1].at, pair[1].event)):
        rule = f" ({clean_line(done.rule)})" if done.rule else ""
        line(f"  {sign} {moment(done.at, timezone)}  {_effect(done)}{rule}")


def _effect(done: Done) -> str:
    if done.what == "change":
        return f"{labels.field(done.name)}: {_value(done.name, done.value)}"
    if done.what == "mail":
        return _("mail to {to}: {subject}").format(to=done.name, subject=clean_line(done.value))
    return clean_line(f"{labels.event(done.name or done.what)}: {done.value}")


def _value(name: str, value: Any) -> str:
    return clean_line(labels.value(name, value)) or _("nothing")
