"""An article made of a solved ticket: its question, its answers, and nothing of the customer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.knowledge.masking import mask
from kfdesk.desk.sending.helpful import without_question
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.mail.subject import clean_subject
from kfdesk.model import Direction, Message, OutboxState, Status, Ticket
from kfdesk.rules.wording import written_in
from kfdesk.store import customers, messages, whole_tickets
from kfdesk.store.knowledge.similar import telling
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line, fold, shorten

_KEYWORDS = 6
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that somebody has to read over before anybody else does."""

    ticket: int
    title: str
    category: str
    language: str
    keywords: tuple[str, ...]
    question: str
    answers: tuple[str, ...]

    @property
    def text(self) -> str:
        """The file: a head, the question, the answers."""
        head = [
            "---",
            f"title: {self.title}",
            *([f"category: {self.category}"] if self.category else []),
            *([f"language: {self.language}"] if self.language else []),
            "audience: internal",
            *([f"keywords: {', '.join(self.keywords)}"] if self.keywords else []),
            "---",
            "",
            f"# {self.title}",
            "",
        ]
        quoted = [f"> {line}".rstrip() for line in self.question.split("\n")]
        return "\n".join([*head, *quoted, "", "\n\n".join(self.answers), ""])

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk kb draft --json` prints."""
        return {
            "ticket": self.ticket,
            "title": self.title,
            "category": self.category or None,
            "language": self.language or None,
            "keywords": list(self.keywords),
            "text": self.text,
        }


def draft(desk: Desk, number: int) -> Draft:
    """Make an article of a ticket. UserError where it is not solved, or nobody answered it."""
    with desk.store.read() as tx:
        ticket = whole_tickets.get(tx, number)
        if ticket.status not in (Status.SOLVED, Status.CLOSED):
            message = _("ticket {number} is not solved yet: an article tells what helped")
            raise UserError(message.format(number=number))
        said = messages.of_ticket(tx, number)
        known = list(_known(tx, desk, ticket, said))
        asked = next((m for m in said if m.direction is Direction.IN and _own(m)), None)
        kb = desk.settings.kb
        answers = [without_question(kb, _own(m)) for m in said if _answers(desk, m)]
        if asked is None or not any(answers):
            message = _("ticket {number} has no question and answer that an article could be of")
            raise UserError(message.format(number=number))
        subject = clean_line(mask(bare(ticket.subject), known))
        question = mask(_own(asked), known)
        told = tuple(mask(text, known) for text in answers if text)
        words = telling(tx, f"{subject}\n{question}", _KEYWORDS)
    title = shorten(subject or question, _LONGEST_TITLE)
    language = written_in(f"{question}\n{told[-1]}") or ""
    return Draft(number, title, ticket.category, language, tuple(words), question, told)


def save(found: Draft, file: Path) -> Path:
    """Write a draft into a new file. UserError where one is there already."""
    try:
        with open(file, "x", encoding="utf-8") as stream:
            stream.write(found.text)
    except FileExistsError:
        message = _("{file} is there already; choose another name")
        raise UserError(message.format(file=file)) from None
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise UserError(_("{file} cannot be written: {why}").format(file=file, why=why)) from error
    return file


def bare(subject: str) -> str:
    """Return a subject as it was written, without `Re:` and our token."""
    line = clean_line(subject)
    cleaned = clean_subject(line)
    end = line[len(line) - len(cleaned) :] if cleaned else ""
    return end if fold(end) == cleaned else cleaned


def _own(message: Message) -> str:
    """What somebody wrote, without what they quote."""
    return message.text[: message.cut].strip()


def _answers(desk: Desk, message: Message) -> bool:
    """Whether an agent answered the customer with it, and it was not taken back."""
    agents = {agent.name for agent in desk.settings.agents}
    return (
        message.direction is Direction.OUT
        and message.side is None
        and not message.auto
        and message.delivery != OutboxState.CANCELLED
        and (message.author in agents or not agents)
    )


def _known(tx: Tx, desk: Desk, ticket: Ticket, said: list[Message]) -> Iterator[str]:
    """All that names the customer, and who else wrote: names, addresses, what fields hold."""
    yield ticket.customer.name
    yield from customers.emails_of(tx, [ticket.customer.id])[ticket.customer.id]
    for person in ticket.collaborators:
        yield from (person.name, person.email)
    for message in said:
        if message.direction is Direction.IN:
            yield from (message.author, message.author_email)
    # A word that several tickets share, a size or a colour, is nobody's.
    fixed = {choice for one in desk.settings.fields for choice in one.choices}
    for value in ticket.fields.values():
        if isinstance(value, str) and value not in fixed:
            yield value
