"""The articles of the knowledge base, as they were indexed last, and the search in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import delete, insert, select, update

from kfdesk.store.fulltext import words
from kfdesk.store.fulltext.terms import terms
from kfdesk.store.ids import among, next_id, these
from kfdesk.store.tables import ArticleLineRow, ArticleRow
from kfdesk.store.tx import Tx, driver
from kfdesk.text import fold

_article = ArticleRow.__table__  # type: ignore[attr-defined]
_line = ArticleLineRow.__table__  # type: ignore[attr-defined]

#: A shorter line may stand in any mail.
_SHORTEST_LINE = 12
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the index has it."""

    id: int
    name: str
    topic: str
    title: str
    category: str
    language: str
    public: bool
    keywords: str
    link: str  # its own; else it is below `[kb] url`
    text: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index knows of a file."""

    id: int
    stamp: str
    digest: str


def known(tx: Tx) -> dict[str, Indexed]:
    """Return {name: what the index knows of its file}."""
    columns = (_article.c.name, _article.c.id, _article.c.stamp, _article.c.digest)
    return {name: Indexed(*row) for name, *row in tx.execute(select(*columns))}


def put(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Index articles, each given by the names of its columns but `id`; one that was there anew."""
    if not rows:
        return
    names = these(row["name"] for row in rows)
    remove(tx, tx.scalars(select(_article.c.id).where(among(_article.c.name)), names))
    first = next_id(tx, _article)
    written = [{"id": id, **row} for id, row in enumerate(rows, first)]
    tx.execute(insert(_article), written)
    _index(tx, written)
    lines = [{"line": one, "article_id": r["id"]} for r in written for one in lines_of(r["text"])]
    if lines:
        tx.execute(insert(_line), lines)


def _index(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    driver(tx).executemany(
        "INSERT INTO article_search (rowid, title, keywords, body) VALUES (?, ?, ?, ?)",
        [
            (row["id"], words.tokens(row["title"]), words.tokens(row["keywords"]),
             words.tokens(row["text"]))
            for row in rows
        ],
    )  # fmt: skip


def index_anew(tx: Tx) -> None:
    """Make the index of the articles that there are."""
    driver(tx).execute("DELETE FROM article_search")
    _index(tx, [dict(row) for row in tx.execute(select(_article)).mappings()])


def restamp(tx: Tx, stamps: Iterable[tuple[int, str]]) -> None:
    """Files were written, and hold what they held."""
    for id, stamp in stamps:
        tx.execute(update(_article).where(_article.c.id == id).values(stamp=stamp))


def remove(tx: Tx, ids: Iterable[int]) -> None:
    """Take articles out of the index; what was counted of them stays."""
    gone = list(ids)
    if gone:
        tx.execute(delete(_line).where(among(_line.c.article_id)), these(gone))
        tx.execute(delete(_article).where(among(_article.c.id)), these(gone))
        driver(tx).executemany("DELETE FROM article_search WHERE rowid = ?", [(id,) for id in gone])


def listing(tx: Tx, category: str = "") -> list[Article]:
    """Return articles by category and name; those of a category and all below it."""
    statement = select(*_COLUMNS).order_by(_article.c.category, _article.c.name)
    found = [Article(*row) for row in tx.execute(statement)]
    return [one for one in found if not category or within(one.category, category)]


def within(path: str, category: str) -> bool:
    """Whether a category is another one, or below it."""
    return path == category or path.startswith(f"{category}/")


def of_names(tx: Tx, names: Iterable[str]) -> dict[str, Article]:
    """Return {name: article} of those that the index has."""
    statement = select(*_COLUMNS).where(among(_article.c.name))
    return {row.name: Article(*row) for row in tx.execute(statement, these(names))}


def of_topics(tx: Tx, topics: Iterable[str]) -> dict[str, list[Article]]:
    """Return {topic: its articles, one for each language}, the one without a language first."""
    statement = select(*_COLUMNS).where(among(_article.c.topic)).order_by(_article.c.name)
    found: dict[str, list[Article]] = {}
    for row in tx.execute(statement, these(topics)):
        found.setdefault(row.topic, []).append(Article(*row))
    return found


_COLUMNS = [_article.c[name] for name in Article.__slots__]
#: What a word weighs in a title, among the keywords, in the text.
_RANKED = """
SELECT rowid, bm25(article_search, 8.0, 6.0, 1.0) FROM article_search
WHERE article_search MATCH ? ORDER BY 2 LIMIT ?
"""


def search(tx: Tx, text: str, limit: int) -> list[Article]:
    """Return the articles that a text is about, the best first; of one whose words all stand in
    an article, that article before all others."""
    phrases = [found for part in text.split() if (found := words.match(part))]
    if not phrases:
        return []
    phrases[-1] += "*"  # it is still being written
    every = " AND ".join(phrases)
    some = " OR ".join(dict.fromkeys(f'"{term}"' for term in terms(text))) or every
    ranked: dict[int, None] = {}
    for asked in (every, some):
        rows = driver(tx).execute(_RANKED, (asked, limit)).fetchall()
        ranked |= dict.fromkeys(row[0] for row in rows)
    statement = select(*_COLUMNS).where(among(_article.c.id))
    hits = {row.id: Article(*row) for row in tx.execute(statement, these(ranked))}
    return [hits[id] for id in ranked if id in hits][:limit]


def lines_of(text: str) -> set[str]:
    """Return what the lines of a text are known by, whatever blanks and marks are around."""
    plain = (
        "".join(one for one in fold(line) if one.isalnum())
        for line in text.split("\n")[:_MOST_LINES]
    )
    return {
        blake2b(line.encode(), digest_size=8).hexdigest()
        for line in plain
        if sum(2 if words.CJK.match(one) else 1 for one in line) >= _SHORTEST_LINE
    }


def by_line(tx: Tx, lines: Iterable[str]) -> dict[str, Article]:
    """Return {line: the article that it stands in}, for lines that stand in no other.

    An article in several languages is one.
    """
    statement = (
        select(_line.c.line, *_COLUMNS)
        .join(_article, _article.c.id == _line.c.article_id)
        .where(among(_line.c.line))
        .order_by(_article.c.name)
    )
    found: dict[str, list[Article]] = {}
    for line, *row in tx.execute(statement, these(lines)):
        found.setdefault(line, []).append(Article(*row))
    return {
        line: articles[0]
        for line, articles in found.items()
        if len({article.topic for article in articles}) == 1
    }


def by_link(tx: Tx, links: Iterable[str]) -> dict[str, Article]:
    """Return {link: article} of those that have one of these as their own."""
    statement = select(*_COLUMNS).where(_article.c.link != "", among(_article.c.link))
    return {row.link: Article(*row) for row in tx.execute(statement, these(links))}
