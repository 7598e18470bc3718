"""Zendesk: its JSON export and incremental exports, and the objects of its API.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/ and …/ticket_comments/
"""

from __future__ import annotations

from collections.abc import Mapping

from kfdesk.desk.porting.records import Person, Said, Ticket, Who
from kfdesk.desk.porting.row import Row
from kfdesk.desk.porting.shapes.shape import Names, Shape, files, organisation, spoken, who
from kfdesk.model import EPOCH

_SCORES = {"good": 5, "goodwithcomment": 5, "bad": 1, "badwithcomment": 1}


def _ticket(row: Row, names: Names) -> Ticket:
    fields = {
        str(one["id"]): one.get("value")
        for one in (*row.inner("custom_fields"), *row.inner("fields"))
        if one.get("id") is not None
    }
    group = row.object("group").get("name") or names["group"].get(row.id("group_id"), "")
    rating = row.object("satisfaction_rating")
    via = row.object("via")
    people = (*row.ids("collaborator_ids"), *row.ids("email_cc_ids"))
    ticket = Ticket(
        spot=row.spot,
        key=row.key,
        subject=row.line("subject", "raw_subject"),
        status=row.line("status"),
        priority=row.line("priority"),
        type=row.line("type"),
        task_due=row.time("due_at"),
        channel=str(via.get("channel") or ""),
        group=str(group) or row.id("group_id"),
        assignee=who(row, "assignee", "assignee_id"),
        requester=who(row, "requester", "requester_id"),
        cc=tuple(Who(key) for key in dict.fromkeys(people)),
        tags=row.words("tags"),
        fields=fields,
        created_at=row.time("created_at"),
        updated_at=row.time("updated_at"),
        solved_at=row.time("solved_at"),
        score=_SCORES.get(str(rating.get("score") or "").lower().replace("_", "")),
        comment=str(rating.get("comment") or ""),
        problem=row.id("problem_id"),
        related=row.id("via_followup_source_id"),
    )
    for name in ("external_id", "recipient", "brand_id", "ticket_form_id"):
        if text := row.line(name):
            ticket.extra[name] = text
    if text := row.text("description").strip():
        first = Said(
            "", ticket.created_at or EPOCH, ticket.requester or Who(), text, outgoing=False
        )
        ticket.said.append(first)
    return ticket


def _said(row: Row, _names: Names) -> Said | None:
    if row.line("type") not in ("", "Comment", "VoiceComment", "comment"):
        return None
    system = row.object("metadata").get("system")
    mark = system.get("message_id") if isinstance(system, Mapping) else None
    return Said(
        key=row.key,
        at=row.time("created_at") or EPOCH,
        who=who(row, "author", "author_id") or Who(),
        text=spoken(row, ("plain_body", "body"), "html_body"),
        public=row.flag("public", True),
        message_id=mark.strip("<> ")[:1000] if isinstance(mark, str) else "",
        files=files(row, "attachments", ("file_name",), "content_type", ("content_url", "url")),
    )


def _person(row: Row) -> Person:
    return Person(
        spot=row.spot,
        key=row.key,
        name=row.line("name"),
        emails=tuple(e.lower() for e in (row.line("email"),) if e),
        phone=row.line("phone"),
        organisation=row.id("organization_id"),
        agent=row.line("role") in ("agent", "admin"),
        language=row.line("locale"),
        created_at=row.time("created_at"),
    )


SHAPE = Shape(
    name="zendesk",
    sections={
        "tickets": "ticket",
        "comments": "message",
        "ticket_comments": "message",
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
        "submitter": "person",
        "assignee": "person",
        "author": "person",
        "organization": "organisation",
        "group": "group",
    },
)
