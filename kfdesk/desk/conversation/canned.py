"""Canned replies: found by a few letters, filled in for a ticket, kept for the next time.

Shared ones are templates of the configuration with `canned = true`, or were kept at the keyboard
for everybody; an agent's own are that agent's alone. Of one name an agent's own goes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kfdesk.desk import Desk
from kfdesk.desk.conversation.placeholders import values_of
from kfdesk.errors import NotFound, UserError
from kfdesk.i18n import _
from kfdesk.initials import initials
from kfdesk.model import Actor
from kfdesk.rules import template
from kfdesk.rules.names import hint
from kfdesk.settings import Settings, Template
from kfdesk.store import tickets
from kfdesk.store.knowledge import canned as store
from kfdesk.store.knowledge.canned import Kept, Uses
from kfdesk.text import clean, clean_line, fold

Owner = Literal["own", "shared", "file"]
_LONGEST_NAME = 100
_LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned reply; `owner` says where it is kept, `used` how often this agent took it."""

    name: str
    title: str
    language: str
    text: str
    owner: Owner
    keywords: tuple[str, ...] = ()
    used: int = 0
    used_by_all: int = 0

    def as_json(self) -> dict[str, Any]:
        """The object that `kfdesk replies --json` prints."""
        return {
            "name": self.name,
            "title": self.title,
            "language": self.language or None,
            "owner": self.owner,
            "keywords": list(self.keywords),
            "text": self.text,
            "used": self.used,
            "used_by_all": self.used_by_all,
        }


def find(desk: Desk, actor: Actor, words: str = "", language: str = "") -> list[Canned]:
    """Return the replies that hold all of these words, the likeliest first.

    A word is looked for in name, title, keywords and text, and among the first letters of the sound
    of a Chinese name. Of equals, those of `language` come first, then those most used.
    """
    with desk.store.read() as tx:
        kept, uses = store.of(tx, actor.name), store.uses(tx, actor.name)
    return ranked(_all(desk.settings, actor, kept, uses), words, language)


def ranked(every: Iterable[Canned], words: str, language: str = "") -> list[Canned]:
    """Return those that hold all of these words, in the order of `find`."""
    wanted = fold(words).split()
    fitting = [(rank, one) for one in every if (rank := _rank(one, wanted)) is not None]

    def order(pair: tuple[int, Canned]) -> tuple[Any, ...]:
        rank, one = pair
        other = bool(language) and one.language not in ("", language)
        return (rank, other, -one.used, -one.used_by_all, fold(one.title or one.name))

    return [one for _place_, one in sorted(fitting, key=order)]


def _all(
    settings: Settings, actor: Actor, kept: Iterable[Kept], uses: dict[str, Uses]
) -> Iterator[Canned]:
    """Every reply that an agent has, each name in each language once."""
    mine = next((agent.teams for agent in settings.agents if agent.name == actor.name), ())
    every = [
        *(_of_keyboard(one, uses.get(one.name, Uses(0, 0))) for one in kept),
        *(
            _of_file(one, uses.get(one.name, Uses(0, 0)))
            for one in settings.templates
            if one.canned and (not one.teams or not set(mine).isdisjoint(one.teams))
        ),
    ]
    seen: set[tuple[str, str]] = set()
    for one in every:
        key = (fold(one.name), one.language)
        if key not in seen:
            seen.add(key)
            yield one


def _of_keyboard(kept: Kept, count: Uses) -> Canned:
    owner: Owner = "own" if kept.agent else "shared"
    return Canned(kept.name, kept.title, kept.language, kept.text, owner, (), count.mine, count.all)


def _of_file(written: Template, count: Uses) -> Canned:
    return Canned(
        written.name,
        written.title,
        written.language,
        written.text.strip(),
        "file",
        written.keywords,
        count.mine,
        count.all,
    )


def _rank(one: Canned, words: Sequence[str]) -> int | None:
    """How far down a reply stands for these words; None where one of them is nowhere in it."""
    places = [_place(one, word) for word in words]
    found = [place for place in places if place is not None]
    return max(found, default=0) if len(found) == len(places) else None


def _place(one: Canned, word: str) -> int | None:
    """Where a word stands: 0 for the name itself, up to 5 for somewhere in the text."""
    name, title = fold(one.name), fold(one.title)
    places = (
        word in (name, title),
        name.startswith(word) or title.startswith(word),
        any(word in fold(keyword) for keyword in one.keywords),
        word in name or word in title,
        initials(one.title or one.name).startswith(word),
        word in fold(one.text),
    )
    return next((place for place, fits in enumerate(places) if fits), None)


