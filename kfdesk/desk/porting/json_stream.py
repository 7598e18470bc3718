"""JSON of any size, an object at a time: pages of lists, bare lists, JSON lines, or many in a row.

What is kept in memory is one object and what was read beside it. A broken object costs itself: the
reader goes on behind it where it can find out where that is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import IO, Any

from kfdesk.i18n import _

_CHUNK = 1 << 20
#: A larger object is left out: nobody wrote it.
LARGEST = 64 << 20
_SPACE = re.compile(r"[\s,]*")
_MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)
_DECODER = json.JSONDecoder()
#: What a page says of itself, beside its lists.
_OF_A_PAGE = frozenset((
    "count", "next_page", "previous_page", "end_time", "start_time", "end_of_stream",
    "after_url", "after_cursor", "before_url", "before_cursor", "meta", "links", "err", "msg",
    "total", "total_pages", "page", "per_page", "currentpage", "pagesize", "ticket_id",
))  # fmt: skip
_MOST_BROKEN = 100


@dataclass(frozen=True, slots=True)
class Found:
    """An object, the list it stood in (empty: none), and its line. `about` is its page's ticket."""

    section: str
    line: int
    value: dict[str, Any]
    raw: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is no object; `rest` says that nothing behind it could be read either."""

    line: int
    reason: str
    rest: bool = False


class _Malformed(Exception):
    pass


class _Reader:
    """A text stream with a place in it; what lies before the place is forgotten."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False

    def _more(self) -> bool:
        """Read on, as much again as there is, so that a long object is not gone over too often."""
        if self._ended:
            return False
        wanted = max(_CHUNK, len(self._text) - self._at)
        line = self.line
        found = self._stream.read(wanted)
        self._ended = not found
        self._text = self._text[self._at :] + found
        self._at = self._counted = 0
        self._line = line
        return bool(found)

    @property
    def line(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is neither blank nor comma; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self) -> None:
        self._at += 1

    def colon(self) -> bool:
        if self.peek() != ":":
            return False
        self.take()
        return True

    def ahead(self, size: int) -> str:
        """The next so many characters, without moving on."""
        while len(self._text) - self._at < size and self._more():
            pass
        return self._text[self._at : self._at + size]

    def value(self) -> tuple[Any, str]:
        """Decode the next value; return it with its text. _Malformed where it is none."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                short = error.msg.startswith("Unterminated") or error.pos > len(self._text) - 16
                if not short:
                    raise _Malformed(_("no JSON: {why}").format(why=error.msg)) from error
                if len(self._text) - self._at > LARGEST:
                    raise _Malformed(_("longer than anything that was written")) from error
                if not self._more():
                    whole = error.pos < len(self._text.rstrip())
                    if whole and not error.msg.startswith("Unterminated"):
                        raise _Malformed(_("no JSON: {why}").format(why=error.msg)) from error
                    raise _Malformed(_("the file ends inside it")) from error
                continue
            except RecursionError:
                raise _Malformed(_("nested too deep")) from None
            except ValueError as error:  # a number of more digits than Python reads
                raise _Malformed(_("no JSON: {why}").format(why=error)) from error
            if end == len(self._text) and not self._ended and not isinstance(value, dict | list):
                self._more()  # a number may go on
                continue
            raw = self._text[self._at : end]
            self._at = end
            return value, raw

    def skip(self) -> bool:
        """Go past the next value without reading it; whether its end was found."""
        depth, quoted = 0, False
        while True:
            while (found := _MARKS.search(self._text, self._at)) is not None:
                self._at = found.end()
                mark = found.group()
                if mark == '"':
                    quoted = not quoted
                elif not quoted and mark in "[{":
                    depth += 1
                elif not quoted and mark in "]}":
                    depth -= 1
                    if depth < 0:  # the end of the list around it
                        self._at -= 1
                if depth <= 0 and not quoted and mark[0] != "\\":
                    return True
            last = self._text.endswith("\\")
            self._at = len(self._text) - last
            if not self._more():
                return False

    def skip_line(self) -> None:
        while (end := self._text.find("\n", self._at)) < 0:
            self._at = len(self._text)
            if not self._more():
                return
        self._at = end + 1


def objects(stream: IO[str], sections: Set[str]) -> Iterator[Found | Broken]:
    """Yield the objects of a text: those of a page's lists that are named in `sections`."""
    reader = _Reader(stream)
    broken = 0
    while (mark := reader.peek()) != "":
        line = reader.line
        good = False
        try:
            if mark == "[":
                reader.take()
                yield from _elements(reader, "", "")
                good = True
            elif mark == "{":
                for found in _object(reader, sections):
                    good = good or isinstance(found, Found)
                    yield found
                good = True
            else:
                raise _Malformed(_("neither an object nor a list"))
        except _Malformed as error:
            broken = 0 if good else broken + 1
            yield Broken(line, str(error), broken == _MOST_BROKEN)
            if broken == _MOST_BROKEN:
                return
            reader.skip_line()


def _object(reader: _Reader, sections: Set[str]) -> Iterator[Found | Broken]:
    """An object at the top: a page, whose lists are gone through, or itself what is looked for."""
    line = reader.line
    if not _is_page(reader.ahead(4096), sections):
        value, raw = reader.value()
        yield Found("", line, value, raw)
        return
    reader.take()
    about = ""
    while (mark := reader.peek()) not in ("}", ""):
        key, _raw = reader.value()
        if mark != '"' or not reader.colon():
            raise _Malformed(_("a page of lists that is broken"))
        begins = reader.peek()
        plural = key if key in sections else f"{key}s"
        if plural in sections and begins == "[":
            reader.take()
            yield from _elements(reader, plural, about)
        elif plural in sections and begins == "{":
            line = reader.line
            value, raw = reader.value()
            yield Found(plural, line, value, raw, about)
        elif begins in "[{":
            reader.skip()
        else:
            value, _raw = reader.value()
            if key == "ticket_id":
                about = str(value)
    reader.take()


_KEY = re.compile(r'[{,]\s*"((?:[^"\\]|\\.)*)"\s*:\s*')


def _is_page(head: str, sections: Set[str]) -> bool:
    """Whether an object begins as a page does: with a list of ours, or what pages say first."""
    at = 0
    while (found := _KEY.match(head, at)) is not None:
        key, begins = found.group(1), head[found.end() : found.end() + 1]
        if (begins in ("[", "{") and key in sections) or (begins == "{" and f"{key}s" in sections):
            return True
        if key not in _OF_A_PAGE or begins in ("[", "{"):
            return key in ("meta", "links")
        try:
            _value, at = _DECODER.raw_decode(head, found.end())
        except json.JSONDecodeError:
            return False
        space = _BLANK.match(head, at)
        assert space is not None
        at = space.end()
    return False


_BLANK = re.compile(r"\s*")


def _elements(reader: _Reader, section: str, about: str) -> Iterator[Found | Broken]:
    while (mark := reader.peek()) != "]":
        line = reader.line
        if mark == "":
            yield Broken(line, _("the file ends inside a list"), rest=True)
            return
        try:
            value, raw = reader.value()
        except _Malformed as error:
            # Where the end of something else stands, nobody can tell what is meant.
            ended = mark != "}" and reader.skip()
            yield Broken(line, str(error), rest=not ended)
            if not ended:
                return
            continue
        if isinstance(value, dict):
            yield Found(section, line, value, raw, about)
        else:
            yield Broken(line, _("no object"))
    reader.take()
