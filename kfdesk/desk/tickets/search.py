"""Searching everything: what was said, who customers are, what the knowledge base says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kfdesk.desk import Desk
from kfdesk.hits import parted as pieces
from kfdesk.hits import spans
from kfdesk.rules.language.query import parse
from kfdesk.rules.language.values import Glob
from kfdesk.store.fulltext import hits
from kfdesk.store.fulltext.hits import Hit
from kfdesk.store.knowledge import articles
from kfdesk.store.knowledge.articles import Article
from kfdesk.store.people import profiles
from kfdesk.store.people.profiles import Profile
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line, fold

#: A search that nobody bounds gives so many messages, and so many customers and articles.
USUAL, FEW = 50, 5
#: So much of a message is shown before its first hit.
_BEFORE, _AFTER = 24, 200

#: Text, and whether it is a word that was looked for.
Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; `more` where there are more messages than were asked for."""

    words: tuple[str, ...]
    hits: tuple[Hit, ...]
    more: bool
    customers: tuple[Profile, ...] = ()
    articles: tuple[Article, ...] = ()
    only: bool = False  # of some tickets

    def as_json(self) -> Iterator[dict[str, Any]]:
        """The objects that `kfdesk search --json` prints, one a line."""
        for hit in self.hits:
            yield {
                "kind": "message",
                "ticket": hit.ticket,
                "message": hit.message,
                "subject": hit.subject,
                "status": hit.status.value,
                "customer": hit.customer,
                "direction": hit.direction.value,
                "author": hit.author,
                "at": hit.at,
                "snippet": "".join(text for text, _hit in snippet(hit.text, self.words)),
            }
        for one in self.customers:
            yield {"kind": "customer", "id": one.id, "name": one.name, "email": one.email}
        for article in self.articles:
            yield {"kind": "article", "name": article.name, "title": article.title}


def search(
    desk: Desk, tx: Tx, text: str, me: str = "", *, limit: int = USUAL, unfinished: bool = False
) -> Found:
    """Find what was said by words; what else the query says is of the ticket.

    `unfinished` where the last word is still being typed. QueryError for a wrong query.
    """
    query = parse(text, desk.known)
    texts, rest = query.split_text()
    words = tuple(
        value.text.rstrip("*") if isinstance(value, Glob) else str(value)
        for term in texts
        for value in term.values[:1]
    )
    typed = unfinished and bool(texts) and texts[-1].span.end == len(text)
    asked = hits.match(words, unfinished=typed)
    if not asked:
        return Found((), (), False)
    found = hits.newest(tx, asked, rest, desk.scope(me), limit + 1)
    return Found(words, tuple(found[:limit]), len(found) > limit, only=rest.where is not None)


def beside(tx: Tx, found: Found) -> Found:
    """The same with the customers and articles that the words are about.

    Where more than words was asked for, they are none of it: it is about tickets.
    """
    if found.only or not found.words:
        return found
    numbers = profiles.find(tx, [fold(word) for word in found.words], FEW)
    known = profiles.get_many(tx, numbers)
    pages = articles.search(tx, " ".join(found.words), FEW)
    people = tuple(known[number] for number in numbers)
    return replace(found, customers=people, articles=tuple(pages))


def snippet(text: str, words: Sequence[str], width: int = _AFTER) -> list[Piece]:
    """Return one line of a text around the first of the words, parted where they stand."""
    line = clean_line(text)
    first = next((at for at, _end in _places(line, words)), 0)
    start = max(0, first - _BEFORE) if first > _BEFORE * 2 else 0
    found = parted(line[start : start + width], words)
    return [("…", False), *found] if start else found


def parted(line: str, words: Sequence[str]) -> list[Piece]:
    """Return a line parted where the words stand in it."""
    return list(pieces(line, _places(line, words)))


def _places(line: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand."""
    sought = [re.escape(fold(word)) for word in words if word.strip()]
    return spans(line, re.compile("|".join(sought))) if sought else []
