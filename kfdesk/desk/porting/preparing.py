"""Tickets of a source made ready to be written: fitted to this desk, but for their ids.

Nothing here is in a transaction; people and files are looked up as far as that needs none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kfdesk.desk.porting.attached import Attached, Files
from kfdesk.desk.porting.findings import Findings
from kfdesk.desk.porting.fit import GONE, Fit, Fitted
from kfdesk.desk.porting.order import Order
from kfdesk.desk.porting.people import Party, People
from kfdesk.desk.porting.records import Said, Ticket, Who
from kfdesk.i18n import _
from kfdesk.model import EPOCH, By, Direction


@dataclass(slots=True)
class Line:
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
class Prepared:
    """A ticket, ready to be written but for its number."""

    ticket: Ticket
    fitted: Fitted
    requester: Party
    assignee: Party | None
    others: list[Party]
    lines: list[Line]
    created: datetime = EPOCH
    updated: datetime = EPOCH
    fresh: list[Line] = field(default_factory=list)  # those that are not here yet


class Preparing:
    """Makes tickets ready, one after another; what does not fit is told."""

    def __init__(
        self, order: Order, fit: Fit, people: People, files: Files, findings: Findings
    ) -> None:
        self._order = order
        self._fit = fit
        self._people = people
        self._files = files
        self._findings = findings

    def prepare(self, ticket: Ticket, now: datetime) -> Prepared | None:
        """Make a ticket ready; None for one that is left out, and told."""
        if ticket.status.lower() == GONE:
            self.left_out(ticket, _("it was deleted there, and has no content any more"))
            return None
        if not (ticket.subject or ticket.said or ticket.requester):
            self.left_out(ticket, _("it is empty: no subject, no customer, nothing said"))
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
        ready = Prepared(
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

    def _line(self, ticket: Ticket, said: Said, party: Party, requester: Party) -> Line:
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
        return Line(said, external, party, direction, by, text, found)

    def _rest(self, ready: Prepared) -> Line:
        """A note of what did not fit, raw."""
        text = _("What did not fit when this was imported:")
        lines = "\n".join(f"{name}: {value}" for name, value in ready.fitted.rest)
        said = Said("", ready.updated, Who(), f"{text}\n{lines}", public=False)
        external = f"{self._order.source}:{ready.ticket.key}:rest"
        return Line(said, external, None, Direction.NOTE, By.SYSTEM, said.text, [])

    def _assign(self, ready: Prepared) -> None:
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

    def left_out(self, ticket: Ticket, reason: str) -> None:
        """Tell that a ticket is left out."""
        self._findings.add("left out", ticket.spot, reason, kind="ticket", key=ticket.key)


def _letters(text: str) -> str:
    return "".join(text.split())


def _same(one: Said, keyed: Sequence[Said], texts: set[str]) -> bool:
    """Whether a description is what one of the messages says, or the beginning of it."""
    mine = _letters(one.text)
    return mine in texts or any(_letters(x.text).startswith(mine[:200]) for x in keyed[:3])


def _digest(said: Said) -> str:
    text = f"{said.at.isoformat()}\n{said.who.key}{said.who.email}\n{said.text}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
