"""KF5 (逸创云客服): the objects of its REST API, https://developer.kf5.com/restapi/.

A comment of the API does not name its ticket: it stands in the ticket, in a page with a
`ticket_id`, or in a file that has the ticket's number for a name.
"""

from __future__ import annotations

from kfdesk.desk.porting.records import Person, Said, Ticket, Who
from kfdesk.desk.porting.row import Row
from kfdesk.desk.porting.shapes.shape import Names, Shape, files, organisation, spoken, who
from kfdesk.model import EPOCH

_KNOWN = frozenset((
    "id", "url", "title", "subject", "description", "type", "status", "priority", "recipient",
    "requester_id", "assignee_id", "organization_id", "group_id", "due_date", "created_at",
    "updated_at", "assigneed_at", "resolved_at", "closed_at", "source", "custom_fields",
    "comments", "tags", "requester", "assignee", "group", "organization", "cc_users",
    "collaborator_ids",
))  # fmt: skip


def _ticket(row: Row, names: Names) -> Ticket:
    fields = {
        one["name"]: one.get("value")
        for one in row.inner("custom_fields")
        if isinstance(one.get("name"), str)
    }
    group = row.object("group").get("name") or names["group"].get(row.id("group_id"), "")
    ticket = Ticket(
        spot=row.spot,
        key=row.key,
        subject=row.line("title", "subject"),
        status=row.line("status"),
        priority=row.line("priority"),
        type=row.line("type"),
        task_due=row.time("due_date"),
        channel=row.line("source"),
        group=str(group) or row.id("group_id"),
        assignee=who(row, "assignee", "assignee_id"),
        requester=who(row, "requester", "requester_id"),
        cc=tuple(Who(key) for key in row.ids("collaborator_ids")),
        tags=row.words("tags"),
        fields=fields,
        created_at=row.time("created_at"),
        updated_at=row.time("updated_at"),
        solved_at=row.time("resolved_at"),
        closed_at=row.time("closed_at"),
    )
    ticket.extra |= {n: row.line(n) for n in ("recipient",) if row.line(n)}
    ticket.extra |= {
        name: row.line(name) for name in row.value if name not in _KNOWN and row.line(name)
    }
    if text := row.text("description").strip():
        first = Said(
            "", ticket.created_at or EPOCH, ticket.requester or Who(), text, outgoing=False
        )
        ticket.said.append(first)
    return ticket


def _said(row: Row, _names: Names) -> Said | None:
    text = spoken(row, ("content", "body"), "html_content")
    if voice := row.line("voice_url"):
        text = f"{text}\n{voice}".strip()
    author = who(row, "author", "author_id") or Who()
    if author.key and not author.name:
        author = Who(author.key, row.line("author_name"), author.email)
    found = files(row, "attachments", ("name", "file_name"), "content_type", ("content_url", "url"))
    at = row.time("created_at")
    return Said(row.key, at or EPOCH, author, text, row.flag("public", True), files=found)


def _person(row: Row) -> Person:
    others = []
    if openid := row.line("wechat_openid"):
        others.append(("wechat", openid))
    return Person(
        spot=row.spot,
        key=row.key,
        name=row.line("name", "agent_display_name"),
        emails=tuple(e.lower() for e in (row.line("email", "username"),) if e),
        phone=row.line("phone"),
        phone_proved=row.flag("phone_bind", False),
        others=tuple(others),
        organisation=row.id("organization_id"),
        agent=row.line("role") in ("agent", "admin"),
        language=row.line("language"),
        created_at=row.time("created_at"),
    )


SHAPE = Shape(
    name="kf5",
    sections={
        "tickets": "ticket",
        "requests": "ticket",
        "comments": "message",
        "users": "person",
        "organizations": "organisation",
        "groups": "group",
        "ticket_fields": "field",
    },
    ticket=_ticket,
    said=_said,
    person=_person,
    organisation=organisation,
    inside={
        "requester": "person",
        "assignee": "person",
        "author": "person",
        "organization": "organisation",
        "group": "group",
    },
)
