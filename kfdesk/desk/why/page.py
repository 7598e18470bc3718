"""The answer of `why` as lines for a width: where the ticket stands first, then the story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kfdesk import labels
from kfdesk.desk.why.choices import choices
from kfdesk.desk.why.deadlines import deadlines
from kfdesk.desk.why.facts import Ahead, EventWhy, RuleWhy, Standing, Why
from kfdesk.desk.why.paper import Line, Paper
from kfdesk.desk.why.verdicts import verdicts
from kfdesk.desk.why.words import Words
from kfdesk.errors import UserError
from kfdesk.i18n import _, pgettext
from kfdesk.rules.names import hint
from kfdesk.text import clean_line

#: What the desk itself did later; no rule has a say in it.
_DELIVERY = ("sent", "not sent", "outbox")


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the answer is told: one event, one rule, everything without folding."""

    event: int = 0
    rule: str = ""
    everything: bool = False


def page(found: Why, words: Words, width: int, choice: Choice | None = None) -> Iterator[Line]:
    """The answer for a person who never saw the configuration, in lines of at most `width`.

    UserError where an event or a rule is asked for that the ticket has nothing of.
    """
    chosen = choice or Choice()
    _check(found, chosen)
    paper = Paper(words, max(40, width))
    whole = not (chosen.event or chosen.rule)
    title = _("Ticket {number}: {subject}").format(
        number=found.number, subject=clean_line(found.subject)
    )
    yield from paper.text((title, "strong"))
    if whole:
        yield from paper.heading(_("Where it stands, and why"))
        yield from _standing(paper, found.standing)
        if found.clocks:
            yield from paper.heading(_("Deadlines"))
            yield from deadlines(paper, found.clocks, unfolded=chosen.everything)
        yield from paper.heading(_("What happened"))
    gap = not whole
    for event in found.events:
        if passes := _wanted(event, chosen):
            if gap:
                yield ()
            yield from _event(paper, event, passes, chosen)
            gap = True
    if whole and found.ahead:
        yield from paper.heading(_("What schedules would find now"))
        yield from _ahead(paper, found.ahead)


def _check(found: Why, chosen: Choice) -> None:
    events = [event.id for event in found.events]
    if chosen.event and chosen.event not in events:
        raise UserError(
            _("ticket {number} has no event {id}; it has {known}").format(
                number=found.number, id=chosen.event, known=", ".join(map(str, events))
            )
        )
    rules = dict.fromkeys(
        rule.rule for event in found.events for one in event.passes for rule in one if rule.rule
    )
    if chosen.rule and chosen.rule not in rules:
        raise UserError(
            _("no rule “{name}” was asked about ticket {number}{hint}").format(
                name=chosen.rule, number=found.number, hint=hint(chosen.rule, rules)
            )
        )


Passes = Sequence[Sequence[RuleWhy]]


def _wanted(event: EventWhy, chosen: Choice) -> Passes | None:
    """The passes of an event that are to be told; None if nothing of it is."""
    if chosen.event not in (0, event.id):
        return None
    if not chosen.rule:
        return event.passes or ((),)
    passes = [[rule for rule in rules if rule.rule == chosen.rule] for rules in event.passes]
    return passes if any(passes) else None


def _standing(paper: Paper, facts: Sequence[Standing]) -> Iterator[Line]:
    words = paper.words
    rows = [
        (words.label(one.field), words.value(one.field, one.value), _since(one, words))
        for one in facts
    ]
    yield from paper.table(rows, ("muted", "strong", "muted"), 2, (16, max(10, paper.width // 4)))


def _since(one: Standing, words: Words) -> str:
    if one.at is None:
        return _("as it was from the start")
    if one.by == "created":
        return _("since it was opened, {time}").format(time=words.moment(one.at))
    text = {
        "rule": _("since {time}, by the rule “{name}”"),
        "route": _("since {time}, by the route “{name}”"),
        "customer": _("since {time}, by the customer {name}"),
    }.get(one.by, _("since {time}, by {name}"))
    return text.format(time=words.moment(one.at), name=words.actor(one.name, one.by))


def _event(paper: Paper, event: EventWhy, passes: Passes, chosen: Choice) -> Iterator[Line]:
    words = paper.words
    who = _("{name}: ").format(name=words.actor(event.actor, event.by))
    yield from paper.text(
        (words.moment(event.at) + "  ", "primary"),
        (who + labels.event(event.kind), "strong"),
        ("  " + _("(event {id})").format(id=event.id), "faint"),
        hang=4,
    )
    if event.said:
        said = _("“{text}”").format(text=clean_line(event.said))
        yield from paper.text((said, "muted"), indent=4, hang=1)
    if event.kind == "created":
        yield from _opened_with(paper, event)
    else:
        yield from paper.changes(event.changes, 4)
    if event.text:
        yield from paper.text((clean_line(event.text), "muted"), indent=4)
    if not event.passes and event.kind not in _DELIVERY:
        yield from paper.text((_("no rule had to look at this"), "faint"), indent=2)
    routes = () if chosen.rule else event.routes
    unfolded = chosen.everything or bool(chosen.rule)
    for number, rules in enumerate(passes):
        if rules and rules[0].kind == "route":
            yield from choices(paper, routes, 2)
            yield from paper.changes(rules[0].changes, 6)
            routes = ()
            continue
        if number and rules:
            yield from paper.text((_between(paper, event, number), "muted"), indent=2, hang=2)
        yield from verdicts(paper, rules, first=not number, unfolded=unfolded)
    yield from choices(paper, routes, 2)
    for after in event.then:
        if after.kind == "alarm":
            yield from paper.text(("! " + clean_line(after.text), "error"), indent=2, hang=2)


def _ahead(paper: Paper, found: Sequence[Ahead]) -> Iterator[Line]:
    """What each schedule asks for, what there is, and when it looks next."""
    words = paper.words
    for one in found:
        if one.fired_at is not None and one.waits:
            told = _("has acted at {time}, and waits until its condition holds no more")
            told = told.format(time=words.moment(one.fired_at))
        elif one.holds:
            told = _("acts at {time}").format(time=words.moment(one.at))
        else:
            there = words.there_was(one.condition, one.actual)
            told = _("{condition} does not hold: {there}; it looks again at {time}").format(
                condition=one.condition, there=there, time=words.moment(one.at)
            )
        mark = ("✓ ", "success") if one.holds else ("· ", "text")
        name = f"“{clean_line(one.rule)}” "
        yield from paper.text(mark, (name, "strong"), (told, "muted"), indent=2, hang=2)


def _opened_with(paper: Paper, event: EventWhy) -> Iterator[Line]:
    """The values that a new ticket began with; its subject stands above already."""
    words = paper.words
    pairs = [
        f"{words.label(name)} {words.value(name, new)}"
        for name, (_old, new) in event.changes.items()
        if name != "subject" and new not in (None, "", [])
    ]
    yield from paper.text((pgettext("clauses", ", ").join(pairs), "muted"), indent=4)


def _between(paper: Paper, event: EventWhy, number: int) -> str:
    """What the rules look at in a later pass."""
    names: dict[str, None] = {}
    for rule in event.passes[number - 1]:
        names.update(dict.fromkeys(rule.changes))
    fields = _(", ").join(map(paper.words.label, names))
    return _("Then the rules looked at what had changed ({fields}):").format(fields=fields)
