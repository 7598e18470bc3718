"""How satisfied a customer was: asked once a ticket, answered by a mail that carries the score.

The mark in such a mail is signed, and good for one ticket. Whoever has it may answer as long as
nobody did; then only a party of the ticket changes the score, whose last answer counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import quote

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import Words
from kfdesk.desk.conversation.progress import take_back
from kfdesk.desk.operation import operation
from kfdesk.desk.sending.accounts import able_channel
from kfdesk.desk.sending.automatic import answer
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.mail.token import score_mark, subject_token
from kfdesk.model import OPEN_STATUSES, Actor, By, Status
from kfdesk.rules.given import ASKING
from kfdesk.rules.template import SCORES
from kfdesk.rules.wording import CSAT
from kfdesk.store import journal, outbox, survey, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.survey import Asked
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

#: The question leaves after so long: who solved by mistake asks nobody.
WAIT = timedelta(minutes=10)
#: For so long an answer counts.
EXPIRES = timedelta(days=30)


def ask(
    tx: Tx, desk: Desk, template: str, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Ask the customers of tickets, {number: root event}, who were not asked before."""
    held = dict.fromkeys(survey.asked(tx, roots), _("the customer was asked before"))
    for number, state in tickets.states(tx, list(roots)).items():
        if state.spam or state.deleted or state.merged_into is not None:
            held[number] = _("it is spam, or gone")
    fresh = {number: root for number, root in roots.items() if number not in held}
    words = Words.of_template(desk.settings, template)
    back = answer(
        tx,
        desk,
        words,
        actor if actor.kind is By.RULE else Actor(By.RULE, ASKING),
        fresh,
        now,
        afresh=True,
        answers=False,
        wait=WAIT,
        about="csat",
        more=lambda state: links(desk, state),
    )
    survey.ask(tx, fresh.keys() - back.keys(), now)
    held |= back
    return {
        number: {"held": held[number]} if number in held else {"surveys": 1} for number in roots
    }


def withdraw(
    tx: Tx, changes: Iterable[tuple[int, Mapping[str, tuple[Any, Any]]]], now: datetime
) -> None:
    """Take back what was asked about tickets, {number: changes}, that are open again before it
    left: nobody is asked about work that goes on."""
    reopened = [
        number
        for number, diff in changes
        if diff.get("status", ("", ""))[0] in (Status.SOLVED, Status.CLOSED)
        and diff["status"][1] in OPEN_STATUSES
    ]
    if reopened and (gone := take_back(tx, reopened, "csat", now)):
        survey.forget(tx, gone)


def counts(asked: Asked | None, now: datetime, *, party: bool) -> str:
    """Return why an answer does not count, or nothing where it does."""
    if asked is None:
        return ""
    if now - asked.at > EXPIRES:
        return _("answered after more than {n} days: the score does not count").format(
            n=EXPIRES.days
        )
    if asked.score is not None and not party:
        return _("answered already, and not by who answers now: the score does not count")
    return ""


def links(desk: Desk, state: State) -> Mapping[str, str]:
    """What `{{csat.good}}` and its kin are: a mail to the ticket's channel with the score in it.

    Only ASCII, percent-encoded (RFC 6068): what every mail program opens alike.
    """
    channel = able_channel(desk.settings, state.account)
    if channel is None:
        return {}
    address = quote(channel.address or parseaddr(channel.sender)[1], safe="@+")
    token = subject_token(desk.settings.desk.number_prefix, state.id)
    return {
        name: f"mailto:{address}?subject="
        + quote(f"[{token}] {score}/5 {score_mark(desk.secret, state.id, score)}")
        for name, score in SCORES.items()
    }


# --- by hand


@dataclass(frozen=True, slots=True)
class Survey:
    """Whether the customer of a ticket was asked, and what they said."""

    number: int
    asked: Asked | None
    waiting: bool  # it was queued, and has not left yet

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk survey --json` prints."""
        asked = self.asked
        return {
            "number": self.number,
            "asked_at": asked.at if asked else None,
            "waiting": self.waiting,
            "score": asked.score if asked else None,
            "comment": asked.comment if asked else "",
            "answered_at": asked.answered_at if asked else None,
        }


def state_of(desk: Desk, number: int) -> Survey:
    """Return how it stands on a ticket."""
    with desk.store.read() as tx:
        return _state_of(tx, number)


def _state_of(tx: Tx, number: int) -> Survey:
    tickets.state(tx, number)
    asked = survey.of(tx, [number]).get(number)
    return Survey(number, asked, bool(outbox.waiting(tx, [number], "csat")))


def ask_now(desk: Desk, number: int, actor: Actor) -> Survey:
    """Ask the customer of one ticket. UserError where they were asked before, or cannot be."""
    now = desk.clock()
    with operation(desk, actor, "csat") as tx:
        tickets.state(tx, number)
        (root,) = journal.record(tx, [NewEvent(number, actor, "csat asked")], now)
        done = ask(tx, desk, CSAT, Actor(By.RULE, ASKING), {number: root}, now)[number]
        if "held" in done:
            raise UserError(
                _("the customer of ticket {number} is not asked: {why}").format(
                    number=number, why=done["held"]
                )
            )
        return _state_of(tx, number)
