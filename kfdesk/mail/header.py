"""The header of a mail: its fields as raw bytes, and what those bytes say."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from kfdesk.mail.charset import decode
from kfdesk.text import clean_line

#: All values of each field, raw and still folded, by lower-case name.
Fields = dict[str, list[bytes]]

_LIMIT = 1 << 20  # of a header block; a longer one is no header but an attack
# Only single characters repeat possessively: Python before 3.11.5 gets groups wrong (gh-106052).
_FIELD = re.compile(rb"^([!-9;-~]++)[ \t]*+:[ \t]*+([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*)", re.M)
_LINE_END = re.compile(rb"[\r\n]+[ \t]*")
#: `=?charset*language?B?…?=`; blanks inside are wrong, and common.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*+(?:(?<!=)\?(?!=)[^?]*+)*)\?=")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(range(256)).translate(None, _BASE64)
_PARAM = re.compile(
    r""";\s*([^\s=;*]+)(\*\d{1,3})?(\*)?\s*=\s*("[^"\\]*+(?:\\.[^"\\]*+)*"|[^;]*+)"""
)
_ESCAPED = re.compile(r"\\(.)")
_ID = re.compile(rb"<([^<>]{1,2000})>")
_DATE = re.compile(
    r"\s*(?:[A-Za-z]{3,9}\.?,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?[\s-]+(\d{4})\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s+([+-])(\d{2})(\d{2})\b"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_YEARS = (1970, 2200)
_MAX_IDS = 100
_MOST_PADDINGS = 1000


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header block and the body after it."""
    start = len(raw) - len(raw.lstrip(b"\r\n")) if raw[:1] in b"\r\n" else 0
    crlf = raw.find(b"\r\n\r\n", start)
    lf = raw.find(b"\n\n", start, crlf if crlf >= 0 else len(raw))
    if lf >= 0:
        return raw[start : lf + 1], raw[lf + 2 :]
    if crlf >= 0:
        return raw[start : crlf + 2], raw[crlf + 4 :]
    return raw[start:], b""


def fields(block: bytes) -> Fields:
    """Return the fields of a header block; lines that are none are left out."""
    found: Fields = {}
    for name, value in _FIELD.findall(block[:_LIMIT].lstrip()):
        found.setdefault(name.decode("ascii").lower(), []).append(value)
    return found


def first(header: Fields, name: str) -> bytes:
    """The first value of a field, unfolded; empty if there is none."""
    values = header.get(name)
    return unfold(values[0]) if values else b""


def unfold(value: bytes) -> bytes:
    """Return a folded value as one line."""
    return _LINE_END.sub(b" ", value).strip() if b"\n" in value else value.strip()


def undo_8bit(value: bytes, hint: str = "") -> str:
    """Return a raw value as text, encoded words left as they are; `hint` is the body's charset."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    return decode(value, hint if hint.lower() not in ("us-ascii", "iso-8859-1") else "")


def text(value: bytes, hint: str = "") -> str:
    """Return a raw value as one clean line, its encoded words decoded."""
    return clean_line(words(undo_8bit(unfold(value), hint)))


def words(line: str) -> str:
    """Decode the encoded words of RFC 2047, broken ones as well as can be."""
    if "=?" not in line:
        return line
    # Bytes of neighbours with one charset are joined first: a character may be split between two.
    pieces: list[tuple[str, bytes] | str] = []
    end = 0
    for match in _WORD.finditer(line):
        gap = line[end : match.start()]
        end = match.end()
        label = match[1].partition("*")[0].lower()
        coded = match[3].encode("utf-8")
        data = base64(coded) if match[2] in "bB" else binascii.a2b_qp(coded, header=True)
        last = pieces[-1] if pieces else ""
        if gap.strip() or (gap and not pieces):
            pieces.append(gap)
        elif isinstance(last, tuple) and last[0] == label:
            pieces[-1] = (label, last[1] + data)
            continue
        pieces.append((label, data))
    if not pieces:
        return line
    pieces.append(line[end:])
    return "".join(
        piece if isinstance(piece, str) else decode(piece[1], piece[0]) for piece in pieces
    )


def base64(coded: bytes) -> bytes:
    """Decode base64 that may be broken: foreign characters, padding missing or too early."""
    decoded = bytearray()
    for piece in coded.translate(None, _NOT_BASE64).split(b"=", _MOST_PADDINGS):
        piece = piece.replace(b"=", b"")
        whole = piece[:-1] if len(piece) % 4 == 1 else piece
        decoded += binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    return bytes(decoded)


def params(value: str) -> dict[str, str]:
    """Return the parameters of a Content-Type or Content-Disposition, RFC 2231 and 2047 undone."""
    found: dict[str, str] = {}
    split_up: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, number, star, quoted in _PARAM.findall(value[:20_000]):
        key = name.lower()
        given = quoted.strip()
        if given[:1] == '"' and given[-1:] == '"':
            given = _ESCAPED.sub(r"\1", given[1:-1])
        if number or star:
            split_up.setdefault(key, {})[int(number[1:] or 0)] = (given, bool(star))
        else:
            found.setdefault(key, clean_line(words(given)))
    for key, pieces in split_up.items():
        found[key] = clean_line(_join(pieces))
    return found


def _join(pieces: dict[int, tuple[str, bool]]) -> str:
    label, data = "", b""
    for place, number in enumerate(sorted(pieces)):
        given, coded = pieces[number]
        if coded and place == 0 and given.count("'") >= 2:
            label, _language, given = given.split("'", 2)
        data += unquote_to_bytes(given) if coded else given.encode("utf-8")
    return words(decode(data, label or "utf-8"))


def ids(value: bytes) -> list[str]:
    """Return the message ids in a field, without brackets, in their order, each once."""
    found = _ID.findall(value[: 2 * _LIMIT])
    if not found:
        found = [word for word in value[:4000].split() if b"@" in word]
    seen = dict.fromkeys(
        clean_line(b"".join(one.split()).decode("ascii", "replace")) for one in found
    )
    return [one for one in seen if one]


def references(header: Fields) -> tuple[str, ...]:
    """Return what the mail answers: In-Reply-To, then References from the newest."""
    answered = [one for value in header.get("in-reply-to", ()) for one in ids(value)]
    thread = [one for value in header.get("references", ()) for one in ids(value)]
    return tuple(dict.fromkeys(answered + thread[::-1]))[:_MAX_IDS]


def date(value: bytes) -> datetime | None:
    """Return the instant that a Date field names, in UTC; None if it names none."""
    line = value.decode("ascii", "replace")[:200]
    try:
        if match := _DATE.match(line):
            day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            found = datetime(
                int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute),
                min(int(second or 0), 59),  # a leap second
                tzinfo=timezone(-offset if sign == "-" else offset),
            )  # fmt: skip
        else:
            found = parsedate_to_datetime(line)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        return found if _YEARS[0] <= found.year <= _YEARS[1] else None
    except (ValueError, KeyError, TypeError, IndexError, OverflowError):
        return None
