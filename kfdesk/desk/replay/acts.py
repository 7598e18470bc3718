"""What people did, done again on a copy at its own instant; rules look at it as they would then.

A person's change is what they wanted: its new values, whatever the ticket looks like by now. What
came in, a reply, a note are the messages of then. Before the window nothing is looked at: what
happened is a fact, whoever did it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.edit import Diff, columns, difference
from kfdesk.desk.outbox import count_answers
from kfdesk.desk.replay.moments import Moment
from kfdesk.desk.roots import Root
from kfdesk.desk.said import answered, came, noted, reopened
from kfdesk.desk.settle import settle
from kfdesk.model import KEEP, By, Change, Direction, OutboxState, Priority, Status
from kfdesk.store import (
    customers,
    groups,
    journal,
    messages,
    outbox,
    replica,
    suppression,
    tickets,
)
from kfdesk.store.journal import NewEvent
from kfdesk.store.past import Past, PastEvent, Row
from kfdesk.store.tables import from_ms
from kfdesk.store.tickets import NewTicket, State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Material:
    """What some events of the past name, as the desk has it."""

    messages: Mapping[int, Row]
    files: Mapping[int, Sequence[Row]]
    outbox: Mapping[int, Row]  # by message
    tickets: Mapping[int, Row]

    @classmethod
    def of(cls, past: Past, events: Sequence[PastEvent]) -> Material:
        """Read it."""
        said = [e.message for e in events if e.message is not None]
        return cls(
            past.messages(said),
            past.attachments(said),
            past.outbox(e.message for e in events if e.message and e.kind in ("reply", "outbox")),
            past.tickets(e.ticket for e in events if e.kind == "created"),
        )


@dataclass(slots=True)
class _Step:
    """What one event does to its ticket."""

    event: PastEvent
    diff: Diff = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    tags: tuple[Sequence[str], Sequence[str]] = ((), ())  # added, removed
    message: Row | None = None


@dataclass(slots=True)
class Acts:
    """Does it again, on a copy; `indexed` where rules ask for words."""

    desk: Desk
    indexed: bool
    stopped: Mapping[tuple[int, int], Row]  # (ticket, ms of the bounce): the address it stopped

    def again(self, tx: Tx, moment: Moment, material: Material) -> dict[int, int]:
        """Do a moment again; return {new root event: the root event of then}."""
        now = moment.roots[0].when
        states = self._begin(tx, moment.roots, material)
        steps = [
            step
            for event in moment.roots
            if event.ticket in states
            and (step := _step(event, states[event.ticket], material, now)) is not None
        ]
        ids = self._write(tx, steps, material, now, first=messages.first_id(tx))
        record = [
            NewEvent(
                step.event.ticket, step.event.who, step.event.kind, step.diff,
                message_id=ids.get(step.event.id),
            )
            for step in steps
        ]  # fmt: skip
        roots = dict(zip(journal.record(tx, record, now), steps, strict=True))
        self._bounces(tx, moment, {step.event.id: id for id, step in roots.items()}, now)
        created = [step.event.ticket for step in steps if step.event.kind == "created"]
        if created:
            groups.join(tx, self.desk.groups, created, self.desk.scope(now=now))
        looked_at = [
            _root(id, step, ids.get(step.event.id))
            for id, step in roots.items()
            if _raises(step.event, material)
        ]
        settle(self.desk, tx, looked_at, now)
        return {id: step.event.id for id, step in roots.items()}

    def fact(self, tx: Tx, event: PastEvent, material: Material) -> None:
        """Let an event have happened, and no rule look at it."""
        states = self._begin(tx, [event], material)
        if event.ticket not in states:
            return
        now = event.when
        step = _step(event, states[event.ticket], material, now)
        if step is not None:
            self._write(tx, [step], material, now, first=None)

    def _begin(
        self, tx: Tx, events: Sequence[PastEvent], material: Material
    ) -> Mapping[int, State]:
        """Write tickets that begin; return how each ticket stands."""
        new = [
            _ticket(tx, event, material.tickets[event.ticket], material)
            for event in events
            if event.kind == "created"
        ]
        tickets.insert_many(tx, new)
        return tickets.states(tx, [event.ticket for event in events])

    def _write(
        self,
        tx: Tx,
        steps: Sequence[_Step],
        material: Material,
        now: datetime,
        *,
        first: int | None,
    ) -> dict[int, int]:
        """Write what steps do; return {event: its message}, numbered from `first` or as then."""
        tickets.update_many(tx, {s.event.ticket: s.values for s in steps if s.values})
        tickets.remove_tags(tx, ((s.event.ticket, tag) for s in steps for tag in s.tags[1]))
        tickets.add_tags(tx, ((s.event.ticket, tag) for s in steps for tag in s.tags[0]))
        said = [s for s in steps if s.message is not None]
        ids: dict[int, int] = {}
        rows: list[Row] = []
        files: dict[int, Sequence[Row]] = {}
        leaving: list[Row] = []
        for n, s in enumerate(said):
            assert s.message is not None
            id = ids[s.event.id] = s.message["id"] if first is None else first + n
            rows.append(s.message | {"id": id})
            if attached := material.files.get(s.message["id"]):
                files[id] = [row | {"message_id": id} for row in attached]
            if queued := material.outbox.get(s.message["id"]):
                state = OutboxState.QUEUED.value
                leaving.append({**queued, "id": None, "message_id": id, "state": state})
        index = self.indexed and first is not None
        replica.put_messages(tx, rows, files, indexed=index)
        replica.put_outbox(tx, leaving)
        for s in steps:
            if s.event.kind == "outbox":
                self._decide(tx, s.event, material, now)
        return ids

    def _decide(self, tx: Tx, event: PastEvent, material: Material, now: datetime) -> None:
        """What somebody decided about a mail in the outbox, if it stands there now, too."""
        then = material.outbox.get(event.message or 0)
        if then is None or (id := replica.outbox_like(tx, then)) is None:
            return
        outbox.mark(tx, [id], OutboxState(event.changes["outbox"][1]), now)
        count_answers(tx, event.ticket)

    def _bounces(self, tx: Tx, moment: Moment, roots: Mapping[int, int], now: datetime) -> None:
        """What mail servers told: facts, whoever had written."""
        told = [event for event in moment.after if event.kind == "bounce" and event.root in roots]
        for event in told:
            if row := self.stopped.get((event.ticket, event.at)):
                until = from_ms(row["until"])
                suppression.put(tx, row["email"], until, row["reason"], event.ticket)
        journal.record(
            tx,
            [
                NewEvent(event.ticket, event.who, "bounce", root=roots[event.root], text=event.text)
                for event in told
            ],
            now,
        )


def _step(event: PastEvent, state: State, material: Material, now: datetime) -> _Step | None:
    """What an event of then does to the ticket as it stands; none where it changes nothing."""
    message = material.messages.get(event.message or 0)
    actor = event.who
    by_rule = actor.kind is By.RULE
    if event.kind == "created":
        return _created(event, state, message, now)
    if event.kind == "message" and message is not None:
        human = actor.kind is By.CUSTOMER and not message["auto"]
        diff = reopened(state) if human else {}
        at = from_ms(message["received_at"] or message["created_at"])
        values = came(state, diff, actor, at, human=human, robot=bool(message["auto"]))
        return _Step(event, diff, values, message=message)
    if event.kind == "reply" and message is not None:
        if by_rule:
            values = {"message_count": state.message_count + 1, "version": state.version + 1}
            return _Step(event, values=values, message=message)
        diff = difference(state, Change(status=_status_after(event, state)))
        return _Step(event, diff, answered(state, diff, actor, now), message=message)
    if event.kind == "note" and message is not None:
        return _Step(event, values=noted(state, actor, now), message=message)
    if event.kind == "outbox":
        return _Step(event, {"outbox": (event.changes["outbox"][0], event.changes["outbox"][1])})
    if event.changes:
        return _changed(event, state, now)
    return None


def _changed(event: PastEvent, state: State, now: datetime) -> _Step | None:
    change = wanted(event.changes)
    diff = difference(state, change)
    if not diff:
        return None
    values = columns(state, diff, event.who, now)
    return _Step(event, diff, values, (change.add_tags, change.remove_tags))


def _created(event: PastEvent, state: State, message: Row | None, now: datetime) -> _Step:
    """A ticket that began with more than its defaults was made by hand, in one transaction."""
    diff = {name: (pair[0], pair[1]) for name, pair in event.changes.items()}
    change = wanted(event.changes)
    more = difference(state, change)
    values = columns(state, more, event.who, now) if more else {}
    return _Step(event, diff, values, (change.add_tags, ()), message)


def _ticket(tx: Tx, event: PastEvent, row: Row, material: Material) -> NewTicket:
    message = material.messages.get(event.message or 0)
    began = from_ms(row["created_at"])
    waits = message is not None and message["direction"] == Direction.IN and not message["auto"]
    if event.by == By.AGENT and message is not None:
        # An agent's own question waits for nobody; one that they forwarded is its writer's.
        own = customers.emails_of(tx, [row["customer_id"]])[row["customer_id"]]
        waits = message["author_email"] not in own
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
        message_count=0 if message is None else 1,
        unread=True,
        quarantine=row["quarantine"],
    )


def _status_after(event: PastEvent, state: State) -> Any:
    """The status that a reply's writer asked for; else a new ticket becomes an open one."""
    old, new = event.changes.get("status", (None, None))
    if new is not None and (old, new) != (Status.NEW, Status.OPEN):
        return Status(new)
    return Status.OPEN if state.status is Status.NEW else KEEP


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
        elif name == "snoozed_until":
            plain[name] = datetime.fromisoformat(new) if new else None
        elif name.startswith("field."):
            fields[name.removeprefix("field.")] = new
        elif name in ("subject", "category", "team", "assignee", "sla"):
            plain[name] = new
    return Change(add_tags=tuple(add), remove_tags=tuple(remove), fields=fields, **plain)


def _raises(event: PastEvent, material: Material) -> bool:
    """Whether rules look at it: not at what could not be read, nor at what became of a mail."""
    if event.kind == "created":
        return not material.tickets[event.ticket]["quarantine"]
    return event.kind != "outbox"


def _root(id: int, step: _Step, message: int | None) -> Root:
    kind = "created" if step.event.kind == "created" else "updated"
    return Root(step.event.ticket, kind, step.event.who, message, step.diff, id)  # type: ignore[arg-type]
