"""Marks that lead a reply back to its ticket: signed where they alone decide, checked where not."""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from hashlib import sha256

from kfdesk.number import check_digit

_SIGNATURE = 16  # characters of base 32: 80 bits
#: An `i` behind `kf`: what is answered was internal, and so is the answer; `is12` is of the side
#: conversation 12.
_MARK = r"(|i|is\d{1,18})"
_MESSAGE_ID = re.compile(
    rf"<?kf{_MARK}\.(\d{{1,18}})\.([a-z0-9]{{1,40}})\.([a-z2-7]{{16}})@[^@\s>]+>?\Z"
)
_PLUS = re.compile(rf"[^@]*\+kf{_MARK}\.?(\d{{1,18}})-([a-z2-7]{{16}})@([^@\s]+)\Z")
_HELP = re.compile(
    r"(?<![a-z0-9])kfh-((\d{1,18})-(\d{1,18})-([yn]))-([a-z2-7]{16})(?![a-z0-9])", re.ASCII
)
_SCORE = re.compile(r"(?<![a-z0-9])kfs-(\d{1,18})-([1-5])-([a-z2-7]{16})(?![a-z0-9])")


def subject_token(prefix: str, number: int) -> str:
    """The mark of a ticket in a subject: `KF-1042-9`."""
    return f"{prefix}-{number}-{check_digit(number)}"


def find_number(prefix: str, subject: str) -> int | None:
    """Return the ticket number that a subject names with its right check digit, or None."""
    pattern = rf"(?<![\w-]){re.escape(prefix)}-(\d{{1,18}})-(\d)(?![\w-])"
    for match in re.finditer(pattern, subject, re.IGNORECASE | re.ASCII):
        if (number := int(match[1])) > 0 and check_digit(number) == int(match[2]):
            return number
    return None


def message_id_host(address: str) -> str:
    """The host of our own Message-IDs for a channel's address: `kfdesk.<domain>`."""
    return f"kfdesk.{address.rpartition('@')[2].lower() or 'localhost'}"


def new_message_id(
    secret: bytes, number: int, host: str, *, internal: bool = False, side: int = 0
) -> str:
    """Return a new Message-ID (no brackets) that leads replies to this ticket.

    `side` leads them to a side conversation of it, which is internal.
    """
    mark, nonce = _mark(internal, side), secrets.token_hex(8)
    return f"kf{mark}.{number}.{nonce}.{_sign(secret, f'{_named(mark, number)}.{nonce}')}@{host}"


def _mark(internal: bool, side: int) -> str:
    return f"is{side}" if side else "i" * internal


def _named(mark: str, number: int | str) -> str:
    """What is signed of a mark: a side conversation's number must not run into the ticket's."""
    return f"{mark}.{number}" if "s" in mark else f"{mark}{number}"


def ticket_of(secret: bytes, message_id: str) -> int | None:
    """Return the ticket that one of our own Message-IDs names; None if we did not make it."""
    match = _MESSAGE_ID.match(message_id.strip().lower())
    if not match:
        return None
    return _checked(secret, f"{_named(match[1], match[2])}.{match[3]}", match[4], match[2])


def is_internal(mark: str) -> bool:
    """Whether a Message-ID or plus-address of ours is that of an internal mail."""
    text = mark.strip().lower()
    match = _MESSAGE_ID.match(text) or _PLUS.match(text)
    return match is not None and bool(match[1])


def side_of(mark: str) -> int:
    """Return the side conversation that a Message-ID or plus-address of ours is of; 0 for none."""
    text = mark.strip().lower()
    match = _MESSAGE_ID.match(text) or _PLUS.match(text)
    return int(match[1].removeprefix("is")) if match and "s" in match[1] else 0


def plus_address(
    secret: bytes, number: int, address: str, *, internal: bool = False, side: int = 0
) -> str:
    """Return the address that leads a mail to this ticket: `support+kf1042-…@example.com`."""
    local, _at, domain = address.lower().rpartition("@")
    marked = _named(_mark(internal, side), number)
    return f"{local}+kf{marked}-{_sign(secret, f'plus.{marked}')}@{domain}"


def score_mark(secret: bytes, number: int, score: int) -> str:
    """Return the mark by which a subject carries a customer's score (1 to 5) of a ticket."""
    return f"kfs-{number}-{score}-{_sign(secret, f'score.{number}.{score}')}"


def find_score(secret: bytes, subject: str) -> tuple[int, int] | None:
    """Return (ticket, score) of the mark in a subject; None where we did not make it."""
    for match in _SCORE.finditer(subject.lower()) if "kfs-" in subject.lower() else ():
        if number := _checked(secret, f"score.{match[1]}.{match[2]}", match[3], match[1]):
            return number, int(match[2])
    return None


def help_mark(secret: bytes, number: int, use: int, helped: bool) -> str:
    """Return the mark by which a subject says whether an article, by its use, helped."""
    said = f"{number}-{use}-{'y' if helped else 'n'}"
    return f"kfh-{said}-{_sign(secret, f'help.{said}')}"


def find_help(secret: bytes, subject: str) -> tuple[int, int, bool] | None:
    """Return (ticket, use, whether it helped) of the mark in a subject; None if not our own."""
    for match in _HELP.finditer(subject.lower()) if "kfh-" in subject.lower() else ():
        if number := _checked(secret, f"help.{match[1]}", match[5], match[2]):
            return number, int(match[3]), match[4] == "y"
    return None


def untagged(address: str) -> str:
    """Return an address without its plus tag: `desk+1.x@shop.example` is `desk@shop.example`."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def ticket_of_plus(secret: bytes, address: str) -> int | None:
    """Return the ticket that one of our plus-addresses names; None if we did not make it."""
    match = _PLUS.match(address.strip().lower())
    if not match:
        return None
    return _checked(secret, f"plus.{_named(match[1], match[2])}", match[3], match[2])


def _checked(secret: bytes, signed: str, signature: str, number: str) -> int | None:
    right = hmac.compare_digest(_sign(secret, signed), signature)
    return int(number) if right and number.isascii() and int(number) > 0 else None


def _sign(secret: bytes, words: str) -> str:
    # Base 32 in lower case: some servers change the case of what they pass on.
    return (
        b32encode(hmac.new(secret, words.encode(), sha256).digest()).decode()[:_SIGNATURE].lower()
    )
