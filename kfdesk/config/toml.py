"""TOML with the line of every key: `tomllib` reads the values, a scan of the text the lines."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _

#: Keys and list positions from the top of the document down to a value.
Trail = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One TOML file: its values, and the line that each of them is written on."""

    file: Path
    values: dict[str, Any]
    lines: dict[Trail, int]

    def top(self) -> Node:
        """The document as a node."""
        return Node(self, (), self.values, "")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document that knows where it stands."""

    document: Document
    trail: Trail
    value: Any
    label: str  # how errors call it: channel “support”.imap.host

    def child(self, key: str) -> Node:
        """The value of a key of this table."""
        label = f"{self.label}.{key}" if self.label else key
        return Node(self.document, (*self.trail, key), self.value[key], label)

    def elements(self) -> list[Node]:
        """The elements of this list; a named table is called by its name."""
        return [
            Node(self.document, (*self.trail, index), value, self._label(index, value))
            for index, value in enumerate(self.value)
        ]

    def _label(self, index: int, value: Any) -> str:
        if len(self.trail) > 1 or not isinstance(value, dict):
            return f"{self.label}[{index}]"
        name = value.get("name", value.get("path"))
        return f"{self.label} “{name}”" if isinstance(name, str) else self.label

    @property
    def place(self) -> Place:
        """Where the value is written."""
        return Place(str(self.document.file), self.document.lines.get(self.trail, 0), self.label)

    def whole_place(self) -> Place:
        """Where this table is written, with the lines of all that is inside it."""
        inside: dict[str, int] = {}
        _gather(self.value, self.trail, "", self.document.lines, inside)
        place = self.place
        return Place(place.file, place.line, place.key, inside)


def _gather(
    value: Any, trail: Trail, name: str, lines: dict[Trail, int], inside: dict[str, int]
) -> None:
    if name:
        inside[name] = lines.get(trail, 0)
    if isinstance(value, dict):
        for key, item in value.items():
            _gather(item, (*trail, key), f"{name}.{key}" if name else key, lines, inside)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _gather(item, (*trail, index), f"{name}[{index}]", lines, inside)


def read(file: Path) -> Document:
    """Read a TOML file. ConfigError, with the line, where it cannot be read or is not TOML."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(
            _("cannot be read: {reason}").format(reason=error.strerror or error), Place(str(file))
        ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            _("is not UTF-8 here; save the file as UTF-8"), Place(str(file), line)
        ) from error
    return parse(text, file)


def parse(text: str, file: Path) -> Document:
    """Read the text of a TOML file. ConfigError, with the line, where it is not TOML."""
    text = text.replace("\r\n", "\n")
    try:
        return Document(file, tomllib.loads(text), _Scan(text).lines)
    except ValueError as error:  # also for numbers and dates that Python cannot hold
        reason = str(error)
        found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", reason)
        line = int(found[1] or text.count("\n") + 1) if found else 0
        if found:
            reason = reason[: found.start()]
        raise ConfigError(
            _("is not TOML: {reason}").format(reason=reason), Place(str(file), line)
        ) from error
    except RecursionError as error:
        raise ConfigError(_("is nested too deeply"), Place(str(file))) from error


_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


class _Scan:
    """Walks over TOML that is known to be right, and notes the line where each value begins."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Trail, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._count: dict[Trail, int] = {}  # how many tables each [[array]] has so far
        table: Trail = ()
        while self._skip(_BLANK) < len(text):
            if text.startswith("[[", self._at):
                table = self._header(2)
            elif text[self._at] == "[":
                table = self._header(1)
            else:
                self._pair(table)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return self._at

    def _note(self, trail: Trail, line: int) -> None:
        self.lines.setdefault(trail, line)

    def _line(self) -> int:
        return bisect_right(self._breaks, self._at) + 1

    def _header(self, brackets: int) -> Trail:
        line = self._line()
        self._at += brackets
        key = self._key()
        self._at += brackets
        trail: Trail = ()
        for part in key[:-1]:
            trail = self._newest((*trail, part))
            self._note(trail, line)
        trail = (*trail, key[-1])
        if brackets == 2:
            self._note(trail, line)
            self._count[trail] = self._count.get(trail, 0) + 1
        trail = self._newest(trail)
        self._note(trail, line)
        return trail

    def _newest(self, trail: Trail) -> Trail:
        count = self._count.get(trail)
        return (*trail, count - 1) if count else trail

    def _key(self) -> list[str]:
        parts = []
        while True:
            start = self._skip(_SPACE)
            if self._text[start] in "\"'":
                raw = self._text[start : self._skip(_STRING)]
                escaped = "\\" in raw
                parts.append(tomllib.loads(f"key = {raw}")["key"] if escaped else raw[1:-1])
            else:
                parts.append(self._text[start : self._skip(_BARE)])
            if self._text[self._skip(_SPACE)] != ".":
                return parts
            self._at += 1

    def _pair(self, table: Trail) -> None:
        line = self._line()
        trail = table
        for part in self._key():
            trail = (*trail, part)
            self._note(trail, line)
        self._at += 1  # the equals sign
        self._value(trail)

    def _value(self, trail: Trail) -> None:
        self._skip(_SPACE)
        opening = self._text[self._at]
        if opening in "[{":
            closing = "]" if opening == "[" else "}"
            self._at += 1
            index = 0
            while self._text[self._skip(_BLANK)] != closing:
                if opening == "{":
                    self._pair(trail)
                else:
                    self._note((*trail, index), self._line())
                    self._value((*trail, index))
                    index += 1
                if self._text[self._skip(_BLANK)] == ",":
                    self._at += 1
            self._at += 1
        else:
            self._skip(_STRING if opening in "\"'" else _SCALAR)
