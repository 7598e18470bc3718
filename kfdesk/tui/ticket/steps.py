"""What happened between the messages, a line each: who changed what, and what rules decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.cells import Part, fit, plain_line
from kfdesk.i18n import _, ngettext
from kfdesk.model import Direction, Event
from kfdesk.tui.lines import when
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.ticket.line import Line

if TYPE_CHECKING:
    from kfdesk.desk.why.facts import RuleWhy
    from kfdesk.tui.source.source import Reading

#: What moved between this ticket and another: the journal's text says which.
_MOVED = frozenset({"merged", "moved", "split", "unmerged"})
_UNTOLD = ("unread", "version")


def matters(event: Event) -> bool:
    """Whether an event is told without being asked for: it changed something, and said nothing."""
    return event.message_id is None and bool(event.changes or event.kind in _MOVED)


def change(event: Event, who: Who, width: int) -> Iterator[Line]:
    """One line for what somebody, or a rule, changed."""
    told = _changes(event, who)
    if event.kind in _MOVED:
        told = " · ".join(filter(None, (f"{labels.event(event.kind)} {event.text}", told)))
    if told:
        said = f"  · {_at(event, who)}  " + _("{name}: ").format(name=_actor(event, who)) + told
        yield Line(((fit(said, width).rstrip(), "faint"),), -event.id)


def step(event: Event, reading: Reading, who: Who, width: int) -> Iterator[Line]:
    """An event of the time line whatever it is, and below it what rules made of it."""
    passes = reading.decided.get(event.id, ())
    told = " · ".join(filter(None, (_changes(event, who), plain_line(event.text))))
    glyph, style = ("⚙", "auto") if event.rule else ("●", "muted")
    actor, kind = _actor(event, who), labels.event(event.kind)
    spoken = {message.id: message for message in reading.stretch.messages}
    message = spoken.get(event.message_id or 0)
    if message is not None and message.direction is Direction.IN:
        actor = who.title(message.author) or message.author_email or actor
        if event.kind == "message":  # whose words these are says more than that there were some
            kind = labels.direction(message.direction, automatic=bool(message.auto))
    head: list[Part] = [
        (f"  {glyph} ", style),
        (f"{_at(event, who)}  ", "muted"),
        (f"{plain_line(actor)}  ", "text"),
        (kind, "accent"),
    ]
    room = width - sum(cell_len(text) for text, _style in head) - 2
    if told and room > 8:
        head.append((f"  {fit(told, room).rstrip()}", "muted"))
    yield Line(tuple(head), -event.id, does=f"why:{event.root or event.id}")
    rules = [rule for one in passes for rule in one]
    acted = [rule for rule in rules if rule.outcome in ("fired", "failed")]
    for rule in acted:
        yield _rule(event, rule, who, width)
    if idle := len({rule.rule for rule in rules} - {rule.rule for rule in acted}):
        said = ngettext("{n} rule did nothing", "{n} rules did nothing", idle).format(n=idle)
        line = (("    ┄ ", "faint"), (f"{said} · ", "faint"), ("w", "primary"))
        yield Line(line, -event.id, does=f"why:{event.root or event.id}")


def _rule(event: Event, rule: RuleWhy, who: Who, width: int) -> Line:
    """What one rule did."""
    done = [became(name, old, new, who) for name, (old, new) in rule.changes.items()]
    if rule.replies:
        done.append(f"{labels.event('reply')} {', '.join(rule.replies)}")
    if rule.notes:
        done.append(labels.event("note"))
    if rule.reason:
        done.append(rule.reason)
    failed = rule.outcome == "failed"
    head: tuple[Part, ...] = (
        ("    ⚙ ", "error" if failed else "auto"),
        ((plain_line(rule.rule) or _("route")) + "  ", "text"),
    )
    room = max(4, width - sum(cell_len(text) for text, _style in head) - 1)
    told = fit(" · ".join(done) or _("fired"), room).rstrip()
    style = "error" if failed else "muted"
    return Line((*head, (told, style)), -event.id, does=f"why:{event.root or event.id}")


def _at(event: Event, who: Who) -> str:
    return when.clock(event.at, who.now(), who.zone)


def _actor(event: Event, who: Who) -> str:
    return who.title(event.rule or event.actor.name) or labels.actor(str(event.actor))


def _changes(event: Event, who: Who) -> str:
    return " · ".join(
        became(name, old, new, who)
        for name, (old, new) in event.changes.items()
        if name not in _UNTOLD
    )


def became(name: str, old: Any, new: Any, who: Who) -> str:
    """A field, and its old and new value in words; an old one that was empty needs none."""
    if name == "breached":
        return labels.event("sla.breached")
    if isinstance(old or new, list | tuple):
        parts = labels.difference(old, new)
        if name == "followers":
            parts = [part[0] + who.title(part[1:]) for part in parts]
        return f"{labels.field(name)} {' '.join(parts)}"
    before, after = (who.title(labels.value(name, value)) for value in (old, new))
    return f"{labels.field(name)} {f'{before} ' if before else ''}→ {after or '—'}"
