"""A mail above the size limit: header, structure and texts come, the rest stays there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from imapclient import IMAPClient
from imapclient.exceptions import ProtocolError

from kfdesk.fetchers import partial
from kfdesk.model import EPOCH, Inbound
from kfdesk.text import clean_line


def fetch_giant(client: IMAPClient, uid: int, place: str, size: int) -> Inbound | None:
    """Return the mail in part; None if it is gone. The folder is open."""
    header, answer = _slice(client, uid, "HEADER", partial.HEADER_BYTES, "INTERNALDATE")
    if header is None:
        return None
    leaves = _leaves(client, uid)
    if leaves:
        raw = partial.rebuild(
            header,
            leaves,
            mime=lambda leaf: (
                _slice(client, uid, f"{leaf.section}.MIME", partial.HEADER_BYTES)[0] or b""
            ),
            body=lambda leaf, limit: _slice(client, uid, leaf.section, limit)[0] or b"",
        )
    else:  # a structure that nobody can read: the beginning of the mail must do
        raw = _slice(client, uid, "", partial.TEXTS_BYTES)[0] or header
    return Inbound(
        place, raw, internal_date(answer), size, partial=True, parts=partial.left_behind(leaves)
    )


def internal_date(answer: Mapping[bytes, Any]) -> datetime:
    """When the server got the mail; the beginning of time where it says nothing sensible."""
    value = answer.get(b"INTERNALDATE")
    if not isinstance(value, datetime):
        return EPOCH
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return EPOCH


def _slice(
    client: IMAPClient, uid: int, section: str, limit: int, *more: str
) -> tuple[bytes | None, Mapping[bytes, Any]]:
    """Fetch the beginning of a section, and what else is asked for."""
    answer = client.fetch([uid], [f"BODY.PEEK[{section}]<0.{limit}>", *more]).get(uid, {})
    content: bytes | None = answer.get(f"BODY[{section}]<0>".encode())
    return content, answer


def _leaves(client: IMAPClient, uid: int) -> list[partial.Leaf]:
    """The parts without parts in the mail's order; empty where the structure makes no sense."""
    try:
        structure = client.fetch([uid], ["BODYSTRUCTURE"]).get(uid, {}).get(b"BODYSTRUCTURE")
        return list(_walk(structure, "", 0)) if structure else []
    except (ProtocolError, RecursionError, IndexError, TypeError, AttributeError, ValueError):
        return []  # a hostile mail makes a hostile structure, which IMAPClient may choke on


def _walk(body: Any, section: str, depth: int) -> Iterator[partial.Leaf]:
    """Number the parts as RFC 3501 does: `1`, `2.1`; a mail that is one part has section `1`."""
    if isinstance(body[0], list):
        if depth < partial.DEEPEST:
            for number, part in enumerate(body[0], 1):
                yield from _walk(part, f"{section}.{number}" if section else str(number), depth + 1)
        return
    kind = f"{_text(body[0])}/{_text(body[1])}".lower()
    at = {"text": 9, "message/rfc822": 11}.get(kind if kind == "message/rfc822" else kind[:4], 8)
    disposition = body[at] if len(body) > at and isinstance(body[at], tuple) else None
    named = _pairs(body[2]) | (_pairs(disposition[1]) if disposition else {})
    name = _name(named, "filename") or _name(named, "name")
    yield partial.Leaf(
        section or "1",
        clean_line(kind),
        name,
        int(body[6] or 0),
        attached=bool(name) or (disposition is not None and _text(disposition[0]) == "attachment"),
    )


def _pairs(values: Any) -> dict[str, str]:
    """BODYSTRUCTURE's flat list of keys and values as a mapping."""
    if not isinstance(values, tuple):
        return {}
    return {
        _text(key).lower(): _text(value)
        for key, value in zip(values[::2], values[1::2], strict=False)
    }


def _name(values: Mapping[str, str], key: str) -> str:
    """A file name, as RFC 2231, RFC 2047 or plain."""
    if (extended := values.get(f"{key}*")) is not None:
        charset, _quote, rest = extended.partition("'")
        try:
            return clean_line(unquote(rest.partition("'")[2], charset or "utf-8", "replace"))
        except LookupError:
            return clean_line(extended)
    return partial.decode_name(values.get(key, ""))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
