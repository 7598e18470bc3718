"""Mails that are too large to take whole: their header and their texts, rebuilt as a small mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

#: What is taken of one text, of all texts together, and of a header block.
TEXT_BYTES = 256 * 1024
TEXTS_BYTES = 1024 * 1024
HEADER_BYTES = 256 * 1024

_CONTENT_FIELDS = re.compile(
    rb"^content-(?:type|transfer-encoding):[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text part: its own header block, and as much of its body as was taken."""

    subtype: str
    header: bytes
    body: bytes


def rebuild(header: bytes, texts: Sequence[Text]) -> bytes:
    """Return the mail's header block over its text parts alone; the same for the same mail."""
    boundary = b"=_" + sha256(b"".join(text.body for text in texts)).hexdigest()[:48].encode()
    alternative = sorted(text.subtype for text in texts) == ["html", "plain"]
    kind = b"alternative" if alternative else b"mixed"
    kept = _CONTENT_FIELDS.sub(b"", _ended(header).removesuffix(b"\r\n")) if header else b""
    lines = [
        kept,
        b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n',
    ]
    for text in texts:
        lines += [b"--", boundary, b"\r\n", _ended(text.header), _cut(text.body), b"\r\n"]
    lines += [b"--", boundary, b"--\r\n"]
    return b"".join(lines)


def single(header: bytes, body: bytes) -> bytes:
    """Return a mail that is one text, with as much of it as was taken."""
    return _ended(header) + _cut(body)


def _ended(header: bytes) -> bytes:
    """The header block with exactly one empty line behind it."""
    return header.rstrip(b"\r\n") + b"\r\n\r\n"


def _cut(body: bytes) -> bytes:
    """The body up to its last whole line where it was cut, so that no base64 group is split."""
    return body if len(body) < TEXT_BYTES else body[: body.rfind(b"\n") + 1] or body
