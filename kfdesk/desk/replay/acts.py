"""What people did, done again on a copy at its own instant; rules look at it as they would then.

What came in, a reply, a note are the messages of then. Before the window nothing is looked at:
what happened is a fact, whoever did it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kfdesk.desk import Desk
from kfdesk.desk.conversation import progress
from kfdesk.desk.conversation.survey import withdraw
from kfdesk.desk.incoming import votes
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.desk.replay.material import Material
from kfdesk.desk.replay.moments import Moment, goes_with
from kfdesk.desk.replay.steps import Step, new_ticket, step
from kfdesk.desk.sending.outbox import count_answers
from kfdesk.desk.tickets.spam import as_created
from kfdesk.desk.timing import epochs, striking
from kfdesk.model import Address, OutboxState
from kfdesk.store import journal, links, messages, outbox, suppression, survey, tickets
from kfdesk.store.history import replica
from kfdesk.store.history.past import PastEvent
from kfdesk.store.journal import NewEvent
from kfdesk.store.people import groups
from kfdesk.store.rows import Row
from kfdesk.store.survey import Answer
from kfdesk.store.tables import from_ms, to_ms
from kfdesk.store.teamwork import parties
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

#: What takes something back, and what takes that back.
_UNDOING = ("undone", "redone")


@dataclass(slots=True)
class Acts:
    """Does it again, on a copy; `indexed` where rules ask for words."""

    desk: Desk
    indexed: bool
    stopped: Mapping[tuple[int, int], Row]  # (ticket, ms of the bounce): the address it stopped

    def again(self, tx: Tx, moment: Moment, material: Material) -> dict[int, int]:
        """Do a moment again; return {new root event: the root event of then}."""
        now = moment.roots[0].when
        states = dict(self._begin(tx, moment.roots, material))
        replica.let_leave(tx, states, material.waited, to_ms(now))
        steps = _steps(moment.roots, states, material, now)
        ids = self._write(tx, steps, material, now, first=messages.first_id(tx))
        events = self._record(tx, steps, ids, {}, now)
        roots = {one.event.id: events[one.event.id] for one in steps}
        self._bounces(tx, moment, roots, now)
        handed = [e for e in moment.after if e.kind == "handover" and not e.rule]
        unhelped = {e.ticket: roots[e.root] for e in handed if e.root in roots}
        votes.give_to_people(tx, self.desk, unhelped, now)
        self._join(tx, steps, now)
        looked_at = [
            as_created(tx, one.event.ticket, events[one.event.id])
            if one.event.kind == "released"
            else _root(events[one.event.id], one, _told(one, ids))
            for one in steps
            if _raises(one.event, material)
        ]
        for some in _rounds([event for event in moment.after if goes_with(event)]):
            # A note that went with a change, what a macro did: lines of the same transaction.
            states |= tickets.states(tx, [event.ticket for event in some])
            more = _steps(some, states, material, now)
            ids |= self._write(tx, more, material, now, first=messages.first_id(tx))
            events |= self._record(tx, more, ids, roots, now)
            looked_at += [_root(events[m.event.id], m, _told(m, ids)) for m in more]
        settle(self.desk, tx, looked_at, now)
        _take_back(tx, steps, now)
        asked = [one for one in steps if one.event.kind == "progress"]
        progress.reply(
            tx,
            self.desk,
            [(m.event.ticket, ids[m.event.id], events[m.event.id]) for m in asked],
            now,
        )
        unseen = [m.event.ticket for m in steps if m.event.kind in ("outbox", *_UNDOING)]
        epochs.leave(self.desk, tx, unseen, now)
        striking.follow(self.desk, tx, unseen, now)
        return {new: then for then, new in events.items()}

    def fact(self, tx: Tx, event: PastEvent, material: Material) -> None:
        """Let an event have happened, and no rule look at it."""
        states = self._begin(tx, [event], material)
        if event.ticket not in states:
            return
        steps = _steps([event], states, material, event.when)
        self._write(tx, steps, material, event.when, first=None)
        self._join(tx, steps, event.when)
        if pair := event.changes.get("collaborators"):
            new = [Address("", email) for email in pair[1] if email not in pair[0]]
            parties.add(tx, [(event.ticket, person) for person in new])

    def _join(self, tx: Tx, steps: Sequence[Step], now: datetime) -> None:
        """Let customers join the groups that a new ticket of theirs fits."""
        if created := [one.event.ticket for one in steps if one.event.kind == "created"]:
            groups.join(tx, self.desk.groups, created, self.desk.scope(now=now))

    def _begin(
        self, tx: Tx, events: Sequence[PastEvent], material: Material
    ) -> Mapping[int, State]:
        """Write tickets that begin; return how each ticket stands."""
        new = [
            new_ticket(
                tx, event, material.tickets[event.ticket], material.messages.get(event.id)
            )
            for event in events
            if event.kind == "created"
        ]  # fmt: skip
        tickets.insert_many(tx, new)
        return tickets.states(tx, [event.ticket for event in events])

    def _write(
        self,
        tx: Tx,
        steps: Sequence[Step],
        material: Material,
        now: datetime,
        *,
        first: int | None,
    ) -> dict[int, int]:
        """Write what steps do; return {event: its message}, numbered from `first` or as then."""
        tickets.update_many(tx, {s.event.ticket: s.values for s in steps if s.values})
        tickets.remove_tags(tx, ((s.event.ticket, tag) for s in steps for tag in s.removed))
        tickets.add_tags(tx, ((s.event.ticket, tag) for s in steps for tag in s.added))
        ids = self._say(tx, steps, material, first)
        _connect(tx, steps, material)
        for one in steps:
            if one.event.kind == "outbox":
                _decide(tx, one.event, material, now)
            elif one.event.kind == "csat":
                _score(tx, one, ids, now)
        return ids

    def _say(
        self, tx: Tx, steps: Sequence[Step], material: Material, first: int | None
    ) -> dict[int, int]:
        """Write what was said, with its files and what was to leave by it."""
        ids: dict[int, int] = {}
        rows: list[Row] = []
        files: dict[int, Sequence[Row]] = {}
        leaving: list[Row] = []
        for n, one in enumerate(one for one in steps if one.message is not None):
            then = one.message
            assert then is not None
            id = ids[one.event.id] = then["id"] if first is None else first + n
            rows.append(then | {"id": id})
            if attached := material.files.get(then["id"]):
                files[id] = [row | {"message_id": id} for row in attached]
            leaving += [
                queued | {"id": None, "message_id": id, "state": OutboxState.QUEUED.value}
                for queued in material.outbox.get(then["id"], ())
            ]
        replica.put_messages(tx, rows, files, indexed=self.indexed and first is not None)
        replica.put_outbox(tx, leaving)
        return ids

    def _record(
        self,
        tx: Tx,
        steps: Sequence[Step],
        ids: Mapping[int, int],
        roots: Mapping[int, int],
        now: datetime,
    ) -> dict[int, int]:
        """Write the journal's lines of steps; return {event of then: its line}."""
        lines = [
            NewEvent(
                one.event.ticket,
                one.event.who,
                one.event.kind,
                one.diff,
                message_id=_told(one, ids),
                root=roots.get(one.event.root, 0),
            )
            for one in steps
        ]
        written = journal.record(tx, lines, now)
        return {one.event.id: line for one, line in zip(steps, written, strict=True)}

    def _bounces(self, tx: Tx, moment: Moment, roots: Mapping[int, int], now: datetime) -> None:
        """What mail servers told: facts, whoever had written."""
        told = [event for event in moment.after if event.kind == "bounce" and event.root in roots]
        for event in told:
            if row := self.stopped.get((event.ticket, event.at)):
                until = from_ms(row["until"])
                suppression.put(tx, row["email"], until, row["reason"], event.ticket)
        lines = [
            NewEvent(event.ticket, event.who, "bounce", root=roots[event.root], text=event.text)
            for event in told
        ]
        journal.record(tx, lines, now)


