"""A team's own fields: what may stand in each, whether typed by a person or kept in the desk."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from kfdesk.i18n import _
from kfdesk.settings import CustomField
from kfdesk.text import clean_line, fold

_YES = ("yes", "true", "1", "y", "是")
_NO = ("no", "false", "0", "n", "否")


class DoesNotFit(ValueError):
    """A value is none of its field's; says what was expected."""


def read(field: CustomField, text: str) -> Any:
    """Return the value that a person typed: text, int, float, bool, an ISO date; None for nothing.

    DoesNotFit where it is none.
    """
    text = clean_line(text)
    if text == "":
        return None
    match field.type:
        case "number":
            return _number(text)
        case "bool":
            if fold(text) in (*_YES, fold(_("yes"))):
                return True
            if fold(text) in (*_NO, fold(_("no"))):
                return False
        case "date":
            try:
                return date.fromisoformat(text).isoformat()
            except ValueError:
                raise DoesNotFit(_("a date such as 2026-11-21")) from None
        case "choice" | "tree":
            return chosen(text, field.choices, tails=field.type == "tree")
    return checked(field, text)


def checked(field: CustomField, value: Any) -> Any:
    """Return a value of the field's own kind. DoesNotFit where it is none."""
    match field.type:
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise DoesNotFit(_("a number"))
        case "bool":
            if not isinstance(value, bool):
                raise DoesNotFit(_("yes or no"))
        case "date":
            text = value if isinstance(value, str) else ""
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
                raise DoesNotFit(_("a date such as 2026-11-21"))
        case "choice" | "tree":
            if value not in field.choices:
                raise DoesNotFit(_("one of {known}").format(known=", ".join(field.choices)))
        case _:
            if not isinstance(value, str):
                raise DoesNotFit(_("a text"))
            if field.pattern and not _fits(field.pattern, value):
                raise DoesNotFit(
                    _("a text like {example}").format(example=field.example)
                    if field.example
                    else _("a text that fits {pattern}").format(pattern=field.pattern)
                )
    return value


def allowed(field: CustomField, value: Any) -> bool:
    """Whether the configuration still allows a value that is kept; an empty one it always does."""
    try:
        return value in (None, "") or checked(field, value) is not None
    except DoesNotFit:
        return False


def chosen(text: str, choices: tuple[str, ...], *, tails: bool) -> str:
    """Return the one that is meant: itself, in whatever case; of paths, also by its last part.

    DoesNotFit where there is none, or a last part is that of several.
    """
    wanted = fold(text)
    if whole := [one for one in choices if fold(one) == wanted]:
        return text if text in whole else whole[0]
    ends = [one for one in choices if tails and fold(one).endswith(f"/{wanted}")]
    if len(ends) == 1:
        return ends[0]
    raise DoesNotFit(_("one of {known}").format(known=", ".join(ends or choices)))


def _number(text: str) -> int | float:
    try:
        number = float(text.replace("_", "x"))
    except ValueError:
        raise DoesNotFit(_("a number")) from None
    if not math.isfinite(number) or abs(number) >= 1e15:
        raise DoesNotFit(_("a number"))
    return int(number) if number.is_integer() else number


def _fits(pattern: str, value: str) -> bool:
    import re2

    return re2.search(pattern, value) is not None
