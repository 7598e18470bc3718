"""A day's work in a real terminal: mail comes in, is routed, is answered, and has left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Mailbox, missing
from tests.support.servers import PASSWORD, Missing, Smtp
from tests.support.terminal import Terminal

CONFIGURATION = """
[desk]
name = "{desk}"
timezone = "Asia/Shanghai"
language = "{language}"
number_prefix = "KF"

[ui]
undo_send = "1s"

[[team]]
name = "refunds"
title = "{team}"

[[agent]]
name = "li.wei"
title = "李伟"
teams = ["refunds"]
[[agent]]
name = "wang.fang"
title = "王芳"

[[channel]]
name = "support"
type = "imap"
address = "support@example.com"
smtp = {{ host = "127.0.0.1", port = {smtp}, tls = "none" }}

[channel.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = "{password}"

[[template]]
name = "ack"
text = "我们已收到您的退款申请（编号 {{{{ticket.number}}}}）。"

[[trigger]]
name = "退款"
on = ["created"]
when = "退款"
do = [{{ assign = "team:refunds" }}, {{ tag = ["退款"] }}, {{ reply = "ack" }}]
"""

SUBJECT = "申请退款：订单 A1024"


@dataclass(frozen=True, slots=True)
class Words:
    """What the console says in a language, and the size it is tried at."""

    language: str
    columns: int
    lines: int
    team: str
    empty: str
    replying: str
    ask: str
    sent: str
    kept: str


CHINESE = Words(
    "zh", 80, 24, "退款组", "没有工单", "回复 陈静", "发送给 陈静", "回复 ✓", "草稿已保存"
)
ENGLISH = Words(
    "en", 120, 40, "Refunds", "No ticket", "Reply to 陈静", "Send to 陈静", "reply ✓", "draft kept"
)


@dataclass(frozen=True, slots=True)
class Office:
    """A configuration whose mailbox and mail server are real, and a terminal to open it in."""

    words: Words
    config: Path
    mailbox: Mailbox
    smtp: Smtp
    terminal: Terminal

    @property
    def console(self) -> list[str]:
        """The command that opens the console for Li Wei."""
        return self.command("--as", "li.wei")

    def command(self, *arguments: str) -> list[str]:
        """A command line of kfdesk on this configuration."""
        return [sys.executable, "-m", "kfdesk", "--config", str(self.config), *arguments]

    def run(self, *arguments: str) -> str:
        """Run a command, as somebody in another terminal does."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """Run a command; return its one JSON object."""
        return json.loads(self.run(*arguments, "--json"))

    def answers(self) -> list[EmailMessage]:
        """The mails that the SMTP server has."""
        parsed = [message_from_bytes(got.raw, policy=policy.default) for got in self.smtp.received]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]


Opened = Callable[[Words], Office]


@pytest.fixture
def opened(tmp_path: Path, mailbox: Mailbox, smtp_server: Smtp) -> Iterator[Opened]:
    """Open the console in a terminal, in a language."""
    terminals: list[Terminal] = []

    def open_(words: Words) -> Office:
        try:
            terminal = Terminal(words.columns, words.lines)
        except Missing as reason:
            missing(reason)
            raise
        terminals.append(terminal)
        config = tmp_path / "kfdesk.toml"
        config.write_text(
            CONFIGURATION.format(
                desk="微鲸客服" if words.language == "zh" else "Whale",
                language=words.language,
                team=words.team,
                imap=mailbox.dovecot.plain_port,
                user=mailbox.user,
                password=PASSWORD,
                smtp=smtp_server.port,
            ),
            encoding="utf-8",
        )
        config.chmod(0o600)
        office = Office(words, config, mailbox, smtp_server, terminal)
        terminal.start(office.console, {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"})
        terminal.wait_for(words.empty)
        return office

    yield open_
    for terminal in terminals:
        terminal.__exit__(None, None, None)


def request(
    text: str = "您好，耳机左边没有声音，我想退款。\n谢谢！\n",
    id: str = "first@customer.example",
    answers: str = "",
) -> bytes:
    """A customer asks for her money back, or answers."""
    mail = EmailMessage()
    mail["From"] = "陈静 <chen.jing@customer.example>"
    mail["To"] = "support@example.com"
    mail["Subject"] = f"Re: {SUBJECT}" if answers else SUBJECT
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{id}>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(text)
    return mail.as_bytes(policy=policy.SMTP)


def until(fits: Callable[[], bool], what: str, patience: float = 30) -> None:
    """Return as soon as something is true."""
    end = time.monotonic() + patience
    while not fits():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["zh-80x24", "en-120x40"])
def test_a_mail_comes_in_is_routed_and_answered_from_the_keyboard(
    opened: Opened, words: Words
) -> None:
    office = opened(words)
    terminal = office.terminal
    office.mailbox.deliver(request())
    terminal.wait_for("申请退款")
    terminal.keys("Enter")
    terminal.wait_for("耳机左边没有声音", words.team, "#退款")

    terminal.keys("r")
    terminal.wait_for(words.replying)
    terminal.type("陈女士您好，")
    terminal.keys("Enter")
    terminal.type("退款 ¥299.00 已原路退回。")
    terminal.wait_for("已原路退回。")
    terminal.keys("C-s")
    terminal.wait_for(words.ask)
    terminal.keys("y")
    until(lambda: len(office.smtp.received) == 2, "acknowledgement and reply have left")
    terminal.wait_for(words.sent)

    acknowledged, reply = office.answers()
    assert acknowledged["Auto-Submitted"] == "auto-replied"
    assert reply["Auto-Submitted"] is None
    assert reply["To"].addresses[0].addr_spec == "chen.jing@customer.example"
    assert reply["From"].addresses[0].addr_spec == "support@example.com"
    assert reply["In-Reply-To"] == "<first@customer.example>"
    assert reply["Subject"].startswith("Re: ")
    assert "[KF-1-" in reply["Subject"]
    assert SUBJECT in reply["Subject"]
    body = reply.get_body(("plain",))
    assert body is not None
    assert "陈女士您好，\n退款 ¥299.00 已原路退回。" in body.get_content().replace("\r\n", "\n")

    office.mailbox.deliver(
        request("收到了，多谢！", "second@customer.example", reply["Message-ID"])
    )
    terminal.wait_for("收到了，多谢！")

    found = office.json("show", "1")
    assert (found["team"], found["tags"]) == ("refunds", ["退款"])
    assert [m["direction"] for m in found["messages"]] == ["in", "out", "out", "in"]
    assert [m["delivery"] for m in found["messages"]] == [None, "sent", "sent", None]
    (fired,) = [rule for rule in rules(office.json("why", "1")) if rule["outcome"] == "fired"]
    assert (fired["rule"], fired["changes"]["team"]) == ("退款", ["", "refunds"])
    assert office.words.team in office.run("why", "1")
    terminal.keys("C-q")


def rules(why: Any) -> list[Any]:
    """Every rule's part in a ticket's first event."""
    return [rule for one in why["events"][0]["passes"] for rule in one]


def test_a_reply_that_was_being_typed_is_there_after_kill_9(opened: Opened) -> None:
    office = opened(CHINESE)
    terminal = office.terminal
    office.mailbox.deliver(request())
    terminal.wait_for("申请退款")
    terminal.keys("Enter")
    terminal.wait_for("耳机左边没有声音")
    terminal.keys("r")
    terminal.wait_for(CHINESE.replying)
    terminal.type("陈女士您好，正在为您核对")
    terminal.wait_for("正在为您核对", CHINESE.kept)
    os.kill(terminal.pid(), signal.SIGKILL)
    terminal.restart(office.console)
    terminal.wait_for("申请退款")  # the first picture; a key that is pressed now is not lost
    terminal.keys("Enter")
    terminal.wait_for("耳机左边没有声音")
    terminal.keys("r")
    terminal.wait_for(CHINESE.replying, "陈女士您好，正在为您核对")
    terminal.type("订单。")
    terminal.wait_for("正在为您核对订单。")
    assert office.answers()[1:] == [], "nothing but the acknowledgement has left"
    terminal.keys("C-q")
