"""The one table of fields: parser, completion, SQL and docs/query.md all read it.

A field's type says which operators and values it takes. `columns` names the stored columns that it
reads, `reads` the fields of a change set whose change can make a condition on it true or false.
"""

from __future__ import annotations

from kfdesk.model import OPEN_STATUSES
from kfdesk.rules.language.kinds import TYPES, Field, Flag, Of, Type
from kfdesk.settings import CustomField

__all__ = ["FIELDS", "FLAGS", "TYPES", "Field", "Flag", "Of", "Type", "custom"]

FLAGS = (
    Flag("open", f"{', '.join(OPEN_STATUSES)}: something is still to do", ("status",)),
    Flag("new", "status new", ("status",)),
    Flag("pending", "status pending", ("status",)),
    Flag("hold", "status hold", ("status",)),
    Flag("solved", "status solved", ("status",)),
    Flag("closed", "solved or closed", ("status",)),
    Flag("unassigned", "nobody has it", ("assignee",)),
    Flag("assigned", "somebody has it", ("assignee",)),
    Flag("mine", "you have it", ("assignee",)),
    Flag("unread", "a customer's message that no agent has opened", ()),
    Flag("waiting", "a customer waits for an answer", ()),
    Flag("snoozed", "put aside until a time", ("snoozed_until",)),
    Flag("breached", "a deadline was missed", ("breached",)),
    Flag("quarantine", "a message of it could not be read", ()),
    Flag("spam", "spam (else left out)", ("spam",)),
    Flag("overdue", "a task whose time is over", ("task_due", "type", "status")),
    Flag("followed", "you follow it", ("followers",)),
    Flag("merged", "merged into another ticket (else left out)", ()),
    Flag("deleted", "deleted (else left out)", ()),
)

#: What time brings, and that somebody answered who was asked aside, as `event:` calls it.
MOMENTS = frozenset(("sla.warning", "sla.breached", "woke", "side.answered"))

#: What `sort:` orders by.
SORTS = (
    "updated", "created", "number", "priority", "status", "due", "idle", "age", "waiting",
    "subject", "team", "assignee", "channel", "category", "type", "task_due", "spent", "csat",
)  # fmt: skip

#: Media that the desk knows; a channel's type is one too.
MEDIA = (
    "email", "manual", "phone", "chat", "form", "sms", "api", "wechat", "wecom", "dingtalk",
    "feishu", "qq", "weibo", "telegram", "slack", "matrix", "whatsapp",
)  # fmt: skip

