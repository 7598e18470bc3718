"""The people of a source: who works here too, and who is which customer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kfdesk.desk.customers import identity
from kfdesk.desk.porting.findings import Findings, Spot
from kfdesk.desk.porting.fit import Fit
from kfdesk.desk.porting.records import Organisation, Person, Who
from kfdesk.i18n import _
from kfdesk.mail.address import parse as addresses
from kfdesk.model import Actor
from kfdesk.store.porting import imported
from kfdesk.store.tx import Tx

_NOT_DIALLED = re.compile(r"[^\d+]")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who has to do with a ticket. `agent` is who they are here, `staff` that they worked
    there."""

    key: str
    name: str
    email: str
    agent: str = ""
    staff: bool = False
    identities: tuple[tuple[str, str, bool], ...] = ()  # scheme, value, proved
    organisation: str = ""
    language: str = ""
    created_at: datetime | None = None
    spot: Spot = field(default=Spot(""), compare=False)

    @property
    def shown(self) -> str:
        """What to call them."""
        return self.name or self.email or self.key


class People:
    """Everybody of one source, found by key among the persons that `find` gives."""

    def __init__(
        self,
        source: str,
        fit: Fit,
        findings: Findings,
        actor: Actor,
        find: Callable[[Iterable[str]], dict[str, Person]],
    ) -> None:
        self._source = source
        self._fit = fit
        self._findings = findings
        self._actor = actor
        self._find = find
        self.made = 0

    def parties(self, several: Iterable[Who], spot: Spot) -> dict[Who, Party]:
        """Who these are."""
        wanted = list(dict.fromkeys(several))
        persons = self._find({who.key for who in wanted if who.key})
        return {who: self._party(who, persons.get(who.key), spot) for who in wanted}

    def party(self, person: Person) -> Party:
        """Somebody of whom the source tells."""
        emails = [a.email for given in person.emails for a in addresses(given) if a.email]
        if person.emails and not emails:
            self._odd(person.spot, person.key, "email", person.emails[0], _("no address"))
        email = emails[0] if emails else ""
        dialled = _NOT_DIALLED.sub("", person.phone)
        phone = identity.phone(person.phone, self._fit.country) or dialled
        identities: list[tuple[str, str, bool]] = [("email", one, False) for one in emails]
        if len(phone) >= 5:
            identities.append(("phone", phone, person.phone_proved))
        identities += [(scheme, value, True) for scheme, value in person.others]
        return Party(
            key=person.key,
            name=person.name,
            email=email,
            agent=self._fit.agent(person.name if person.agent else "", email),
            staff=person.agent,
            identities=tuple(identities),
            organisation=person.organisation,
            language=person.language,
            created_at=person.created_at,
            spot=person.spot,
        )

    def _party(self, who: Who, person: Person | None, spot: Spot) -> Party:
        if person is not None:
            return self.party(person)
        if who.key and not (who.name or who.email):
            reason = _(
                "there is no such person in the export; somebody without a name stands there"
            )
            self._findings.add(
                "changed",
                spot,
                reason,
                kind="person",
                key=who.key,
                field="id",
                value=who.key,
                once=True,
            )
        identities = (("email", who.email, False),) if who.email else ()
        return Party(
            who.key,
            who.name or ("" if who.email else who.key),
            who.email,
            self._fit.agent("", who.email),
            identities=identities,
            spot=spot,
        )

    def customers(self, tx: Tx, parties: Sequence[Party], now: datetime) -> dict[Party, int]:
        """Return {party: customer}; those who are not here yet are made."""
        keys = imported.known(tx, self._source, "customer", (p.key for p in parties if p.key))
        marks = {(s, v) for p in parties for s, v, _proved in self._marks(p)}
        owned = imported.owners(tx, marks)
        moved = imported.living(tx, {*keys.values(), *owned.values()})
        gone = imported.erased(tx, {*keys.values(), *owned.values(), *moved.values()})
        found: dict[Party, int] = {}
        rows: list[dict[str, Any]] = []
        names: list[dict[str, Any]] = []
        first = imported.first_id(tx, "customer")
        companies = imported.known(
            tx, self._source, "organisation", {p.organisation for p in parties if p.organisation}
        )
        for party in parties:
            if party in found:
                continue
            marks_of = self._marks(party)
            # A telephone that nobody proved may be that of a whole office.
            proofs = [(s, v) for s, v, proved in marks_of if proved or s != "phone"]
            id = keys.get(party.key) or next((owned[m] for m in proofs if m in owned), None)
            if id is None:
                id = first + len(rows)
                rows.append(
                    {
                        "id": id,
                        "name": party.name,
                        "email": party.email,
                        "organisation_id": companies.get(party.organisation),
                        "fields": {},
                        "language": party.language,
                        "created_at": min(party.created_at or now, now),
                    }
                )
            id = moved.get(id, id)
            found[party] = id
            if party.key:
                keys[party.key] = id
            for scheme, value, proved in marks_of:
                if (scheme, value) not in owned and id not in gone:
                    owned[scheme, value] = id
                    names.append(
                        {
                            "scheme": scheme,
                            "value": value,
                            "customer_id": id,
                            "verified": proved and scheme == "phone",
                            "created_at": now,
                        }
                    )
        imported.write(tx, "customer", rows)
        imported.write(tx, "identity", names, anew=False)
        imported.write(
            tx,
            "customer_event",
            [
                {
                    "customer_id": row["id"],
                    "at": now,
                    "by": self._actor.kind.value,
                    "actor": self._actor.name,
                    "kind": "imported",
                    "changes": {},
                    "text": self._source,
                }
                for row in rows
            ],
        )
        imported.remember(
            tx, self._source, "customer", {p.key: id for p, id in found.items() if p.key}
        )
        self.made += len(rows)
        return found

    def _marks(self, party: Party) -> tuple[tuple[str, str, bool], ...]:
        """What a party is known by; one of whom nothing is known, by their key."""
        return party.identities or ((f"id@{self._source}", party.key, True),)

    def organisations(self, tx: Tx, several: Sequence[Organisation]) -> int:
        """Write the organisations that are not here yet; return how many they were."""
        known = imported.known(tx, self._source, "organisation", (o.key for o in several))
        domains = {d for o in several for d in o.domains}
        here = imported.companies(tx, (o.name for o in several), domains)
        next_id = imported.first_id(tx, "organisation")
        rows: list[dict[str, Any]] = []
        names: list[dict[str, Any]] = []
        for one in several:
            if one.key in known:
                continue
            if not one.name:
                self._odd(one.spot, one.key, "name", "", _("an organisation without a name"))
                continue
            marks = (one.name.casefold(), *one.domains)
            id = next((here[mark] for mark in marks if mark in here), None)
            if id is None:
                id = next_id + len(rows)
                rows.append({"id": id, "name": one.name})
            known[one.key] = id
            here[one.name.casefold()] = id
            names += [
                {"domain": domain, "organisation_id": id}
                for domain in one.domains
                if here.setdefault(domain, id) == id
            ]
        imported.write(tx, "organisation", rows)
        imported.write(tx, "organisation_domain", names, anew=False)
        imported.remember(tx, self._source, "organisation", known)
        return len(rows)

    def _odd(self, spot: Spot, key: str, field: str, value: str, reason: str) -> None:
        self._findings.add(
            "changed", spot, reason, kind="person", key=key, field=field, value=value
        )
