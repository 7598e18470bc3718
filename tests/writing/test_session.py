"""A letter in a real terminal: killed while it is written, gone on with in an editor, and sent."""

from __future__ import annotations

import os
import sys
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.conftest import missing
from tests.desk.office import Office
from tests.support.servers import Missing, Smtp
from tests.support.terminal import Terminal

EDITOR = """#!/bin/sh
printf '%s\\n' 'Dear Jane,' '您好。' >> "$1"
clear
echo "the editor has the terminal"
sleep 1
"""


def test_a_letter_survives_kill_9_with_its_head_goes_on_in_an_editor_and_leaves(
    office: Office, smtp_server: Smtp, tmp_path: Path
) -> None:
    file = tmp_path / "terms 1.txt"
    file.write_text("terms", encoding="utf-8")
    editor = tmp_path / "editor"
    editor.write_text(EDITOR, encoding="utf-8")
    editor.chmod(0o700)
    command = [
        *(sys.executable, "-m", "kfdesk", "--config", str(office.file), "--as", "anna"),
        *("--lang", "en"),
    ]
    environment = {**os.environ, "EDITOR": str(editor), "LANG": "C.UTF-8"}
    environment = {name: environment[name] for name in ("PATH", "HOME", "EDITOR", "LANG")}
    try:
        terminal = Terminal(100, 30)
    except Missing as error:
        missing(error)
        return
    with terminal:
        terminal.start(command, environment)
        terminal.wait_for("My order", "Jane")
        terminal.keys("Enter")
        terminal.wait_for("Where is it?")
        terminal.keys("r")
        terminal.wait_for("Reply to Jane")
        terminal.type("Half a sentence，")
        terminal.keys("C-t")
        terminal.wait_for("Bcc")
        terminal.type("boss@customer.example")
        terminal.keys("Tab")
        terminal.type("li.wei")
        terminal.wait_for("Tab 李伟")
        terminal.keys("Tab")
        terminal.wait_for("li.wei@shop.example>,")
        terminal.keys("C-o")
        terminal.wait_for("Attach")
        terminal.type(str(file))
        terminal.keys("Enter")
        terminal.wait_for("▫ 1 terms 1.txt", "draft kept")
        time.sleep(1)  # the last moment may be lost, and nothing before it
        terminal.kill()
        terminal.restart(command)
        terminal.wait_for("My order", "Jane")
        terminal.keys("Enter")
        terminal.wait_for("Where is it?")
        terminal.keys("r")
        terminal.wait_for("Half a sentence，", "boss@customer.example", "▫ 1 terms 1.txt", "李伟")
        terminal.keys("C-e")
        terminal.wait_for("the editor has the terminal")
        terminal.wait_for("Reply to Jane", "Dear Jane,", "您好。")
        terminal.keys("C-s")
        terminal.wait_for("Send to Jane · Cc", "boss@customer.example")
        terminal.keys("y")
        terminal.wait_for("reply ✓")
        terminal.keys("q", "q")
    (got,) = smtp_server.received
    assert set(got.recipients) == {
        "jane@customer.example", "boss@customer.example", "li.wei@shop.example",
    }  # fmt: skip
    assert b"li.wei" not in got.raw
    mail = message_from_bytes(got.raw, EmailMessage, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert (
        body.get_content()
        .replace("\r\n", "\n")
        .startswith("Half a sentence，\nDear Jane,\n您好。\n")
    )
    assert [part.get_filename() for part in mail.iter_attachments()] == ["terms 1.txt"]
