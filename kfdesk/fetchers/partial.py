"""Mails that are too large to take whole: their header and their texts, rebuilt as a small mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from hashlib import sha256

from kfdesk.model import RemotePart
from kfdesk.text import clean_line

#: What is taken of one text, of all texts together, of a header block, and how many texts.
TEXT_BYTES = 256 * 1024
TEXTS_BYTES = 1024 * 1024
HEADER_BYTES = 256 * 1024
_TEXTS = 16
_PLAIN = "raw-unicode-escape"  # how decode_header gives what stands between encoded words
#: How deep parts in parts are followed.
DEEPEST = 20

_CONTENT_FIELDS = re.compile(
    rb"^content-(?:type|transfer-encoding):[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that has no parts: its number in the MIME tree, and what is said about it."""

    section: str
    type: str
    name: str
    size: int
    attached: bool

    @property
    def readable(self) -> bool:
        """Whether a person reads it as the mail's text."""
        return self.type in {"text/plain", "text/html"} and not self.attached


def rebuild(
    header: bytes,
    leaves: Sequence[Leaf],
    mime: Callable[[Leaf], bytes],
    body: Callable[[Leaf, int], bytes],
) -> bytes:
    """Return the mail's header block over its texts alone; the same for the same mail.

    `mime(leaf)` gives a part's own header block, `body(leaf, limit)` the beginning of its body.
    """
    room = TEXTS_BYTES
    texts: list[tuple[Leaf, bytes]] = []
    for leaf in leaves:
        if leaf.readable and room > 0 and len(texts) < _TEXTS:
            limit = min(room, TEXT_BYTES)
            texts.append((leaf, _cut(body(leaf, limit), limit)))
            room -= len(texts[-1][1])
    if len(leaves) == 1 and texts:
        return _ended(header) + texts[0][1]
    boundary = b"=_" + sha256(b"".join(text for _leaf, text in texts)).hexdigest()[:48].encode()
    types = sorted(leaf.type for leaf, _text in texts)
    kind = b"alternative" if types == ["text/html", "text/plain"] else b"mixed"
    out = [
        _CONTENT_FIELDS.sub(b"", _ended(header)[:-2]),
        b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n',
    ]
    for leaf, text in texts:
        out += [b"--", boundary, b"\r\n", _ended(mime(leaf)), text, b"\r\n"]
    out += [b"--", boundary, b"--\r\n"]
    return b"".join(out)


def left_behind(leaves: Sequence[Leaf]) -> tuple[RemotePart, ...]:
    """The parts that a rebuilt mail lacks, or has only the beginning of."""
    return tuple(
        RemotePart(leaf.section, leaf.name, leaf.type, leaf.size)
        for leaf in leaves
        if not leaf.readable or leaf.size > TEXT_BYTES
    )


def decode_name(name: str) -> str:
    """A file name as people read it; encoded words (RFC 2047) are common where none belong."""
    try:
        pieces = [
            piece if isinstance(piece, str) else piece.decode(charset or _PLAIN, "replace")
            for piece, charset in decode_header(name)
        ]
    except (HeaderParseError, LookupError, ValueError):
        return clean_line(name)
    return clean_line("".join(pieces))


def _ended(header: bytes) -> bytes:
    """The header block with exactly one empty line behind it."""
    return header.rstrip(b"\r\n") + b"\r\n\r\n"


def _cut(body: bytes, limit: int) -> bytes:
    """The body up to its last whole line where it was cut, so that no base64 group is split."""
    return body if len(body) < limit else body[: body.rfind(b"\n") + 1] or body
