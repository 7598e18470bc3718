"""Looking articles up: a list, a search, one whole; and putting one into an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import values_of
from kfdesk.desk.knowledge.shelf import folder, refresh
from kfdesk.desk.sending.helpful import link
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.model import Actor, Direction
from kfdesk.rules.knowledge import article as read
from kfdesk.rules.knowledge.article import speaks
from kfdesk.store import drafts, messages, tickets, whole_tickets
from kfdesk.store.knowledge import article_uses, articles
from kfdesk.store.knowledge.article_uses import Counts
from kfdesk.store.knowledge.articles import Article
from kfdesk.store.tx import Tx
from kfdesk.text import shorten

#: A search that nobody bounds gives so many.
USUAL = 20
_PREVIEW = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as lists show it. `counts` are of the answers that it left in."""

    article: Article
    link: str
    languages: tuple[str, ...]  # that it is there in
    counts: Counts

    def as_json(self, *, whole: bool = False) -> dict[str, Any]:
        """The object that `kfdesk kb … --json` prints; `whole` with the text."""
        one = self.article
        return {
            "name": one.name,
            "title": one.title,
            "category": one.category or None,
            "language": one.language or None,
            "languages": list(self.languages),
            "audience": "public" if one.public else "internal",
            "keywords": [word.strip() for word in one.keywords.split(",") if word.strip()],
            "link": self.link or None,
            "uses": self.counts.uses,
            "helped": self.counts.helped,
            "not_helped": self.counts.not_helped,
            **({"text": one.text} if whole else {"preview": shorten(one.text, _PREVIEW)}),
        }


def listing(desk: Desk, category: str = "") -> list[Entry]:
    """Return every article, by category and name; of one category and those below it."""
    refresh(desk)
    with desk.store.read() as tx:
        return _entries(tx, desk, articles.listing(tx, category))


def search(
    desk: Desk,
    text: str,
    *,
    language: str = "",
    ticket: int | None = None,
    limit: int = USUAL,
) -> list[Entry]:
    """Return the articles that a text is about, the best first.

    Only those in a `language`, if one is given; for a `ticket` each article once, in the language
    that its customer reads.
    """
    refresh(desk)
    with desk.store.read() as tx:
        # Of what is found in several languages, one is shown: more may have to be looked at.
        found = articles.search(tx, text, limit * 3)
        if language:
            found = [one for one in found if speaks(one.language, language)]
        elif ticket is not None:
            versions = articles.of_topics(tx, (one.topic for one in found))
            reads = languages(tx, desk, ticket)
            found = [
                _spoken(versions[topic], reads) for topic in dict.fromkeys(o.topic for o in found)
            ]
        return _entries(tx, desk, found[:limit])


def show(desk: Desk, name: str) -> Entry:
    """Return an article whole, as its file stands now. NoArticle where there is none."""
    found = read.read(folder(desk.settings), name)
    refresh(desk)
    with desk.store.read() as tx:
        return _entries(tx, desk, [articles.of_names(tx, [found.name])[found.name]])[0]


def offer(desk: Desk, text: str, ticket: int) -> list[Entry]:
    """Return the articles to choose from for an answer; without words, those used most lately."""
    if text.strip():
        return search(desk, text, ticket=ticket)
    return sorted(listing(desk), key=lambda one: -one.counts.uses)[:USUAL]


def asked(desk: Desk, number: int) -> str:
    """Return the words that a ticket is about, to search with: its subject, else what was said."""
    with desk.store.read() as tx:
        ticket = whole_tickets.get(tx, number)
        if ticket.subject:
            return ticket.subject
        said = [m for m in messages.of_ticket(tx, number, 20) if m.direction is Direction.IN]
    return shorten(said[0].text[: said[0].cut], 60) if said else ""


@dataclass(frozen=True, slots=True)
class Inserted:
    """An article in a draft. `warning` says that it is not for customers, if so."""

    text: str
    draft: str
    warning: str


def insert(desk: Desk, number: int, name: str, actor: Actor, *, as_link: bool = False) -> Inserted:
    """Put an article behind what an agent is writing to the customer of a ticket."""
    said = answer(desk, name, number, as_link=as_link)
    with desk.store.write() as tx:
        tickets.state(tx, number)
        before = drafts.get(tx, number, actor.name, "reply").rstrip()
        draft = "\n\n".join(filter(None, (before, said.text)))
        head = drafts.head(tx, number, actor.name, "reply")
        drafts.put(tx, number, actor.name, "reply", draft, desk.clock(), head)
    return replace(said, draft=draft)


def answer(desk: Desk, name: str, number: int, *, as_link: bool = False) -> Inserted:
    """Return what an article is in an answer on a ticket: its text, or its title and link."""
    versions = read.versions(folder(desk.settings), name)
    with desk.store.read() as tx:
        reads = languages(tx, desk, number)
    # A name with a language in it means that one.
    said = versions[0].name == name != versions[0].topic
    chosen = versions[0] if said else read.prefer(versions, reads)
    warning = ""
    if not chosen.public:
        message = _("“{name}” is internal: customers should not read it")
        warning = message.format(name=chosen.name)
    if not as_link:
        return Inserted(chosen.text, "", warning)
    if not (url := chosen.link(desk.settings.kb.url)):
        message = _("“{name}” has no link: write `url` in [kb], or `link` in its head")
        raise UserError(message.format(name=chosen.name))
    return Inserted(f"{chosen.title}\n{url}", "", warning)


def languages(tx: Tx, desk: Desk, number: int) -> Sequence[str]:
    """Return what the customer of a ticket reads best, then what the desk speaks."""
    states = tickets.states(tx, [number])
    return values_of(tx, desk, states, ())[number].languages if states else ()


def _spoken(versions: list[Article], reads: Sequence[str]) -> Article:
    """The version in the first of these languages, else the one that no language is said of."""
    for wanted in reads:
        for one in versions:
            if speaks(one.language, wanted):
                return one
    return versions[0]


def _entries(tx: Tx, desk: Desk, found: Sequence[Article]) -> list[Entry]:
    versions = articles.of_topics(tx, (one.topic for one in found))
    counts = article_uses.counts(tx, (one.name for one in found))
    return [
        Entry(
            one,
            link(desk.settings.kb, one),
            tuple(other.language for other in versions[one.topic] if other.language),
            counts.get(one.name, Counts()),
        )
        for one in found
    ]
