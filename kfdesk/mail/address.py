"""Address fields: RFC 5322 where they follow it, the best address in them where they do not."""

from __future__ import annotations

import re

from kfdesk.mail.header import Fields, undo_8bit, unfold, words
from kfdesk.model import Address
from kfdesk.text import clean_line

_LIMIT = 100_000  # characters of one field
_LONGEST_NAME = 300
_MOST = 1000  # addresses of one field

#: What nearly every mail has: `Name <a@b>`, `"Name" <a@b>`, `a@b`.
_USUAL = re.compile(
    r'\s*(?:(?:"([^"\\=]*+)"|([^"<>,;:@()=\\]*+))\s*<\s*([^\s<>,;:"()]++@[^\s<>,;:"()@]++)\s*>'
    r'|([^\s<>,;:"()@]++@[^\s<>,;:"()@]++))\s*\Z'
)
_TOKEN = re.compile(
    r"(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*+\?=)"
    r'|"(?P<quoted>(?:[^"\\]|\\.){0,500})"'
    r"|\((?P<comment>(?:[^()\\]|\\.){0,500})\)"
    r"|<(?P<angle>[^<>]*+)>"
    r"|(?P<mark>[,;:])"
    r'|(?P<plain>[^"(<,;:=]++|.)',
    re.S,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,256}@[^\s<>()\"',;:@]{1,256}")
_ESCAPED = re.compile(r"\\(.)", re.S)
#: How people part addresses beside the comma, under an input method too.
_PARTED = str.maketrans("，；、", ",;,")
_MAILBOX = re.compile(r"[^\s<>,;:\"()\[\]\\@]{1,64}@[^\s<>,;:\"()\\@]{1,253}")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.I)


def addresses(header: Fields, name: str, hint: str = "") -> tuple[Address, ...]:
    """Return every address of a field, in order, each once."""
    values = header.get(name)
    if not values:
        return ()
    found = [one for value in values for one in parse(undo_8bit(unfold(value), hint))]
    return tuple({one.email or one.name: one for one in reversed(found)}.values())[::-1][:_MOST]


def parse(line: str) -> list[Address]:
    """Return the addresses of one field; groups give their members."""
    if match := _USUAL.match(line):
        quoted, name, angle, bare = match.groups()
        return [_address(quoted or name or "", angle or bare)]
    found: list[Address] = []
    entry = _Entry()
    for match in _TOKEN.finditer(line[:_LIMIT]):
        kind, given = match.lastgroup, match[match.lastgroup or 0]
        if kind == "mark" and given == ":":
            entry = _Entry()  # what stood before names a group, or is `mailto`
        elif kind == "mark":
            found += entry.address()
            entry = _Entry()
        elif kind == "angle":
            if entry.angle and "@" in given:  # two in a row: the comma is missing
                following = entry.phrase[entry.named :]
                del entry.phrase[entry.named :]
                found += entry.address()
                entry = _Entry()
                entry.phrase = following
            if not entry.angle:
                entry.angle = given.strip()
                entry.named = len(entry.phrase)
        elif kind == "comment":
            entry.comment = entry.comment or given
        elif kind == "quoted":
            entry.phrase.append(_ESCAPED.sub(r"\1", given))
        else:
            entry.phrase.append(given)
        if len(found) >= _MOST:
            return found
    return found + entry.address()


def typed(line: str) -> list[Address]:
    """Return what a person wrote between commas, semicolons or their Chinese sisters."""
    return parse(line.translate(_PARTED))


def is_deliverable(email: str) -> bool:
    """Whether mail can be sent there, as far as the address itself tells."""
    if not _MAILBOX.fullmatch(email):
        return False
    local, _at, domain = email.rpartition("@")
    if domain[0] == "[":
        return domain[-1] == "]"
    try:
        labels = domain.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return False
    return "" not in local.split(".") and all(map(_LABEL.fullmatch, labels))


class _Entry:
    """One mailbox while it is read."""

    __slots__ = ("angle", "comment", "named", "phrase")

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.angle = ""
        self.named = 0  # pieces of the phrase before the angle
        self.comment = ""

    def address(self) -> list[Address]:
        """The mailbox, if anything stood here."""
        phrase = words("".join(self.phrase)).strip()
        angle = words(self.angle)
        if match := _ADDRESS.search(angle):
            return [_address(phrase or words(self.comment), match[0])]
        if match := _ADDRESS.search(phrase):
            name = (phrase[: match.start()] + phrase[match.end() :]).strip(" \t<>,;:")
            return [_address(name or words(self.comment), match[0])]
        if match := _ADDRESS.search(self.comment):
            return [_address(phrase, match[0])]
        name = clean_line(phrase or angle)
        return [Address(name, "")] if name.strip("<>\"' ") else []


def _address(name: str, email: str) -> Address:
    email = clean_line(email).lower().strip("'\"<>").removeprefix("mailto:").strip(".")
    name = clean_line(words(name)).strip("'\"<> ")
    return Address("" if name.lower() == email else name[:_LONGEST_NAME], email)


def in_ascii(email: str) -> str:
    """An address as headers have it; empty where its domain cannot be written so."""
    local, at, domain = email.rpartition("@")
    if domain.isascii():
        return email
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
