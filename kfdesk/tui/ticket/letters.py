"""A conversation laid out as lines: heads, text, folded quotes, files, and what changed between."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.cells import Part, fit, plain, plain_line
from kfdesk.i18n import _, ngettext
from kfdesk.model import Direction, Event, Message, OutboxState
from kfdesk.text import shorten
from kfdesk.tui import when
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source import Reading
from kfdesk.wrap import wrap

#: More lines than anybody reads; the rest is a command away (`kfdesk show`).
_LONGEST = 2000
#: What moved between this ticket and another: the journal's text says which.
_MOVED = frozenset({"merged", "moved", "split", "unmerged"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the screen; `message` is the place of its message, or -1."""

    parts: tuple[Part, ...]
    message: int = -1
    back: str = "back"
    head: bool = False


def lay_out(reading: Reading, who: Who, width: int, unfolded: Collection[int]) -> list[Line]:
    """Return the whole conversation for a width in cells; `unfolded` are ids of messages."""
    lines: list[Line] = []
    hidden = reading.ticket.message_count - len(reading.messages)
    if hidden > 0:
        text = ngettext("{n} earlier message", "{n} earlier messages", hidden).format(n=hidden)
        lines += [Line(((f"  ┄ {text}", "faint"),)), Line(())]
    changes = [
        event
        for event in reading.events
        if (event.changes or event.kind in _MOVED) and event.message_id is None
    ]
    for index, message in enumerate(reading.messages):
        while changes and changes[0].at < message.at:
            lines += _change(changes.pop(0), who, width)
        if lines and lines[-1].message == -1 and lines[-1].parts:
            lines.append(Line(()))
        lines += _message(message, index, reading, who, width, message.id in unfolded)
        lines.append(Line(()))
    for event in changes:
        lines += _change(event, who, width)
    return lines


def _kind(message: Message) -> str:
    """The style that tells a message's kind: in, out, note, side, auto."""
    if message.side is not None:
        return "side"
    return "auto" if message.auto and message.direction is not Direction.NOTE else message.direction


