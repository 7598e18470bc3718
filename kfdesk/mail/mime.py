"""A mail's MIME tree: fast-mail-parser's, and the standard library's where that one refuses."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING

from kfdesk.mail.filename import safe_name
from kfdesk.mail.header import base64, fields, first, params, split, text, undo_8bit

if TYPE_CHECKING:
    from fast_mail_parser import PyLazyMimePart

_RAW_8BIT = re.compile("[\x80-\xff]+")
# What either parser does with the square of its input, as measured: half a second's worth of
# encoded words in fast-mail-parser, two seconds' worth of nested parts in the standard library.
_MOST_WORDS = 3_000_000_000
_HARMLESS = 50_000  # bytes: too few for that many words
_MOST_NESTING = 100_000_000
_DEEPEST = 60  # levels; the standard library recurses, and no honest mail comes near


@dataclass(slots=True)
class Part:
    """One node of the tree; a leaf has its decoded bytes, a container its parts."""

    path: str
    type: str
    charset: str = ""
    name: str = ""  # safe; empty where the part names none
    disposition: str = ""
    content_id: str = ""
    content: bytes = b""
    parts: list[Part] = field(default_factory=list)

    def leaves(self) -> list[Part]:
        """The leaves below this node in order; a mail inside the mail is one."""
        if not self.parts or self.type == "message/rfc822":
            return [self]
        return [leaf for part in self.parts for leaf in part.leaves()]

    @property
    def is_text(self) -> bool:
        """True where this leaf is something said, not a file."""
        return self.type in ("text/plain", "text/html") and (
            not self.path or (self.disposition != "attachment" and not self.name)
        )


class Unreadable(Exception):
    """No parser understands this mail; the text says why."""


def tree(raw: bytes, count: int) -> Part:
    """Return the MIME tree of a mail whose header has `count` fields. Raises only Unreadable."""
    from fast_mail_parser import DecodeError, ParseError, parse_email_tree

    try:
        if len(raw) > _HARMLESS and raw.count(b"=?") * len(raw) > _MOST_WORDS:
            raise _Garbled
        root = parse_email_tree(raw, mode="lazy")
        # With fewer fields than two it did not see the header that is there.
        if len(root.headers) >= min(count, 2):
            return _whole(_fast(root, raw, ""), raw)
    except (ParseError, DecodeError, _Garbled):
        pass
    if raw.count(b"multipart/") * len(raw) > _MOST_NESTING:
        raise Unreadable("broken, and too much of it to repair")
    try:
        return _whole(_standard(email.message_from_bytes(raw), "", 0), raw)
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except Exception as error:
        raise Unreadable(f"malformed: {type(error).__name__}: {error}") from error


def _whole(root: Part, raw: bytes) -> Part:
    """Read a body as text where it calls itself multipart and its boundary is nowhere."""
    if root.type.startswith("multipart/") and not root.parts:
        return Part("", "text/plain", content=split(raw)[1])
    return root


class _Garbled(Exception):
    """fast-mail-parser cannot read a name, or would take too long: the other one is asked."""


def _fast(node: PyLazyMimePart, raw: bytes, path: str) -> Part:
    header = node.headers
    kind = header.get("Content-Type") or header.get("Content-type") or header.get("content-type")
    disposition = node.disposition or ""
    value = kind[0] if kind else ""
    part = Part(path, _type(value, node.content_type), disposition=disposition.lower())
    part.content_id = node.content_id or ""
    if value:
        given = params(_bytes_as_text(value, raw))
        part.charset = given.get("charset", "")
        part.name = given.get("name", "")
    if path and (disposition or node.filename):
        for key, values in header.items():
            if key.lower() == "content-disposition":
                part.name = params(_bytes_as_text(values[0], raw)).get("filename") or part.name
        part.name = part.name or node.filename
    if part.name:
        part.name = safe_name(part.name)
    children = node.children
    if node.is_message or not children:
        part.content = node.content or b""
    part.parts = [
        _fast(child, raw, f"{path}.{n}" if path else str(n)) for n, child in enumerate(children, 1)
    ]
    return part


def _bytes_as_text(value: str, raw: bytes) -> str:
    """Undo what the library does to 8-bit bytes that are no UTF-8: it takes them for Latin-1."""
    if value.isascii():
        return value
    if "\ufffd" in value:
        raise _Garbled
    found = _RAW_8BIT.search(value)
    if found and found[0].encode("latin-1") in raw:
        try:
            return undo_8bit(value.encode("latin-1"))
        except UnicodeEncodeError:
            return value
    return value


def _standard(message: Message[str, str], path: str, depth: int) -> Part:
    if depth > _DEEPEST:
        raise RecursionError
    block = [(name.lower(), str(value)) for name, value in message.raw_items()]
    header = {name: [value.encode("ascii", "surrogateescape")] for name, value in reversed(block)}
    value = undo_8bit(first(header, "content-type"))
    disposition = undo_8bit(first(header, "content-disposition"))
    given, shown = params(value), params(disposition)
    part = Part(path, _type(value, "text/plain"), given.get("charset", ""))
    part.name = shown.get("filename") or given.get("name", "")
    if part.name:
        part.name = safe_name(part.name)
    part.disposition = disposition.partition(";")[0].strip().lower()
    part.content_id = text(first(header, "content-id")).strip("<>")
    payload = message.get_payload()
    if isinstance(payload, list):
        inside = payload[0] if part.type == "message/rfc822" and payload else None
        if isinstance(inside, Message):
            part.content = inside.as_bytes()
        part.parts = [
            _standard(child, f"{path}.{n}" if path else str(n), depth + 1)
            for n, child in enumerate(payload, 1)
            if isinstance(child, Message)
        ]
    else:
        part.content = _decoded(message, first(header, "content-transfer-encoding"))
    return part


def _decoded(message: Message[str, str], encoding: bytes) -> bytes:
    if encoding.strip().lower() == b"base64":  # the library gives up on what is broken
        return base64(str(message.get_payload()).encode("utf-8", "surrogateescape"))
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _type(value: str, fallback: str) -> str:
    given = value.partition(";")[0].strip().lower()
    return given if given.count("/") == 1 and " " not in given else fallback.lower()


def subject_inside(part: Part) -> str:
    """The subject of the mail that a message/rfc822 part holds."""
    return text(first(fields(split(part.content)[0]), "subject"))
