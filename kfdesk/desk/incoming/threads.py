"""What mails name, by our tokens, Message-IDs and numbers, and all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from kfdesk.desk import Desk
from kfdesk.desk.conversation import progress
from kfdesk.desk.incoming import votes
from kfdesk.mail.token import find_number, find_score, side_of, ticket_of, ticket_of_plus
from kfdesk.model import Direction, Mail, Side
from kfdesk.store import customers, messages, tickets
from kfdesk.store.messages import Known
from kfdesk.store.teamwork import parties, sides
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Threads:
    """All that the verdicts over some mails need, read in a few statements."""

    known: Mapping[str, Sequence[Known]]
    states: Mapping[int, State]
    owners: Mapping[int, Set[str]]  # the customer's addresses
    parties: Mapping[int, frozenset[str]]
    removed: Mapping[int, Set[str]]  # who was taken off the ticket
    sides: Mapping[int, Side]

    @classmethod
    def load(cls, tx: Tx, desk: Desk, mails: Iterable[Mail]) -> Threads:
        """Read everything that these mails name."""
        mails = list(mails)
        wanted: set[str] = set()
        numbers: set[int] = set()
        for mail in mails:
            wanted.update(mail.references)
            numbers.update(number for _kind, number in claims(desk, mail))
            if (number := progress.asked(desk, mail)) is not None:
                numbers.add(number)
            if mail.bounce:
                wanted.update(mail.bounce.message_ids)
                numbers.update(signed(desk, mail.bounce.message_ids))
        known = messages.by_message_ids(tx, wanted) if wanted else {}
        numbers.update(found.ticket_id for several in known.values() for found in several)
        asked = sides.of(tx, {side for mail in mails for side in _asked_in(mail)})
        numbers.update(side.ticket for side in asked.values())
        states = _with_targets(tx, tickets.states(tx, list(numbers)))
        people = customers.emails_of(tx, (s.customer_id for s in states.values()))
        others, removed = parties.of(tx, list(states))
        owners = {id: people[state.customer_id] for id, state in states.items()}
        taking = {id: frozenset(owned | others.get(id, set())) for id, owned in owners.items()}
        # Who was taken off, and has become the customer since by a merge, is on again.
        removed = {id: off - owners.get(id, set()) for id, off in removed.items()}
        return cls(known, states, owners, taking, removed, asked)

    def live(self, number: int) -> State | None:
        """Return the ticket that a number leads to today: its merge target; None if deleted."""
        state = self.states.get(number)
        seen = {number}
        while state is not None and state.merged_into is not None and state.merged_into not in seen:
            seen.add(state.merged_into)
            state = self.states.get(state.merged_into)
        return None if state is None or state.deleted else state

    def places(self, desk: Desk, ids: Iterable[str]) -> dict[int, int]:
        """Where what we sent from tickets is now, {ticket: ticket}: a message may have moved."""
        found: dict[int, int] = {}
        for id in ids:
            for known in self.known.get(id, ()):
                if (
                    known.direction is Direction.OUT
                    and (n := ticket_of(desk.secret, id)) is not None
                ):
                    found.setdefault(n, known.ticket_id)
        return found

    def referred(self, mail: Mail, number: int) -> list[str]:
        """The subjects of the mails of a ticket that a mail answers."""
        return [
            found.subject
            for reference in mail.references
            for found in self.known.get(reference, ())
            if found.ticket_id == number
        ]


def _asked_in(mail: Mail) -> Iterator[int]:
    """The side conversations that a mail says it is of."""
    bounced = mail.bounce.message_ids if mail.bounce else ()
    addresses = (*mail.delivered_to, *(a.email for a in mail.to if "+" in a.email))
    for mark in (*mail.references, *bounced, *addresses):
        if side := side_of(mark):
            yield side


def _with_targets(tx: Tx, states: dict[int, State]) -> dict[int, State]:
    while missing := {
        s.merged_into for s in states.values() if s.merged_into and s.merged_into not in states
    }:
        found = tickets.states(tx, sorted(missing))
        if not found:
            break
        states |= found
    return states


def signed(desk: Desk, ids: Iterable[str]) -> list[int]:
    """The tickets whose tokens stand in these Message-IDs."""
    return [n for id in ids if (n := ticket_of(desk.secret, id)) is not None]


def claims(desk: Desk, mail: Mail) -> list[tuple[Literal["token", "number"], int]]:
    """Return the ticket numbers that a mail names itself: signed ones, then the subject's."""
    found: list[tuple[Literal["token", "number"], int]] = [
        ("token", number) for number in signed(desk, mail.references)
    ]
    addresses = [*mail.delivered_to, *(a.email for a in (*mail.to, *mail.cc))]
    found += [
        ("token", number)
        for address in addresses
        if "+" in address and (number := ticket_of_plus(desk.secret, address)) is not None
    ]
    if (given := find_score(desk.secret, mail.subject)) is not None:
        found.append(("token", given[0]))
    if (said := votes.said(desk, mail)) is not None:
        found.append(("token", said[0]))
    number = find_number(desk.settings.desk.number_prefix, mail.subject)
    return [*found, ("number", number)] if number is not None else found
