"""A ticket whole: facts, conversation, journal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from kfdesk import labels
from kfdesk.desk.tickets import plain
from kfdesk.i18n import _
from kfdesk.model import Direction, Message, Present
from kfdesk.output import record
from kfdesk.output.terminal import moment, show
from kfdesk.text import clean, clean_line, shorten

if TYPE_CHECKING:
    from kfdesk.desk.tickets.show import Shown


def print_page(found: Shown, timezone: str, *, as_json: bool) -> None:
    """Print a ticket whole."""
    if as_json:
        record(
            plain.ticket_json(found.ticket)
            | {
                "present": [
                    {"agent": one.agent, "writing": one.writes(found.at), "since": one.since}
                    for one in found.company
                ],
                "messages": [message_json(m, found.html.get(m.id, "")) for m in found.messages],
                "events": [
                    {
                        "id": event.id,
                        "operation": event.operation,
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


def message_json(message: Message, html: str = "") -> dict[str, Any]:
    """Return the JSON of a message."""
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
        "bcc": [str(a) for a in message.bcc],
        "delivery": message.delivery or None,
        "side": message.side,
        "attachments": [
            {"id": a.id, "name": a.name, "type": a.type, "size": a.size, "sha256": a.sha256}
            for a in message.attachments
        ],
    }


def _print_ticket(found: Shown, timezone: str) -> None:
    from rich.text import Text

    t = found.ticket
    show(Text(f"#{t.number} {clean_line(t.subject)}", style="bold"))
    if t.merged_into is not None:
        told = _("merged into ticket {into}, where it goes on: kfdesk show {number} --follow")
        show(Text("  " + told.format(into=t.merged_into, number=t.number), style="yellow"))
    for name, value in _facts(found, timezone):
        if value.strip(" <>"):
            label = _("{name}: ").format(name=name)
            show(Text(f"  {label}", style="dim") + Text(clean_line(value)))
    for message in found.messages:
        _print_message(message, timezone)


def _facts(found: Shown, timezone: str) -> list[tuple[str, str]]:
    """What is known of a ticket, by name; empty where nothing is."""
    t = found.ticket
    return [
        (_("Status"), labels.status(t.status, t.substatus)),
        (labels.field("type"), labels.ticket_type(t.type)),
        (labels.field("task_due"), moment(t.task_due, timezone) if t.task_due else ""),
        (labels.field("spam"), _("yes") if t.spam else ""),
        (_("Priority"), labels.priority(t.priority)),
        (_("Customer"), f"{t.customer.name} <{t.customer.email}>"),
        (_("Assignee"), t.assignee),
        (_("Team"), t.team),
        (_("Open with"), ", ".join(_present(one, found.at) for one in found.company)),
        (_("Followers"), ", ".join(t.followers)),
        (_("Collaborators"), ", ".join(map(str, t.collaborators))),
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
            _("Snoozed until"),
            moment(t.snoozed_until, timezone) if t.snoozed_until else "",
        ),
        (_("Satisfaction"), f"{t.satisfaction.score}/5 {shorten(t.satisfaction.comment, 200)}")
        if t.satisfaction
        else ("", ""),
        (_("Could not be read"), labels.reason(t.quarantine)),
        (labels.field("spent"), labels.length(t.spent) if t.spent else ""),
        *((labels.field(f"field.{name}"), labels.value("", v)) for name, v in t.fields.items()),
        *(
            (labels.link(kind), f"#{number} ({labels.reason(why)})" if why else f"#{number}")
            for kind, number, why in t.links
        ),
    ]


def _print_message(message: Message, timezone: str) -> None:
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.text import Text

    kind = labels.direction(message.direction, automatic=bool(message.auto))
    head = f"{kind} · {message.author} · {moment(message.at, timezone)}"
    if message.side is not None:
        head = _("side conversation {id} · {head}").format(id=message.side, head=head)
    if message.direction is Direction.NOTE and message.to:
        head += " → " + ", ".join(map(str, message.to))
    if message.delivery:
        head += f" · {labels.delivery(message.delivery)}"
    if message.auto:
        head += f" · {labels.reason(message.auto)}"
    show(Rule(Text(clean_line(head)), align="left", style="dim"))
    show(Padding(Text(clean(message.text[: message.cut]).strip()), (0, 2)))
    if message.cut < len(message.text.rstrip()):
        show(Text("  " + _("[…] quoted text"), style="dim"))
    for file in message.attachments:
        name = f"  📎 {file.name} ({file.type}, {labels.size(file.size)}) · {file.id}"
        show(Text(clean_line(name), style="cyan"))


def _present(one: Present, now: datetime) -> str:
    """Who has it open, and whether they write an answer."""
    told = _("{name} (answering)") if one.writes(now) else "{name}"
    return told.format(name=one.agent)


def _due_words(due: datetime, now: datetime, timezone: str) -> str:
    """A deadline, and how far it is."""
    from kfdesk.desk.why.words import span

    text = _("{time}, {length} left") if due > now else _("{time}, over by {length}")
    return text.format(time=moment(due, timezone), length=span(due - now))
