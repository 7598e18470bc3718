"""A letter taken apart, to be read before it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import getaddresses

from kfdesk import labels
from kfdesk.mail import address
from kfdesk.model import Outbound
from kfdesk.text import clean, clean_line

#: What every mail carries and nobody asks about.
_UNASKED = frozenset(("mime-version", "content-type", "content-transfer-encoding", "message-id"))


@dataclass(frozen=True, slots=True)
class Preview:
    """What leaves: the mail's head and text, its files, who gets it unnamed, its bytes in all."""

    head: tuple[tuple[str, str], ...]
    text: str
    files: tuple[str, ...]
    bcc: tuple[str, ...]
    size: int


def laid_open(letter: Outbound) -> Preview:
    """Take a mail apart."""
    mail = message_from_bytes(letter.raw, policy=policy.default)
    body = mail.get_body(("plain",))
    lines = [str(line) for name in ("To", "Cc") for line in mail.get_all(name, ())]
    named = {address.in_ascii(email).lower() for _name, email in getaddresses(lines)}
    files = [
        (part.get_filename() or "", len(part.get_payload(decode=True) or b""))
        for part in mail.iter_attachments()
    ]
    return Preview(
        head=tuple(
            (name, clean_line(str(value)))
            for name, value in mail.items()
            if name.lower() not in _UNASKED
        ),
        text=clean(str(body.get_content()) if body is not None else ""),
        files=tuple(f"{clean_line(name)}  {labels.size(size)}" for name, size in files),
        bcc=tuple(one for one in letter.recipients if address.in_ascii(one).lower() not in named),
        size=len(letter.raw),
    )