def _steps(
    events: Iterable[PastEvent], states: Mapping[int, State], material: Material, now: datetime
) -> list[Step]:
    found = (
        step(event, states[event.ticket], material.messages.get(event.id), now)
        for event in events
        if event.ticket in states
    )
    return [one for one in found if one is not None]


def _rounds(events: Iterable[PastEvent]) -> Iterator[list[PastEvent]]:
    """Events in order, in rounds in each of which a ticket has one at most."""
    some: dict[int, PastEvent] = {}
    for event in events:
        if event.ticket in some:
            yield list(some.values())
            some = {}
        some[event.ticket] = event
    if some:
        yield list(some.values())


def _told(one: Step, ids: Mapping[int, int]) -> int | None:
    """The message that an event is about; a score is a change that a message brought."""
    return None if one.event.kind in ("csat", "helped", "progress") else ids.get(one.event.id)


def _raises(event: PastEvent, material: Material) -> bool:
    """Whether rules look at it: not at what could not be read, at what became of a mail, nor at
    what was taken back."""
    if event.kind == "created":
        return not (_kept_back(event) or material.tickets[event.ticket]["quarantine"])
    return event.kind not in ("outbox", *_UNDOING)


def _kept_back(event: PastEvent) -> bool:
    """Whether a ticket came as one that rules do not see: spam, or what could not be read."""
    return "spam" in event.changes or "quarantine" in event.changes


