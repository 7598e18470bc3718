"""A shop's mailbox, generated: the same bytes for the same seed, 27 KB a mail on average.

`python -m benchmarks.mails FOLDER COUNT [SEED]` writes a Maildir.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import islice
from pathlib import Path

from benchmarks import mime
from benchmarks.words import LANGUAGES, WEIGHTS, Language

START = datetime(2026, 11, 1, tzinfo=UTC)
SUPPORT = "support@example.com"
_DOMAINS = ("qq.example", "163.example", "gmail.example", "outlook.example", "foxmail.example")


@dataclass(slots=True)
class Conversation:
    """A customer and what was said so far."""

    language: Language
    charset: mime.Charset
    name: str
    address: str
    subject: str
    references: list[str] = field(default_factory=list)
    last: str = ""


def mails(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` mails in the order they arrived; the first n do not depend on `count`."""
    return islice(_mailbox(seed), count)


def _mailbox(seed: int) -> Iterator[bytes]:
    rng = random.Random(seed)
    attachments = mime.Attachments(seed)
    going: list[Conversation] = []
    number = 0
    while True:
        number += 1
        at = START + timedelta(seconds=number * 17 + rng.randrange(17))
        if rng.random() < 0.1:
            yield _robot(number, at, going, rng)
            continue
        if not going or rng.random() < 1 / 3:
            going.append(_conversation(rng))
            if len(going) > 400:
                going.pop(0)
            chosen = going[-1]
        else:
            chosen = rng.choice(going)
        yield _customer(number, at, chosen, attachments, rng)


def _conversation(rng: random.Random) -> Conversation:
    language = rng.choices(LANGUAGES, WEIGHTS)[0]
    name = language.name(rng)
    address = f"user{rng.randrange(10_000_000):07d}@{rng.choice(_DOMAINS)}"
    charset = rng.choice(mime.CHARSETS[language.code])
    return Conversation(language, charset, name, address, language.subject(rng))


def _customer(
    number: int,
    at: datetime,
    conversation: Conversation,
    attachments: mime.Attachments,
    rng: random.Random,
) -> bytes:
    """A customer's first mail, or their answer to what the shop wrote in between."""
    language, charset = conversation.language, conversation.charset
    first = not conversation.references
    style = 0 if rng.random() < 0.06 else rng.randint(1, 3)
    message_id = f"{number:08x}.{rng.getrandbits(48):012x}@{conversation.address.partition('@')[2]}"
    subject = conversation.subject
    if not first:
        subject = ("回复: " if language.code == "zh" and rng.random() < 0.6 else "Re: ") + subject

    paragraphs = language.paragraphs(rng, int(rng.lognormvariate(6.1, 0.9)) + 40)
    paragraphs.insert(0, rng.choice(language.greetings))
    paragraphs.append(f"{rng.choice(language.closings)}\n{conversation.name}")
    if charset is mime.GB2312_MISLABELLED:
        paragraphs[-1] += rng.choice(mime.RARE)
    quoted = "" if first else conversation.last
    line = language.fill(language.quote, rng)

    lines = [
        b"Received: from mx%d.example (mx%d.example [192.0.2.%d]) by mail.example.com; %s"
        % (number % 9, number % 9, number % 250, format_datetime(at).encode()),
        b"From: %s <%s>"
        % (mime.header(conversation.name, charset, style), conversation.address.encode()),
        b"To: %s <%s>" % (mime.header("客服中心", mime.UTF8, 2), SUPPORT.encode()),
        b"Subject: " + mime.header(subject, charset, style),
        b"Date: " + format_datetime(at).encode(),
        b"MIME-Version: 1.0",
        b"X-Mailer: " + rng.choice((b"Foxmail 7.2", b"QQMail 2.x", b"Microsoft Outlook 16.0")),
    ]
    if rng.random() > 0.02:
        lines.append(f"Message-ID: <{message_id}>".encode())
    if not first:
        answer = f"kf.{number:x}.{rng.getrandbits(32):08x}@desk.example.com"
        parent = answer if rng.random() < 0.8 else conversation.references[-1]
        chain = [*conversation.references[-8:], answer]
        lines.append(f"In-Reply-To: <{parent}>".encode())
        lines.append(("References: " + "\r\n ".join(f"<{known}>" for known in chain)).encode())
    conversation.references.append(message_id)

    body = _body(paragraphs, quoted, line, language, charset, rng)
    if rng.random() < 0.1:
        body = mime.multipart("mixed", [body, attachments.part(rng)], rng)
    conversation.last = paragraphs[1]
    return b"\r\n".join(lines) + b"\r\n" + body


