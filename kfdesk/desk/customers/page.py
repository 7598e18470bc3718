"""A customer as lines for a width: who they are first, then their time line, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.cells import fit
from kfdesk.desk.customers.card import Card
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.words import Words
from kfdesk.i18n import _, ngettext, pgettext
from kfdesk.model import Direction
from kfdesk.settings import Settings
from kfdesk.store.people.timeline import Kind, Moment
from kfdesk.text import clean_line


def page(card: Card, settings: Settings, width: int) -> Iterator[Line]:
    """The card and its newest lines, in lines of at most `width`."""
    words = words_of(settings)
    yield from head(card, settings, width)
    if not card.moments:
        return
    yield from Paper(words, max(40, width)).heading(_("What happened, the newest first"))
    for moment in card.moments:
        yield line(moment, words, width)
    if left := len(card.points) - len(card.moments):
        told = ngettext("{n} earlier line; --limit {all} shows it",
                        "{n} earlier lines; --limit {all} shows them", left)  # fmt: skip
        yield (("  " + told.format(n=left, all=len(card.points)), "faint"),)


def words_of(settings: Settings) -> Words:
    """The words of a configuration, with the titles of customers' own fields."""
    titles = {f"field.{one.name}": one.title or one.name for one in settings.customer_fields}
    return replace(Words.of(settings), fields=titles)


def head(card: Card, settings: Settings, width: int) -> Iterator[Line]:
    """Who they are."""
    paper = Paper(Words.of(settings), max(40, width))
    row = card.profile
    name = row.name or row.email or _("without a name")
    if row.erased_at is not None:
        name = _("erased at {time}").format(time=paper.words.moment(row.erased_at))
    title = _("Customer {id}: {name}").format(id=row.id, name=clean_line(name))
    yield from paper.text((title, "strong"))
    facts = [(label, value) for label, value in _facts(card, settings, paper.words) if value]
    yield from paper.table(facts, ("muted", "text"), 2, (16,))
    if card.suggestions:
        yield from paper.heading(_("May be the same person"))
        for one in card.suggestions:
            other = _("{id} {name}").format(id=one.other, name=clean_line(card.names[one.other]))
            why = _("; ").join(str(evidence) for evidence in one.evidence)
            yield from paper.text((other, "strong"), (f"  {clean_line(why)}", "muted"),
                                  indent=2, hang=2)  # fmt: skip


def _facts(card: Card, settings: Settings, words: Words) -> Iterator[tuple[str, str]]:
    row, figures = card.profile, card.figures
    for one in card.identities:
        mark = _("proved") if one.verified else ""
        yield scheme(one.scheme), f"{one.value}{f'  ✓ {mark}' if mark else ''}"
    yield _("Language"), row.language
    yield _("Organisation"), card.organisation
    by_hand = _("{name} (by hand)")
    groups = (by_hand.format(name=one.name) if one.by_hand else one.name for one in card.groups)
    yield _("Groups"), _(", ").join(groups)
    titles = {one.name: one.title or one.name for one in settings.customer_fields}
    for name, value in row.fields.items():
        yield titles.get(name, name), labels.value(f"field.{name}", value)
    yield _("Merged into them"), _(", ").join(map(str, card.merged))
    yield (
        _("Tickets"),
        _("{n}: {open} open, {solved} solved").format(
            n=figures.tickets, open=figures.open, solved=figures.solved
        ),
    )
    if figures.first_seen is not None:
        seen = words.moment(figures.first_seen)
        if figures.last_seen is not None:
            seen = _("{first}, last {last}").format(
                first=seen, last=words.moment(figures.last_seen)
            )
        yield _("First seen"), seen
    if figures.satisfaction is not None:
        yield _("Satisfaction"), _("{n} of 5").format(n=f"{figures.satisfaction:g}")


def scheme(name: str) -> str:
    """What kind of identity it is, in a word."""
    return {"email": _("E-mail"), "phone": _("Telephone")}.get(name, name)


def line(moment: Moment, words: Words, width: int) -> Line:
    """One line of the time line."""
    at = f"  {words.moment(moment.at)}  "
    number = f"#{moment.ticket}" if moment.ticket is not None else ""
    place = fit(number, 8)
    mark, who, said = _told(moment, words)
    label = f"{mark} {clean_line(who)}"
    label = fit(label, min(cell_len(label), max(4, width - cell_len(at) - cell_len(place))))
    room = width - cell_len(at) - cell_len(place) - cell_len(label) - 2
    style = "strong" if moment.direction is Direction.IN else "text"
    if moment.direction is Direction.NOTE or moment.kind is Kind.PROFILE:
        style = "muted"
    parts = [(at, "faint"), (place, "primary"), (label, style)]
    if said and room > 3:
        parts.append((f"  {fit(said, room).rstrip()}", "muted"))
    return tuple(parts)


def _told(moment: Moment, words: Words) -> tuple[str, str, str]:
    """A mark, who did it or what it was, and what was said."""
    match moment.kind:
        case Kind.TICKET:
            told = _("ticket opened, now {status}").format(
                status=labels.value("status", moment.what)
            )
            return "●", told, moment.subject
        case Kind.MESSAGE:
            call = moment.channel == "phone"
            mark = {Direction.IN: "←", Direction.OUT: "→", Direction.NOTE: "·"}[
                moment.direction or Direction.NOTE
            ]
            who = words.actor(moment.actor, moment.by)
            kind = _("call") if call and moment.direction is not Direction.NOTE else ""
            if moment.auto and moment.direction is not Direction.NOTE:
                kind = _("automatic")
            elif moment.direction is Direction.NOTE:
                kind = _("internal note")
            if kind:
                who = _("{what} ({who})").format(what=who, who=kind)
            return mark, who, clean_line(moment.text)
        case Kind.ASKED:
            return "?", _("asked for a rating"), ""
        case Kind.SCORE:
            score = _("satisfaction {n} of 5").format(n=moment.score)
            return "★", score, clean_line(moment.text)
        case Kind.PROFILE:
            return "·", happened(moment, words), ""


def happened(moment: Moment, words: Words) -> str:
    """What became of a customer, in a sentence."""
    who = words.actor(moment.actor or moment.by, moment.by)
    what = difference(moment.changes, words)
    by = _("{what} ({who})").format(what=labels.profile(moment.what), who=who)
    return _("{name}: ").format(name=by) + what if what else by


def difference(changes: Mapping[str, Sequence[Any]], words: Words) -> str:
    """What was changed of a customer."""
    told = [_change(name, pair[0], pair[1], words) for name, pair in changes.items()]
    return pgettext("clauses", ", ").join(told)


def _change(name: str, old: object, new: object, words: Words) -> str:
    if name in ("group", "identity"):
        return f"+{new}" if old is None else f"-{old}"
    if name in ("merged_into", "customer"):
        return str(new if new is not None else old)
    shown = {"name": _("Name"), "language": _("Language"), "organisation": _("Organisation")}
    return f"{shown.get(name) or words.label(name)} {old or '–'} → {new or '–'}"
