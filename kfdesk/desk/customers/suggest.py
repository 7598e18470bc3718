"""Customers who are likely one person, with what speaks for it; a person decides.

Nothing here joins anybody: a name, a number in a signature, an address that looks alike are
evidence, not proof.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kfdesk.desk import Desk
from kfdesk.desk.customers import identity
from kfdesk.desk.customers.people import living
from kfdesk.desk.operation import operation
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor
from kfdesk.store.people import apart, likeness, profiles
from kfdesk.store.people.likeness import Said
from kfdesk.store.people.profiles import Profile
from kfdesk.store.tx import Tx
from kfdesk.text import fold


class Kind(StrEnum):
    """What speaks for it; the strongest first."""

    CLAIMED = "claimed"
    MAILBOX = "mailbox"
    SIGNED = "signed"
    NUMBER = "number"
    COMPANY = "company"
    DOMAIN = "domain"


_STRENGTH = {kind: len(Kind) - n for n, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for it: its kind, what is shared, and whose it is if it is one's."""

    kind: Kind
    shared: str
    by: int | None = None

    def __str__(self) -> str:
        text = {
            Kind.CLAIMED: _("customer {by} said to be known by {shared}, as the other is"),
            Kind.MAILBOX: _("{shared} lead to one mailbox"),
            Kind.SIGNED: _("customer {by} signs with {shared}, by which the other is known"),
            Kind.NUMBER: _("both sign with the number {shared}"),
            Kind.COMPANY: _("both are called {shared} and belong to one organisation"),
            Kind.DOMAIN: _("both are called {shared} and write from one company's domain"),
        }[self.kind]
        return text.format(shared=self.shared, by=self.by)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two customers, and what speaks for their being one, the strongest first."""

    customer: int
    other: int
    evidence: tuple[Evidence, ...]

    @property
    def strength(self) -> int:
        """More is likelier."""
        return sum(_STRENGTH[one.kind] for one in self.evidence)


#: So much of what somebody wrote last is read for how they sign.
_READ = 40
#: So many lines at the end of what they wrote, and so many behind it, may be a signature.
_BEFORE, _BEHIND = 6, 12
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w@.])\+?\(?\d[\d\s().\-–/·]{5,20}\d(?![\w@])")
_QUOTED = re.compile(r"\s*(>|-{3,}|_{5,}|On .+:$|From: |发件人[::]|.+写道[::]$)")

Found = dict[int, set[Evidence]]


def suggestions(desk: Desk, who: str = "") -> list[Suggestion]:
    """Who may be the same person as a customer; without one, every pair by names and addresses."""
    with desk.store.read() as tx:
        return of(tx, desk, living(tx, desk, who).id) if who else _every(tx)


def dismiss(desk: Desk, who: str, other: str, actor: Actor) -> tuple[int, int]:
    """Say that two customers are not one person: it is suggested no more. Returns who they are."""
    with operation(desk, actor, "customer.dismiss") as tx:
        one, two = living(tx, desk, who).id, living(tx, desk, other).id
        if one == two:
            raise UserError(_("a customer is themselves"))
        if not apart.put(tx, one, two, actor.name, desk.clock()):
            raise UserError(
                _("that {one} and {two} are not one was said already").format(one=one, two=two)
            )
        return one, two


def named_suggestions(desk: Desk, who: str, limit: int) -> tuple[list[Suggestion], dict[int, str]]:
    """The likeliest suggestions, and the names of those whom they are about."""
    found = suggestions(desk, who)[:limit]
    ids = {id for one in found for id in (one.customer, one.other)}
    with desk.store.read() as tx:
        rows = profiles.get_many(tx, ids)
    return found, {id: row.name or row.email for id, row in rows.items()}


def of(tx: Tx, desk: Desk, id: int) -> list[Suggestion]:
    """Who may be the same person as a customer, the likeliest first."""
    me = profiles.get(tx, id)
    assert me is not None
    found: Found = defaultdict(set)
    mine = profiles.identities(tx, [id]).get(id, ())
    emails = [one.value for one in mine if one.scheme == "email"]
    if not mine or me.erased_at is not None:
        return []
    _by_claim(tx, id, found)
    _by_mailbox(tx, emails, found)
    _by_signature(tx, desk, id, emails, found)
    _by_name(tx, me, emails, found)
    for other in (id, *apart.of(tx, [id]).get(id, ())):
        found.pop(other, None)
    still = likeness.living(tx, found)
    return _ranked((id, other, evidence) for other, evidence in found.items() if other in still)


def between(tx: Tx, desk: Desk, one: int, other: int) -> list[Evidence]:
    """What speaks for two customers being one person, the strongest first."""
    seen = {
        evidence
        for this, that in ((one, other), (other, one))
        for found in of(tx, desk, this)
        if found.other == that
        for evidence in found.evidence
    }
    return _in_order(seen)


def _in_order(evidence: Iterable[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda one: (-_STRENGTH[one.kind], one.shared, one.by or 0))


def _ranked(pairs: Iterable[tuple[int, int, Iterable[Evidence]]]) -> list[Suggestion]:
    found = [Suggestion(one, other, tuple(_in_order(said))) for one, other, said in pairs]
    return sorted(found, key=lambda one: (-one.strength, one.customer, one.other))


def _by_claim(tx: Tx, id: int, found: Found) -> None:
    """Somebody came by an identity and named another one, which somebody else has."""
    for line in profiles.journal(tx, [id], ["claimed"]):
        said, other = line.changes["identity"][1], line.changes["customer"][1]
        by = id if line.text == "" else other
        found[profiles.last(tx, other)].add(Evidence(Kind.CLAIMED, said, by))


def _by_mailbox(tx: Tx, emails: Iterable[str], found: Found) -> None:
    for email in emails:
        mailbox = identity.mailbox(email)
        local, _at, domain = mailbox.rpartition("@")
        domains = ("gmail.com", "googlemail.com") if domain == "gmail.com" else (domain,)
        for other, id in likeness.addresses_like(tx, local, domains):
            if other not in emails and identity.mailbox(other) == mailbox:
                pair = _(" and ").join(sorted((email, other)))
                found[id].add(Evidence(Kind.MAILBOX, pair))


def _by_name(tx: Tx, me: Profile, emails: Iterable[str], found: Found) -> None:
    if not me.name:
        return
    others = [id for id in likeness.called(tx, me.name) if id != me.id]
    rows = profiles.get_many(tx, others)
    domains = _companies(emails)
    theirs = profiles.identities(tx, others)
    for id, row in rows.items():
        if me.organisation_id is not None and row.organisation_id == me.organisation_id:
            found[id].add(Evidence(Kind.COMPANY, me.name))
        elif domains & _companies(i.value for i in theirs.get(id, ()) if i.scheme == "email"):
            found[id].add(Evidence(Kind.DOMAIN, me.name))


def _companies(emails: Iterable[str]) -> set[str]:
    """The domains of addresses that are not everybody's."""
    return {email.rpartition("@")[2] for email in emails} - identity.free_domains()