def _body(
    paragraphs: list[str],
    quoted: str,
    line: str,
    language: Language,
    charset: mime.Charset,
    rng: random.Random,
) -> bytes:
    """The text as plain, as HTML, or as both."""
    plain = "\n\n".join(paragraphs) + "\n"
    if quoted:
        plain += f"\n{line}\n> " + quoted.replace("\n", "\n> ") + "\n"
    kind = rng.random()
    if kind < 0.4:
        return mime.text_part(plain, "plain", charset, rng)
    if language.code == "zh" and kind < 0.7:
        html = mime.qq(paragraphs, quoted)
    elif kind < 0.85:
        html = mime.outlook(paragraphs, quoted, charset)
    else:
        html = mime.gmail(paragraphs, quoted, line)
    part = mime.text_part(html, "html", charset, rng)
    if rng.random() < 0.3:
        return part
    return mime.multipart("alternative", [mime.text_part(plain, "plain", charset, rng), part], rng)


def _robot(number: int, at: datetime, going: list[Conversation], rng: random.Random) -> bytes:
    """A newsletter, an absence notice, or a delivery report."""
    language = rng.choices(LANGUAGES, WEIGHTS)[0]
    message_id = f"{number:08x}.{rng.getrandbits(48):012x}@robots.example"
    kind = rng.random()
    about = rng.choice(going).references[-1] if going else message_id
    lines = [
        f"To: <{SUPPORT}>".encode(),
        b"Date: " + format_datetime(at).encode(),
        f"Message-ID: <{message_id}>".encode(),
        b"MIME-Version: 1.0",
    ]
    if kind < 0.5:
        lines += [
            b"From: News <news@news.example>",
            b"List-Id: <weekly.news.example>",
            b"List-Unsubscribe: <https://news.example/u/%d>" % number,
            b"Precedence: bulk",
            b"Subject: " + mime.header(language.subject(rng), mime.UTF8, 2),
        ]
        body = mime.text_part(mime.newsletter(language, rng), "html", mime.UTF8, rng)
    elif kind < 0.75:
        lines += [
            f"From: <user{rng.randrange(10_000_000):07d}@gmail.example>".encode(),
            b"Auto-Submitted: auto-replied",
            f"In-Reply-To: <{about}>".encode(),
            b"Subject: Out of office",
        ]
        away = "\n".join(language.paragraphs(rng, 80))
        body = mime.text_part(away, "plain", mime.UTF8, rng)
    else:
        status = rng.choice(("5.1.1", "5.2.2", "4.4.1"))
        lines += [
            b"From: Mail Delivery System <MAILER-DAEMON@mx.example>",
            b"Auto-Submitted: auto-replied",
            b"Subject: Undelivered Mail Returned to Sender",
        ]
        report = (
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
            b"Final-Recipient: rfc822; gone%d@gmail.example\r\nAction: failed\r\nStatus: %s\r\n"
        ) % (number, status.encode())
        original = (
            f"Content-Type: message/rfc822\r\n\r\nMessage-ID: <{about}>\r\n"
            f"From: {SUPPORT}\r\nSubject: Re: {number}\r\n\r\n.\r\n"
        ).encode()
        told = mime.text_part("The mail could not be delivered.\n", "plain", mime.ASCII, rng)
        body = mime.multipart("report; report-type=delivery-status", [told, report, original], rng)
    return b"\r\n".join(lines) + b"\r\n" + body


def deliver(folder: Path, raw: bytes, name: str) -> None:
    """Put one mail into a Maildir, its sizes in its name as Dovecot's own delivery does."""
    waiting = folder / "tmp" / name
    waiting.write_bytes(raw)
    waiting.rename(folder / "new" / f"{name},S={len(raw)},W={len(raw)}")


def write_maildir(folder: Path, count: int, seed: int = 1) -> int:
    """Write `count` mails into a Maildir and return their bytes."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    total = 0
    for number, raw in enumerate(mails(count, seed)):
        deliver(folder, raw, f"{1_790_000_000 + number}.M{number}P1.generated")
        total += len(raw)
    return total


def main() -> None:
    """Write a Maildir and say how large it became."""
    folder, count, *seed = sys.argv[1:]
    total = write_maildir(Path(folder), int(count), int(seed[0]) if seed else 1)
    print(f"{count} mails, {total / 1e6:.0f} MB, {total / int(count) / 1000:.1f} KB a mail")


if __name__ == "__main__":
    main()
