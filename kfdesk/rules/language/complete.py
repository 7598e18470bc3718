"""What may stand at the cursor of a query: names of fields, then their operators and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kfdesk.rules.language.fields import FLAGS, Field, Type
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.values import DAY_WORDS
from kfdesk.text import fold

_WORD = re.compile(r'(?:[^\s()（）"“”]|"[^"]*"?)*$')
_TERM = re.compile(r"([^\W\d][\w.\-]*)(!=|<=|>=|[:：=<>~])(.*)$", re.DOTALL)
_LENGTHS = ("30m", "1h", "4h", "1d", "2d", "1w")
_MOST = 50


def word_start(text: str, position: int) -> int:
    """Where the word begins that `complete` would replace: it ends at the cursor."""
    found = _WORD.search(text[:position])
    return found.start() if found else position


def without_begun_name(text: str, words: Iterable[str]) -> str:
    """Return a query without the word at its end where that becomes one of `words`, a field's name.

    Nobody looks for `ass` who is about to type `assignee:`.
    """
    start = word_start(text, len(text))
    begun = text[start:]
    names = (word for word in words if word.endswith((":", ">")))
    return text[:start] if begun and any(name.startswith(begun) for name in names) else text


def complete(text: str, position: int, known: Known) -> list[str]:
    """Return what the word before the cursor may become, whole words, the likeliest first.

    Only what a filter may hold is offered: what is about an event belongs to rules.
    """
    word = text[word_start(text, position) : position]
    minus, word = ("-", word[1:]) if word.startswith("-") else ("", word)
    term = _TERM.match(word)
    if term is None:
        if not word:
            return []
        names = [f for name, f in known.fields.items() if name == fold(f.name) and f.of != "event"]
        return [minus + n for n in _fitting(word, [f.name + _first_operator(f) for f in names])]
    field = known.fields.get(fold(term[1]))
    if field is None or field.of == "event":
        return []
    before, comma, started = term[3].rpartition(",")
    prefix = f"{minus}{term[1]}{term[2]}{before}{comma}"
    values = _fitting(started.strip('"'), _values(field, known), _called(field, known))
    return [prefix + _quoted(value) for value in values if value not in before.split(",")]


def _first_operator(field: Field) -> str:
    return ">" if field.type is Type.LENGTH else ":"


def _called(field: Field, known: Known) -> Mapping[str, str]:
    """What its values are called otherwise: {folded title: the value}."""
    return known.of_kind(field.names) if field.names and field.names != "sort" else {}


def _fitting(started: str, names: list[str], called: Mapping[str, str] | None = None) -> list[str]:
    begin = fold(started)
    titled = {name for title, name in (called or {}).items() if title.startswith(begin)}
    first = [name for name in names if fold(name).startswith(begin) or name in titled]
    inside = [name for name in names if begin and begin in fold(name) and name not in first]
    return (first + inside)[:_MOST]


def _values(field: Field, known: Known) -> list[str]:
    match field.type:
        case Type.TIME | Type.DATE:
            return list(DAY_WORDS)
        case Type.LENGTH:
            return list(_LENGTHS)
        case Type.YESNO:
            return ["yes", "no"]
        case Type.SORT:
            names = list(known.of_kind("sort"))
            return [*names, *(f"-{name}" for name in names)]
    if field.name == "is":
        return [flag.name for flag in FLAGS]
    if not field.names:
        return []
    stored = list(dict.fromkeys(known.of_kind(field.names).values()))
    if field.type is Type.PATH:
        parents = [name for name in stored if any(n.startswith(f"{name}/") for n in stored)]
        stored += [f"{name}/*" for name in parents]
    extra = ["me"] if field.names == "agent" else []
    return [*extra, *stored, *(["none"] if field.may_be_empty else [])]


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s(),，（）]", value) else value
