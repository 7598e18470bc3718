"""Sentences: a ticket in a list, a ticket whole, what somebody said, what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kfdesk import labels
from kfdesk.desk.why.words import span
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.model import Direction, Message, Present, Ticket
from kfdesk.settings import Settings
from kfdesk.text import clean, clean_line


class Teller:
    """Says things of a desk as of now."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self._zone = ZoneInfo(settings.desk.timezone)
        self._now = now
        self._titles = {team.name: team.title for team in settings.teams if team.title}
        self._titles |= {agent.name: agent.title for agent in settings.agents if agent.title}

    def title(self, name: str) -> str:
        """The name that people are shown for an agent or a team."""
        return clean_line(self._titles.get(name, name))

    def moment(self, at: datetime) -> str:
        """How long ago, or the date of what is more than two weeks past."""
        past = self._now - at
        if past.total_seconds() < 60:
            return _("just now")
        if past.days < 14:
            return _("{time} ago").format(time=span(past))
        return at.astimezone(self._zone).strftime("%Y-%m-%d")

    def row(self, ticket: Ticket) -> str:
        """A ticket of a list in one sentence."""
        parts = [
            _("ticket {number}").format(number=ticket.number),
            *self._standing(ticket),
            _("from {customer}").format(customer=customer(ticket)),
            clean_line(ticket.subject) or _("no subject"),
            self.moment(ticket.updated_at),
        ]
        return _(", ").join(parts)

    def _standing(self, ticket: Ticket) -> Iterator[str]:
        yield labels.status(ticket.status, ticket.substatus)
        if ticket.priority != "normal":
            yield _("priority {name}").format(name=labels.priority(ticket.priority))
        if ticket.due_at is not None:
            rest = ticket.due_at - self._now
            late = rest.total_seconds() < 0
            said = _("late by {time}") if late else _("due in {time}")
            yield said.format(time=span(abs(rest)))
        owner = ticket.assignee or ticket.team
        yield _("assigned to {name}").format(name=self.title(owner)) if owner else _("unassigned")

    def ticket(
        self, ticket: Ticket, messages: Sequence[Message], company: Sequence[Present]
    ) -> Iterator[str]:
        """A ticket: what it is, who has it open, and the newest of what was said."""
        yield self.row(ticket)
        if ticket.tags:
            yield _("Tags: {tags}").format(tags=_(", ").join(map(clean_line, ticket.tags)))
        for one in company:
            told = _("{name} is answering it") if one.writes(self._now) else _("{name} has it open")
            yield told.format(name=self.title(one.agent))
        count = ngettext("{n} message", "{n} messages", len(messages)).format(n=len(messages))
        if len(messages) > 1:
            count += _("; “messages” reads all of them, this is the newest:")
        yield count
        if messages:
            yield from self.message(messages[-1])

    def message(self, message: Message, *, quoted: bool = False) -> Iterator[str]:
        """What was said: by whom, when, and the text; what it quotes only where that is wanted."""
        kind = labels.direction(message.direction, automatic=bool(message.auto))
        if message.side is not None:
            kind = _("side conversation")
        who = self.title(message.author) or clean_line(message.author_email)
        yield _("{kind} by {name}, {time}:").format(
            kind=kind, name=who, time=self.moment(message.at)
        )
        if message.direction is Direction.OUT and message.delivery:
            yield labels.delivery(message.delivery)
        end = None if quoted or not message.text[: message.cut].strip() else message.cut
        yield from filter(str.strip, clean(message.text[:end]).splitlines())
        if end is not None and message.text[end:].strip():
            yield _("The rest quotes what was said before; “quoted” reads it.")
        for file in message.attachments:
            yield _("File {id}: {name}, {size}").format(
                id=file.id, name=clean_line(file.name), size=labels.size(file.size)
            )

    def changed(self, before: Ticket, after: Ticket) -> str:
        """What has become of a ticket, field by field."""
        told = []
        for name in ("status", "priority", "assignee", "team", "category", "snoozed_until", "spam"):
            old, new = getattr(before, name), getattr(after, name)
            if name == "status":
                old, new = (labels.status(t.status, t.substatus) for t in (before, after))
            if old != new:
                told.append(
                    _("{field} is {value} now").format(
                        field=labels.field(name), value=self._value(name, new)
                    )
                )
        if before.tags != after.tags:
            told.append(f"{labels.field('tags')}: {' '.join(_changes(before.tags, after.tags))}")
        said = _("; ").join(told) if told else _("nothing has changed")
        return _("Ticket {number}: {said}").format(number=after.number, said=said)

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, datetime):
            return value.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        if name == "status":
            return str(value)
        said = self.title(labels.value(name, value))
        return said or pgettext("field", "empty")


def customer(ticket: Ticket) -> str:
    """Who the customer is, in a word or two."""
    return clean_line(ticket.customer.name or ticket.customer.email) or _("nobody")


def _changes(old: Sequence[str], new: Sequence[str]) -> list[str]:
    return labels.difference(tuple(map(clean_line, old)), tuple(map(clean_line, new)))
