"""What an event of the past does to its ticket as the ticket stands now.

A person's change is what they wanted: its new values, whatever the ticket looks like by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk.conversation.answers import after
from kfdesk.desk.conversation.consequences import answered, came, noted, opened, reopened
from kfdesk.desk.tickets.edit import Diff, columns, difference
from kfdesk.model import By, Change, Direction, Priority, Status, TicketType
from kfdesk.store import customers
from kfdesk.store.history.past import PastEvent
from kfdesk.store.rows import Row
from kfdesk.store.tables import from_ms
from kfdesk.store.tickets import NewTicket, State
from kfdesk.store.tx import Tx

#: What a change tells that lies beside the ticket: the copy has it as it is now.
_BESIDE = ("collaborators", "links", "spent")


@dataclass(slots=True)
class Step:
    """What one event does to its ticket: what differs, the columns, the tags, what was said."""

    event: PastEvent
    diff: Diff = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    message: Row | None = None

    @property
    def arrived(self) -> bool:
        """Whether it is a mail that came in."""
        return self.message is not None and self.message["received_at"] is not None


def step(event: PastEvent, state: State, said: Row | None, now: datetime) -> Step | None:
    """Return what an event does, `said` being its message; None where it changes nothing."""
    match event.kind:
        case "created":
            return _created(event, state, said, now)
        case "outbox":
            old, new = event.changes["outbox"]
            return Step(event, {"outbox": (old, new)}, message=None)
        case "macro":
            return Step(event)
        case "sla.breached":
            return Step(event, values={"breached": True})
        case "released":
            diff = {name: (pair[0], pair[1]) for name, pair in event.changes.items()}
            return Step(event, diff, columns(state, diff, event.who, now))
        case "customer":  # whose tickets are is a fact: the copy has it as it is now
            return None
    if said is None:
        return _changed(event, state, now) if event.changes else None
    if said["received_at"] is not None:
        return _came(event, state, said)
    if event.kind == "reply" and event.by != By.RULE:
        diff = difference(state, _after(event, state))
        return Step(event, diff, answered(state, diff, event.who, now), message=said)
    aside = event.kind == "side" and event.by == By.AGENT
    if aside or (event.kind == "note" and not said["account"]):
        return Step(event, values=noted(state, event.who, now), message=said)
    # What a rule mailed, to the customer or as a note to others.
    values = {"message_count": state.message_count + 1, "version": state.version + 1}
    return Step(event, values=values, message=said)


def _came(event: PastEvent, state: State, said: Row) -> Step:
    """A mail: only a customer's own words reopen a ticket and wait for an answer."""
    at = from_ms(said["received_at"])
    if event.kind == "reply":  # an agent's own mail to the customer
        diff = opened(state)
        return Step(event, diff, answered(state, diff, event.who, at), message=said)
    robot = bool(said["auto"])
    human = event.kind == "message" and event.by == By.CUSTOMER and not robot
    diff = reopened(state) if human or "status" in event.changes else {}
    values = came(state, diff, event.who, at, human=human, robot=robot)
    if voted := event.changes.get("helped"):
        diff["helped"] = (voted[0], voted[1])
    if event.kind in ("csat", "helped", "progress"):
        del values["unread"]
    return Step(event, diff, values, message=said)


def _changed(event: PastEvent, state: State, now: datetime) -> Step | None:
    change = wanted(event.changes)
    diff = difference(state, change)
    beside = {name: (pair[0], pair[1]) for name, pair in event.changes.items() if name in _BESIDE}
    if not (diff or beside):
        return None
    values = columns(state, diff, event.who, now)
    diff |= beside
    return Step(event, diff, values, change.add_tags, change.remove_tags)


def _created(event: PastEvent, state: State, said: Row | None, now: datetime) -> Step:
    """A ticket that began with more than its defaults was made by hand, in one transaction."""
    diff = {name: (pair[0], pair[1]) for name, pair in event.changes.items()}
    change = wanted(event.changes)
    more = difference(state, change)
    values = columns(state, more, event.who, now) if more else {}
    return Step(event, diff, values, change.add_tags, message=said)


def new_ticket(tx: Tx, event: PastEvent, row: Row, said: Row | None) -> NewTicket:
    """Return a ticket as it began; `row` is what became of it."""
    began = from_ms(row["created_at"])
    waits = said is not None and said["direction"] == Direction.IN and not said["auto"]
    if event.by == By.AGENT and said is not None:
        # An agent's own question waits for nobody; one that they forwarded is its writer's.
        own = customers.emails_of(tx, [row["customer_id"]])[row["customer_id"]]
        waits = said["author_email"] not in own
    return NewTicket(
        id=row["id"],
        subject=event.changes.get("subject", ("", ""))[1],
        channel=row["channel"],
        account=row["account"],
        team=event.changes.get("team", ("", ""))[1],
        customer_id=row["customer_id"],
        created_at=began,
        updated_at=began,
        last_person_at=began,
        waiting_since=began if waits else None,
        message_count=0 if said is None else 1,
        unread=True,
        quarantine=event.changes.get("quarantine", ("", row["quarantine"]))[1],
    )


def _after(event: PastEvent, state: State) -> Change:
    """The status that a reply's writer asked for; else a new ticket becomes an open one."""
    asked = {name: pair for name, pair in event.changes.items() if name in ("status", "substatus")}
    by_itself = not asked or asked == {"status": [Status.NEW, Status.OPEN]}
    return after(state) if by_itself else wanted(asked)


def wanted(changes: Mapping[str, Sequence[Any]]) -> Change:
    """Return what somebody wanted who made these changes: the new values."""
    plain: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    add: list[str] = []
    remove: list[str] = []
    for name, (old, new) in changes.items():
        if name == "tags":
            add = [tag for tag in new or () if tag not in (old or ())]
            remove = [tag for tag in old or () if tag not in (new or ())]
        elif name == "status":
            plain[name] = Status(new)
        elif name == "priority":
            plain[name] = Priority(new)
        elif name == "type":
            plain[name] = TicketType(new) if new else ""
        elif name in ("snoozed_until", "task_due"):
            plain[name] = datetime.fromisoformat(new) if new else None
        elif name.startswith("field."):
            fields[name.removeprefix("field.")] = new
        elif name in ("subject", "category", "team", "assignee", "sla", "substatus", "spam"):
            plain[name] = new
    return Change(add_tags=tuple(add), remove_tags=tuple(remove), fields=fields, **plain)
