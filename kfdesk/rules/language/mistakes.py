"""What is wrong with the shape of a query, in a person's words and with its place."""

from __future__ import annotations

import re
from typing import NoReturn

from lark import UnexpectedInput, UnexpectedToken

from kfdesk.errors import QueryError
from kfdesk.i18n import _


def fail(text: str, at: int, message: str) -> NoReturn:
    """Raise the error of a place in the text."""
    before = text[:at]
    line = before.count("\n") + 1
    raise QueryError(message, text, line, at - (before.rfind("\n") + 1))


def explain(text: str, error: UnexpectedInput) -> NoReturn:
    """Say in a person's words what the parser stumbled over."""
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    expected = error.expected if isinstance(error, UnexpectedToken) else set()
    at = len(text) if ended else error.pos_in_stream or 0
    sign = text[at : at + 1]
    if "VALUE" in expected or sign in (",", "，"):
        fail(text, at, _("a value is missing here"))
    if ended and "_CLOSE" in expected:
        fail(text, _open_parenthesis(text), _("the parenthesis that opens here is not closed"))
    if ended:
        fail(text, at, _("the query stops too early: something must follow"))
    if sign in ('"', "“", "”"):
        fail(text, at, _("this quotation mark has no partner"))
    if sign in (")", "）") and text[:at].rstrip().endswith(("(", "（")):
        fail(text, at, _("there is nothing between these parentheses"))
    if (
        sign in (")", "）")
        and "OR" not in expected
        and "WORD" in expected
        and "_CLOSE" not in expected
    ):
        fail(text, at, _("something must stand before “{word}”").format(word=sign))
    if sign in (")", "）"):
        fail(text, at, _("no parenthesis was opened that this one could close"))
    word = error.token if isinstance(error, UnexpectedToken) else sign
    fail(text, at, _("something must stand before “{word}”").format(word=word))


def _open_parenthesis(text: str) -> int:
    """The place of the last parenthesis outside quotation marks that is not closed."""
    opened: list[int] = []
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|“[^“”]*”|[()（）]', text, re.DOTALL):
        if found[0] in "(（":
            opened.append(found.start())
        elif found[0] in ")）" and opened:
            opened.pop()
    return opened[-1] if opened else len(text)
