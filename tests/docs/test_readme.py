"""A reader who types what the README says gets what it promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kfdesk.config import load
from tests.conftest import Mailbox
from tests.operations.site import mail
from tests.support.servers import PASSWORD, Dovecot, Smtp

ROOT = Path(__file__).parents[2]
READMES = ("README.md", CHINESE := "README.zh.md")
#: Not typed here: what installs, what the suite itself is run by, and what wants a terminal.
ELSEWHERE = re.compile(r"make |pipx |python3 -m venv |~/\.local/|export PATH=|kfdesk$")


def blocks(readme: str, language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def typed(readme: str) -> list[str]:
    """The commands that can be typed here, line by line."""
    lines = "".join(blocks(readme, "sh")).splitlines()
    return [line for line in lines if line and not ELSEWHERE.match(line)]


def pointed_at(config: Path, mailbox: Mailbox, smtp: Smtp) -> None:
    """Put the test's servers in the place of those that `kfdesk init` guessed."""
    text = config.read_text(encoding="utf-8")
    for guessed, port, ca_file in (
        ("imap.example.com", mailbox.dovecot.tls_port, mailbox.dovecot.ca_file),
        ("smtp.example.com", smtp.port, smtp.ca_file),
    ):
        there = f'host = "127.0.0.1"\nport = {port}\nca_file = "{ca_file}"'
        assert f'host = "{guessed}"' in text
        text = text.replace(f'host = "{guessed}"', there)
    config.write_text(text, encoding="utf-8")


@pytest.mark.timeout(300)  # thirty programs, one after another
def test_what_the_readme_types_works(dovecot: Dovecot, tmp_path: Path) -> None:
    """In Chinese; the other types the same."""
    mailbox = Mailbox(dovecot, "support@example.com")
    if not list(dovecot.maildir(mailbox.user).glob("*/*.kfdesk*")):
        mailbox.deliver(mail(1, subject="My refund", text="Where is my refund?"))
    config = tmp_path / ".config" / "kfdesk" / "kfdesk.toml"
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }
    said: dict[str, str] = {}
    with Smtp("tls", user=mailbox.user, password=PASSWORD) as smtp:
        for line in typed(CHINESE):
            if line == "kfdesk rules check":
                before = config.read_text(encoding="utf-8")
                for readme in READMES:  # the Chinese one stays
                    config.write_text("\n".join([before, *blocks(readme, "toml")]), "utf-8")
                    assert load(config).triggers
            if line.startswith("export "):
                name, _equals, value = line.removeprefix("export ").partition("=")
                environment[name] = value
                continue
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=tmp_path,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)
            said[line.partition(" --")[0]] = done.stdout
            if line.startswith("kfdesk init"):
                pointed_at(config, mailbox, smtp)
        assert [got.recipients for got in smtp.received] == [
            ("lin@example.com",),
            ("c1@customer.example",),
        ]
    assert "My refund" in said["kfdesk list"]
    assert "退款" in said["kfdesk list tag:refund"]
    assert "My refund" in said["kfdesk why 1"]


def test_both_readmes_type_the_same() -> None:
    one, other = ([line.split("#")[0].split("'")[0] for line in typed(name)] for name in READMES)
    assert one == other
    for language in ("crontab", "ini"):
        assert blocks(READMES[0], language) == blocks(READMES[1], language)


@pytest.mark.parametrize("readme", READMES)
def test_every_link_leads_somewhere(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("https://") or (ROOT / target).is_file(), target
