"""The index of articles, kept in step with the folder: each time the knowledge base is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from kfdesk.desk import Desk
from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.rules.knowledge import article as read
from kfdesk.rules.knowledge.article import File, NoArticle
from kfdesk.settings import Settings
from kfdesk.store.knowledge import articles


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with an article; with an error it is left out until it is mended."""

    file: str
    line: int
    severity: Literal["error", "warning"]
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}"


def folder(settings: Settings) -> Path:
    """The folder of the articles. UserError where there is none."""
    if settings.kb.path is None:
        raise UserError(_('there is no knowledge base: write [kb] with path = "kb/"'))
    return settings.kb.path


def refresh(desk: Desk) -> None:
    """Take in what was written, and leave out what went away, since the last look.

    A file is read again only where its time, size or place changed. A broken one is left out, and
    the others go on.
    """
    there = {file.name: file for file in read.files(folder(desk.settings))}
    with desk.store.read() as tx:
        known = articles.known(tx)
    new = [f for f in there.values() if f.name not in known or known[f.name].stamp != f.stamp]
    gone = [known[name].id for name in known.keys() - there.keys()]
    if not new and not gone:
        return
    rows: list[dict[str, Any]] = []
    moved: list[tuple[int, str]] = []
    for file in new:
        try:
            row = _row(file)
        except NoArticle:
            if file.name in known:
                gone.append(known[file.name].id)
            continue
        if file.name in known and known[file.name].digest == row["digest"]:
            moved.append((known[file.name].id, file.stamp))
        else:
            rows.append(row)
    if rows or moved or gone:
        with desk.store.write() as tx:
            articles.remove(tx, gone)
            articles.restamp(tx, moved)
            articles.put(tx, rows)


def _row(file: File) -> dict[str, Any]:
    article = read.load(file)
    return {
        "name": file.name,
        "topic": article.topic,
        "stamp": file.stamp,
        "digest": sha256(repr((article.head, article.text)).encode()).hexdigest(),
        "title": article.title,
        "category": article.category,
        "language": article.language,
        "public": article.public,
        "keywords": article.head.get("keywords", ""),
        "link": article.head.get("link", ""),
        "text": article.text,
    }


def check(settings: Settings) -> list[Finding]:
    """Return all that is wrong with the articles, by file."""
    found: list[Finding] = []
    place = folder(settings)
    if not place.is_dir():
        return [Finding(str(place), 0, "error", _("there is no such folder"))]
    found += [Finding(str(path), 0, "warning", why) for path, why in read.strays(place)]
    categories = {category.path for category in settings.categories}
    languages: dict[str, list[read.Article]] = defaultdict(list)
    paths: dict[str, str] = {}
    for file in read.files(place):
        try:
            article = read.load(file)
        except NoArticle as error:
            found.append(Finding(str(file.path), error.line, "error", error.why))
            continue
        paths[article.name] = str(file.path)
        languages[article.topic].append(article)
        if categories and article.category and not _known(article.category, categories):
            why = _("there is no category “{name}”").format(name=article.category)
            found.append(Finding(str(file.path), 0, "warning", why))
    found += _same_language(languages, paths)
    return sorted(found, key=lambda one: (one.file, one.line))


def _known(category: str, known: set[str]) -> bool:
    return any(articles.within(path, category) for path in known)


def _same_language(
    topics: dict[str, list[read.Article]], paths: dict[str, str]
) -> Iterator[Finding]:
    """Several files of one article, and nothing says which is for whom."""
    for several in topics.values():
        seen: dict[str, str] = {}
        for article in several:
            other = seen.setdefault(article.language, article.name)
            if other != article.name:
                why = _("“{name}” is the same article in the same language: say `language` in both")
                yield Finding(paths[article.name], 0, "warning", why.format(name=other))
