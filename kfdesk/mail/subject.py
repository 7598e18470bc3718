"""Subjects, compared without what mail programs and we put in front of them."""

from __future__ import annotations

import re

from kfdesk.text import clean_line, fold

_PREFIX = re.compile(
    r"(?:re|r|aw|antw|antwort|sv|vs|ref|res|rif|odp|ynt|fwd?|fw|wg|tr|rv|enc|i|vb|doorst|"
    r"回复|回覆|答复|答覆|转发|轉發|轉寄|返信|転送|답장|전달|自动回复|自動回覆|ответ|отв)"
    r"(?:\s?[\[(]\d{1,3}[\])]|\^?\d{1,3})?\s?[:：]\s*"
)
_FORWARD = re.compile(
    r"(?:(?:re|aw|回复|答复)\s?[:：]\s*){0,3}\[?(?:fwd?|wg|tr|rv|enc|doorst|转发|轉發|轉寄|"
    r"転送|전달)\s?[:：]",
    re.I,
)
_TOKEN = re.compile(r"\[\s?[\w.]{1,20}-\d{1,18}-\d\s?\]\s*")
_LONGEST = 1000


def clean_subject(subject: str) -> str:
    """Return a subject for comparing: folded, without `Re:`, `转发:` and our token."""
    line = _TOKEN.sub(" ", fold(clean_line(subject[:_LONGEST])))
    at = 0
    line = " ".join(line.split())
    while match := _PREFIX.match(line, at):
        at = match.end()
    return line[at:].strip()


def without_token(subject: str) -> str:
    """Return a subject for reading: as it is, without our token."""
    return _TOKEN.sub("", subject).strip()


def is_forward(subject: str) -> bool:
    """True where the subject says that the mail is a forward."""
    return bool(_FORWARD.match(subject.lstrip()[:200]))
