"""A conversation laid out as lines: heads, text, folded quotes, files, and what changed between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from rich.cells import cell_len

from kfdesk import labels
from kfdesk.cells import Part, fit, fit_ends, fit_most, plain_line
from kfdesk.i18n import _, current, ngettext
from kfdesk.model import Attachment, Direction, Event, Message, OutboxState
from kfdesk.text import shorten
from kfdesk.tui.lines import when
from kfdesk.tui.queue.painter import Who
from kfdesk.tui.source.source import Reading
from kfdesk.tui.ticket import steps
from kfdesk.tui.ticket.body import Body, Marks, Piece, folded
from kfdesk.tui.ticket.line import Line, Look
from kfdesk.wrap import wrap

#: More lines than anybody reads; the rest is a command away (`kfdesk show`).
_LONGEST = 2000
#: So many texts are kept as they were laid out: what a long reading holds, and one part more.
_KEPT = 100
_ROOMY, _TIGHT = 44, 32  # cells for how long ago it was, and for what kind it is
_BEHIND = 1 << 30  # the place of what stands behind a message's text
#: How what follows the writer's own words begins where it is a signature.
_SIGNATURE = re.compile(r"\s*(?:--|—|__)\s*(?:\n|\Z)")


def lay_out(reading: Reading, who: Who, width: int, look: Look) -> list[Line]:
    """Return a stretch of a conversation as lines of a width in cells."""
    lines: list[Line] = []
    shown = reading.stretch
    if shown.before:
        said = ngettext("{n} earlier message", "{n} earlier messages", shown.before)
        lines += [_more(said.format(n=shown.before), "g g"), Line(())]
    events = [event for event in shown.events if look.steps or steps.matters(event)]
    at = 0
    for message in shown.messages:
        while at < len(events) and events[at].at < message.at:
            lines += _between(events[at], reading, who, width, look)
            at += 1
        if lines and lines[-1].owner <= 0 and lines[-1].parts:
            lines.append(Line(()))
        lines += _message(message, reading, who, width, look)
        lines.append(Line((), message.id, 2 * _BEHIND))
    for event in events[at:]:
        lines += _between(event, reading, who, width, look)
    if shown.after:
        said = ngettext("{n} later message", "{n} later messages", shown.after)
        lines += [Line(()), _more(said.format(n=shown.after), "G")]
    return lines


def _more(said: str, key: str) -> Line:
    return Line(((f"  ┄ {said} · ", "faint"), (key, "primary")), does="more")


def _between(event: Event, reading: Reading, who: Who, width: int, look: Look) -> Iterator[Line]:
    if look.steps:
        return steps.step(event, reading, who, width)
    return steps.change(event, who, width)


def kind_of(message: Message) -> str:
    """The style that tells a message's kind: in, out, note, side, auto."""
    if message.side is not None:
        return "side"
    return "auto" if message.auto and message.direction is not Direction.NOTE else message.direction


