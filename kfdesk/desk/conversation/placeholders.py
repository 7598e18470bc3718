"""What `{{…}}` stands for on tickets, for whoever reads it: read in bulk, only what is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from kfdesk.desk import Desk
from kfdesk.desk.conversation.journey import Step, lines, steps_of
from kfdesk.desk.sending.accounts import able_channel
from kfdesk.mail.token import subject_token
from kfdesk.model import Actor, By, Customer
from kfdesk.rules import wording
from kfdesk.rules.actions import Reply
from kfdesk.rules.knowledge import article as articles
from kfdesk.rules.knowledge.article import Article
from kfdesk.rules.template import LONGEST_VALUE, names, render
from kfdesk.settings import Agent, Language, Settings, Template
from kfdesk.store import answering, customers
from kfdesk.store import filling as store
from kfdesk.store.answering import Thread
from kfdesk.store.filling import Times
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx
from kfdesk.text import clean, clean_line

#: A value, or what it is in a language.
Said = str | Callable[[Language], str]

#: A name that is longer, or holds an address of the web, is no name: nobody is greeted with it.
_LONGEST_NAME = 80
_NO_NAME = ("://", "www.", "\n")

_TIMES = {f"ticket.{name}" for name in Times.__slots__}


@dataclass(frozen=True)
class Values(Mapping[str, str]):
    """What each name stands for on one ticket, in one language; the customer may have another."""

    said: Mapping[str, Said]
    language: Language  # the one it speaks now
    customer: Language | None = None

    def __getitem__(self, name: str) -> str:
        value = self.said[name]
        return value if isinstance(value, str) else value(self.language)

    def __iter__(self) -> Iterator[str]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)

    def in_language(self, language: Language) -> Values:
        """The same in another language."""
        return replace(self, language=language)

    def also(self, more: Mapping[str, str]) -> Values:
        """These values, and further ones."""
        return replace(self, said={**self.said, **more})

    @property
    def languages(self) -> tuple[Language, ...]:
        """What the customer reads best, then what the desk speaks."""
        return (self.customer, self.language) if self.customer else (self.language,)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, before `{{…}}` is filled in: one text, or one for each language."""

    versions: tuple[Template, ...]
    articles: tuple[Article, ...] = ()  # or one article in its languages, as they are written

    @classmethod
    def of_template(cls, settings: Settings, name: str) -> Words:
        """The words of a template, the configuration's or a built-in one."""
        own = tuple(one for one in settings.templates if one.name == name)
        return cls(own or tuple(one for one in wording.BUILT_IN if one.name == name))

    @classmethod
    def of_reply(cls, settings: Settings, reply: Reply) -> Words:
        """The words of an answer: a template, a text, or an article, whose braces are its own."""
        if reply.template:
            return cls.of_template(settings, reply.template)
        if reply.article:
            return cls((), articles.versions(settings.kb.path, reply.article))
        return cls((Template("", text=reply.text),))

    @property
    def texts(self) -> tuple[str, ...]:
        """All that may be said."""
        return tuple(text for one in self.versions for text in (one.subject, one.text))

    def article(self, values: Values) -> Article | None:
        """The article that it is, in the language that these values are for."""
        return articles.prefer(self.articles, values.languages) if self.articles else None

    def filled(self, values: Values, *, to_us: bool = False) -> tuple[str, str]:
        """Subject and text as they leave, in the customer's language if there is such a version.

        `to_us`: a colleague reads it. There is no subject where none is given.
        """
        if (article := self.article(values)) is not None:
            return "", clean(article.text)
        languages = (values.language,) if to_us else values.languages
        one = wording.choose(self.versions, self.versions[0].name, languages)
        assert one is not None
        spoken = values.in_language(one.language or languages[0])
        return clean_line(render(one.subject, spoken)), clean(render(one.text, spoken))


