"""What is asked most, and no article answers: like tickets of a period, counted together.

A ticket joins the group that shares the most of its rare words; one look at each ticket, and at few
groups for each, so that the work grows with the tickets alone.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from typing import Any

from kfdesk.desk import Desk
from kfdesk.desk.knowledge.drafting import bare
from kfdesk.desk.knowledge.masking import mask
from kfdesk.desk.knowledge.shelf import refresh
from kfdesk.store.fulltext.terms import terms
from kfdesk.store.knowledge import article_uses, articles, questions
from kfdesk.store.knowledge.questions import Question
from kfdesk.store.tx import Tx
from kfdesk.text import clean_line, shorten

USUAL = 20
#: Fewer tickets are no question that is asked often.
FEWEST = 3
_EXAMPLES = 5
#: By so many words a ticket is known, and of each word so many groups are looked at.
_KEYS = 8
_GROUPS = 12
#: A word that more tickets use tells nothing.
_COMMON = 0.2
#: How alike a ticket and a group are at least.
_ALIKE = 0.3
#: An article answers a group where it holds so much of its words, or went into so many answers.
_COVERED = 0.6
_ANSWERED = 0.5
_TITLE = 80


@dataclass(frozen=True, slots=True)
class Gap:
    """A question without an article: how often it was asked, and where."""

    title: str
    category: str
    count: int
    examples: tuple[int, ...]
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk kb gaps --json` prints."""
        return {
            "title": self.title,
            "category": self.category or None,
            "count": self.count,
            "examples": list(self.examples),
            "words": list(self.words),
        }


@dataclass(slots=True)
class _Group:
    """Tickets that are about one thing; `weights` are those of its first."""

    weights: Mapping[str, float]
    numbers: list[int] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    categories: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)


def gaps(
    desk: Desk,
    since: datetime,
    *,
    category: str = "",
    limit: int = USUAL,
    fewest: int = FEWEST,
) -> list[Gap]:
    """Return what was asked most since then and has no article, the most asked first.

    A category in which nothing is alike is there as a whole, where no article is of it.
    """
    if desk.settings.kb.path is not None:
        refresh(desk)
    with desk.store.read() as tx:
        asked = questions.since(tx, since)
        if category:
            asked = [one for one in asked if articles.within(one.category, category)]
        groups, rarity = _grouped(asked)
        used = article_uses.of_tickets(tx, [one.number for one in asked])
        large = [group for group in groups if len(group.numbers) >= fewest]
        large.sort(key=lambda group: -len(group.numbers))
        found: list[Gap] = []
        for group in large:
            if not _is_covered(tx, group, rarity, used):
                found.append(_gap(group, rarity))
                if len(found) == limit:
                    break
        inside = {number for group in large for number in group.numbers}
        found += _categories(asked, inside, articles.listing(tx), fewest)
    return nlargest(limit, found, key=lambda gap: gap.count)


def _grouped(asked: Sequence[Question]) -> tuple[list[_Group], Mapping[str, float]]:
    """Put like tickets together; also return what each word weighs."""
    # Words as numbers: a hundred thousand tickets hold the same few words again and again.
    numbered: dict[str, int] = {}
    said: list[array[int]] = []
    holding: Counter[int] = Counter()
    for one in asked:
        found = [*terms(one.subject) * 2, *terms(one.text)]
        line = array("L", [numbered.setdefault(term, len(numbered)) for term in found])
        said.append(line)
        holding.update(set(line))
    most = max(len(asked) * _COMMON, FEWEST * 2)
    # What nobody else says cannot make two tickets alike.
    weight = {
        number: math.log((len(asked) + 1) / times)
        for number, times in holding.items()
        if 2 <= times <= most
    }
    terms_of = list(numbered)
    groups: list[_Group] = []
    by_word: dict[str, list[_Group]] = defaultdict(list)
    for one, line in zip(asked, said, strict=True):
        counts = Counter(line)
        weights = {n: (1 + math.log(t)) * weight[n] for n, t in counts.items() if n in weight}
        keys = nlargest(_KEYS, weights.items(), key=lambda pair: (pair[1], pair[0]))
        mine = {terms_of[n]: value for n, value in keys}
        group = _best(mine, by_word)
        if group is None:
            group = _Group(mine)
            groups.append(group)
            for term in mine:
                by_word[term].append(group)
        group.numbers.append(one.number)
        group.subjects.append(one.subject)
        group.categories[one.category] += 1
        group.words.update(mine.keys())
    return groups, {terms_of[number]: value for number, value in weight.items()}


