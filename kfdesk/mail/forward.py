"""Whose mail a forwarded mail is."""

from __future__ import annotations

import re

from kfdesk.mail import address, header
from kfdesk.mail.mime import Part
from kfdesk.mail.quote import is_forward_mark
from kfdesk.mail.subject import is_forward
from kfdesk.model import Address

_FROM = re.compile(
    r"^[>*_ \t]{0,8}(?:from|发件人|发信人|寄件者|寄件人|發件人|von|de|da|van|fra|från|от|"
    r"差出人)[*_]{0,2} ?[:：][*_]{0,2}[ \t]*(\S[^\n]{0,600})",
    re.I | re.M,
)
_FIRST = frozenset("-_=*~> \t")
_LAST = frozenset(":： \t")
_NEAR = 1500  # characters between the mark and the From line
_MAILTO = re.compile(r"\[(?:mailto:|<mailto:)|[\]]|<mailto:[^<>]*>", re.I)


def original_sender(subject: str, text: str, root: Part) -> Address | None:
    """Return who wrote the mail that this one forwards; None if it forwards none."""
    start = _start(subject, text)
    if start >= 0:
        for match in _FROM.finditer(text, start, start + _NEAR):
            line = _MAILTO.sub(" ", match[1]).strip("*_ ")
            for found in address.parse(line):
                if found.email:
                    return found
    if not is_forward(subject) and text.strip():
        return None
    for part in root.leaves():
        if part.type == "message/rfc822":
            fields = header.fields(header.split(part.content)[0])
            for found in address.addresses(fields, "from"):
                if found.email:
                    return found
    return None


def _start(subject: str, text: str) -> int:
    """Where the forwarded mail may begin: at a mark, or anywhere if the subject says so."""
    at = 0
    for line in text.split("\n"):
        if (line[:1] in _FIRST or line[-1:] in _LAST) and is_forward_mark(line):
            return at
        at += len(line) + 1
    return 0 if is_forward(subject) else -1