def values_of(
    tx: Tx,
    desk: Desk,
    states: Mapping[int, State],
    texts: Iterable[str] | None = None,
    *,
    actor: Actor | None = None,
    people: Mapping[int, Customer] | None = None,
    asked: Mapping[int, Thread] | None = None,
) -> dict[int, Values]:
    """Return what `{{…}}` stands for on each of these tickets.

    Where `texts` are given, only what they name is sure to be there. `actor` is who writes; the
    `people` and what they `asked` last are read where they are not known already.
    """
    named = None if texts is None else {name for text in texts for name in names(text)}

    def wanted(*some: str) -> bool:
        return named is None or not named.isdisjoint(some)

    ids = [state.customer_id for state in states.values()]
    people = customers.get_many(tx, ids) if people is None else people
    asked = answering.newest_inbound_of(tx, list(states)) if asked is None else asked
    times = store.times(tx, states) if wanted(*_TIMES) else {}
    steps = steps_of(tx, desk.settings, states) if wanted("ticket.progress") else {}
    filler = _Filler(desk, actor)
    return {
        number: Values(
            filler.ticket(state, times.get(number), steps.get(number, []))
            | filler.customer(people[state.customer_id])
            | filler.us(state),
            desk.settings.desk.language or "en",
            _reads(people[state.customer_id], asked.get(number)),
        )
        for number, state in states.items()
    }


def _reads(customer: Customer, asked: Thread | None) -> Language | None:
    """The language that a customer reads: what is known of them, else what they wrote last."""
    match customer.language:
        case "zh":
            return "zh"
        case "en":
            return "en"
    return wording.written_in(f"{asked.subject}\n{asked.text[:2000]}") if asked else None


@dataclass(frozen=True, slots=True)
class _Filler:
    """Makes the values of one ticket after another."""

    desk: Desk
    actor: Actor | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.desk.settings.desk.timezone)

    def moment(self, at: datetime | None) -> Said:
        return "" if at is None else partial(wording.moment, at, self.zone)

    def ticket(self, state: State, times: Times | None, steps: list[Step]) -> dict[str, Said]:
        settings = self.desk.settings
        team = next((one.title for one in settings.teams if one.name == state.team), "")
        own = next((one.title for one in settings.statuses if one.name == state.substatus), "")
        told: dict[str, Said] = {
            "ticket.number": str(state.id),
            "ticket.token": subject_token(settings.desk.number_prefix, state.id),
            "ticket.subject": clean_line(state.subject),
            "ticket.status": own or partial(wording.status, state.status),
            "ticket.priority": partial(wording.priority, state.priority),
            "ticket.category": state.category,
            "ticket.team": team or state.team,
            "ticket.tags": ", ".join(state.tags),
            "ticket.progress": partial(lines, steps, self.zone),
        }
        if times is not None:
            told |= {f"ticket.{name}": self.moment(getattr(times, name)) for name in _slots(times)}
        for field in settings.fields:
            told[f"ticket.field.{field.name}"] = _field(state.fields.get(field.name))
        return told

    def customer(self, customer: Customer) -> dict[str, Said]:
        name = clean_line(customer.name)
        if len(name) > _LONGEST_NAME or any(sign in name.lower() for sign in _NO_NAME):
            name = ""
        return {
            "customer.name": name or customer.email,
            "customer.name?": name,
            "customer.email": customer.email,
            "customer.organisation": clean_line(customer.organisation),
            **{f"customer.field.{key}": _field(value) for key, value in customer.fields.items()},
        }

    def us(self, state: State) -> dict[str, Said]:
        settings, now = self.desk.settings, self.desk.clock()
        by_agent = self.actor is not None and self.actor.kind is By.AGENT
        name = self.actor.name if by_agent and self.actor else state.assignee
        agent = next((one for one in settings.agents if one.name == name), Agent(name))
        channel = able_channel(settings, state.account)
        address = (channel.address or parseaddr(channel.sender)[1]) if channel else ""
        return {
            "agent.name": name,
            "agent.title": agent.title or agent.name,
            "agent.email": agent.email,
            "agent.signature": agent.signature,
            "desk.name": settings.desk.name,
            "desk.email": address,
            "desk.now": self.moment(now),
            "desk.today": partial(wording.day, now, self.zone),
        }


def _slots(times: Times) -> tuple[str, ...]:
    return tuple(type(times).__slots__)


def _field(value: Any) -> Said:
    """What stands in a field, as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return partial(wording.yes_or_no, value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))[:LONGEST_VALUE]
