"""Fixtures: a desk with a knowledge base, and the command line on it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from kfdesk.desk.tickets.opening import new
from kfdesk.model import Address
from tests.desk.office import Office

KB = """
[kb]
path = "kb"
url = "https://help.shop.example"
"""
ASKING = """\
helped = "Did “{{article.title}}” help? Yes: {{article.helped}} No: {{article.not_helped}}"
"""
RETURNS = """---
title: 如何退货退款
category: 售后/退款
language: zh
audience: public
keywords: [退货, 换货]
---
收到货后七天内可以无理由退货，退款会在三个工作日内到账。
请把商品寄回仓库。
"""
RETURNS_EN = """---
title: How to return a parcel
category: 售后/退款
audience: public
---
Send it back within thirty days; the money arrives three days later.
"""
LIMITS = """---
title: Refund limits
---
Ask the team lead before you refund more than five hundred.
"""
OpenOffice = Callable[..., "Library"]


class Library(Office):
    """A desk with articles in its folder."""

    def article(self, name: str, text: str | bytes) -> Path:
        """Write an article."""
        file = self.folder / "kb" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def ask(self, subject: str, body: str, sender: str = "Jane <jane@x.example>") -> int:
        """Open a ticket by hand; return its number."""
        name, _open, email = sender.rpartition("<")
        return new(self.desk, Address(name.strip(), email.rstrip(">")), subject, body).number

    def links(self, row: int = -1) -> list[str]:
        """The subjects of the one-click answers in a mail that leaves."""
        mail = message_from_bytes(self.letter(self.outbox()[row]).raw)
        part = mail.get_payload(0) if mail.is_multipart() else mail
        text = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        return [unquote(found) for found in re.findall(r"mailto:\S+?subject=(\S+)", text)]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenOffice]:
    """Open a desk; each call gives another one, with what rules it is given."""
    made: list[Library] = []
    number = count(1)

    def make(rules: str = "", *, asking: bool = False, articles: bool = True) -> Library:
        folder = tmp_path / f"desk{next(number)}"
        (folder / "kb" / "shipping").mkdir(parents=True)
        if articles:
            (folder / "kb" / "shipping" / "returns.md").write_text(RETURNS, encoding="utf-8")
            (folder / "kb" / "shipping" / "returns.en.md").write_text(RETURNS_EN)
            (folder / "kb" / "limits.md").write_text(LIMITS)
        made.append(Library(folder, KB + (ASKING if asking else "") + rules))
        return made[-1]

    yield make
    for office in made:
        office.close()


@pytest.fixture
def library(opened: OpenOffice) -> Library:
    """A desk with three articles, one of them in two languages."""
    return opened()


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Its JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def run(
    library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run `kfdesk …` on the library's desk, as anna."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str) -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        code = cli.run(hoist(["--config", str(library.file), "--as", "anna", *arguments]))
        out, err = capsys.readouterr()
        return Done(code, out, err)

    yield call
    i18n.use("en")
