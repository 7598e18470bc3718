"""Delivery reports: RFC 3464 where a server speaks it, and the prose of those that do not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfdesk.mail import header as headers
from kfdesk.mail.charset import decode
from kfdesk.mail.header import Fields, ids
from kfdesk.mail.mime import Part
from kfdesk.mail.status import CODE, VAGUE, meaning, says_anything
from kfdesk.model import Address, Bounce
from kfdesk.text import clean, shorten

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL_TYPES = ("message/rfc822", "message/global", "text/rfc822-headers", "message/partial")

_ARRIVED = re.compile(r"^action: ?(?:delivered|relayed|expanded)", re.I | re.M)
_SENDER = re.compile(
    r"(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mdaemon|mail-?admin|smtpd?|daemon|"
    r"bounces?|"
    r"mail-?delivery.*|microsoftexchange.*|complaints|symantec.*|gateway.*|mail ?system|"
    r"failed)\Z"
)
_SUBJECT = re.compile(
    r"undeliver|undelivered|delivery (?:status|fail|problem|report|error|has fail|time|"
    r"incomplete|temporar)|"
    r"failure (?:notice|delivery)|fail(?:ed|ure) (?:delivery|to deliver)|returned mail|"
    r"mail ?delivery|"
    r"returning message|could not (?:be )?deliver|can ?not deliver|(?:un)?able to deliver|"
    r"message (?:not delivered|status|bounced)|"
    r"non[- ]?deliver|rejected|退信|退件|未送达|无法送达|投递失败|送信できません|エラー|"
    r"unzustellbar|"
    r"non remis|no se puede entregar|nicht zugestellt|delivery notification|user unknown|"
    r"warning: .{0,60}delay|^ndn:|delivery ?failure",
    re.I,
)
#: Where the mail that came back begins, in a report that is one text.
_ORIGINAL = re.compile(
    r"^(?:received: |return-path: ?<|dkim-signature: |delivered-to: |message-id: ?<|"
    r"mime-version: |x-mailer: |"
    r"-{2,} ?(?:below this line is a copy|this is a copy of|original message|"
    r"returned message|unsent message|the (?:body|header)|"
    r"message headers?|included is a copy)|received:$|"
    r"(?:your )?(?:original )?message (?:headers? )?(?:header|follows?)|"
    r"----- ?transcript of (?:message|header))",
    re.I | re.M,
)
_MESSAGE_ID = re.compile(r"^[ \t>]{0,8}message-id: ?\s?(<[^<>\s]{3,900}>)", re.I | re.M)
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}+@[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}"
)
_AT_START = re.compile(
    r"^[ \t]{0,20}(?:(?:to|recipient|rcpt to|final-recipient: rfc822;|"
    r"original-recipient: rfc822;|user|address|"
    r"original recipient|unknown user|收件人|邮件地址)\s{0,3}[:：]?\s{0,3})?[<\[(\"']?("
    + _ADDRESS.pattern + r")",
    re.I | re.M,
)  # fmt: skip
_TO_LINE = re.compile(r"^to: .{1,500}$", re.I | re.M)
_LONGEST = 60_000


def read(header: Fields, sender: Address, subject: str, root: Part, text: str) -> Bounce | None:
    """Return what a bounce says; None if the mail is none."""
    leaves = root.leaves() if root.parts else []
    for leaf in leaves:
        if leaf.type in _STATUS_TYPES:
            words = _notice(text)
            report = _printable(leaf)
            found = _from_report(report, words, _originals(leaves, text))
            if found or _ARRIVED.search(report):
                return found
    if not _looks_like_one(header, sender, subject, root):
        return None
    return _from_words(header, subject, text[:_LONGEST], leaves)


def _looks_like_one(header: Fields, sender: Address, subject: str, root: Part) -> bool:
    if "x-failed-recipients" in header:
        return True
    if root.type == "multipart/report" and any(
        leaf.type == "message/feedback-report" or leaf.type == "message/disposition-notification"
        for leaf in root.leaves()
    ):
        return False
    if b"auto-replied" in headers.first(header, "auto-submitted").lower() and not _SUBJECT.search(
        subject
    ):
        return False
    if _SENDER.match(sender.email.partition("@")[0]) or _SENDER.match(sender.name.lower()):
        return True
    nobody = headers.first(header, "return-path") == b"<>" or root.type == "multipart/report"
    return (nobody or not sender.email) and bool(_SUBJECT.search(subject))


def _from_report(report: str, words: str, message_ids: tuple[str, ...]) -> Bounce | None:
    for block in re.split(r"\n[ \t]*\n", report):
        fields = headers.fields(block.encode("utf-8") + b"\n")
        action = headers.first(fields, "action").lower()
        recipient = _recipient(fields)
        if action in (b"delivered", b"relayed", b"expanded") or not (action or recipient):
            continue
        diagnostic = headers.text(headers.first(fields, "diagnostic-code"))
        status = headers.text(headers.first(fields, "status"))
        told = CODE.search(status)
        code = told[1] if told else ""
        recipient = recipient or _address_in(words, ())
        if not code or code[2:] in VAGUE:
            code = meaning(diagnostic or words, code)
        if action == b"delayed" and code[:1] != "4":
            code = "4" + code[1:]
        return Bounce(recipient, code, message_ids, shorten(diagnostic or words, 500))
    return None


def _recipient(fields: Fields) -> str:
    # What we wrote to is the original recipient; the final one may be an alias of it elsewhere.
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        if match := _ADDRESS.search(headers.text(headers.first(fields, name))):
            return match[0].lower()
    return ""


def _from_words(header: Fields, subject: str, text: str, leaves: Iterable[Part]) -> Bounce | None:
    leaves = tuple(leaves)
    notice = _notice(text)
    original = headers.fields(next((one for one in map(_raw_original, leaves) if one), b""))
    writers = tuple(
        match[0].lower()
        for value in header.get("to", []) + original.get("from", [])
        for match in _ADDRESS.finditer(value.decode("ascii", "replace"))
    )
    failed = headers.text(headers.first(header, "x-failed-recipients"))
    recipient = (
        _address_in(failed, ())
        or _address_in(notice, writers)
        or _address_in(headers.text(headers.first(original, "to")), writers)
        or _address_in("\n".join(_TO_LINE.findall(text)), writers)
        or _address_in(notice, ())
    )
    found = CODE.search(notice)
    if not (found or says_anything(notice) or _SUBJECT.search(f"{subject}\n{notice}")):
        return None
    code = found[1] if found else ""
    if not code or code[2:] in VAGUE:
        code = meaning(notice, code)
    message_ids = _originals(leaves, text) or headers.references(header)[:10]
    return Bounce(recipient, code, message_ids, shorten(notice.strip(), 500))


def _notice(text: str) -> str:
    """What the server says, without the mail that it sends back."""
    found = _ORIGINAL.search(text, 1) if text else None
    notice = text[: found.start()] if found else text
    return notice if notice.strip() else text[:4000]


def _address_in(words: str, writers: tuple[str, ...]) -> str:
    """The first address at a line's head, else the first at all, that is not a writer's."""
    for pattern in (_AT_START, _ADDRESS):
        for match in pattern.finditer(words):
            found = match[match.lastindex or 0].lower().strip(".'")
            if found not in writers and (not writers or not _SENDER.match(found.partition("@")[0])):
                return found
    return ""


def _raw_original(leaf: Part) -> bytes:
    return headers.split(leaf.content)[0] if leaf.type in _ORIGINAL_TYPES else b""


def _originals(leaves: Iterable[Part], text: str) -> tuple[str, ...]:
    """The Message-IDs of the mail that came back."""
    found: list[str] = []
    for leaf in leaves:
        for value in headers.fields(_raw_original(leaf)).get("message-id", ()):
            found += ids(value)
    found += [match[1].strip("<>") for match in _MESSAGE_ID.finditer(text)]
    return tuple(dict.fromkeys(found))[:10]


def _printable(leaf: Part) -> str:
    return clean(decode(leaf.content[:_LONGEST], leaf.charset))
