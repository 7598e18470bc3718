"""What came in becomes tickets: messages, what the rules make of them, and the cursor, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kfdesk.desk import Desk
from kfdesk.desk.incoming.arrival import Arrival, own, receive
from kfdesk.desk.incoming.wave import MOST_NEW_PEOPLE, Wave
from kfdesk.mail.token import untagged
from kfdesk.model import Address, Batch, Cursor
from kfdesk.settings import Channel
from kfdesk.store import blobs, channels, customers, messages, origins, outbox
from kfdesk.store.tx import Tx


@dataclass(slots=True)
class Ingested:
    """What a batch came to; messages, duplicates and quarantined add up to what was pulled."""

    new_tickets: int = 0
    messages: int = 0
    duplicates: int = 0
    quarantined: int = 0


def ingest(desk: Desk, channel: Channel, batch: Batch) -> Ingested:
    """Write a batch and its cursor in one transaction; what is there already is only counted."""
    return write(desk, channel, batch.cursor, receive(batch.items, own(desk.settings)))


def write(desk: Desk, channel: Channel, cursor: Cursor, arrivals: Sequence[Arrival]) -> Ingested:
    """Write what was received, and the cursor behind it, in one transaction."""
    done = Ingested()
    now = desk.clock()
    with desk.store.write() as tx:
        fresh, twins = _sort_out(tx, desk, channel.name, arrivals)
        done.duplicates = len(arrivals) - len(fresh)
        if fresh:
            blobs.put(tx, (arrival.blob for arrival in fresh))
            people = _meet(tx, desk, fresh)
            written: dict[str, int] = {}
            rest = fresh
            while rest:
                wave = Wave(desk, channel, tx, now, people)
                rest = wave.write(rest)
                written |= wave.written
                done.new_tickets += len(wave.created)
                done.quarantined += wave.quarantined
            done.messages = len(fresh) - done.quarantined
            origins.add(
                tx, channel.name, ((a.item.place, written[a.mail.digest], None) for a in fresh)
            )
            _keep_copies(tx, channel.name, [(a, written[a.mail.digest]) for a in twins])
        channels.save_cursor(tx, channel.name, cursor)
    return done


def _sort_out(
    tx: Tx, desk: Desk, account: str, arrivals: Sequence[Arrival]
) -> tuple[list[Arrival], list[Arrival]]:
    """Split off what the desk has: from another pull or folder, or because it sent it itself.

    Returns what is new, and second copies of that within the batch.
    """
    known = messages.by_external(tx, account, [a.mail.digest for a in arrivals])
    ours = desk.settings.own_addresses()
    ids = [a.mail.message_id for a in arrivals if a.mail.message_id and a.mail.sender.email in ours]
    sent = outbox.messages_of(tx, ids) if ids else {}
    letters = outbox.letters(tx, ids) if ids else set()
    fresh: dict[str, Arrival] = {}
    twins: list[Arrival] = []
    copies: list[tuple[Arrival, int]] = []
    for arrival in arrivals:
        mail = arrival.mail
        if mail.digest in known:
            copies.append((arrival, known[mail.digest].id))
        elif mail.sender.email in ours and mail.message_id in sent:
            copies.append((arrival, sent[mail.message_id]))
        elif mail.message_id in letters and mail.sender.email in ours:
            continue  # our own word to a colleague, seen in the Sent folder: no message of a ticket
        elif mail.digest in fresh:
            twins.append(arrival)
        else:
            fresh[mail.digest] = arrival
    _keep_copies(tx, account, copies)
    return list(fresh.values()), twins


def _keep_copies(tx: Tx, account: str, copies: Sequence[tuple[Arrival, int]]) -> None:
    """Remember further places of a message, with their own bytes where a server changed some."""
    blobs.put(tx, (arrival.blob for arrival, _id in copies))
    origins.add(tx, account, ((a.item.place, id, a.blob.sha256) for a, id in copies))


def _meet(tx: Tx, desk: Desk, arrivals: Sequence[Arrival]) -> dict[str, int]:
    """Return {address: customer} of everybody these mails are from or to; new ones are made."""
    ours = desk.settings.own_addresses() | {a.email.lower() for a in desk.settings.agents}
    wanted: dict[str, Address] = {}
    for arrival in arrivals:
        for person in (*arrival.writers, *arrival.mail.to, *arrival.mail.cc):
            wanted.setdefault(person.email, person)
    wanted.pop("", None)
    known = customers.by_email(tx, wanted)
    new: dict[str, Address] = {}
    for arrival in arrivals:
        for person in arrival.writers:
            if person.email and person.email not in known:
                new.setdefault(person.email, person)
        others = [] if arrival.mail.robot else [*arrival.mail.to, *arrival.mail.cc]
        strangers = [
            person
            for person in others
            if person.email
            and person.email not in known
            and person.email not in new
            and untagged(person.email) not in ours
        ]
        for person in strangers[:MOST_NEW_PEOPLE]:
            new.setdefault(person.email, person)
    return known | customers.add(tx, new.values(), desk.clock())
