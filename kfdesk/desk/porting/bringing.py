"""Tickets of a source into the desk, wave by wave: each wave is one transaction.

What was there is history: nothing is sent, no rule looks at it, no clock runs for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.porting import columns
from kfdesk.desk.porting.findings import Findings
from kfdesk.desk.porting.order import Brought, Order
from kfdesk.desk.porting.people import Party, People
from kfdesk.desk.porting.preparing import Prepared, Preparing
from kfdesk.desk.porting.records import Ticket
from kfdesk.i18n import _
from kfdesk.model import Actor, Address
from kfdesk.store import blobs, journal, messages, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.store.people import groups
from kfdesk.store.porting import imported
from kfdesk.store.teamwork import parties
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line

#: Higher numbers of a source are not kept: ours would have to go on behind them.
MOST_NUMBER = 1_000_000_000
_NUMBER = re.compile(r"[1-9]\d{0,10}", re.ASCII)


class Bringing:
    """Writes tickets; `done` counts."""

    def __init__(
        self,
        desk: Desk,
        actor: Actor,
        order: Order,
        preparing: Preparing,
        people: People,
        findings: Findings,
        done: Brought,
    ) -> None:
        self._desk = desk
        self._actor = actor
        self._order = order
        self._preparing = preparing
        self._people = people
        self._findings = findings
        self._done = done

    def bring(self, wave: Sequence[Ticket]) -> None:
        """Write a wave in one transaction; of what is there already, only what came since."""
        now = self._desk.clock()
        made = (self._preparing.prepare(ticket, now) for ticket in wave)
        ready = [one for one in made if one is not None]
        if not ready:
            return
        with self._desk.store.write() as tx:
            self._write(tx, ready, now)

    def _write(self, tx: Tx, ready: Sequence[Prepared], now: datetime) -> None:
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
            self._preparing.left_out(
                one.ticket, _("its customer was erased here, and does not come back")
            )
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

    def _numbers(self, tx: Tx, new: Sequence[Prepared]) -> dict[str, int]:
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
        new: Sequence[Prepared],
        numbers: dict[str, int],
        customers: dict[Party, int],
        now: datetime,
    ) -> None:
        rows = [
            columns.ticket(one, self._order, numbers[one.ticket.key], customers[one.requester])
            for one in new
        ]
        imported.write(tx, "ticket", rows)
        self._beside(tx, new, numbers)
        journal.record(
            tx,
            [columns.event(one, self._order, self._actor, numbers[one.ticket.key]) for one in new],
            now,
        )

    def _beside(self, tx: Tx, some: Sequence[Prepared], numbers: Mapping[str, int]) -> None:
        """Write what stands beside tickets: tags, who takes part, what the customer thought."""
        extra = (self._order.tag,) if self._order.tag else ()
        tickets.add_tags(
            tx, ((numbers[o.ticket.key], tag) for o in some for tag in (*o.fitted.tags, *extra))
        )
        parties.add(
            tx,
            [
                (numbers[one.ticket.key], Address(party.name, party.email))
                for one in some
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
                for one in some
                if one.ticket.score is not None
            ],
            anew=False,
        )

    def _copied(self, one: Prepared) -> list[Party]:
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

    def _go_on(
        self, tx: Tx, old: Sequence[Prepared], numbers: dict[str, int], now: datetime
    ) -> None:
        """Take over what became of tickets that are here, unless somebody worked on them here."""
        states = tickets.states(tx, [numbers[one.ticket.key] for one in old])
        untouched = imported.untouched(tx, states)
        gone = imported.erased(tx, (state.customer_id for state in states.values()))
        values: dict[int, dict[str, Any]] = {}
        news: list[Prepared] = []
        events = []
        for one in old:
            state = states.get(numbers[one.ticket.key])
            if state is None or state.deleted or state.customer_id in gone:
                one.fresh = []  # what was deleted or erased does not come back
                continue
            later = one.updated > state.updated_at and state.id in untouched
            if not one.fresh and not later:
                continue
            # Several may lead to one ticket: the mails of a thread, what was merged here.
            before = values.get(state.id, {})
            found: dict[str, Any] = {
                "message_count": before.get("message_count", state.message_count) + len(one.fresh),
                "updated_at": max(before.get("updated_at", state.updated_at), one.updated),
                "version": state.version + 1,
            }
            changes: dict[str, tuple[Any, Any]] = {}
            if state.id in untouched:
                row = columns.ticket(one, self._order, state.id, state.customer_id)
                del row["id"], row["message_count"], row["version"], row["account"], row["channel"]
                found |= row
                news.append(one)
                if state.status is not one.fitted.status:
                    changes["status"] = (str(state.status), str(one.fitted.status))
            values[state.id] = found
            text = f"{self._order.source} {one.ticket.key}"
            events.append(NewEvent(state.id, self._actor, "imported", changes, text=text))
        for number, found in values.items():
            tickets.update_many(tx, {number: found})
        self._beside(tx, news, numbers)
        journal.record(tx, events, now)

    def _say(
        self, tx: Tx, ready: Sequence[Prepared], numbers: dict[str, int], now: datetime
    ) -> None:
        """Write what was said, with its files."""
        lines = [(one, line) for one in ready for line in one.fresh]
        first = messages.first_id(tx)
        seen: set[str] = set()
        new: list[NewMessage] = []
        for one, line in lines:
            if line.external in seen:
                continue
            seen.add(line.external)
            new.append(
                columns.message(
                    one, self._order, line, first + len(new), numbers[one.ticket.key], now
                )
            )
            blobs.put(tx, (file.blob for file in line.files if file.blob is not None))
            if line.said.packed is not None:
                blobs.put(tx, [line.said.packed.blob])
        messages.insert_many(tx, new)
        self._done.messages += len(new)
        self._done.files += sum(len(line.files) for _one, line in lines)


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
