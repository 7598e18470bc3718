"""The parts of a mail that lies in a file, found without reading it into memory."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from kfdesk.fetchers import partial
from kfdesk.model import RemotePart

_MOST_PARTS = 1000

Buffer = bytes | mmap.mmap


def take(buffer: Buffer, start: int, end: int) -> tuple[bytes, tuple[RemotePart, ...]]:
    """Return a large mail's header and texts as a small mail, and the parts left behind."""
    where: dict[str, tuple[int, int, int]] = {}
    leaves = list(_leaves(buffer, start, end, "", where))

    def mime(leaf: partial.Leaf) -> bytes:
        begin, body, _end = where[leaf.section]
        return buffer[begin : min(body, begin + partial.HEADER_BYTES)]

    def content(leaf: partial.Leaf, limit: int) -> bytes:
        _begin, body, stop = where[leaf.section]
        return buffer[body : min(stop, body + limit)]

    header = buffer[start : min(_body(buffer, start, end), start + partial.HEADER_BYTES)]
    return partial.rebuild(header, leaves, mime, content), partial.left_behind(leaves)


def _leaves(
    buffer: Buffer, start: int, end: int, section: str, where: dict[str, tuple[int, int, int]]
) -> Iterator[partial.Leaf]:
    """Walk the MIME tree; `where` gets each leaf's begin, body and end."""
    body = _body(buffer, start, end)
    header = message_from_bytes(buffer[start : min(body, start + partial.HEADER_BYTES)])
    boundary = header.get_boundary()
    if header.get_content_maintype() == "multipart" and boundary:
        if section.count(".") < partial.DEEPEST:
            mark = b"--" + boundary.encode("utf-8", "surrogateescape")
            for number, (begin, stop) in enumerate(_between(buffer, body, end, mark), 1):
                inner = f"{section}.{number}" if section else str(number)
                if len(where) < _MOST_PARTS:
                    yield from _leaves(buffer, begin, stop, inner, where)
        return
    leaf = _leaf(header, section or "1", end - body)
    where[leaf.section] = (start, body, end)
    yield leaf


def _leaf(header: Message, section: str, size: int) -> partial.Leaf:
    name = partial.decode_name(header.get_filename() or "")
    attached = bool(name) or header.get_content_disposition() == "attachment"
    return partial.Leaf(section, header.get_content_type(), name, size, attached)


def _body(buffer: Buffer, start: int, end: int) -> int:
    """Where the body begins: behind the first empty line."""
    if buffer[start : start + 1] == b"\n":
        return start + 1
    if buffer[start : start + 2] == b"\r\n":
        return start + 2
    ends = [
        at + len(mark)
        for mark in (b"\n\n", b"\n\r\n")
        if (at := buffer.find(mark, start, end)) >= 0
    ]
    return min(ends, default=end)


def _between(buffer: Buffer, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each part between the boundary's lines begins and ends."""
    begin = -1
    at = buffer.find(mark, start, end)
    while at >= 0:
        after = at + len(mark)
        follows = buffer[after : after + 2]
        if (at == start or buffer[at - 1 : at] == b"\n") and (
            follows[:1] in {b"\n", b"\r", b" ", b"\t", b""} or follows == b"--"
        ):
            if begin >= 0:
                yield begin, max(begin, at - (2 if buffer[at - 2 : at] == b"\r\n" else 1))
            line_end = buffer.find(b"\n", after, end)
            if follows == b"--" or line_end < 0:
                return
            begin = line_end + 1
        at = buffer.find(mark, after, end)
    if begin >= 0:
        yield begin, end
