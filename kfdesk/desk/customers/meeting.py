"""Who somebody is who comes by a channel: known, proved to be somebody known, or new.

A mail names an address and nothing else, and is met in bulk by `desk.incoming.ingest`. A channel
that tells more (a WeChat openid with a telephone number that WeChat has proved) comes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kfdesk.desk import Desk
from kfdesk.desk.customers import identity
from kfdesk.desk.customers.membership import changed
from kfdesk.errors import UserError
from kfdesk.model import SYSTEM, Address
from kfdesk.store import customers
from kfdesk.store.people import profiles
from kfdesk.store.people.profiles import Entry
from kfdesk.store.people.profiles import Identity as Known
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody is known by, as a channel says; `verified` where it has proved it."""

    scheme: str
    value: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes: the first claim is what the channel itself knows them by."""

    name: str
    claims: tuple[Claim, ...]


def meet(tx: Tx, desk: Desk, people: Sequence[Person]) -> list[int]:
    """Return the customer of each, in order; who is new is made.

    What the channel knows them by leads to whom it led before. A new one joins a customer where
    another of the claims proves it: proved now, and proved before to be theirs. A claim that is
    another customer's and proves nothing is evidence for a suggestion. A claim that cannot be read
    is left out.
    """
    country = identity.country(desk.settings)
    return [_one(tx, desk, person, _readable(person, country)) for person in people]


def _readable(person: Person, country: str) -> list[Claim]:
    found: dict[tuple[str, str], Claim] = {}
    for claim in person.claims:
        try:
            pair = identity.normal(claim.scheme, claim.value, country)
        except UserError:
            continue
        was = found.get(pair)
        found[pair] = Claim(*pair, claim.verified or (was is not None and was.verified))
    return list(found.values())


def _one(tx: Tx, desk: Desk, person: Person, claims: list[Claim]) -> int:
    now = desk.clock()
    if not claims:
        return customers.nobody(tx, now)
    known = profiles.known_by(tx, ((one.scheme, one.value) for one in claims))
    id = _whose(claims, known)
    news = [one for one in claims if (one.scheme, one.value) not in known]
    if id is None:
        email = next((one.value for one in news if one.scheme == "email"), "")
        id = customers.make(tx, Address(clean_line(person.name), email), now)
    profiles.add_identities(tx, [(id, c.scheme, c.value, c.verified) for c in news], now)
    entries = [
        Entry(
            id,
            SYSTEM,
            "verified" if one.verified else "identity",
            {"identity": (None, f"{one.scheme}:{one.value}")},
        )
        for one in news
    ]
    proved: list[int] = []
    for one in claims:
        held = known.get((one.scheme, one.value))
        if held is None:
            continue
        if held.customer_id != id:
            entries += _claimed(tx, id, held)
        elif one.verified and not held.verified:
            proved.append(held.id)
    profiles.verify(tx, proved)
    profiles.record(tx, entries, now)
    if news:
        changed(desk, tx, [id])
    return id


def _whose(claims: Sequence[Claim], known: dict[tuple[str, str], Known]) -> int | None:
    """Whom the claims lead to: the channel's own one always, another only where it is proof."""
    own = known.get((claims[0].scheme, claims[0].value))
    if own is not None:
        return own.customer_id
    proofs = {
        held.customer_id
        for one in claims
        if one.verified and (held := known.get((one.scheme, one.value))) and held.verified
    }
    return proofs.pop() if len(proofs) == 1 else None


def _claimed(tx: Tx, id: int, held: Known) -> list[Entry]:
    """Somebody says to be known by what is another's: a line in the journal of both, once."""
    other = held.customer_id
    there = {
        (line.changes["identity"][1], line.changes["customer"][1])
        for line in profiles.journal(tx, [id], ["claimed"])
    }
    if (str(held), other) in there:
        return []
    said = {"identity": (None, str(held))}
    return [
        Entry(id, SYSTEM, "claimed", {**said, "customer": (None, other)}),
        Entry(other, SYSTEM, "claimed", {**said, "customer": (None, id)}, text="by the other"),
    ]