def _by_signature(tx: Tx, desk: Desk, id: int, emails: list[str], found: Found) -> None:
    ours = desk.settings.own_addresses() | {a.email.lower() for a in desk.settings.agents}
    country = identity.country(desk.settings)
    addresses: set[str] = set()
    numbers: set[str] = set()
    written: dict[str, set[str]] = defaultdict(set)
    for said in likeness.said_last(tx, id, _READ):
        if emails and said.author_email not in emails:
            continue  # somebody else, on a ticket of theirs
        signature = _signature(said)
        addresses |= {one.lower() for one in _ADDRESS.findall(signature)}
        for number, as_written in _numbers(signature, country):
            numbers.add(number)
            written[number].add(as_written)
    pairs = [("email", one) for one in addresses - {*emails} - ours]
    pairs += [("phone", one) for one in numbers]
    for (_scheme, value), held in profiles.known_by(tx, pairs).items():
        if held.customer_id != id:
            found[held.customer_id].add(Evidence(Kind.SIGNED, value, id))
    for email in emails:
        for said in likeness.writing_of(tx, email, likeness.MOST):
            if said.author_email not in emails and email in _signature(said).lower():
                _of_author(tx, said, Evidence(Kind.SIGNED, email, said.customer_id), found)
    for number in numbers:
        for way in sorted(written[number] | {number, number.removeprefix("+86")}):
            for said in likeness.writing_of(tx, way, likeness.MOST):
                others = {one for one, _way in _numbers(_signature(said), country)}
                if said.author_email not in emails and number in others:
                    _of_author(tx, said, Evidence(Kind.NUMBER, number), found)


