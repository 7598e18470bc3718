"""The words that people read for what is stored under a short English name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from kfdesk.i18n import _, pgettext
from kfdesk.model import By, Direction, LeftOut, OutboxState, Priority, Status, TicketType

#: What the configuration calls its own statuses and fields: {kind: {name: title}}.
_own: dict[str, Mapping[str, str]] = {"status": {}, "field": {}}


def use(statuses: Mapping[str, str], fields: Mapping[str, str]) -> None:
    """Call a team's own statuses and fields by these titles from now on."""
    _own.update(status=statuses, field=fields)


def status(value: Status, own: str = "") -> str:
    """A status in a word: the team's own one where it has a name."""
    if own:
        return _own["status"].get(own) or own
    return {
        Status.NEW: pgettext("status", "new"),
        Status.OPEN: pgettext("status", "open"),
        Status.PENDING: pgettext("status", "pending"),
        Status.HOLD: pgettext("status", "hold"),
        Status.SOLVED: pgettext("status", "solved"),
        Status.CLOSED: pgettext("status", "closed"),
    }[value]


def initial(value: Status) -> str:
    """A status in one letter, where there is no room for a word."""
    return {
        Status.NEW: pgettext("status in a letter", "N"),
        Status.OPEN: pgettext("status in a letter", "O"),
        Status.PENDING: pgettext("status in a letter", "P"),
        Status.HOLD: pgettext("status in a letter", "H"),
        Status.SOLVED: pgettext("status in a letter", "S"),
        Status.CLOSED: pgettext("status in a letter", "C"),
    }[value]


def priority(value: Priority) -> str:
    """A priority in a word."""
    return {
        Priority.LOW: pgettext("priority", "low"),
        Priority.NORMAL: pgettext("priority", "normal"),
        Priority.HIGH: pgettext("priority", "high"),
        Priority.URGENT: pgettext("priority", "urgent"),
    }[value]


def target(name: str) -> str:
    """What an SLA promises, in words."""
    return {
        "first_response": pgettext("target", "first response"),
        "next_response": pgettext("target", "next response"),
        "resolve": pgettext("target", "resolution"),
    }[name]


def delivery(state: str) -> str:
    """What became of something that was to leave, in words."""
    return {
        OutboxState.QUEUED.value: _("waiting for the next sync"),
        OutboxState.SENDING.value: _("being sent"),
        OutboxState.SENT.value: _("sent"),
        OutboxState.FAILED.value: _("not sent"),
        OutboxState.UNKNOWN.value: _("perhaps sent: please check"),
        OutboxState.CANCELLED.value: _("taken back"),
    }.get(state, state)


def states(several: Iterable[str]) -> str:
    """Some of these, one after the other."""
    return _(", ").join(map(delivery, several))


def direction(value: Direction, *, automatic: bool = False) -> str:
    """What kind of message it is: the customer's, a reply, a note, or a program's."""
    if automatic and value is not Direction.NOTE:
        return _("automatic")
    return {
        Direction.IN: _("customer"),
        Direction.OUT: _("reply"),
        Direction.NOTE: _("internal note"),
    }[value]


def ticket_type(value: str) -> str:
    """What kind of work a ticket is, in a word."""
    return {
        TicketType.QUESTION.value: pgettext("type", "question"),
        TicketType.INCIDENT.value: pgettext("type", "incident"),
        TicketType.PROBLEM.value: pgettext("type", "problem"),
        TicketType.TASK.value: pgettext("type", "task"),
    }.get(value, value)


def field(name: str) -> str:
    """A field of a ticket in a word; a team's own, `order_no` or `field.order_no`, by its title."""
    bare = name.removeprefix("field.")
    known = {
        "number": _("No."),
        "subject": _("Subject"),
        "status": _("Status"),
        "priority": _("Priority"),
        "channel": _("Channel"),
        "account": _("Mailbox"),
        "category": _("Category"),
        "team": _("Team"),
        "assignee": _("Assignee"),
        "customer": _("Customer"),
        "tags": _("Tags"),
        "created": _("Created"),
        "updated": _("Updated"),
        "last": pgettext("column", "Last"),
        "due": _("Due"),
        "messages": _("Messages"),
        "attachments": _("Files"),
        "organisation": _("Company"),
        "idle": _("Idle"),
        "age": _("Age"),
        "waiting": _("Waiting"),
        "outbox": _("Outbox"),
        "sla": _("SLA"),
        "breached": _("Deadline missed"),
        "snoozed_until": _("Snoozed until"),
        "customer.email": _("Customer's address"),
        "customer.group": _("Customer's groups"),
        "org": _("Customer's company"),
        "csat": _("Satisfaction"),
        "helped": _("The article helped"),
        "collaborators": _("Collaborators"),
        "followers": _("Followers"),
        "links": _("Links"),
        "substatus": _("Status"),
        "type": _("Type"),
        "task_due": _("Due on"),
        "spam": _("Spam"),
        "spent": _("Time spent"),
        "opened_by": _("Opened by"),
        "quarantine": _("Could not be read"),
        "merged_into": _("Merged into"),
        "deleted": _("Deleted"),
    }
    return known.get(name) or _own["field"].get(bare) or bare


