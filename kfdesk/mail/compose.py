"""A letter into the bytes of a mail: 7-bit MIME with CRLF, and no way to inject a header."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from kfdesk.i18n import Language
from kfdesk.mail import address
from kfdesk.mail.filename import safe_name
from kfdesk.mail.robot import LOOP_HEADER
from kfdesk.model import Address, File
from kfdesk.text import clean, clean_line

_MOST_REFERENCES = 20
_LINE = 76
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+\Z")
_SAFE_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\]+@[^\s<>,;:\"()\\]+\Z")
_ID = re.compile(r"[!-;=?-~]+\Z")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}\Z")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"'，。；）】》]{1,2000}")
_TRAILING = ".,;:!?)]"


_FORWARDED: dict[str, dict[str, str]] = {
    "en": {},
    "zh": {"From": "发件人", "Date": "日期", "Subject": "主题", "To": "收件人", "Cc": "抄送"},
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is answered: whose words, of when."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to write. `automatic`: a program wrote it, and it says so."""

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str  # without brackets, as everywhere
    date: datetime
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    html: str = ""  # made from the text where it is empty
    in_reply_to: str = ""
    references: tuple[str, ...] = ()  # oldest first, as the header has them
    quoted: Quoted | None = None
    automatic: bool = False
    files: tuple[File, ...] = ()
    signature: str = ""
    forwarded: str = ""  # somebody else's words, below the signature
    language: Language = "en"


def compose(letter: Letter) -> bytes:
    """Return the mail, ready for SMTP."""
    from email.message import EmailMessage  # a grammar of headers, which only a sender needs
    from email.policy import SMTP

    body = EmailMessage(policy=SMTP)
    body.set_content(_plain(letter), charset="utf-8", cte="base64")
    body.add_alternative(_html(letter), subtype="html", charset="utf-8", cte="base64")
    for file in letter.files:
        kind = file.type.lower()
        if not _TYPE.match(kind) or kind.startswith(("multipart/", "message/")):
            kind = "application/octet-stream"
        main, _slash, sub = kind.partition("/")
        body.add_attachment(file.content, main, sub, filename=safe_name(file.name))
    return b"".join(_headers(letter)) + body.as_bytes()


def forward_header(fields: Iterable[tuple[str, str]], language: Language) -> str:
    """The lines above what is forwarded, in the desk's language."""
    mark = (
        "---------- 转发邮件 ----------"
        if language == "zh"
        else "---------- Forwarded message ----------"
    )
    names = _FORWARDED[language]
    lines = [f"{names.get(name, name)}: {clean_line(value)}" for name, value in fields if value]
    return "\n".join([mark, *lines])


def quote_header(quoted: Quoted, language: Language) -> str:
    """The line above what is quoted, in the desk's language."""
    author = clean_line(quoted.author)
    if language == "zh":
        return f"在 {quoted.at:%Y-%m-%d %H:%M}，{author} 写道："
    return f"On {quoted.at:%Y-%m-%d %H:%M}, {author} wrote:"


def _plain(letter: Letter) -> str:
    text = clean(letter.text).rstrip() + "\n"
    if letter.signature.strip():
        text += f"\n-- \n{clean(letter.signature).strip()}\n"
    if letter.forwarded.strip():
        text += f"\n{clean(letter.forwarded).strip()}\n"
    if letter.quoted:
        lines = clean(letter.quoted.text).strip().split("\n")
        quote = "\n".join(f">{line}" if line[:1] == ">" else f"> {line}".rstrip() for line in lines)
        text += f"\n{quote_header(letter.quoted, letter.language)}\n{quote}\n"
    return text


def _html(letter: Letter) -> str:
    parts = [letter.html or f"<div>{_as_html(clean(letter.text).rstrip())}</div>"]
    if letter.signature.strip():
        parts.append(f"<div><br>-- <br>{_as_html(clean(letter.signature).strip())}</div>")
    if letter.forwarded.strip():
        parts.append(f"<div><br>{_as_html(clean(letter.forwarded).strip())}</div>")
    if letter.quoted:
        parts.append(
            f'<div class="gmail_quote"><div><br>'
            f"{escape(quote_header(letter.quoted, letter.language))}</div>"
            f'<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;'
            f'padding-left:1ex">{_as_html(clean(letter.quoted.text).strip())}</blockquote></div>'
        )
    return "<!DOCTYPE html>\n<html><body>\n" + "\n".join(parts) + "\n</body></html>\n"


