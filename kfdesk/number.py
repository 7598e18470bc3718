"""A ticket's number as people write it: `1042`, `#1042`, or `KF-1042-9` with a check digit."""

from __future__ import annotations

import re
import unicodedata

from kfdesk.errors import UserError
from kfdesk.i18n import _

#: The quasigroup of Damm's check digit: finds every wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_PLAIN = re.compile(r"#?(\d{1,18})", re.ASCII)
_CHECKED = re.compile(r"([A-Za-z]{1,10})-(\d{1,18})(?:-(\d))?", re.ASCII)


class NoNumber(UserError):
    """A text is no ticket's number; `right` is how it is written where that can be told."""

    def __init__(self, message: str, right: str = "") -> None:
        super().__init__(message)
        self.right = right


def check_digit(number: int) -> int:
    """Damm's check digit of a ticket number."""
    state = 0
    for digit in str(number):
        state = int(_DAMM[state][int(digit)])
    return state


def read(text: str) -> int:
    """Return the number that a person wrote: `1042`, `#1042`, `KF-1042-9`, `[KF-1042-9]`.

    NoNumber where it is none, or its check digit is wrong.
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    if bare[:1] == "[" and bare[-1:] == "]":
        bare = bare[1:-1].strip()
    if (plain := _PLAIN.fullmatch(bare)) and (number := int(plain[1])):
        return number
    found = _CHECKED.fullmatch(bare)
    if found is None or not (number := int(found[2])):
        raise NoNumber(_("“{text}” is no number of a ticket").format(text=text))
    right = f"{found[1].upper()}-{number}-{check_digit(number)}"
    if found[3] is None or int(found[3]) != check_digit(number):
        message = _("“{text}” has a wrong check digit: the ticket {number} is {right}")
        if found[3] is None:
            message = _("“{text}” has no check digit: the ticket {number} is {right}")
        raise NoNumber(message.format(text=text, number=number, right=right), right)
    return number


def looks_like(text: str) -> bool:
    """Whether a person meant a ticket's number, right or wrong."""
    bare = unicodedata.normalize("NFKC", text).strip().removeprefix("[").removesuffix("]")
    return bool(_PLAIN.fullmatch(bare) or _CHECKED.fullmatch(bare))