FIELDS = (
    Field(
        "text",
        Type.PHRASE,
        "message",
        "words of any message, as words alone: text, subject, sender, file names",
        ("search.body",),
    ),
    Field(
        "status",
        Type.WORD,
        "ticket",
        "where it stands: a status of your own, or a standard one and all of its kind",
        ("ticket.status", "ticket.substatus"),
        ("status",),
        "status",
    ),
    Field(
        "type",
        Type.WORD,
        "ticket",
        "what kind of work it is",
        ("ticket.type",),
        ("type",),
        "type",
    ),
    Field(
        "priority", Type.RANK, "ticket", "how soon", ("ticket.priority",), ("priority",), "priority"
    ),
    Field("subject", Type.TEXT, "ticket", "its subject", ("ticket.subject",), ("subject",)),
    Field(
        "channel", Type.WORD, "ticket", "the medium it came by", ("ticket.channel",), (), "channel"
    ),
    Field(
        "account",
        Type.WORD,
        "ticket",
        "the [[channel]] it came by",
        ("ticket.account",),
        (),
        "account",
    ),
    Field(
        "category",
        Type.PATH,
        "ticket",
        "its place in the tree of categories",
        ("ticket.category",),
        ("category",),
        "category",
    ),
    Field("team", Type.WORD, "ticket", "the team that has it", ("ticket.team",), ("team",), "team"),
    Field(
        "assignee",
        Type.WORD,
        "ticket",
        "the agent who has it; `me`, `none`",
        ("ticket.assignee",),
        ("assignee",),
        "agent",
    ),
    Field(
        "tag",
        Type.WORD,
        "ticket",
        "one of its tags",
        ("ticket_tag.tag",),
        ("tags",),
        aliases=("tags",),
    ),
    Field("number", Type.NUMBER, "ticket", "its number", ("ticket.id",)),
    Field(
        "sla",
        Type.WORD,
        "ticket",
        "the SLA policy in force; a new ticket gets its own behind the triggers",
        ("ticket.sla",),
        ("sla",),
        "policy",
    ),
    Field(
        "csat",
        Type.NUMBER,
        "ticket",
        "how satisfied the customer was, 1 to 5",
        ("survey.score",),
        ("csat",),
    ),
    Field(
        "helped",
        Type.WORD,
        "ticket",
        "what the customer says of an article that they were sent: yes, no",
        ("article_use.helped",),
        ("helped",),
        names="helped",
    ),
    Field(
        "link",
        Type.WORD,
        "ticket",
        "how another ticket is to it",
        ("link.kind",),
        names="link",
    ),
    Field(
        "collaborator",
        Type.TEXT,
        "ticket",
        "the name or address of a further party of it",
        ("collaborator.email", "collaborator.name"),
        aliases=("collaborators",),
    ),
    Field(
        "follower",
        Type.WORD,
        "ticket",
        "an agent who is told what happens to it; `me`, `none`",
        ("follower.agent",),
        ("followers",),
        "agent",
        aliases=("followers",),
    ),
    Field(
        "is",
        Type.FLAG,
        "ticket",
        "what is true of it",
        (
            "ticket.status",
            "ticket.assignee",
            "ticket.unread",
            "ticket.waiting_since",
            "ticket.breached",
            "ticket.snoozed_until",
            "ticket.quarantine",
            "ticket.merged_into",
            "ticket.deleted_at",
            "ticket.spam",
            "ticket.task_due",
        ),
        names="is",
    ),
    Field(
        "has",
        Type.FLAG,
        "ticket",
        "`attachment`: a message of it has a file",
        ("attachment.message_id",),
        names="has",
    ),
    Field("created", Type.TIME, "ticket", "when it came", ("ticket.created_at",)),
    Field("updated", Type.TIME, "ticket", "when it last changed", ("ticket.updated_at",)),
    Field("age", Type.LENGTH, "ticket", "time since it came", ("ticket.created_at",)),
    Field(
        "idle",
        Type.LENGTH,
        "ticket",
        "time since a person last did something to it",
        ("ticket.last_person_at",),
    ),
    Field(
        "waiting",
        Type.LENGTH,
        "ticket",
        "time since the first customer message without an answer",
        ("ticket.waiting_since",),
    ),
    Field(
        "due",
        Type.LENGTH,
        "ticket",
        "time left to its next deadline",
        ("ticket.due_at",),
    ),
    Field(
        "task_due",
        Type.TIME,
        "ticket",
        "when a task is due; `none` for none",
        ("ticket.task_due",),
        ("task_due",),
    ),
    Field(
        "spent",
        Type.LENGTH,
        "ticket",
        "the work that agents wrote down",
        ("ticket.spent",),
        ("spent",),
    ),
    Field(
        "worktime",
        Type.FLAG,
        "ticket",
        "it is working time in a [calendar.NAME] now",
        names="calendar",
    ),
    Field(
        "customer",
        Type.TEXT,
        "customer",
        "the customer's name or an address of theirs",
        ("customer.name", "identity.value"),
        ("customer",),
    ),
    Field(
        "customer.name",
        Type.TEXT,
        "customer",
        "the customer's name",
        ("customer.name",),
        ("customer",),
    ),
    Field(
        "customer.email",
        Type.WORD,
        "customer",
        "an address of the customer's",
        ("identity.value",),
        ("customer",),
    ),
    Field(
        "customer.group",
        Type.WORD,
        "customer",
        "a group that the customer is in",
        ("customer_group.name",),
        ("customer",),
        "group",
    ),
    Field(
        "org",
        Type.TEXT,
        "customer",
        "the customer's organisation, or its domain",
        ("organisation.name", "organisation_domain.domain"),
        ("customer",),
        aliases=("organisation",),
    ),
    Field(
        "message",
        Type.PHRASE,
        "message",
        "words of the newest message, but not of what it quotes; in a rule, of the one that came",
        ("search.body", "message.text"),
    ),
    Field("auto", Type.YESNO, "message", "the newest message is from a robot", ("message.auto",)),
    Field(
        "event",
        Type.FLAG,
        "event",
        "what happened: the ticket came, changed, got a message; what time brought",
        names="event",
    ),
    Field(
        "sla.target",
        Type.FLAG,
        "event",
        "whose warning or breach it is",
        names="target",
    ),
    Field("by", Type.FLAG, "event", "who did it", names="by"),
    Field(
        "changed",
        Type.NAME,
        "event",
        "a field that changed; any field when the ticket came",
        names="changed",
    ),
    Field(
        "sort",
        Type.SORT,
        "list",
        "the order of the list; the last update first where none is named",
        names="sort",
    ),
)

_CUSTOM = {
    "number": Type.NUMBER,
    "date": Type.DATE,
    "bool": Type.YESNO,
    "tree": Type.PATH,
}


def custom(field: CustomField) -> Field:
    """The field of the language that a custom field of the configuration is."""
    of_customer = field.of == "customer"
    name = f"customer.field.{field.name}" if of_customer else f"field.{field.name}"
    doc = field.title or field.name
    kind = _CUSTOM.get(field.type, Type.WORD)
    names = name if field.choices and field.type in ("choice", "tree") else ""
    if of_customer:
        held, reads = ("customer.fields",), ("customer",)
        return Field(name, kind, "customer", doc, held, reads, names, key=field.name)
    return Field(name, kind, "ticket", doc, ("ticket.fields",), (name,), names, key=field.name)
