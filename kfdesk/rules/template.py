"""Templates: `{{customer.name}}` and its kin, put in as plain text that is not read again.

There is no code in a template: a name stands for a text or for nothing, `{{name|otherwise}}` says
what to put in for nothing, and `{{#if name}}…{{else}}…{{/if}}` leaves a part out. It is read once
from its beginning to its end, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kfdesk.i18n import _
from kfdesk.rules.names import hint
from kfdesk.settings import Settings

#: What stands for a customer's score, 1 to 5, in a text that asks for it.
SCORES: Mapping[str, int] = {
    "csat.good": 5,
    "csat.ok": 3,
    "csat.bad": 1,
    **{f"csat.{score}": score for score in range(1, 6)},
}

#: Every name that may stand between braces in any configuration, and what it becomes.
VARIABLES: Mapping[str, str] = {
    "ticket.number": "the ticket's number",
    "ticket.token": "the number as a subject carries it, with its check digit",
    "ticket.subject": "the ticket's subject",
    "ticket.status": "where the ticket stands, in words for customers",
    "ticket.priority": "how soon, in words",
    "ticket.category": "its category",
    "ticket.team": "the team that has it, by its title",
    "ticket.tags": "its tags",
    "ticket.created": "when it came",
    "ticket.updated": "when it changed last",
    "ticket.due": "the next of its deadlines",
    "ticket.first_response_due": "until when it is promised a first answer",
    "ticket.next_response_due": "until when it is promised the next answer",
    "ticket.resolve_due": "until when it is promised to be solved",
    "ticket.progress": "how far it has come, step by step, a line each",
    "customer.name": "the customer's name; without one their address, or what stands behind `|`",
    "customer.email": "the address that the customer is written to",
    "customer.organisation": "the customer's company",
    "agent.name": "who writes, by name; where a rule writes, who has the ticket",
    "agent.title": "that agent's name as customers read it",
    "agent.email": "that agent's address",
    "agent.signature": "that agent's `signature`",
    "desk.name": "the name of the desk",
    "desk.email": "the address that customers write to",
    "desk.now": "now, in the desk's time zone",
    "desk.today": "today's date",
    **{name: f"where the customer gives {score} of 5, by `csat`" for name, score in SCORES.items()},
}

#: What may stand in the text under an answer that holds an article.
ARTICLE: Mapping[str, str] = {
    "article.title": "the article's title",
    "article.link": "where customers read it",
    "article.helped": "a mail that says that it helped",
    "article.not_helped": "a mail that says that it did not",
}

#: No text that is filled in grows beyond so many characters, nor does a value in it.
LONGEST = 100_000
LONGEST_VALUE = 10_000

_TAG = re.compile(r"\{\{([^{}\n]{0,300})\}\}")
#: A part's beginning or end that stands alone in its line takes the line with it.
_LONE = re.compile(r"(?m)^[ \t]*(\{\{[ \t]*(?:#if[ \t][^{}\n]{0,300}|else|/if)[ \t]*\}\})[ \t]*\n")

Kind = Literal["text", "value", "if", "else", "end"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a template: text as it is, a value, or where a part begins or ends."""

    kind: Kind
    text: str  # as it is, or the name
    otherwise: str = ""  # for a value that is empty


@lru_cache(maxsize=1000)
def parse(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a template, in order."""
    return tuple(_pieces(_LONE.sub(r"\1", text)))


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    for tag in _TAG.finditer(text):
        if tag.start() > end:
            yield Piece("text", text[end : tag.start()])
        end = tag.end()
        said = tag[1].strip()
        if said.startswith("#if "):
            yield Piece("if", said.removeprefix("#if ").strip())
        elif said in ("else", "/if"):
            yield Piece("else" if said == "else" else "end", said)
        else:
            name, _bar, otherwise = said.replace("｜", "|").partition("|")
            yield Piece("value", name.strip(), otherwise.strip())
    if end < len(text):
        yield Piece("text", text[end:])


def names(text: str) -> list[str]:
    """Return the names between braces, in order."""
    return [piece.text for piece in parse(text) if piece.kind in ("value", "if")]


def variables(settings: Settings) -> dict[str, str]:
    """Every name that may stand between braces in a configuration, and what it becomes."""
    own = {f"ticket.field.{one.name}": one.title or one.name for one in settings.fields}
    theirs = {
        f"customer.field.{one.name}": one.title or one.name for one in settings.customer_fields
    }
    return {**VARIABLES, **own, **theirs}


def unknown(text: str, known: Container[str] = VARIABLES) -> list[str]:
    """Return the names between braces that nothing is known of."""
    return [name for name in names(text) if name not in known]


def nearest(name: str, known: Iterable[str] = VARIABLES) -> str:
    """Return what to add to "unknown variable …"."""
    return hint(name, known, 40)


def mistakes(text: str, known: Mapping[str, str] = VARIABLES) -> list[str]:
    """Return what is wrong with a template, in sentences; nothing for one that can be filled in."""
    found = [
        _("unknown variable “{name}”{hint}").format(name=name, hint=nearest(name, known))
        for name in dict.fromkeys(unknown(text, known))
    ]
    return [*found, *dict.fromkeys(_unbalanced(text))]


def _unbalanced(text: str) -> Iterator[str]:
    depth: list[bool] = []  # of each part that is open: whether its `else` has come
    for piece in parse(text):
        if piece.kind == "if":
            depth.append(False)
        elif piece.kind == "text" and "{{" in piece.text:
            yield _("“{{” has no “}}” behind it in its line")
        elif piece.kind == "end":
            if not depth:
                yield _("“{tag}” ends nothing").format(tag="{{/if}}")
            else:
                depth.pop()
        elif piece.kind == "else":
            if not depth or depth[-1]:
                yield _("“{tag}” stands in no part").format(tag="{{else}}")
            else:
                depth[-1] = True
    if depth:
        yield _("“{tag}” is not ended by “{end}”").format(tag="{{#if …}}", end="{{/if}}")


def render(text: str, values: Mapping[str, str]) -> str:
    """Return the template with its values put in; a name without a value becomes nothing."""
    out: list[str] = []
    shown = [True]  # of each part that is open, the whole first
    room = LONGEST
    for piece in parse(text):
        if piece.kind == "if":
            shown.append(shown[-1] and bool(_strictly(piece.text, values).strip()))
        elif piece.kind == "else" and len(shown) > 1:
            shown[-1] = shown[-2] and not shown[-1]
        elif piece.kind == "end" and len(shown) > 1:
            shown.pop()
        elif shown[-1] and piece.kind in ("text", "value"):
            said = piece.text
            if piece.kind == "value":
                said = values.get(piece.text, "")
                if piece.otherwise:
                    said = _strictly(piece.text, values) or piece.otherwise
                said = said[:LONGEST_VALUE]
            out.append(said[:room])
            room -= len(out[-1])
    return "".join(out)


def _strictly(name: str, values: Mapping[str, str]) -> str:
    """What a name stands for where it is asked whether there is anything: an address is no name."""
    return values.get(f"{name}?", values.get(name, ""))