def _message(
    message: Message, index: int, reading: Reading, who: Who, width: int, unfolded: bool
) -> Iterator[Line]:
    kind = _kind(message)
    back = f"{kind}-back" if kind in ("note", "side") else "back"
    bar: Part = ("▎ ", kind)

    def line(*parts: Part, head: bool = False) -> Line:
        return Line((bar, *parts), index, back, head)

    yield line(*_head(message, kind, who, width - 2), head=True)
    side = next((one for one in reading.sides if one.id == message.side), None)
    if side is not None:
        to = ", ".join(plain_line(person.name or person.email) for person in side.to)
        mark = "⇄" if side.closed_at is None else "✓ " + _("closed") + " ·"
        said = f"{mark} {to}: {plain_line(side.subject)}"
        yield line((fit(said, width - 2).rstrip(), "side"))
        if not unfolded and (message.id != side.newest or side.closed_at is not None):
            first = shorten(plain_line(message.text[: message.cut]), max(8, (width - 8) // 2))
            yield line((f"┄ {first} · ", "faint"), ("z", "primary"))
            return
    state, style = _delivery(message, reading, who)
    if state:
        for text in wrap(state, width - 2):
            yield line((text, style))
    if message.auto and message.direction is Direction.IN:
        yield line(
            (
                fit(
                    _("automatic: {why}").format(why=labels.reason(message.auto)), width - 2
                ).rstrip(),
                "faint",
            )
        )
    body = message.text[: message.cut].strip("\n")
    tail = message.text[message.cut :].strip("\n")
    if not body.strip() and tail:  # nothing but a quote: show it
        body, tail = tail, ""
    style = "muted" if kind == "auto" else "text"
    for text in _lines(body, width - 2):
        yield line((text, style))
    if tail.strip():
        count = tail.count("\n") + 1
        if unfolded:
            for text in _lines(tail, width - 2):
                yield line((text, "faint"))
        else:
            said = ngettext("{n} quoted line", "{n} quoted lines", count).format(n=count)
            yield line((f"┄ {said} · ", "faint"), ("z", "primary"))
    for file in message.attachments:
        name = fit(file.name, min(cell_len(plain_line(file.name)), width - 16))
        yield line(("▫ ", kind), (name, "text"), (f"  {labels.size(file.size)}", "faint"))
    if message.partial:
        yield line((_("Too large to fetch whole: the rest is still on the server"), "warning"))


def _head(message: Message, kind: str, who: Who, width: int) -> list[Part]:
    """Who said it, and when, at the two ends of a line."""
    now = who.now()
    right = when.clock(message.at, now, who.zone)
    if now - message.at < when.RECENT:
        right += f" · {when.ago(message.at, now, who.zone)}"
    word = labels.direction(message.direction, automatic=bool(message.auto))
    if kind == "side":
        word = _("side conversation")
    name = who.title(message.author) or message.author_email
    if message.delivery == OutboxState.SENT:
        word = f"{word} ✓"
    room = width - cell_len(right) - cell_len(word) - 5
    ours = kind in ("out", "note") or bool(message.delivery)
    address = "" if ours or message.author_email == name else message.author_email
    shown = fit(name, min(cell_len(plain_line(name)), max(4, room)))
    room -= cell_len(shown) + 2
    address = f"  {fit(address, room).rstrip()}" if address and room >= 12 else ""
    glyph = {"in": "◂ ", "out": "▸ ", "note": "✎ ", "side": "⇄ ", "auto": "⚙ "}[kind]
    used = cell_len(glyph + shown + address) + cell_len(word) + cell_len(right) + 2
    return [
        (glyph, kind),
        (shown, "strong"),
        (address, "faint"),
        (" " * max(1, width - used), "text"),
        (word, kind),
        (f"  {right}", "muted"),
    ]


def _delivery(message: Message, reading: Reading, who: Who) -> tuple[str, str]:
    """What became of a reply: the sentence and its style; nothing for what came in."""
    if not message.delivery or (message.delivery == OutboxState.SENT and not message.error):
        return "", ""
    row = next((row for row in reading.outbox if row.message_id == message.message_id), None)
    if row and row.state is OutboxState.QUEUED and row.not_before > who.now():
        rest = when.span(row.not_before - who.now())
        return _("leaves in {time}; u takes it back").format(time=rest), "warning"
    text = labels.delivery(message.delivery)
    if message.error:
        text = f"{text}: {plain_line(message.error)}"
    style = {"sent": "success", "failed": "error", "unknown": "error"}.get(
        message.delivery, "warning"
    )
    return text, style


def _lines(text: str, width: int) -> Iterator[str]:
    """The text wrapped, runs of empty lines made one."""
    count, empty = 0, False
    for raw in plain(text).split("\n"):
        if not raw.strip():
            if empty:
                continue
            empty = True
        else:
            empty = False
        for piece in wrap(raw.rstrip(), max(8, width)):
            count += 1
            if count > _LONGEST:
                yield _("… cut here: `kfdesk show` has all of it")
                return
            yield piece


def _change(event: Event, who: Who, width: int) -> Iterator[Line]:
    """One line for what somebody, or a rule, changed."""
    told = " · ".join(
        _became(name, old, new, who)
        for name, (old, new) in event.changes.items()
        if name not in ("unread", "version")
    )
    if event.kind in _MOVED:
        told = " · ".join(filter(None, (f"{labels.event(event.kind)} {event.text}", told)))
    if not told:
        return
    actor = who.title(event.rule or event.actor.name) or labels.actor(str(event.actor))
    at = when.clock(event.at, who.now(), who.zone)
    said = f"  · {at}  " + _("{name}: ").format(name=actor) + told
    yield Line(((fit(said, width).rstrip(), "faint"),))


def _became(name: str, old: Any, new: Any, who: Who) -> str:
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
