"""A mail's bytes into a `Mail`: decoded, cleaned, measured. Never raises, whatever they are."""

from __future__ import annotations

import binascii
import re
from dataclasses import replace
from hashlib import sha256

from kfdesk.mail import bounce, forward, header, quote, robot
from kfdesk.mail.address import addresses
from kfdesk.mail.charset import decode
from kfdesk.mail.filename import safe_name
from kfdesk.mail.header import Fields
from kfdesk.mail.mime import Part, Unreadable, subject_inside, tree
from kfdesk.mail.robot import Own
from kfdesk.mail.subject import is_forward
from kfdesk.model import Address, Mail, MailPart
from kfdesk.text import clean, shorten

LONGEST_TEXT = 1_000_000  # characters
LONGEST_SUBJECT = 1000
_IDENTITY = ("message-id", "from", "date", "subject")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_FIRST_LINES = 2000  # bytes that hold a line's end in any mail
_NOBODY = Address("", "")
#: A plain text of more bytes, or of more characters beside its addresses, says something itself.
_POINTER, _POINTS_LENGTH = 4000, 300
_URL = re.compile(r"<?\bhttps?://\S+")
#: Words that send the reader to the HTML or to the web.
_POINTS = re.compile(
    r"\b(?:view|see|read|open|display)\b[^.!?]{0,60}\b(?:web|online|browser|html)\b"
    r"|\bhtml[ -](?:version|mail|e-?mail|message|format|compatible|capable|enabled)\b"
    r"|\b(?:not|n['’]t)\s(?:support|display|show|read)\b[^.!?]{0,40}\bhtml\b"
    r"|网页版|網頁版|(?:浏览器|瀏覽器)[^。！？]{0,20}(?:查看|打开|阅读|檢視|開啟|閱讀)",
    re.IGNORECASE,
)


def read(raw: bytes, own: Own) -> Mail:
    """Return what a mail says. Where it cannot be understood, `problem` says why."""
    if b"\n" not in raw[:_FIRST_LINES] and b"\r" in raw[:_FIRST_LINES]:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # lines of an old Macintosh
    block, body = header.split(raw)
    fields = header.fields(block)
    try:
        if not fields:
            raise Unreadable("no header")
        return _read(raw, fields, body, own)
    except Unreadable as error:
        why = str(error)
    except Exception as error:  # noqa: BLE001 - one mail that trips us must not stop those behind it
        why = f"{type(error).__name__}: {error}"
    return _rest(raw, fields, body, clean(why)[:300], own)


def _read(raw: bytes, fields: Fields, body: bytes, own: Own) -> Mail:
    root = tree(raw, len(fields))
    hint = root.charset or next((leaf.charset for leaf in root.leaves() if leaf.charset), "")
    subject = shorten(header.text(header.first(fields, "subject"), hint), LONGEST_SUBJECT)
    senders = addresses(fields, "from", hint) or addresses(fields, "sender", hint)
    sender = next((one for one in senders if one.email), senders[0] if senders else _NOBODY)
    reply_to = next((one for one in addresses(fields, "reply-to", hint) if one.email), None)
    message_id = next(iter(header.ids(header.first(fields, "message-id"))), "")
    text, before = _text(root)
    bounced = bounce.read(fields, sender, subject, root, text)
    report = bounced or root.type == "multipart/report"
    forwarded = None if report else forward.original_sender(subject, text, root)
    why = robot.reason(fields, sender.email, message_id, own)
    return Mail(
        digest=_digest(fields, body),
        message_id=message_id,
        references=header.references(fields),
        sender=sender,
        reply_to=reply_to,
        to=addresses(fields, "to", hint),
        cc=addresses(fields, "cc", hint),
        delivered_to=_delivered_to(fields),
        subject=subject,
        date=header.date(header.first(fields, "date")),
        text=text,
        cut=quote.cut(text, before=before, forward=bool(forwarded) or is_forward(subject)),
        attachments=tuple(_attachment(leaf) for leaf in root.leaves() if not leaf.is_text),
        robot=why or ("bounce" if bounced else ""),
        bounce=bounced,
        forwarded=forwarded,
    )


def _digest(fields: Fields, body: bytes) -> str:
    """Identify the mail by what its writer sent, not by what servers added on the way.

    Without a Message-ID its way is all that tells it from a second mail with the same words.
    """
    found = sha256()
    for name in _IDENTITY:
        found.update(b" ".join(header.first(fields, name).split()) + b"\n")
    if not header.first(fields, "message-id"):
        for value in fields.get("received", ()):
            found.update(b" ".join(value.split()) + b"\n")
    found.update(body.translate(None, b"\r"))  # servers differ in their line ends
    return found.hexdigest()