def _of_author(tx: Tx, said: Said, evidence: Evidence, found: Found) -> None:
    """What is written speaks of who wrote it, which need not be whose ticket it is."""
    pair = ("email", said.author_email)
    if held := profiles.known_by(tx, [pair]).get(pair):
        by = held.customer_id if evidence.by is not None else None
        found[held.customer_id].add(Evidence(evidence.kind, evidence.shared, by))


def _signature(said: Said) -> str:
    """The lines by which somebody signs: the last they wrote, and the first behind it."""
    lines = said.text[: said.cut].rstrip().splitlines()[-_BEFORE:]
    for line in said.text[said.cut :].lstrip("\n").splitlines()[:_BEHIND]:
        if _QUOTED.match(line) and line.strip(" -_"):
            break
        lines.append(line)
    return "\n".join(lines)


def _numbers(text: str, country: str) -> Iterator[tuple[str, str]]:
    for match in _NUMBER.finditer(text):
        if number := identity.phone(match[0], country):
            yield number, match[0].strip()


def _every(tx: Tx) -> list[Suggestion]:
    """Every pair that shares a mailbox, or a name and a company. Signatures are read of one."""
    found: dict[tuple[int, int], set[Evidence]] = defaultdict(set)
    domains: dict[int, set[str]] = defaultdict(set)
    mailboxes: dict[str, list[tuple[str, int]]] = defaultdict(list)
    free = identity.free_domains()
    for email, id in likeness.every_address(tx):
        if (domain := email.rpartition("@")[2]) not in free:
            domains[id].add(domain)
        mailboxes[identity.mailbox(email)].append((email, id))
    for several in mailboxes.values():
        for (email, one), (other_email, other) in _pairs(several):
            if one != other:
                both = _(" and ").join(sorted((email, other_email)))
                found[min(one, other), max(one, other)].add(Evidence(Kind.MAILBOX, both))
    names: dict[tuple[str, str | int], list[tuple[str, int]]] = defaultdict(list)
    for id, name, organisation in likeness.everybody(tx):
        if organisation is not None:
            names[fold(name), organisation].append((name, id))
        for domain in domains.get(id, ()):
            names[fold(name), domain].append((name, id))
    for (_name, shared), several in names.items():
        kind = Kind.DOMAIN if isinstance(shared, str) else Kind.COMPANY
        for (name, one), (_same, other) in _pairs(several):
            found[min(one, other), max(one, other)].add(Evidence(kind, name))
    for pair, evidence in found.items():
        if {Kind.COMPANY, Kind.DOMAIN} <= {one.kind for one in evidence}:
            found[pair] = {one for one in evidence if one.kind is not Kind.DOMAIN}
    no = apart.every(tx)
    return _ranked((*pair, evidence) for pair, evidence in found.items() if pair not in no)


def _pairs(several: list[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """Each with the first: a hundred of one name are a hundred pairs, not five thousand."""
    for other in several[1:]:
        yield several[0], other


def as_json(found: Suggestion, names: Mapping[int, str]) -> dict[str, object]:
    """The JSON of a suggestion."""
    return {
        "customer": {"id": found.customer, "name": names.get(found.customer, "")},
        "other": {"id": found.other, "name": names.get(found.other, "")},
        "evidence": [
            {"kind": one.kind.value, "shared": one.shared, "by": one.by, "text": str(one)}
            for one in found.evidence
        ],
    }
