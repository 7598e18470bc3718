"""What a person may want of a mail's bytes: a file, its HTML, its source."""

from __future__ import annotations

from kfdesk.errors import NotFound
from kfdesk.i18n import _
from kfdesk.mail import header
from kfdesk.mail.charset import decode
from kfdesk.mail.mime import Part, Unreadable, tree
from kfdesk.text import clean

_LONGEST = 2_000_000


def part_of(raw: bytes, part: str) -> bytes:
    """Return the content of an attachment by its place in the MIME tree (`1.2`)."""
    for leaf in _leaves(raw):
        if (leaf.path or "1") == part:
            return leaf.content
    raise NotFound(_("the mail has no part {part}").format(part=part))


def html_of(raw: bytes) -> str:
    """Return the HTML of a mail, decoded and otherwise as it came; empty if there is none."""
    pieces = [
        decode(leaf.content[:_LONGEST], leaf.charset)
        for leaf in _leaves(raw)
        if leaf.type == "text/html" and leaf.is_text
    ]
    return clean("\n".join(pieces))


def _leaves(raw: bytes) -> list[Part]:
    try:
        return tree(raw, len(header.fields(header.split(raw)[0]))).leaves()
    except Unreadable:
        return []