def _delivered_to(fields: Fields) -> tuple[str, ...]:
    found = (one.email for name in _DELIVERED for one in addresses(fields, name))
    return tuple(dict.fromkeys(email for email in found if email))


def _text(root: Part) -> tuple[str, int]:
    """Return all that is said in the mail, and where the HTML says that history begins."""
    out: list[str] = []
    length, before = 0, -1
    for leaf in _spoken(root):
        given = decode(leaf.content[: LONGEST_TEXT * 4], leaf.charset)
        start = -1
        if leaf.type == "text/html":
            from kfdesk.mail.html import to_text  # memory that no agent's program needs

            given, start = to_text(given)
        else:
            given = clean(given).strip("\n")
        if not given.strip():
            continue
        length += 2 if out else 0
        # An answer in a later part stands after the history of an earlier one.
        before = length + start if start >= 0 else -1
        out.append(given)
        length += len(given)
    text = "\n\n".join(out).rstrip()
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT] + "\n[…]"
    return text, before


def _spoken(part: Part) -> list[Part]:
    """The leaves that make the text: of alternatives, the plain one that has content."""
    if part.type == "message/rfc822" or not part.parts:
        return [part] if part.is_text else []
    if part.type != "multipart/alternative":
        return [leaf for child in part.parts for leaf in _spoken(child)]
    choices = [leaves for child in part.parts if (leaves := _spoken(child))]
    plain = next(
        (
            leaves
            for leaves in choices
            if all(leaf.type == "text/plain" for leaf in leaves)
            and any(leaf.content.strip(b" \t\r\n\0\xa0") for leaf in leaves)
        ),
        None,
    )
    rich = next(
        (leaves for leaves in choices if any(one.type == "text/html" for one in leaves)), []
    )
    return rich if plain is None or (rich and _only_points(plain)) else plain


def _only_points(leaves: list[Part]) -> bool:
    """Whether a plain text says nothing but that the mail is to be read elsewhere."""
    if sum(len(leaf.content) for leaf in leaves) > _POINTER:
        return False
    text = " ".join(clean(decode(leaf.content, leaf.charset)) for leaf in leaves)
    said = " ".join(_URL.sub(" ", text).split())
    return len(said) <= _POINTS_LENGTH and _POINTS.search(said) is not None


def _attachment(leaf: Part) -> MailPart:
    name = leaf.name
    if not name and leaf.type == "message/rfc822":
        name = safe_name(subject_inside(leaf), "message") + ".eml"
    return MailPart(
        name=name or safe_name(_DEFAULT_NAMES.get(leaf.type, leaf.type.replace("/", "."))),
        type=leaf.type,
        size=len(leaf.content),
        sha256=sha256(leaf.content).hexdigest(),
        part=leaf.path or "1",
        inline=leaf.disposition == "inline" or bool(leaf.content_id and not leaf.disposition),
        content_id=clean(leaf.content_id),
    )


_DEFAULT_NAMES = {
    "message/delivery-status": "delivery-status.txt",
    "text/rfc822-headers": "headers.txt",
    "text/calendar": "invite.ics",
    "application/octet-stream": "attachment.bin",
    "text/plain": "text.txt",
    "text/html": "text.html",
}


def _rest(raw: bytes, fields: Fields, body: bytes, problem: str, own: Own) -> Mail:
    """What can still be said of a mail that cannot be read."""
    try:
        shown = clean(decode((body if fields else raw)[:100_000])).strip()
    except (ValueError, LookupError, binascii.Error):
        shown = raw[:100_000].decode("ascii", "replace")
    bare = Mail(
        digest=sha256(raw).hexdigest(), message_id="", references=(), sender=_NOBODY, reply_to=None,
        to=(), cc=(), delivered_to=(), subject="", date=None, text=shown, cut=len(shown),
        problem=problem,
    )  # fmt: skip
    try:
        senders = addresses(fields, "from")
        return replace(
            bare,
            digest=_digest(fields, body) if fields else bare.digest,
            message_id=next(iter(header.ids(header.first(fields, "message-id"))), ""),
            references=header.references(fields),
            sender=senders[0] if senders else _NOBODY,
            to=addresses(fields, "to"),
            subject=shorten(header.text(header.first(fields, "subject")), LONGEST_SUBJECT),
            date=header.date(header.first(fields, "date")),
            robot=robot.reason(fields, senders[0].email if senders else "", "", own),
        )
    except Exception:  # noqa: BLE001 - the header itself may be what cannot be read; bytes are kept
        return bare
