"""What a field of the query language is: its type, and so its operators and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Type(StrEnum):
    """What a field holds, and so how it is compared."""

    WORD = "word"
    TEXT = "text"
    PATH = "path"
    RANK = "rank"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    LENGTH = "length"
    YESNO = "yes or no"
    FLAG = "flag"
    PHRASE = "phrase"
    NAME = "field"
    SORT = "order"


_ORDER = (":", "=", "!=", "<", "<=", ">", ">=")
_TEXT = (":", "=", "!=", "~")

#: Type → its operators, and what its values look like.
TYPES: Mapping[Type, tuple[tuple[str, ...], str]] = {
    Type.WORD: (_TEXT, "one word of several; `a*` for any ending; `none` for empty"),
    Type.TEXT: (_TEXT, "`:` is part of it, `=` all of it; `a*` fits from first to last letter"),
    Type.PATH: (_TEXT, "`a/b` itself, `a/*` with all below it; `none` for empty"),
    Type.RANK: (_ORDER, "ordered from the first to the last value"),
    Type.NUMBER: (_ORDER, "a number, or a range `1..5`; `none` for empty"),
    Type.DATE: (_ORDER, "days: `2026-11-01`, `2026-11`, `today`, a range `a..b`; `none` for empty"),
    Type.TIME: (_ORDER, "`today`, `2026-11-01`, `2026-11`, `2026-11-11T09:00`, a range `a..b`"),
    Type.LENGTH: (("<", "<=", ">", ">="), "`30m`, `4h`, `2d`, `1w`"),
    Type.YESNO: (
        (":", "="),
        "`yes`, or `no` for all others; of your own fields also `none`",
    ),
    Type.FLAG: ((":",), "one of the words below"),
    Type.PHRASE: ((":", "~"), "words, each Chinese character one; `refund*` for any ending"),
    Type.NAME: ((":",), "the name of a field"),
    Type.SORT: ((":",), "`due`, or `-due` for the other way round"),
}

Of = Literal["ticket", "customer", "message", "event", "list"]


@dataclass(frozen=True, slots=True)
class Field:
    """One name of the language."""

    name: str
    type: Type
    of: Of
    doc: str
    columns: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()  # of a change set
    names: str = ""  # where its values are names: which (`Known.names`)
    aliases: tuple[str, ...] = ()
    key: str = ""  # a custom field's own name

    @property
    def changes(self) -> bool:
        """True where `changed:`, `.was` and `.now` make sense."""
        return self.of == "ticket" and self.type in _CHANGING and bool(self.reads)

    @property
    def may_be_empty(self) -> bool:
        """True where `none` may be asked for."""
        if self.name == "task_due" or (self.key and self.type is Type.YESNO):
            return True
        return self.type in _EMPTY and self.name not in ("number", "status", "channel")

    @property
    def operators(self) -> tuple[str, ...]:
        return TYPES[self.type][0]


_EMPTY = {Type.WORD, Type.TEXT, Type.PATH, Type.DATE, Type.NUMBER}
_CHANGING = {Type.WORD, Type.TEXT, Type.PATH, Type.RANK, Type.NUMBER, Type.DATE, Type.YESNO}


@dataclass(frozen=True, slots=True)
class Flag:
    """A word after `is:`, and the fields whose change can change it."""

    name: str
    doc: str
    reads: tuple[str, ...]