def get(desk: Desk, actor: Actor, name: str, language: str = "") -> Canned:
    """Return the reply of that name, of several in that language. NotFound with the nearest."""
    every = find(desk, actor, language=language)
    there = [one for one in every if fold(one.name) == fold(name)]
    if not there:
        names = dict.fromkeys(one.name for one in every)
        raise NotFound(
            _("there is no canned reply “{name}”{hint}").format(name=name, hint=hint(name, names))
        )
    order = {language: 0, "": 1, desk.settings.desk.language or "en": 2}
    return min(there, key=lambda one: order.get(one.language, 3))


def filled(desk: Desk, actor: Actor, number: int, texts: Sequence[str]) -> list[str]:
    """Return these texts as they read on a ticket. NotFound where there is no such ticket."""
    with desk.store.read() as tx:
        state = tickets.state(tx, number)
        values = values_of(tx, desk, {number: state}, texts, actor=actor)[number]
    spoken = values.in_language(values.languages[0])
    return [clean(template.render(text, spoken)) for text in texts]


def taken(desk: Desk, actor: Actor, name: str) -> None:
    """Count that an agent took a reply."""
    with desk.store.write() as tx:
        store.count(tx, name, actor.name, desk.clock())


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to answer a ticket with: the replies, each with how it reads there."""

    replies: tuple[Canned, ...]
    texts: dict[Canned, str]
    language: str  # what the customer reads


def offer(desk: Desk, actor: Actor, number: int) -> Offer:
    """Return every reply that an agent has, filled in for a ticket."""
    with desk.store.read() as tx:
        kept, uses = store.of(tx, actor.name), store.uses(tx, actor.name)
        every = tuple(_all(desk.settings, actor, kept, uses))
        state = tickets.state(tx, number)
        texts = [one.text for one in every]
        values = values_of(tx, desk, {number: state}, texts, actor=actor)[number]
    language = values.languages[0]
    spoken = values.in_language(language)
    return Offer(every, {one: clean(template.render(one.text, spoken)) for one in every}, language)


def take(desk: Desk, actor: Actor, number: int, name: str) -> str:
    """Return a reply as it reads on a ticket, and count that it was taken."""
    with desk.store.read() as tx:
        values = values_of(tx, desk, {number: tickets.state(tx, number)}, (), actor=actor)[number]
    found = get(desk, actor, name, values.languages[0])
    (text,) = filled(desk, actor, number, [found.text])
    taken(desk, actor, found.name)
    return text


def save(
    desk: Desk,
    actor: Actor,
    name: str,
    text: str,
    *,
    shared: bool = False,
    language: str = "",
    title: str = "",
) -> Canned:
    """Keep a reply for the next time, for oneself or for everybody.

    UserError where a variable of it is unknown, or the configuration has one of that name.
    """
    name, title, text = clean_line(name), clean_line(title), clean(text).strip()
    if not name or len(name) > _LONGEST_NAME:
        raise UserError(
            _("a canned reply needs a name of at most {n} characters").format(n=_LONGEST_NAME)
        )
    if not text or len(text) > _LONGEST:
        raise UserError(
            _("a canned reply needs a text of at most {n} characters").format(n=_LONGEST)
        )
    if language not in ("", "zh", "en"):
        raise UserError(_("--language {text}: it is zh or en").format(text=language))
    if wrong := template.mistakes(text, template.variables(desk.settings)):
        raise UserError("; ".join(wrong))
    in_file = next(
        (t for t in desk.settings.templates if t.canned and fold(t.name) == fold(name)), None
    )
    if in_file is not None and shared:
        raise UserError(
            _("“{name}” stands in the configuration; change it there: {place}").format(
                name=name, place=in_file.place
            )
        )
    owner = "" if shared else actor.name
    with desk.store.write() as tx:
        store.put(tx, Kept(name, owner, title, language, text))
    return Canned(name, title, language, text, "shared" if shared else "own")


def delete(desk: Desk, actor: Actor, name: str, *, shared: bool = False) -> None:
    """Forget a reply that was kept at the keyboard. NotFound where there is none of that name."""
    with desk.store.write() as tx:
        gone = store.drop(tx, name, "" if shared else actor.name)
    if gone:
        return
    found = get(desk, actor, name)
    if found.owner == "file":
        raise UserError(
            _("“{name}” stands in the configuration; take it out there").format(name=name)
        )
    if found.owner == "shared":
        raise UserError(_("“{name}” is everybody's; delete it with --shared").format(name=name))
    raise UserError(_("“{name}” is your own; delete it without --shared").format(name=name))
