"""A message's text as lines: wrapped, its links numbered, what is looked for marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from kfdesk.cells import Part, fit, plain
from kfdesk.hits import spans as hits_of
from kfdesk.i18n import ngettext
from kfdesk.mail.links import Link, doubts, find
from kfdesk.tui.ticket.flow import flowed
from kfdesk.wrap import cuts, spans

#: A run of quoted lines in the middle of a text is folded from here on, but for its first ones.
_LONG_QUOTE, _SHOWN = 6, 2
_QUOTED = re.compile(r"\s{0,3}(?:>|｜|\|\s)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One line: what stands in it, its place in the text, and how many hits begin in it."""

    parts: tuple[Part, ...]
    at: int
    hits: int = 0
    fold: bool = False  # a click unfolds what stands behind it


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: what is looked for, and the words that the queue is filtered by."""

    found: re.Pattern[str] | None = None
    words: re.Pattern[str] | None = None


class Body:
    """Lays out texts of one message; the numbers of its links go on from one to the next."""

    def __init__(self, width: int, marks: Marks, *, unfolded: bool) -> None:
        self._width, self._marks, self._unfolded = max(8, width), marks, unfolded
        self.links: list[Link] = []

    def lines(self, text: str, style: str, at: int, *, fold: bool = True) -> Iterator[Piece]:
        """The text wrapped, runs of empty lines made one, long quotes folded."""
        raws = flowed(plain(text), self._width).split("\n")
        index, empty = 0, False
        while index < len(raws):
            raw = raws[index]
            quoted = bool(_QUOTED.match(raw))
            if quoted and fold and not self._unfolded:
                end = index
                while end < len(raws) and _QUOTED.match(raws[end]):
                    end += 1
                if end - index >= _LONG_QUOTE:
                    for raw in raws[index : index + _SHOWN]:
                        yield from self._line(raw, "faint", at)
                        at += len(raw) + 1
                    yield folded(end - index - _SHOWN, at)
                    for raw in raws[index + _SHOWN : end]:
                        self.links += find(raw)  # folded or not, a link keeps its number
                        at += len(raw) + 1
                    index, empty = end, False
                    continue
            if raw.strip():
                yield from self._line(raw.rstrip(), "faint" if quoted else style, at)
            elif not empty:
                yield Piece((), at)
            empty = not raw.strip()
            at += len(raw) + 1
            index += 1

    def _line(self, raw: str, style: str, at: int) -> Iterator[Piece]:
        parts = self._linked(raw, style)
        text = "".join(part for part, _style in parts)
        numbers = tuple(_numbers(parts))  # which may be marked below
        begins: list[int] = []
        if (words := self._marks.words) is not None:
            parts = _restyled(parts, hits_of(text, words), "match")
        if (wanted := self._marks.found) is not None:
            found = [hit.span() for hit in wanted.finditer(text)]
            parts, begins = _restyled(parts, found, "hit"), [start for start, _end in found]
        done = 0
        # The number of a link is never broken: it is clicked, and read.
        places = spans(text, self._width, numbers)
        for (start, end), line in zip(places, cuts(parts, places), strict=True):
            hits = bisect_left(begins, end) - done
            # The numbers of links make a line longer than what it stands for.
            yield Piece(line, at + min(start, len(raw)), hits)
            done += hits

    def _linked(self, raw: str, style: str) -> list[Part]:
        """The line with the number of each link behind it, and no address that goes over a line."""
        parts: list[Part] = []
        done = 0
        for link in find(raw):
            self.links.append(link)
            if link.start > done:
                parts.append((raw[done : link.start], style))
            if not link.aside:
                shown = link.shown or raw[link.start : link.end]
                parts.append((_short(shown, self._width - 6), "link"))
            elif not raw[: link.start].strip():
                parts.append((link.host, "link"))
            number = f"[{len(self.links)}]"
            if doubts(link):
                parts.append(("⚠", "warning"))
            parts.append((number, "link-number"))
            done = link.end
        if done < len(raw) or not parts:
            parts.append((raw[done:], style))
        return parts


def _numbers(parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """Where the numbers of links stand in a line."""
    at = 0
    for text, style in parts:
        if style == "link-number":
            yield at, at + len(text)
        at += len(text)


def folded(count: int, at: int) -> Piece:
    """The line that stands for quoted ones."""
    said = ngettext("{n} quoted line", "{n} quoted lines", count).format(n=count)
    return Piece(((f"┄ {said} · ", "faint"), ("z", "primary")), at, fold=True)


def _short(url: str, room: int) -> str:
    """An address that fits on a line, its end left out: the chooser shows it whole."""
    if cell_len(url) <= max(12, room):
        return url
    return fit(url, max(12, room)).rstrip()


def _restyled(parts: Sequence[Part], spans: Sequence[tuple[int, int]], style: str) -> list[Part]:
    """The same parts, those stretches of them in another style."""
    result: list[Part] = []
    at, index = 0, 0
    for text, own in parts:
        end, done = at + len(text), 0
        while index < len(spans) and spans[index][0] < end:
            start, stop = spans[index]
            first, last = max(start, at) - at, min(stop, end) - at
            if first > done:
                result.append((text[done:first], own))
            result.append((text[first:last], style))
            done = last
            if stop > end:
                break
            index += 1
        if done < len(text):
            result.append((text[done:], own))
        at = end
    return result