def value(name: str, stored: object) -> str:
    """What stands in a field, in words; nothing for an empty one."""
    if stored in (None, "", [], ()):
        return ""
    if isinstance(stored, Sequence) and not isinstance(stored, str):
        return _(", ").join(map(str, stored))
    if isinstance(stored, bool):
        return _("yes") if stored else _("no")
    if name == "spent" and isinstance(stored, int):
        return length(timedelta(seconds=stored)) if stored else ""
    text = str(stored)
    if name == "status" and text in list(Status):
        return status(Status(text))
    if name in ("status", "substatus"):
        return _own["status"].get(text) or text
    if name == "type":
        return ticket_type(text)
    if name == "priority" and text in list(Priority):
        return priority(Priority(text))
    return delivery(text) if name == "outbox" else text


def remark(stored: object, *, allowed: bool, required: bool) -> str:
    """What is to be said of a field: that it must be filled, or holds what is no longer allowed."""
    if not allowed:
        return _("no longer allowed")
    if not required:
        return ""
    return _("must be filled in") if stored in (None, "") else _("needed")


def length(time: timedelta) -> str:
    """A length of work: `1h 25m`, `40m`, `30s`."""
    seconds = int(time.total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    if seconds < 60:
        return _("{n}s").format(n=seconds)
    long, short = _("{n}h").format(n=hours), _("{n}m").format(n=minutes)
    if hours and minutes:
        return _("{long} {short}").format(long=long, short=short)
    return long if hours else short


def difference(old: Sequence[object] | None, new: Sequence[object] | None) -> list[str]:
    """What came to a list, and what went from it: `+vip`, `-waiting`."""
    before, after = old or (), new or ()
    return [f"+{_member(one)}" for one in after if one not in before] + [
        f"-{_member(one)}" for one in before if one not in after
    ]


def _member(one: object) -> str:
    """What stands in a list, in words: a link is a kind and a number."""
    match one:
        case [str() as kind, int() as number, *_rest]:
            return f"{link(kind)} #{number}"
    return str(one)


def event(kind: str) -> str:
    """What happened to a ticket, in a word or two."""
    return {
        "created": pgettext("event", "ticket opened"),
        "imported": pgettext("event", "imported"),
        "message": pgettext("event", "message"),
        "changed": pgettext("event", "changed"),
        "reply": pgettext("event", "reply"),
        "note": pgettext("event", "internal note"),
        "side": pgettext("event", "side conversation"),
        "side.answered": pgettext("event", "side conversation answered"),
        "bounce": pgettext("event", "mail came back"),
        "held back": pgettext("event", "reply held back"),
        "sent": pgettext("event", "sent"),
        "not sent": pgettext("event", "not sent"),
        "outbox": pgettext("event", "outbox changed"),
        "alarm": pgettext("event", "alarm"),
        "csat": pgettext("event", "satisfaction"),
        "csat asked": pgettext("event", "asked for a rating"),
        "progress": pgettext("event", "progress asked for"),
        "helped": pgettext("event", "article rated"),
        "customer": pgettext("event", "another customer"),
        "handover": pgettext("event", "handed to a person"),
        "retried": pgettext("event", "an agent was looked for again"),
        "waited too long": pgettext("event", "waited too long for an agent"),
        "schedule": pgettext("event", "a schedule acted"),
        "sla.warning": pgettext("event", "a deadline is near"),
        "sla.breached": pgettext("event", "a deadline was missed"),
        "woke": pgettext("event", "no longer snoozed"),
        "macro": pgettext("event", "macro"),
        "undone": pgettext("event", "undone"),
        "redone": pgettext("event", "redone"),
        "merged": pgettext("event", "merged"),
        "unmerged": pgettext("event", "unmerged"),
        "split": pgettext("event", "split"),
        "moved": pgettext("event", "message moved"),
        "deleted": pgettext("event", "deleted"),
        "restored": pgettext("event", "restored"),
    }.get(kind, kind)


def profile(kind: str) -> str:
    """What happened to a customer, in a few words."""
    return {
        "changed": _("profile changed"),
        "identity": _("known by"),
        "verified": _("proved to be theirs"),
        "claimed": _("said to be known by"),
        "group": _("groups"),
        "merged": _("merged into another customer"),
        "absorbed": _("another customer was merged into them"),
        "unmerged": _("is a customer of their own again"),
        "released": _("a customer who was merged into them is one of their own again"),
        "erased": _("erased"),
        "undone": _("undone"),
        "redone": _("redone"),
    }.get(kind, kind)


def operation(kind: str) -> str:
    """What a person did, in a word or two."""
    return {
        "set": pgettext("operation", "change"),
        "bulk": pgettext("operation", "bulk change"),
        "macro": pgettext("operation", "macro"),
        "assign": pgettext("operation", "assignment"),
        "solve": pgettext("operation", "solving"),
        "merge": pgettext("operation", "merge"),
        "unmerge": pgettext("operation", "unmerge"),
        "split": pgettext("operation", "split"),
        "move": pgettext("operation", "message move"),
        "delete": pgettext("operation", "deletion"),
        "restore": pgettext("operation", "restore"),
        "undo": pgettext("operation", "undo"),
        "redo": pgettext("operation", "redo"),
        "new": pgettext("operation", "new ticket"),
        "customer": pgettext("operation", "customer"),
        "customer.merge": pgettext("operation", "merge of customers"),
        "customer.unmerge": pgettext("operation", "unmerge of customers"),
        "customer.dismiss": pgettext("operation", "suggestion dismissed"),
        "customer.erase": pgettext("operation", "erasure of a customer"),
        "organisation": pgettext("operation", "organisation"),
        "side": pgettext("operation", "side conversation"),
        "forward": pgettext("operation", "forwarding"),
        "reply": pgettext("operation", "reply"),
        "note": pgettext("operation", "internal note"),
        "release": pgettext("operation", "release from quarantine"),
        "csat": pgettext("operation", "satisfaction"),
        "link": pgettext("operation", "link"),
        "unlink": pgettext("operation", "unlink"),
        "spent": pgettext("operation", "time spent"),
        "follow": pgettext("operation", "following"),
        "collaborator": pgettext("operation", "collaborator"),
    }.get(kind, event(kind))


def deed(kind: str) -> str:
    """What is done beside setting fields, in a word: the actions of rules and macros."""
    return {
        "reply": pgettext("action", "reply"),
        "note": pgettext("action", "internal note"),
        "mail": pgettext("action", "mail"),
        "notify": pgettext("action", "notice"),
        "webhook": pgettext("action", "webhook"),
        "csat": pgettext("action", "satisfaction question"),
        "progress": pgettext("action", "progress"),
        "collaborator": pgettext("action", "collaborator"),
        "follow": pgettext("action", "follow"),
        "link": pgettext("action", "link"),
        "assign": pgettext("action", "assigned by"),
    }.get(kind, kind)


def happening(kind: str) -> str:
    """A word after `event:`, as a condition asks for it."""
    return {
        "created": _("a new ticket"),
        "updated": _("a change"),
        "message": _("a message"),
    }.get(kind, event(kind))


def actor(name: str) -> str:
    """Who did something: a name as it is, a kind of actor in a word."""
    return {
        By.CUSTOMER.value: _("customer"),
        By.AGENT.value: _("agent"),
        By.RULE.value: _("rule"),
        By.SYSTEM.value: _("the system"),
    }.get(name, name)


def weekday(name: str) -> str:
    """A day of the week, as the configuration names it, in a word."""
    return {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
    }[name]


def link(kind: str) -> str:
    """How a ticket hangs together with another."""
    return {
        "maybe": _("may belong to"),
        "maybe-here": _("may belong here"),
        "follow-up": _("follows"),
        "followed-by": _("is followed by"),
        "related": _("related"),
        "duplicate": _("duplicate"),
        "parent": _("parent"),
        "child": _("child"),
        "incident": _("incident"),
        "problem": _("problem"),
        "merged": _("merged into this one"),
        "merged-into": _("merged into"),
        "split": _("split from"),
        "split-into": _("split into"),
    }.get(kind, kind)


def reason(text: str) -> str:
    """Why something was decided about a message; what a header said stays as it is."""
    kind, colon, detail = text.partition(": ")
    told = {
        "another subject than the mail it answers": _("another subject than the mail it answers"),
        "the sender is no party of it": _("the sender is no party of it"),
        "the sender was taken off it": _("the sender was taken off it"),
        "its customer has no address": _("its customer has no address"),
        "its number stands in the subject": _("its number stands in the subject"),
        "the ticket is closed": _("the ticket is closed"),
        "rule": _("by the rule"),
        "sender": _("sent by"),
        "loop header": _("a desk like this one wrote it"),
        "null return-path": _("it wants no answer (empty Return-Path)"),
        "report": _("a delivery report"),
        "own message-id": _("this desk wrote it"),
        "own address": _("it comes from our own address"),
        "no header": _("no header"),
        "broken, and too much of it to repair": _("broken, and too much of it to repair"),
        "nested too deeply": _("nested too deeply"),
        "malformed": _("malformed"),
    }.get(kind, kind)
    return _("{name}: ").format(name=told) + detail if colon else told


def severities(level: str) -> str:
    """How bad findings are: what stands above them."""
    return {"error": _("Errors"), "warning": _("Warnings"), "hint": _("Hints")}.get(level, level)


def size(count: int) -> str:
    """A file's size for people."""
    if count < 1000:
        return _("{n} bytes").format(n=count)
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def left_out(why: LeftOut) -> str:
    """Why rules cannot be tried on a ticket's past."""
    return {
        "no beginning": _("tickets whose journal does not say how they began"),
        "deleted": _("tickets that were deleted"),
        "merged": _("tickets that were merged into others"),
        "rearranged": _("tickets to or from which messages moved (merge, split, move)"),
    }[why]
