"""A desk on disk, and the command line called in this process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from tests.desk.office import ACKNOWLEDGE, Office

VIEWS = """
[[view]]
name = "urgent"
query = "priority:urgent"

[[field]]
name = "order_no"
type = "text"
pattern = "^[A-Z]\\\\d{3}$"
required_on = "solved"

[[category]]
path = "售后/退款"
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON object."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk with one trigger, one view and one custom field."""
    office = Office(tmp_path, ACKNOWLEDGE + VIEWS)
    yield office
    office.close()


@pytest.fixture
def run(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run `kfdesk …` on the office's desk; `stdin` is what it reads."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str, stdin: str = "", config: str | None = None) -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        given = ["--config", config or str(office.file), *arguments]
        code = cli.run(hoist(given))
        out, err = capsys.readouterr()
        return Done(code, out, err)

    yield call
    i18n.use("en")
