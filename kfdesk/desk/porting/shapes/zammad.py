"""Zammad: the objects of its REST API, with names (`expand=true`) or without.

https://docs.zammad.org/en/latest/api/ticket/index.html and …/articles.html
"""

from __future__ import annotations

from kfdesk.desk.porting.records import Person, Said, Ticket, Who
from kfdesk.desk.porting.row import Row
from kfdesk.desk.porting.shapes.shape import (
    Names,
    Shape,
    files,
    organisation,
    spoken,
    who,
)
from kfdesk.model import EPOCH

#: As a new Zammad has them; what a team added has its name in `ticket_states`.
_STATES = {"1": "new", "2": "open", "3": "pending reminder", "4": "closed", "5": "merged"}
_PRIORITIES = {"1": "1 low", "2": "2 normal", "3": "3 high"}
_NOBODY = "1"  # the owner of what nobody has
_SENDERS = {"1": "Agent", "2": "Customer", "3": "System"}
_AGENTS = {"1", "2", "Admin", "Agent"}
_KNOWN = frozenset((
    "id", "number", "title", "note", "group", "group_id", "state", "state_id", "priority",
    "priority_id", "owner", "owner_id", "customer", "customer_id", "organization",
    "organization_id", "tags", "articles", "article_ids", "article_count", "created_at",
    "updated_at", "close_at", "created_by_id", "updated_by_id", "created_by", "updated_by",
    "preferences", "type", "time_unit", "last_contact_at", "last_contact_agent_at",
    "last_contact_customer_at", "last_close_at", "last_owner_update_at",
    "create_article_type_id", "create_article_sender_id", "create_article_type",
    "create_article_sender", "first_response_at", "pending_time", "escalation_at",
    "ticket_time_accounting", "ticket_time_accounting_ids", "checklist_id",
    "referencing_checklist_ids", "mentions_ids", "first_response_escalation_at",
    "first_response_in_min", "first_response_diff_in_min", "close_escalation_at",
    "close_in_min", "close_diff_in_min", "update_escalation_at", "update_in_min",
    "update_diff_in_min",
))  # fmt: skip


def _ticket(row: Row, names: Names) -> Ticket:
    owner = who(row, "owner", "owner_id")
    state = row.line("state") or names["state"].get(row.id("state_id"), "")
    minutes = row.line("time_unit")
    return Ticket(
        spot=row.spot,
        key=row.key,
        subject=row.line("title"),
        status=state or _STATES.get(row.id("state_id"), row.id("state_id")),
        priority=row.line("priority") or _PRIORITIES.get(row.id("priority_id"), ""),
        type=row.line("type"),
        group=row.line("group") or names["group"].get(row.id("group_id"), row.id("group_id")),
        assignee=None if owner is None or owner.key in (_NOBODY, "-") else owner,
        requester=who(row, "customer", "customer_id"),
        tags=row.words("tags"),
        fields={name: value for name, value in row.value.items() if name not in _KNOWN},
        created_at=row.time("created_at"),
        updated_at=row.time("updated_at"),
        closed_at=row.time("close_at"),
        spent=round(float(minutes) * 60) if minutes.replace(".", "", 1).isdecimal() else 0,
        extra={name: row.line(name) for name in ("number", "note") if row.line(name)},
    )


def _said(row: Row, _names: Names) -> Said | None:
    sender = row.line("sender") or _SENDERS.get(row.id("sender_id"), "")
    senders = row.mailboxes("from")
    author = who(row, "origin_by_id", "created_by_id", "created_by")
    if senders and senders[0].email and sender == "Customer":
        author = Who("", senders[0].name, senders[0].email)
    body = spoken(row, (), "body") if "html" in row.line("content_type") else row.text("body")
    return Said(
        key=row.key,
        at=row.time("created_at") or EPOCH,
        who=author or Who("", row.line("from")),
        text=body.strip(),
        public=not row.flag("internal", False),
        outgoing={"Agent": True, "Customer": False}.get(sender),
        subject=row.line("subject"),
        to=row.mailboxes("to"),
        cc=row.mailboxes("cc"),
        message_id=row.line("message_id").strip("<> "),
        references=tuple(
            one.strip("<>")
            for name in ("in_reply_to", "references")
            for one in row.line(name).split()
        ),
        files=files(row, "attachments", ("filename",), "mime-type", ("url",)),
    )


def _person(row: Row) -> Person:
    email = row.line("email") or (row.line("login") if "@" in row.line("login") else "")
    roles = {*row.ids("role_ids"), *row.words("roles")}
    return Person(
        spot=row.spot,
        key=row.key,
        name=" ".join(filter(None, (row.line("firstname"), row.line("lastname")))),
        emails=(email.lower(),) if email else (),
        phone=row.line("mobile", "phone"),
        organisation=row.id("organization_id"),
        agent=not roles.isdisjoint(_AGENTS),
        created_at=row.time("created_at"),
    )


SHAPE = Shape(
    name="zammad",
    sections={
        "tickets": "ticket",
        "articles": "message",
        "ticket_articles": "message",
        "users": "person",
        "organizations": "organisation",
        "groups": "group",
        "states": "state",
        "ticket_states": "state",
    },
    ticket=_ticket,
    said=_said,
    person=_person,
    organisation=organisation,
    lists=("articles",),
)
