"""From the text of a query to its tree; every mistake says where it is and what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

from lark import (
    Lark,
    Token,
    Tree,
    UnexpectedInput,
)

from kfdesk import labels
from kfdesk.errors import QueryError
from kfdesk.i18n import _
from kfdesk.number import NoNumber, looks_like
from kfdesk.number import read as read_number
from kfdesk.rules.language.fields import Field, Type
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.mistakes import explain, fail
from kfdesk.rules.language.tree import And, Node, Not, Or, Query, Side, Sort, Span, Term
from kfdesk.rules.language.values import (
    Between,
    Glob,
    NotAValue,
    Period,
    Special,
    Value,
    days,
    length,
    number,
    pattern,
)
from kfdesk.rules.names import hint
from kfdesk.text import fold

MAX_LENGTH = 4000
MAX_TERMS = 200
MAX_DEPTH = 40


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("query.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True)


def parse(text: str, known: Known, *, rule: bool = False, events: bool | None = None) -> Query:
    """Read a query. In a rule there is no `me` and no order; in a trigger there are `events`.

    `events` is as `rule` where it is not said. QueryError says what is wrong, where, and what may
    have been meant.
    """
    if len(text) > MAX_LENGTH:
        fail(text, MAX_LENGTH, _("a query has at most {n} characters").format(n=MAX_LENGTH))
    if (odd := re.search("[\x00\ud800-\udfff]", text)) is not None:
        fail(text, odd.start(), _("this character cannot be looked for"))
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        explain(text, error)
    return _Reader(text, known, rule, rule if events is None else events).query(tree)


def point(error: QueryError) -> str:
    """Return the line of the query that an error is on, with a caret below the place."""
    from rich.cells import cell_len

    lines = error.text.split("\n")
    line = lines[min(error.line, len(lines)) - 1]
    before = line[: error.column]
    blank = "".join("\t" if c == "\t" else " " * cell_len(c) for c in before)
    return f"{line}\n{blank}^"


class _Reader:
    """Turns the parser's tree into a query, checking every name and value on the way."""

    def __init__(self, text: str, known: Known, rule: bool, events: bool) -> None:
        self.text = text
        self.known = known
        self.rule = rule
        self.events = events
        self.sort: list[Sort] = []
        self.count = 0

    def query(self, tree: Tree[Token]) -> Query:
        nodes = [node for child in tree.children if (node := self.node(child, 0, top=True))]
        return Query(self.text, nodes[0] if nodes else None, tuple(self.sort))

    def node(self, tree: Tree[Token] | Token, depth: int, *, top: bool = False) -> Node | None:
        """One condition; None for what is none, an order."""
        assert isinstance(tree, Tree)
        meta = tree.meta
        if depth > MAX_DEPTH:
            fail(self.text, meta.start_pos, _("this is nested too deep"))
        if tree.data == "words":
            return self.words(tree)
        if tree.data == "term":
            return self.term(tree, top)
        trees = [child for child in tree.children if isinstance(child, Tree)]
        top = top and tree.data == "and"
        found = [node for child in trees if (node := self.node(child, depth + 1, top=top))]
        if tree.data == "not":
            return Not(found[0], Span(meta.start_pos, meta.end_pos))
        if len(found) < 2:
            return found[0] if found else None
        span = Span(found[0].span.start, found[-1].span.end)
        return And(tuple(found), span) if tree.data == "and" else Or(tuple(found), span)

    def words(self, tree: Tree[Token]) -> Term:
        """Words alone: looked for in the text."""
        token = tree.children[0]
        assert isinstance(token, Token)
        field = self.known.fields["text"]
        self._counted(token)
        return Term(field, ":", (self._phrase(token),), _span(token, token))

    def term(self, tree: Tree[Token], top: bool) -> Term | None:
        """A field, an operator and values; each value counts as a condition."""
        name, sign, *tokens = (child for child in tree.children if isinstance(child, Token))
        for token in tokens:
            self._counted(token)
        op = {"：": ":"}.get(str(sign), str(sign))
        field, side = self._field(name)
        if op not in field.operators:
            fail(
                self.text,
                sign.start_pos or 0,
                _("“{field}” takes {known}, not “{op}”").format(
                    field=field.name, known=" ".join(field.operators), op=op
                ),
            )
        if op not in (":", "=", "!=", "~") and len(tokens) > 1:
            fail(
                self.text,
                tokens[1].start_pos or 0,
                _("only one value can stand after “{op}”").format(op=op),
            )
        if field.type is Type.SORT:
            if not top:
                fail(
                    self.text,
                    name.start_pos or 0,
                    _("an order can only stand beside the conditions"),
                )
            self.sort.extend(self._sort(token) for token in tokens)
            return None
        values = tuple(self._values(field, side, op, tokens))
        return Term(field, op, values, _span(name, tokens[-1]), side)

    def _counted(self, token: Token) -> None:
        self.count += 1
        if self.count > MAX_TERMS:
            fail(
                self.text,
                token.start_pos or 0,
                _("a query has at most {n} conditions").format(n=MAX_TERMS),
            )

    def _field(self, token: Token) -> tuple[Field, Side]:
        fields = self.known.fields
        name = fold(token)
        side: Side = ""
        if name not in fields and name.endswith((".was", ".now")):
            side = "was" if name.endswith(".was") else "now"
            name = name[:-4]
        field = fields.get(name)
        at = token.start_pos or 0
        if field is None:
            fail(
                self.text,
                at,
                _(
                    "unknown field “{name}”{hint} (a text with a colon needs quotation marks)"
                ).format(name=token, hint=hint(name, fields, 40)),
            )
        if side and not field.changes:
            fail(self.text, at, _("“{name}” has no “was” and “now”").format(name=field.name))
        if (side or field.of == "event") and not self.events:
            message = _("“{name}” is about an event: only a trigger or a bot can ask for it")
            fail(self.text, at, message.format(name=token))
        if field.of == "list" and self.rule:
            fail(self.text, at, _("a rule has no order: leave “{name}” out").format(name=token))
        return field, side

    def _sort(self, token: Token) -> Sort:
        text = _plain(token)
        name = fold(text.removeprefix("-"))
        names = self.known.of_kind("sort")
        if name not in names:
            self._unknown(token, _("order"), name, names.values())
        return Sort(names[name], text.startswith("-"))

    def _unknown(self, token: Token, kind: str, name: str, names: object) -> NoReturn:
        assert hasattr(names, "__iter__")
        fail(
            self.text,
            token.start_pos or 0,
            _("unknown {kind} “{name}”{hint}").format(kind=kind, name=name, hint=hint(name, names)),
        )

    def _values(self, field: Field, side: Side, op: str, tokens: Sequence[Token]) -> list[Value]:
        found: list[Value] = []
        for token in tokens:
            try:
                found.extend(self._value(field, side, op, token))
            except NotAValue as error:
                fail(
                    self.text,
                    token.start_pos or 0,
                    _("“{field}” wants {expected}").format(field=field.name, expected=error),
                )
        return found

    def _value(self, field: Field, side: Side, op: str, token: Token) -> list[Value]:
        text = _plain(token)
        bare = token.type == "VALUE"
        if op == "~":
            return [pattern(text)]
        special = self._special(field, side, op, token) if bare else None
        if special:
            return [special]
        match field.type:
            case Type.PHRASE:
                return [self._phrase(token)]
            case Type.TIME:
                return [Period.read(text)]
            case Type.LENGTH:
                return [length(text)]
            case Type.NUMBER:
                return [_only(op, _ticket(text) if field.name == "number" else number(text))]
            case Type.DATE:
                return [days(text)]
            case Type.YESNO:
                if fold(text) not in ("yes", "no", "true", "false"):
                    raise NotAValue(_("yes or no"))
                return [fold(text) in ("yes", "true")]
        if field.names:
            return self._named(field, token, text, bare)
        if bare and "*" in text:
            return [Glob(fold(text))]
        return [fold(text)]

    def _special(self, field: Field, side: Side, op: str, token: Token) -> Special | None:
        """`none`, which any field was before its ticket came, and `me`."""
        word = fold(token)
        if op not in (":", "=", "!="):
            return None
        if word == "none" and (side or field.may_be_empty):
            return Special.NONE
        if word != "me" or field.names != "agent":
            return None
        if self.rule:
            self._nobody(token)
        return Special.ME

    def _nobody(self, token: Token) -> NoReturn:
        at = token.start_pos or 0
        fail(self.text, at, _("a rule runs for nobody in particular: there is no “me” in it"))

    def _named(self, field: Field, token: Token, text: str, bare: bool) -> list[Value]:
        """Values out of those that exist: a name, several by `a*`, or a branch of a tree."""
        names = self.known.of_kind(field.names)
        folded = fold(text)
        if field.type is Type.PATH and bare and folded.endswith("/*"):
            above = names.get(folded[:-2])
            if above is None:
                self._unknown(token, _told(field), text[:-2], names.values())
            return [Glob(f"{above}/*")]
        if folded in names:
            if names[folded] == "mine" and self.rule:
                self._nobody(token)
            return [names[folded]]
        fits = re.compile(Glob(folded).regex) if bare and "*" in text else None
        found = {stored for name, stored in names.items() if fits and fits.search(name)}
        if not found or field.type is Type.FLAG:
            self._unknown(token, _told(field), text, dict.fromkeys(names.values()))
        return [*sorted(found)]

    def _phrase(self, token: Token) -> Value:
        text = _plain(token)
        if not re.search(r"\w", text):
            fail(
                self.text,
                token.start_pos or 0,
                _("there is no word in “{text}” to look for").format(text=text),
            )
        if token.type != "QUOTED" and text.endswith("*"):
            return Glob(text)
        return text


def _told(field: Field) -> str:
    """A field's name within a sentence."""
    own = field.name.startswith("field.")
    return field.name if own else labels.field(field.name).lower()


def _plain(token: Token) -> str:
    """The text of a token without its quotation marks."""
    if token.type != "QUOTED":
        return str(token)
    return str(token[1:-1]).replace('\\"', '"')


def _span(first: Token, last: Token) -> Span:
    return Span(first.start_pos or 0, last.end_pos or 0)


def _ticket(text: str) -> float | Between:
    """The number of a ticket, with its check digit or without, or a range of them."""
    if not looks_like(text):
        return number(text)
    try:
        return read_number(text)
    except NoNumber as error:
        raise NotAValue(error.right or _("the number of a ticket")) from None


def _only(op: str, value: Value) -> Value:
    """A range has no order: nothing is smaller than it."""
    if isinstance(value, Between) and op not in (":", "=", "!="):
        raise NotAValue(_("one number after “{op}”").format(op=op))
    return value