def _root(id: int, one: Step, message: int | None) -> Root:
    kind = "created" if one.event.kind == "created" else "updated"
    return Root(one.event.ticket, kind, one.event.who, message, one.diff, id)  # type: ignore[arg-type]


def _connect(tx: Tx, steps: Sequence[Step], material: Material) -> None:
    """The parties that mails made of those they name, and the tickets that they may belong to."""
    people: list[tuple[int, Address]] = []
    for one in steps:
        known = material.parties.get(one.event.ticket, ())
        if known and one.arrived and one.message is not None:
            named = {one.message["author_email"]}
            named |= {pair[1] for key in ("to", "cc") for pair in json.loads(one.message[key])}
            people += [
                (one.event.ticket, Address(row["name"], row["email"]))
                for row in known
                if row["email"] in named
            ]
    parties.add(tx, people)
    for one in steps:
        if one.event.kind == "created":
            then = [
                (row["ticket_id"], row["other_id"], row["kind"], row["reason"])
                for row in material.links.get(one.event.ticket, ())
            ]
            links.add(tx, then, one.event.when)


def _decide(tx: Tx, event: PastEvent, material: Material, now: datetime) -> None:
    """What somebody decided about a mail in the outbox, if it stands there now, too."""
    said = material.messages.get(event.id)
    for then in material.outbox.get(said["id"], ()) if said else ():
        if (id := replica.outbox_like(tx, then)) is not None:
            outbox.mark(tx, [id], OutboxState(event.changes["outbox"][1]), now)
    if said is not None:
        count_answers(tx, event.ticket)


def _take_back(tx: Tx, steps: Sequence[Step], now: datetime) -> None:
    """Take back what waits to be told about what was undone."""
    undone = [(one.event.ticket, one.diff) for one in steps if one.event.kind in _UNDOING]
    if undone:
        withdraw(tx, undone, now)
        progress.take_back(tx, (number for number, _diff in undone), "progress", now)


def _score(tx: Tx, one: Step, ids: Mapping[int, int], now: datetime) -> None:
    """A customer's score."""
    assert one.message is not None
    asked = survey.asked(tx, [one.event.ticket])
    old = asked.get(one.event.ticket)
    score = one.event.changes["csat"][1] if one.event.changes else old
    if score is None:
        return
    words = one.message["text"][: one.message["cut"]].strip()
    answer = Answer(score, words, ids[one.event.id])
    survey.answer(tx, {one.event.ticket: answer}, now)
    if score != old:
        one.diff["csat"] = (old, score)
