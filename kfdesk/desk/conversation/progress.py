"""Telling customers how far their ticket has come: at a step, and when they ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unicodedata import normalize

from kfdesk.desk import Desk
from kfdesk.desk.conversation.journey import Step, steps_of
from kfdesk.desk.conversation.placeholders import Words, values_of
from kfdesk.desk.sending.automatic import answer
from kfdesk.i18n import _
from kfdesk.mail.subject import clean_subject
from kfdesk.mail.token import find_number
from kfdesk.model import SYSTEM, Actor, By, Mail, OutboxState
from kfdesk.rules.given import ANSWERING
from kfdesk.rules.wording import PROGRESS, asks_for_progress, is_polite
from kfdesk.store import answering, journal, outbox, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.tx import Tx

#: A step is told after so long, so that those which follow at once are told in the same mail.
WAIT = timedelta(minutes=5)
_TOKEN = re.compile(r"\[?\s?[\w.]{1,20}-\d{1,18}-\d\s?\]?")


@dataclass(frozen=True, slots=True)
class Way:
    """How far a ticket has come, as its customer is told."""

    number: int
    token: str
    status: str
    steps: tuple[Step, ...]
    language: str
    text: str  # the steps, a line each

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk progress --json` prints."""
        language = "zh" if self.language == "zh" else "en"
        return {
            "number": self.number,
            "token": self.token,
            "status": self.status,
            "language": self.language,
            "steps": [step.as_json(language) for step in self.steps],  # type: ignore[arg-type]
        }


def progress(desk: Desk, number: int, language: str = "") -> Way:
    """Return how far a ticket has come, in its customer's language unless another is asked for."""
    with desk.store.read() as tx:
        state = tickets.state(tx, number)
        names = ("ticket.progress", "ticket.status", "ticket.token")
        values = values_of(tx, desk, {number: state}, [f"{{{{{name}}}}}" for name in names])[number]
        steps = steps_of(tx, desk.settings, [number]).get(number, [])
    spoken = values.in_language(
        "zh" if language == "zh" else "en" if language else values.languages[0]
    )
    text, status, token = (spoken[name] for name in names)
    return Way(number, token, status, tuple(steps), spoken.language, text)


def tell(
    tx: Tx, desk: Desk, actor: Actor, roots: Mapping[int, int], now: datetime
) -> dict[int, dict[str, Any]]:
    """Tell the customers of tickets, {number: root event}, how far those have come.

    Not where they are written to at this moment anyway; what waits to be told already is told with
    it. Returns what it came to on each, for the trace.
    """
    spoken = outbox.spoken(tx, roots, now)
    silent = {
        number
        for number, state in tickets.states(tx, list(roots)).items()
        if state.spam or state.deleted or state.merged_into is not None
    }
    fresh = {n: root for n, root in roots.items() if n not in spoken and n not in silent}
    take_back(tx, roots.keys() - silent, "progress", now)
    words = Words.of_template(desk.settings, PROGRESS)
    if actor.kind is not By.RULE:  # it is no answer of a person's
        actor = Actor(By.RULE, ANSWERING)
    held = answer(tx, desk, words, actor, fresh, now, answers=False, wait=WAIT, about="progress")
    held |= dict.fromkeys(spoken, _("the customer is written to at this moment already"))
    held |= dict.fromkeys(silent, _("it is spam, or gone"))
    return {
        number: {"held": held[number]} if number in held else {"replies": [PROGRESS]}
        for number in roots
    }


def take_back(tx: Tx, numbers: Iterable[int], about: str, now: datetime) -> set[int]:
    """Take back what is about one thing and has not left yet; return the tickets it was of."""
    waiting = outbox.waiting(tx, numbers, about)
    outbox.mark(tx, [id for _n, id, _m in waiting], OutboxState.CANCELLED, now)
    change = {"outbox": (OutboxState.QUEUED.value, OutboxState.CANCELLED.value)}
    lines = [NewEvent(n, SYSTEM, "outbox", change, message_id=m) for n, _id, m in waiting]
    journal.record(tx, lines, now)
    return {number for number, _id, _message in waiting}


# --- asked by mail


def asked(desk: Desk, mail: Mail) -> int | None:
    """Return the ticket whose progress a mail asks for, and nothing else; None for another mail."""
    if not desk.settings.desk.progress or mail.robot or mail.attachments:
        return None
    own = normalize("NFKC", _unsigned(mail))  # numbers are typed in full width, too
    head = normalize("NFKC", mail.subject)
    subject = _TOKEN.sub(" ", clean_subject(head))
    body = _TOKEN.sub(" ", own)
    if not asks_for_progress(body) and not (is_polite(body) and asks_for_progress(subject)):
        return None
    prefix = desk.settings.desk.number_prefix
    return find_number(prefix, head) or find_number(prefix, own)


def _unsigned(mail: Mail) -> str:
    """What a mail says of its own, without lines that only name who wrote it."""
    names = {mail.sender.name.casefold(), mail.sender.email.casefold()}
    lines = mail.text[: mail.cut].split("\n")
    return "\n".join(line for line in lines if line.strip().casefold() not in names).strip()


def reply(tx: Tx, desk: Desk, said: Sequence[tuple[int, int, int]], now: datetime) -> None:
    """Answer those who asked: (ticket, their message, its line in the journal)."""
    if not said:
        return
    roots = {number: root for number, _message, root in said}
    questions = {number: answering.thread(tx, message) for number, message, _root in said}
    take_back(tx, roots, "progress", now)
    words = Words.of_template(desk.settings, PROGRESS)
    actor = Actor(By.RULE, ANSWERING)
    answer(tx, desk, words, actor, roots, now, answers=False, questions=questions)
