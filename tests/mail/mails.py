"""Mails to read in tests."""

from __future__ import annotations

from pathlib import Path

from kfdesk.mail.parse import read
from kfdesk.mail.robot import Own
from kfdesk.model import Mail

OWN = Own.of(["Support@example.com"])
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def raw(body: bytes | str = "hello\r\n", **headers: bytes | str) -> bytes:
    """A mail with these header fields over the usual ones; `_` in a name stands for `-`."""
    fields: dict[str, bytes | str] = {
        "From": "Jane Doe <jane@example.org>",
        "To": "support@example.com",
        "Subject": "Order 1042",
        "Date": "Mon, 02 Nov 2026 10:00:00 +0800",
        "Message-ID": "<1@example.org>",
    }
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    block = b"".join(
        name.encode() + b": " + as_bytes(value) + b"\r\n"
        for name, value in fields.items()
        if value != ""
    )
    return block + b"\r\n" + as_bytes(body)


def as_bytes(value: bytes | str) -> bytes:
    """Text as UTF-8, bytes as they are."""
    return value.encode() if isinstance(value, str) else value


def mail(body: bytes | str = "hello\r\n", **headers: bytes | str) -> Mail:
    """That mail, read."""
    return read(raw(body, **headers), OWN)


def multipart(*parts: bytes | str, subtype: str = "mixed", **headers: bytes | str) -> bytes:
    """A mail of several parts; each part is its header, a blank line and its content."""
    body = b"".join(b"--b\r\n" + as_bytes(part) + b"\r\n" for part in parts) + b"--b--\r\n"
    return raw(body, MIME_Version="1.0", Content_Type=f"multipart/{subtype}; boundary=b", **headers)


def read_bytes(data: bytes) -> Mail:
    """Whatever these bytes are, read."""
    return read(data, OWN)
