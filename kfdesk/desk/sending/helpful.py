"""Articles in answers: known again as an answer is queued, counted, and asked about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from kfdesk.desk import Desk
from kfdesk.desk.sending.letter import Outgoing
from kfdesk.i18n import _
from kfdesk.mail.token import help_mark, subject_token
from kfdesk.rules.knowledge.article import Article as Read
from kfdesk.rules.template import parse, render
from kfdesk.settings import Kb, Settings
from kfdesk.store.knowledge import article_uses, articles
from kfdesk.store.knowledge.article_uses import NewUse
from kfdesk.store.knowledge.articles import Article
from kfdesk.store.tickets import State
from kfdesk.store.tx import Tx

_URL = re.compile(r"https?://[^\s<>\"'（）()\[\]]+")
_BEHIND = ".,;:!?。，；：！？、"


@dataclass(frozen=True, slots=True)
class _Held:
    """An article that an answer holds; `how` is text, link or bot."""

    name: str
    title: str
    link: str
    how: str


def asked(
    tx: Tx,
    desk: Desk,
    letters: Sequence[Outgoing],
    first: int,
    address: Callable[[Settings, str], str],
) -> tuple[Sequence[Outgoing], list[NewUse]]:
    """Return the letters, and the uses; where an article is held, with the question under it.

    Messages are numbered from `first`; `address` is where a channel is written to. What a person
    pasted is known by its lines or its link, wherever it came from; a letter that was written as an
    article says so itself.
    """
    kb = desk.settings.kb
    if kb.path is None:
        return letters, []
    # One that was taken back carries its question already.
    letters = [replace(one, text=without_question(kb, one.text)) for one in letters]
    held = _held(tx, kb, letters)
    if not any(held):
        return letters, []
    uses: list[NewUse] = []
    told: list[Outgoing] = []
    number = article_uses.first_id(tx)
    for message, (letter, found) in enumerate(zip(letters, held, strict=True), first):
        questions = []
        for one in found:
            use = NewUse(number, one.name, letter.state.id, message, letter.actor.name, one.how)
            uses.append(use)
            number += 1
            if kb.helped:
                to = address(desk.settings, letter.state.account)
                questions.append(_question(desk, letter.state, use, one, to))
        told.append(replace(letter, text="\n\n".join((letter.text.rstrip(), *questions))))
    return told, uses


def link(kb: Kb, article: Article) -> str:
    """Where customers read an article; empty where nowhere."""
    return article.link or (f"{kb.url.rstrip('/')}/{article.name}" if kb.url else "")


def _held(tx: Tx, kb: Kb, letters: Sequence[Outgoing]) -> list[list[_Held]]:
    """Return what each letter holds, each article once."""
    lines = [set() if one.article else articles.lines_of(one.text) for one in letters]
    links = [set() if one.article else set(_links(one.text)) for one in letters]
    base = f"{kb.url.rstrip('/')}/"
    by_line = articles.by_line(tx, set().union(*lines))
    every = set().union(*links)
    by_link = articles.by_link(tx, every) if every else {}
    named = {url: url.removeprefix(base) for url in every if kb.url and url.startswith(base)}
    known = articles.of_names(tx, named.values()) if named else {}
    by_link |= {url: known[name] for url, name in named.items() if name in known}
    found: list[list[_Held]] = []
    for letter, own, urls in zip(letters, lines, links, strict=True):
        if isinstance(letter.article, Read):
            how = "bot" if letter.auto else "text"
            one = letter.article
            found.append([_Held(one.name, one.title, one.link(kb.url), how)])
            continue
        topics: dict[str, _Held] = {}
        for how, index, keys in (("text", by_line, own), ("link", by_link, urls)):
            for key in sorted(keys & index.keys(), key=lambda key: index[key].name):
                hit = index[key]
                topics.setdefault(hit.topic, _Held(hit.name, hit.title, link(kb, hit), how))
        found.append(list(topics.values()))
    return found


def _links(text: str) -> Iterator[str]:
    for match in _URL.finditer(text):
        yield match[0].rstrip(_BEHIND)


def _question(desk: Desk, state: State, use: NewUse, held: _Held, address: str) -> str:
    token = subject_token(desk.settings.desk.number_prefix, state.id)

    def answer(helped: bool) -> str:
        said = _("It helped") if helped else _("It did not help")
        mark = help_mark(desk.secret, state.id, use.id, helped)
        return f"mailto:{address}?subject=" + quote(f"[{token}] {said} {mark}")

    values = {
        "article.title": held.title,
        "article.link": held.link,
        "article.helped": answer(True),
        "article.not_helped": answer(False),
    }
    return render(desk.settings.kb.helped, values).strip()


def without_question(kb: Kb, text: str) -> str:
    """Return an answer without the question under it whether an article helped."""
    if not kb.helped.strip() or "kfh-" not in text:
        return text
    parts = (re.escape(p.text) if p.kind == "text" else r"[^\n]*" for p in parse(kb.helped.strip()))
    return re.sub(r"\n\n" + "".join(parts), "", text)
