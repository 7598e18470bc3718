"""Tickets of a source into the desk, wave by wave: each wave is one transaction.

What was there is history: nothing is sent, no rule looks at it, no clock runs for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.porting.attached import Attached, Files
from kfdesk.desk.porting.findings import Findings
from kfdesk.desk.porting.fit import GONE, Fit, Fitted
from kfdesk.desk.porting.order import Brought, Order
from kfdesk.desk.porting.people import Party, People
from kfdesk.desk.porting.records import Said, Ticket, Who
from kfdesk.i18n import _
from kfdesk.model import (
    EPOCH,
    OPEN_STATUSES,
    SYSTEM,
    Actor,
    Address,
    By,
    Direction,
    Status,
)
from kfdesk.store import blobs, journal, messages, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.store.people import groups
from kfdesk.store.porting import imported
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line

#: Higher numbers of a source are not kept: ours would have to go on behind them.
MOST_NUMBER = 1_000_000_000
_NUMBER = re.compile(r"[1-9]\d{0,10}", re.ASCII)


@dataclass(slots=True)
class _Line:
    """One thing said, ready to be written but for its ids."""

    said: Said
    external: str
    party: Party | None
    direction: Direction
    by: By
    text: str
    files: list[Attached]

    @property
    def robot(self) -> bool:
        return self.said.packed is not None and bool(self.said.packed.mail.robot)


@dataclass(slots=True)
class _Ready:
    """A ticket, ready to be written but for its number."""

    ticket: Ticket
    fitted: Fitted
    requester: Party
    assignee: Party | None
    others: list[Party]
    lines: list[_Line]
    created: datetime = EPOCH
    updated: datetime = EPOCH
    fresh: list[_Line] = field(default_factory=list)  # those that are not here yet


class Bringing:
    """Brings tickets in; `done` counts."""

    def __init__(
        self,
        desk: Desk,
        actor: Actor,
        order: Order,
        fit: Fit,
        people: People,
        files: Files,
        findings: Findings,
        done: Brought,
    ) -> None:
        self._desk = desk
        self._actor = actor
        self._order = order
        self._fit = fit
        self._people = people
        self._files = files
        self._findings = findings
        self._done = done

    def bring(self, wave: Sequence[Ticket]) -> None:
        """Write a wave in one transaction; of what is there already, only what came since."""
        now = self._desk.clock()
        ready = [found for ticket in wave if (found := self._ready(ticket, now)) is not None]
        if not ready:
            return
        with self._desk.store.write() as tx:
            self._write(tx, ready, now)

    # --- made ready, outside any transaction

    def _ready(self, ticket: Ticket, now: datetime) -> _Ready | None:
        if ticket.status.lower() == GONE:
            self._left(ticket, _("it was deleted there, and has no content any more"))
            return None
        if not (ticket.subject or ticket.said or ticket.requester):
            self._left(ticket, _("it is empty: no subject, no customer, nothing said"))
            return None
        fitted = self._fit.fit(ticket)
        said = sorted(self._without_twins(ticket), key=lambda one: one.at)
        requester = ticket.requester or next(
            (one.who for one in said if one.outgoing is not True), Who()
        )
        whos = [requester, *ticket.cc, *(one.who for one in said)]
        if ticket.assignee is not None:
            whos.append(ticket.assignee)
        parties = self._people.parties(whos, ticket.spot)
        lines = [self._line(ticket, one, parties[one.who], parties[requester]) for one in said]
        times = [one.at for one in said if one.at > EPOCH]
        created = ticket.created_at or min(times, default=ticket.updated_at or now)
        created = self._by_now(ticket, "created_at", created, now)
        updated = max([ticket.updated_at or created, *times, created])
        updated = self._by_now(ticket, "updated_at", updated, now)
        ready = _Ready(
            ticket,
            fitted,
            parties[requester],
            parties[ticket.assignee] if ticket.assignee else None,
            [parties[who] for who in ticket.cc if who != requester],
            lines,
            created,
            updated,
        )
        self._assign(ready)
        if fitted.rest:
            lines.append(self._rest(ready))
        return ready

    def _without_twins(self, ticket: Ticket) -> list[Said]:
        """What was said, once: a desk repeats the first text as the ticket's description."""
        keyed = [one for one in ticket.said if one.key]
        texts = {_letters(one.text) for one in keyed}
        return keyed + [
            one for one in ticket.said if not one.key and not (keyed and _same(one, keyed, texts))
        ]

    def _line(self, ticket: Ticket, said: Said, party: Party, requester: Party) -> _Line:
        works_here = bool(party.agent or party.staff) and party != requester
        outgoing = works_here if said.outgoing is None else said.outgoing
        direction = Direction.OUT if outgoing else Direction.IN
        if not said.public:
            direction = Direction.NOTE
        by = By.AGENT if outgoing or not said.public else By.CUSTOMER
        found, text = self._files.of(ticket, said)
        if said.packed is not None:
            external = said.packed.mail.digest
        else:
            key = said.key or _digest(said)
            external = f"{self._order.source}:{ticket.key}:{key}"
        return _Line(said, external, party, direction, by, text, found)

    def _rest(self, ready: _Ready) -> _Line:
        """A note of what did not fit, raw."""
        text = _("What did not fit when this was imported:")
        lines = "\n".join(f"{name}: {value}" for name, value in ready.fitted.rest)
        said = Said("", ready.updated, Who(), f"{text}\n{lines}", public=False)
        external = f"{self._order.source}:{ready.ticket.key}:rest"
        return _Line(said, external, None, Direction.NOTE, By.SYSTEM, said.text, [])

    def _assign(self, ready: _Ready) -> None:
        party = ready.assignee
        if party is not None and not party.agent:
            ready.fitted.extra["assignee."] = party.shown
            reason = _("there is no such agent; the name is kept in the history")
            self._findings.add(
                "changed", ready.ticket.spot, reason,
                kind="ticket", key=ready.ticket.key, field="assignee", value=party.shown, once=True,
            )  # fmt: skip

    def _by_now(self, ticket: Ticket, name: str, at: datetime, now: datetime) -> datetime:
        if at <= now:
            return at
        reason = _("it lies in the future; it is now")
        self._findings.add(
            "changed", ticket.spot, reason,
            kind="ticket", key=ticket.key, field=name, value=at.isoformat(),
        )  # fmt: skip
        return now

    def _left(self, ticket: Ticket, reason: str) -> None:
        self._findings.add("left out", ticket.spot, reason, kind="ticket", key=ticket.key)

    # --- written, inside one

    def _write(self, tx: Tx, ready: Sequence[_Ready], now: datetime) -> None:
        source = self._order.source
        known = imported.known(tx, source, "ticket", (r.ticket.key for r in ready))
        here = messages.by_external(
            tx, self._order.account, [line.external for r in ready for line in r.lines]
        )
        for one in ready:
            one.fresh = [line for line in one.lines if line.external not in here]
            if one.ticket.key not in known:
                # The mails of a thread may be here, by another import or a channel of its own.
                joined = next(
                    (here[x.external].ticket_id for x in one.lines if x.external in here), 0
                )
                known |= {one.ticket.key: joined} if joined else {}
        known = _led(tx, known)
        new = [one for one in ready if one.ticket.key not in known]
        old = [one for one in ready if one.ticket.key in known]
        people = [party for one in new for party in (one.requester, *one.others)]
        customers = self._people.customers(tx, people, now)
        gone = imported.erased(tx, customers.values())
        for one in (one for one in new if customers[one.requester] in gone):
            self._left(one.ticket, _("its customer was erased here, and does not come back"))
        new = [one for one in new if customers[one.requester] not in gone]
        ready = [*new, *old]
        numbers = dict(known)
        numbers |= self._numbers(tx, new)
        self._add(tx, new, numbers, customers, now)
        self._go_on(tx, old, numbers, now)
        self._say(tx, ready, numbers, now)
        imported.remember(
            tx, source, "ticket", {r.ticket.key: numbers[r.ticket.key] for r in ready}
        )
        groups.join(
            tx, self._desk.groups, [numbers[one.ticket.key] for one in new], self._desk.scope()
        )
        self._done.tickets += len(new)
        self._done.known += len(old)

    def _numbers(self, tx: Tx, new: Sequence[_Ready]) -> dict[str, int]:
        """Give new tickets their numbers: those they had, where they shall and can."""
        kept: dict[str, int] = {}
        if self._order.keep_numbers:
            wanted = {
                one.ticket.key: int(one.ticket.key)
                for one in new
                if _NUMBER.fullmatch(one.ticket.key)
            }
            taken = imported.taken(tx, wanted.values())
            for one in new:
                number = wanted.get(one.ticket.key, 0)
                if 0 < number < MOST_NUMBER and number not in taken:
                    kept[one.ticket.key] = number
                    taken.add(number)
                else:
                    reason = _("its number could not be kept; it got a new one")
                    self._findings.add(
                        "changed", one.ticket.spot, reason,
                        kind="ticket", key=one.ticket.key, field="number", value=one.ticket.key,
                    )  # fmt: skip
        following = max([tickets.first_id(tx) - 1, *kept.values()])
        rest = [one.ticket.key for one in new if one.ticket.key not in kept]
        return kept | dict(zip(rest, range(following + 1, following + 1 + len(rest)), strict=True))

    def _add(
        self,
        tx: Tx,
        new: Sequence[_Ready],
        numbers: dict[str, int],
        customers: dict[Party, int],
        now: datetime,
    ) -> None:
        rows = [self._row(one, numbers[one.ticket.key], customers[one.requester]) for one in new]
        imported.write(tx, "ticket", rows)
        extra = (self._order.tag,) if self._order.tag else ()
        tickets.add_tags(
            tx, ((numbers[o.ticket.key], tag) for o in new for tag in (*o.fitted.tags, *extra))
        )
        tickets.add_collaborators(
            tx,
            [
                (numbers[one.ticket.key], Address(party.name, party.email))
                for one in new
                for party in (*one.others, *self._copied(one))
                if party.email and not party.agent and party.email != one.requester.email
            ],
        )
        imported.write(
            tx,
            "survey",
            [
                {
                    "ticket_id": numbers[one.ticket.key],
                    "asked_at": one.updated,
                    "score": one.ticket.score,
                    "comment": clean_line(one.ticket.comment)[:1000],
                    "answered_at": one.updated,
                    "message_id": None,
                }
                for one in new
                if one.ticket.score is not None
            ],
        )
        journal.record(tx, [self._event(one, numbers[one.ticket.key]) for one in new], now)

    def _copied(self, one: _Ready) -> list[Party]:
        """Who was in To and Cc of what was said, but for our own addresses."""
        ours = self._desk.settings.own_addresses() | {
            a.email.lower() for a in self._desk.settings.agents
        }
        people = {
            a.email: a.name for line in one.lines for a in (*line.said.to, *line.said.cc)[:40]
        }
        return [
            Party("", name, email) for email, name in people.items() if email and email not in ours
        ]

    def _event(self, one: _Ready, number: int) -> NewEvent:
        """The one line of the journal: where the ticket comes from, and what has no place here."""
        source, fitted = self._order.source, one.fitted
        changes: dict[str, tuple[Any, Any]] = {
            "subject": (None, self._subject(one)),
            "status": (None, fitted.substatus or str(fitted.status)),
            "priority": (None, str(fitted.priority)),
        }
        for name, value in fitted.extra.items():
            changes[f"{source}.{clean_line(name)[:100].rstrip('.')}"] = (None, value[:1000])
        return NewEvent(number, self._actor, "imported", changes, text=f"{source} {one.ticket.key}")

    def _subject(self, one: _Ready) -> str:
        first = next((line.text for line in one.lines if line.text), "")
        return one.ticket.subject or clean_line(first[:400])[:100]

    def _row(self, one: _Ready, number: int, customer: int) -> dict[str, Any]:
        ticket, fitted = one.ticket, one.fitted
        closed = fitted.status is Status.CLOSED
        solved = closed or fitted.status is Status.SOLVED
        fields = dict(fitted.fields)
        if self._order.number_field:
            fields[self._order.number_field] = ticket.key
        return {
            "id": number,
            "subject": self._subject(one),
            "status": fitted.status.value,
            "substatus": fitted.substatus,
            "priority": fitted.priority.rank,
            "type": fitted.type,
            "task_due": ticket.task_due,
            "channel": "email" if any(x.said.packed for x in one.lines) else fitted.channel,
            "account": self._order.account,
            "category": fitted.category,
            "team": fitted.team,
            "assignee": one.assignee.agent if one.assignee else "",
            "customer_id": customer,
            "fields": fields,
            "version": 1,
            "created_at": one.created,
            "updated_at": one.updated,
            "solved_at": (ticket.solved_at or ticket.closed_at or one.updated) if solved else None,
            "closed_at": (ticket.closed_at or one.updated) if closed else None,
            "spent": ticket.spent,
            "unread": False,
            "sla": "",
            "sla_chosen": "",
            "breached": False,
            "spam": False,
            "quarantine": "",
            "snoozed_until": None,
        } | self._said_columns(one.lines, one, fitted.status)

    def _said_columns(self, lines: Sequence[_Line], one: _Ready, status: Status) -> dict[str, Any]:
        """The columns that follow from what was said."""
        answers = [x.said.at for x in lines if x.direction is Direction.OUT]
        last = max(answers, default=EPOCH)
        asked = [
            x.said.at
            for x in lines
            if x.direction is Direction.IN and x.said.at > last and not x.robot
        ]
        waits = status in OPEN_STATUSES and asked
        people = [x.said.at for x in lines if x.by is not By.SYSTEM]
        return {
            "message_count": len(lines),
            "last_person_at": min(max([one.created, *people]), one.updated),
            "waiting_since": min(asked) if waits else None,
            "first_response_at": min(answers, default=None),
        }

    def _go_on(self, tx: Tx, old: Sequence[_Ready], numbers: dict[str, int], now: datetime) -> None:
        """Take over what became of tickets that are here, unless somebody worked on them here."""
        states = tickets.states(tx, [numbers[one.ticket.key] for one in old])
        untouched = imported.untouched(tx, states)
        gone = imported.erased(tx, (state.customer_id for state in states.values()))
        values: dict[int, dict[str, Any]] = {}
        events = []
        for one in old:
            state = states.get(numbers[one.ticket.key])
            if state is None or state.deleted or state.customer_id in gone:
                one.fresh = []  # what was deleted or erased does not come back
                continue
            later = one.updated > state.updated_at and state.id in untouched
            if not one.fresh and not later:
                continue
            found: dict[str, Any] = {
                "message_count": state.message_count + len(one.fresh),
                "updated_at": max(state.updated_at, one.updated),
                "version": state.version + 1,
            }
            changes: dict[str, tuple[Any, Any]] = {}
            if state.id in untouched:
                row = self._row(one, state.id, state.customer_id)
                del row["id"], row["message_count"], row["version"], row["account"], row["channel"]
                found |= row
                if state.status is not one.fitted.status:
                    changes["status"] = (str(state.status), str(one.fitted.status))
            values[state.id] = found
            text = f"{self._order.source} {one.ticket.key}"
            events.append(NewEvent(state.id, self._actor, "imported", changes, text=text))
        for number, columns in values.items():
            tickets.update_many(tx, {number: columns})
        journal.record(tx, events, now)

    def _say(self, tx: Tx, ready: Sequence[_Ready], numbers: dict[str, int], now: datetime) -> None:
        """Write what was said, with its files."""
        lines = [(one, line) for one in ready for line in one.fresh]
        first = messages.first_id(tx)
        seen: set[str] = set()
        new: list[NewMessage] = []
        for one, line in lines:
            if line.external in seen:
                continue
            seen.add(line.external)
            new.append(self._message(one, line, first + len(new), numbers[one.ticket.key], now))
            blobs.put(tx, (file.blob for file in line.files if file.blob is not None))
            if line.said.packed is not None:
                blobs.put(tx, [line.said.packed.blob])
        messages.insert_many(tx, new)
        self._done.messages += len(new)
        self._done.files += sum(len(line.files) for _one, line in lines)

    def _message(self, one: _Ready, line: _Line, id: int, number: int, now: datetime) -> NewMessage:
        said, party = line.said, line.party
        at = min(said.at, now) if said.at > EPOCH else one.created
        mail = said.packed.mail if said.packed else None
        name = party.agent or party.shown if party else str(SYSTEM)
        return NewMessage(
            id=id,
            ticket_id=number,
            account=self._order.account,
            direction=line.direction,
            by=line.by,
            author=name,
            author_email=party.email if party else "",
            at=at,
            created_at=now,
            received_at=at,
            external_id=line.external,
            message_id=said.message_id,
            thread=said.references,
            auto=mail.robot if mail and line.robot and line.direction is Direction.IN else "",
            subject=said.subject or one.ticket.subject,
            cut=mail.cut if mail else len(line.text),
            to=said.to,
            cc=said.cc,
            reply_to=mail.reply_to.email if mail and mail.reply_to else "",
            raw=said.packed.blob.sha256 if said.packed else None,
            size=said.packed.blob.size if said.packed else 0,
            text=line.text,
            attachments=mail.attachments if mail else tuple(f.part for f in line.files),
            indexed=said.packed.indexed if said.packed else None,
        )


def _led(tx: Tx, known: Mapping[str, int]) -> dict[str, int]:
    """Where tickets lead today that were merged here since."""
    found = dict(known)
    for _step in range(20):
        states = tickets.states(tx, list(set(found.values())))
        moved = {
            key: state.merged_into
            for key, number in found.items()
            if (state := states.get(number)) is not None and state.merged_into is not None
        }
        if not moved:
            break
        found |= moved
    return found


def _letters(text: str) -> str:
    return "".join(text.split())


def _same(one: Said, keyed: Sequence[Said], texts: set[str]) -> bool:
    """Whether a description is what one of the messages says, or the beginning of it."""
    mine = _letters(one.text)
    return mine in texts or any(_letters(x.text).startswith(mine[:200]) for x in keyed[:3])


def _digest(said: Said) -> str:
    text = f"{said.at.isoformat()}\n{said.who.key}{said.who.email}\n{said.text}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
