"""Tickets like another one: found by the rare words of what the customer wrote, ranked by all.

How rare a word is, is told by a sample of what was said lately: asking the index would mean to walk
all that it has of a common word. For the same reason only the newest hits of a word are taken.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select

from kfdesk.model import Direction
from kfdesk.store.conditions.condition import LIVE
from kfdesk.store.fulltext.terms import terms
from kfdesk.store.ids import among, these
from kfdesk.store.tables import MessageRow, TicketTable
from kfdesk.store.tx import Tx, driver

_ticket = TicketTable.__table__  # type: ignore[attr-defined]
_message = MessageRow.__table__  # type: ignore[attr-defined]

#: So many messages tell how common a word is, and for so many more they go on telling it.
_SAMPLE = 300
_LASTS = 2_000
#: So many words are looked up, of each so many of its newest messages.
_WORDS = 12
_HITS = 150
#: So many tickets are compared word by word.
_COMPARED = 60
#: A word that more messages hold tells nothing; a pair of characters costs too much to look for
#: where it was never seen and each of the two stands in more messages.
_COMMON = 0.25
_RARE = 0.03
#: Of fewer messages any word may be looked up.
_FEW = 100
#: What is less alike is not alike.
_LEAST = 0.1
_SUBJECT = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """How many of so many messages hold each term, and each character."""

    size: int
    holding: Mapping[str, int]

    def rarity(self, term: str) -> float:
        """What a term weighs: the rarer, the more."""
        return math.log((self.size + 1) / (self.holding.get(term, 0) + 0.5))

    def worth(self, term: str) -> bool:
        """Whether to look for a term."""
        if self.size < _FEW:
            return True
        seen = self.holding.get(term, 0)
        if seen or " " not in term:
            return seen <= self.size * _COMMON
        return min(self.holding.get(one, 0) for one in term.split()) <= self.size * _RARE


def likest(tx: Tx, number: int) -> dict[int, float]:
    """Return {ticket: how alike, up to 1} of the tickets most like one, the most alike first."""
    said = _texts(tx, [number])
    if number not in said:
        return {}
    sample = _sample(tx)
    mine = _vector(sample, *said[number])
    wanted = sorted(filter(sample.worth, mine), key=lambda term: -mine[term])[:_WORDS]
    near = _near(tx, {term: mine[term] for term in wanted}, number)
    scores = {
        other: alike
        for other, texts in _texts(tx, near).items()
        if (alike := _cosine(mine, _vector(sample, *texts))) >= _LEAST
    }
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], -pair[0])))


def telling(tx: Tx, text: str, count: int) -> list[str]:
    """Return the words of a text that tell most of what it is about, and that others use too."""
    sample = _sample(tx)
    found = _vector(sample, "", text)
    known = [
        term for term in found if 2 <= sample.holding.get(term, 0) <= max(2, sample.size * _COMMON)
    ]
    return [term.replace(" ", "") for term in sorted(known, key=lambda t: -found[t])[:count]]


def _near(tx: Tx, wanted: Mapping[str, float], number: int) -> list[int]:
    """Return the tickets in whose messages most of these words stand, by weight."""
    hits: dict[int, float] = defaultdict(float)
    for term, weight in wanted.items():
        for (id,) in driver(tx).execute(
            "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?",
            (f'body : "{term}"', _HITS),
        ):
            hits[id] += weight
    best = dict(nlargest(_COMPARED * 4, hits.items(), key=lambda hit: hit[1]))
    found: dict[int, float] = {}
    rows = tx.execute(_TICKETS, these(best))
    for id, ticket in rows:
        if ticket != number:
            found[ticket] = max(found.get(ticket, 0), best[id])
    return sorted(found, key=lambda one: -found[one])[:_COMPARED]


_TICKETS = select(_message.c.id, _message.c.ticket_id).where(among(_message.c.id))


def _texts(tx: Tx, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return {ticket: its subject and what its first message says}, but of no spam."""
    rows = tx.execute(_FIRST, these(numbers))
    return {number: (subject, text) for number, subject, text in rows}


_one = _message.alias()
_FIRST = (
    select(_ticket.c.id, _ticket.c.subject, func.substr(_message.c.text, 1, _message.c.cut))
    .join_from(_message, _ticket, _ticket.c.id == _message.c.ticket_id)
    .where(
        _message.c.id.in_(
            select(func.min(_one.c.id))
            .where(among(_one.c.ticket_id), _one.c.direction == Direction.IN.value)
            .group_by(_one.c.ticket_id)
        ),
        LIVE,
        _ticket.c.spam.is_(False),
        _ticket.c.quarantine == "",
    )
)


def _vector(sample: Sample, subject: str, text: str) -> dict[str, float]:
    """What each term of a ticket weighs."""
    counts: Counter[str] = Counter(terms(text))
    weights = {term: 1 + math.log(times) for term, times in counts.items()}
    for term in terms(subject):
        weights[term] = weights.get(term, 0) + _SUBJECT
    return {term: weight * sample.rarity(term) for term, weight in weights.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    both = sum(weight * other[term] for term, weight in one.items() if term in other)
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return both / lengths if lengths else 0.0


_kept: WeakKeyDictionary[Engine, tuple[int, Sample]] = WeakKeyDictionary()


def _sample(tx: Tx) -> Sample:
    """How common words are in what was said on this desk; kept for the next question."""
    newest = driver(tx).execute("SELECT max(id) FROM message").fetchone()[0] or 0
    since, sample = _kept.get(tx.engine, (-1, None))
    if sample is None or since != newest // _LASTS:
        sample = _draw(tx, newest)
        _kept[tx.engine] = newest // _LASTS, sample
    return sample


def _draw(tx: Tx, newest: int) -> Sample:
    ids = range(newest, 0, -max(1, newest // _SAMPLE))
    holding: Counter[str] = Counter()
    size = 0
    for subject, text in tx.execute(_SAID, these(ids)):
        size += 1
        found = set(terms(f"{subject}\n{text}"))
        holding.update(found | {one for term in found if " " in term for one in term.split()})
    return Sample(size, holding)


_SAID = select(_message.c.subject, _message.c.text).where(among(_message.c.id))