def _as_html(text: str) -> str:
    out: list[str] = []
    end = 0
    for match in _LINK.finditer(text):
        url = match[0].rstrip(_TRAILING)
        out.append(escape(text[end : match.start()]))
        # What a mail is to say already is for the mail program, not for the reader.
        shown = url.removeprefix("mailto:").partition("?")[0] if url[0] == "m" else url
        out.append(f'<a href="{escape(url)}">{escape(shown or url)}</a>')
        end = match.start() + len(url)
    out.append(escape(text[end:]))
    # Indentation is kept by hard blanks: no style sheet survives every mail program.
    return "".join(out).replace("  ", "&nbsp; ").replace("\n", "<br>\n")


def _headers(letter: Letter) -> Iterable[bytes]:
    yield _field("Date", [format_datetime(letter.date)])
    yield _field("From", _mailboxes((letter.sender,)))
    yield _field("To", _mailboxes(letter.to) or ["undisclosed-recipients:;"])
    if letter.cc:
        yield _field("Cc", _mailboxes(letter.cc))
    if letter.reply_to and letter.reply_to != letter.sender:
        yield _field("Reply-To", _mailboxes((letter.reply_to,)))
    yield _field("Subject", _words(clean_line(letter.subject)))
    yield _field("Message-ID", _ids((letter.message_id,)))
    if answered := _ids((letter.in_reply_to,)):
        yield _field("In-Reply-To", answered)
    if thread := _ids(_thread(letter)):
        yield _field("References", thread)
    if letter.automatic:
        yield _field("Auto-Submitted", ["auto-replied"])
        yield _field("X-Auto-Response-Suppress", ["All"])
        yield _field(LOOP_HEADER, [letter.message_id.rpartition("@")[2] or "kfdesk"])


def _thread(letter: Letter) -> list[str]:
    """The references, the oldest one and the newest ones where there are many."""
    ids = list(dict.fromkeys(one for one in (*letter.references, letter.in_reply_to) if one))
    if letter.in_reply_to:
        ids = [one for one in ids if one != letter.in_reply_to] + [letter.in_reply_to]
    return ids if len(ids) <= _MOST_REFERENCES else [ids[0], *ids[1 - _MOST_REFERENCES :]]


def _ids(ids: Iterable[str]) -> list[str]:
    return [f"<{one}>" for one in ids if len(one) < 900 and _ID.match(one)]


def _mailboxes(addresses: Iterable[Address]) -> list[str]:
    """The addresses as words to fold between; one that is no address is left out."""
    out: list[str] = []
    for one in addresses:
        email = address.in_ascii(one.email)
        if not _SAFE_ADDRESS.match(email):
            continue
        if out:
            out[-1] += ","
        name = clean_line(one.name)
        if not name:
            out.append(email)
            continue
        if not name.isascii() or "=?" in name or len(name) > 900:
            out += _words(name)
        elif _ATOM.match(name):
            out += name.split()
        else:
            out.append('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"')
        out.append(f"<{email}>")
    return out


def _words(line: str) -> list[str]:
    """A line as words to fold between, encoded (RFC 2047) where it is not plain ASCII."""
    if line.isascii() and "=?" not in line and all(len(word) < 200 for word in line.split()):
        return line.split(" ")
    words: list[str] = []
    piece = b""
    for character in line:
        coded = character.encode("utf-8")
        if len(piece) + len(coded) > 42:  # an encoded word has at most 75 characters
            words.append(_encoded(piece))
            piece = b""
        piece += coded
    return [*words, _encoded(piece)]


def _encoded(piece: bytes) -> str:
    return f"=?utf-8?b?{b64encode(piece).decode('ascii')}?="


def _field(name: str, words: Iterable[str]) -> bytes:
    """A header field, folded between words."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1].strip() != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode("ascii", "replace") + b"\r\n"