def _message(
    message: Message, reading: Reading, who: Who, width: int, look: Look
) -> Iterator[Line]:
    kind = kind_of(message)
    back = f"{kind}-back" if kind in ("note", "side") else "back"
    bar: Part = ("▎ ", kind)
    unfolded = look.everything or message.id in look.unfolded

    def line(*parts: Part, at: int = 0, head: bool = False, does: str = "", hits: int = 0) -> Line:
        return Line((bar, *parts), message.id, at, back, head, does, hits)

    yield line(*_head(message, kind, who, width - 2), at=-3, head=True)
    side = next((one for one in reading.sides if one.id == message.side), None)
    if side is not None:
        to = ", ".join(plain_line(person.name or person.email) for person in side.to)
        mark = "⇄" if side.closed_at is None else "✓ " + _("closed") + " ·"
        said = f"{mark} {to}: {plain_line(side.subject)}"
        yield line((fit(said, width - 2).rstrip(), "side"), at=-2)
        if not unfolded and (message.id != side.newest or side.closed_at is not None):
            first = shorten(plain_line(message.text[: message.cut]), max(8, (width - 8) // 2))
            yield line((f"┄ {first} · ", "faint"), ("z", "primary"), at=-1, does="fold")
            return
    for said, style in _remarks(message, reading, who):
        for text in wrap(said, width - 2):
            yield line((text, style), at=-1)
    style = "muted" if kind == "auto" else "text"
    shown = message.text, message.cut, style, width - 2, look.marks, unfolded, current()
    for piece in _text(*shown) if message.text.strip() else ():
        does = "fold" if piece.fold else ""
        yield line(*piece.parts, at=piece.at, does=does, hits=piece.hits)
    if not message.text.strip() and not message.attachments:
        yield line(("—", "faint"))
    for number, file in enumerate(message.attachments):
        picture = look.pictures.get(file.id)
        yield line(*_file(file, kind, width - 2), at=_BEHIND + number, does=f"file:{file.id}")
        if picture is not None:
            for row in picture.rows():
                yield Line(
                    (bar, ("  ", "text")), message.id, _BEHIND + number, back,
                    does=f"file:{file.id}", pixels=row,
                )  # fmt: skip
    if message.partial:
        said = _("Too large to fetch whole: the rest is still on the server")
        yield line((fit(said, width - 2).rstrip(), "warning"), at=2 * _BEHIND - 1)


@lru_cache(_KEPT)
def _text(
    text: str, begun: int, style: str, width: int, marks: Marks, unfolded: bool, language: str
) -> tuple[Piece, ...]:
    """What was said: the writer's own words, and what follows them folded.

    Kept for the next time, in each `language`: a conversation is laid out again whenever anything
    of it has changed.
    """
    del language
    words = Body(width, marks, unfolded=unfolded)
    own, tail = text[:begun].strip("\n"), text[begun:].strip("\n")
    quotes = not own.strip() and bool(tail)  # nothing but a quote: show it
    if quotes:
        own, tail = tail, ""
    pieces = list(islice(words.lines(own, style, 0, fold=not quotes), _LONGEST + 1))
    if len(pieces) > _LONGEST:
        return (*pieces[:-1], _cut(pieces[-1].at))
    if not tail.strip():
        return tuple(pieces)
    begun = max(begun, pieces[-1].at) if pieces else begun  # tabs and links' numbers took room
    if not unfolded:
        count = tail.count("\n") + 1
        signed = _SIGNATURE.match(tail)
        return (*pieces, _signed(tail, begun, width) if signed else folded(count, begun))
    rest = list(islice(words.lines(tail, "faint", begun), _LONGEST + 1))
    if len(rest) > _LONGEST:
        rest[-1] = _cut(rest[-1].at)
    return (*pieces, *rest)


def _cut(at: int) -> Piece:
    return Piece(((_("… cut here: `kfdesk show` has all of it"), "warning"),), at)


def _signed(tail: str, at: int, width: int) -> Piece:
    """The line that stands for a signature: how it begins."""
    first = next((line for line in tail.split("\n")[1:] if line.strip()), "")
    said = _("signature: {name}").format(name=shorten(first, 24)) if first else _("signature")
    return Piece(
        ((fit_most(f"┄ {said}", width - 4), "faint"), (" · ", "faint"), ("z", "primary")),
        at,
        fold=True,
    )


def _file(file: Attachment, kind: str, width: int) -> list[Part]:
    """A file: its name, its type and its size."""
    size = labels.size(file.size)
    type = plain_line(file.type)
    told = f"  {fit(type, min(cell_len(type), width // 3))}" if width >= 60 else ""
    room = width - cell_len(size) - cell_len(told) - 5
    name = fit_ends(file.name, max(4, room))
    return [("▫ ", kind), (name, "link"), (told, "faint"), (f"  {size}", "faint")]


def _head(message: Message, kind: str, who: Who, width: int) -> list[Part]:
    """Who said it, and when, at the two ends of a line."""
    now = who.now()
    right = when.clock(message.at, now, who.zone)
    if now - message.at < when.RECENT and width >= _ROOMY:
        right += f" · {when.ago(message.at, now, who.zone)}"
    word = labels.direction(message.direction, automatic=bool(message.auto))
    if kind == "side":
        word = _("side conversation")
    name = who.title(message.author) or message.author_email
    if message.delivery == OutboxState.SENT:
        word = f"{word} ✓"
    if width < _TIGHT:
        word, right = "", right.partition(" ")[0]
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


def _remarks(message: Message, reading: Reading, who: Who) -> Iterator[tuple[str, str]]:
    """What became of a reply, and why a mail counts as automatic: a sentence and its style."""
    if message.delivery and (message.delivery != OutboxState.SENT or message.error):
        yield _delivery(message, reading, who)
    if message.auto and message.direction is Direction.IN:
        yield _("automatic: {why}").format(why=labels.reason(message.auto)), "faint"
    others = [str(one) for one in (*message.to[1:], *message.cc)]
    if others and message.direction is Direction.OUT and message.side is None:
        yield _("also to {people}").format(people=shorten(", ".join(others), 300)), "faint"
    if unseen := [str(one) for one in message.bcc]:
        yield _("Bcc {people}").format(people=shorten(", ".join(unseen), 300)), "faint"


def _delivery(message: Message, reading: Reading, who: Who) -> tuple[str, str]:
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
