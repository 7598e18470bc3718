"""The demo: a throw-away desk, a day of mail, some of it answered; nothing leaves the machine."""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets.change import change
from kfdesk.i18n import Language
from kfdesk.model import Actor, By, Change, Status
from kfdesk.store import messages

#: Where mails of the demo come from, for their Message-IDs.
_HOST = "demo.example"
_CJK = re.compile("[\u4e00-\u9fff]")

Entry = Mapping[str, Any]


def make(folder: Path, language: Language, now: datetime | None = None) -> Path:
    """Make a desk in `folder`, play its day up to `now`, and return its configuration.

    What the agents did is in the desk; what came after that waits in the Maildir for a sync.
    """
    until = now or datetime.now(UTC)
    with as_file(files("kfdesk") / "data" / "demo") as source:
        config = folder / "kfdesk.toml"
        shutil.copy(source / f"kfdesk.{language}.toml", config)
        config.chmod(0o600)  # as `kfdesk init` writes it: nothing to warn of
        shutil.copy(source / f"rules.{language}.toml", folder / "rules.toml")
        shutil.copytree(source / "kb", folder / "kb")
        day = tomllib.loads((source / "mails.toml").read_text(encoding="utf-8"))
        _play(config, source / "files", day["mail"], day["act"], until)
    return config


def _play(
    config: Path, attachments: Path, mails: list[Entry], acts: list[Entry], until: datetime
) -> None:
    """Deliver the mails in their order, and let the agents do in between what they did."""
    settings = load(config)
    maildir = config.parent / "Maildir"
    for part in ("tmp", "new", "cur"):
        (maildir / part).mkdir(parents=True)
    moment = until - timedelta(minutes=mails[0]["ago"])

    def clock() -> datetime:
        return moment

    desk = Desk.open(settings, clock)
    subjects = {mail["key"]: mail["subject"] for mail in mails if "subject" in mail}
    waiting = list(mails)
    for act in [*acts, None]:
        while waiting and (act is None or waiting[0]["ago"] > act["ago"]):
            mail = waiting.pop(0)
            at = until - timedelta(minutes=mail["ago"])
            raw = bytes(_compose(mail, at, subjects, attachments))
            if "nested" in mail:
                raw = _nested(raw, mail["nested"])
            _deliver(maildir, raw, mail["key"], at)
        if act is not None:
            moment = until - timedelta(minutes=act["ago"])
            sync(settings, clock=clock)
            _act(desk, act)
    desk.close()


def _act(desk: Desk, act: Entry) -> None:
    """Let an agent do one thing to the ticket of a mail."""
    with desk.store.read() as tx:
        (known,) = messages.by_message_ids(tx, [f"{act['on']}@{_HOST}"])[f"{act['on']}@{_HOST}"]
    number, actor = known.ticket_id, Actor(By.AGENT, act["by"])
    assign(desk, number, f"agent:{act.get('assign', act['by'])}", actor)
    if "note" in act:
        note(desk, number, act["note"].strip(), actor)
    if "reply" in act:
        reply(desk, number, act["reply"].strip(), actor)
    if "status" in act:
        change(desk, number, Change(status=Status(act["status"])), actor)


def _compose(
    mail: Entry, at: datetime, subjects: Mapping[str, str], attachments: Path
) -> EmailMessage:
    """The mail as its sender's program would have written it."""
    message = EmailMessage()
    message["From"] = mail["from"]
    message["To"] = "support@littlewhale.example"
    if "cc" in mail:
        message["Cc"] = mail["cc"]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail['key']}@{_HOST}>"
    if "re" in mail:
        message["In-Reply-To"] = message["References"] = f"<{mail['re']}@{_HOST}>"
    message["Subject"] = mail.get("subject") or f"Re: {subjects[mail['re']]}"
    for name, value in mail.get("headers", {}).items():
        message[name] = value
    if "html" in mail:
        message.set_content(mail["html"].strip(), subtype="html")
    else:
        message.set_content(mail["text"].strip() + _quoted(mail, at) + "\n")
    if "bounce" in mail:
        _report(message, mail["bounce"])
    for name in mail.get("files", ()):
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        message.add_attachment(
            (attachments / name).read_bytes(), maintype=main, subtype=sub, filename=name
        )
    return message


def _nested(raw: bytes, depth: int) -> bytes:
    """The mail inside so many others: a known trick to bring a mail program down."""
    head, _blank, body = raw.partition(b"\n\n")
    lines = [line for line in head.splitlines() if not line.lower().startswith(b"content-")]
    for level in range(depth):
        lines += [b'Content-Type: multipart/mixed; boundary="%d"' % level, b"", b"--%d" % level]
    return b"\n".join([*lines, b"Content-Type: text/plain; charset=utf-8", b"", body])


def _quoted(mail: Entry, at: datetime) -> str:
    """What the sender's program quotes under the text."""
    if "quote" not in mail:
        return ""
    if _CJK.search(mail["text"]):
        line = f"在 {at:%Y-%m-%d %H:%M}，小鲸商城 <support@littlewhale.example> 写道："
    else:
        line = f"On {at:%d %b %Y, %H:%M}, Little Whale <support@littlewhale.example> wrote:"
    return f"\n\n{line}\n> {mail['quote']}"


def _report(message: EmailMessage, bounce: Entry) -> None:
    """Make a delivery report (RFC 3464) of a mail that says in words that it is one."""
    message.make_mixed()
    message.set_type("multipart/report")
    message.set_param("report-type", "delivery-status")
    server, recipient, status = EmailMessage(), EmailMessage(), EmailMessage()
    server["Reporting-MTA"] = "dns; mx.post.example"
    recipient["Final-Recipient"] = f"rfc822; {bounce['recipient']}"
    recipient["Action"] = "failed"
    recipient["Status"] = bounce["status"]
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([server, recipient])
    message.attach(status)


def _deliver(maildir: Path, raw: bytes, key: str, at: datetime) -> None:
    """Put a mail into the Maildir as if it had come at that time."""
    stamp = int(at.timestamp())
    file = maildir / "new" / f"{stamp}.{key}.demo"
    file.write_bytes(raw)
    os.utime(file, (stamp, stamp))