def _best(mine: Mapping[str, float], by_word: Mapping[str, list[_Group]]) -> _Group | None:
    shared: dict[int, float] = defaultdict(float)
    near: dict[int, _Group] = {}
    for term, weight in mine.items():
        # The largest of old and the newest: the first groups of a word are those that grew.
        known = by_word.get(term, ())
        for group in (*known[:_GROUPS], *known[max(_GROUPS, len(known) - _GROUPS) :]):
            near[id(group)] = group
            shared[id(group)] += weight * group.weights[term]
    if not near:
        return None
    best = max(shared, key=lambda key: (shared[key] / _length(near[key].weights), -len(near)))
    alike = shared[best] / (_length(near[best].weights) * _length(mine))
    return near[best] if alike >= _ALIKE else None


def _length(weights: Mapping[str, float]) -> float:
    return math.hypot(*weights.values()) or 1.0


def _is_covered(
    tx: Tx, group: _Group, rarity: Mapping[str, float], used: Mapping[int, list[str]]
) -> bool:
    """Whether an article answers it: it was sent, or it holds most of its words."""
    sent = sum(number in used for number in group.numbers)
    if sent >= len(group.numbers) * _ANSWERED:
        return True
    words = _telling(group, rarity)
    whole = sum(rarity[term] for term in words)
    for article in articles.search(tx, " ".join(term.replace(" ", "") for term in words), 5):
        held = set(terms(f"{article.title}\n{article.keywords}")) | set(terms(article.text))
        if sum(rarity[term] for term in words if term in held) >= whole * _COVERED:
            return True
    return False


def _telling(group: _Group, rarity: Mapping[str, float]) -> list[str]:
    """The words that most of a group's tickets use, the most telling first."""
    least = max(2, len(group.numbers) * 0.3)
    shared = [term for term, times in group.words.items() if times >= least]
    return nlargest(6, shared or group.words, key=lambda t: (group.words[t] * rarity[t], t))


def _gap(group: _Group, rarity: Mapping[str, float]) -> Gap:
    words = _telling(group, rarity)
    wanted = {term: group.words[term] * rarity[term] for term in words}
    # The subject that says most of what all say, the shorter one of two.
    title = max(
        dict.fromkeys(group.subjects),
        key=lambda subject: (sum(wanted.get(t, 0) for t in set(terms(subject))), -len(subject)),
    )
    return Gap(
        shorten(clean_line(mask(bare(title))), _TITLE),
        group.categories.most_common(1)[0][0],
        len(group.numbers),
        tuple(group.numbers[-_EXAMPLES:][::-1]),
        tuple(term.replace(" ", "") for term in words),
    )


def _categories(
    asked: Iterable[Question],
    inside: set[int],
    known: Sequence[articles.Article],
    fewest: int,
) -> list[Gap]:
    """Categories of which there is no article, by those of their tickets that are like no other."""
    rest: dict[str, list[int]] = defaultdict(list)
    for one in asked:
        if one.category and one.number not in inside:
            rest[one.category].append(one.number)
    return [
        Gap(path, path, len(numbers), tuple(numbers[-_EXAMPLES:][::-1]), ())
        for path, numbers in rest.items()
        if len(numbers) >= fewest and not any(_answers(one.category, path) for one in known)
    ]


def _answers(category: str, path: str) -> bool:
    """Whether an article of one category is one of another: the same, or of all above it."""
    return bool(category) and articles.within(path, category)
