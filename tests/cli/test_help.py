"""What `kfdesk --help` lists."""

from __future__ import annotations

from collections import Counter

from typer.main import get_command
from typer.testing import CliRunner

from kfdesk.cli import app
from kfdesk.commands.contents import SECTIONS


def test_every_command_stands_in_one_section_of_the_help() -> None:
    listed = Counter(name for names in SECTIONS.values() for name in names.split())
    assert listed == Counter(dict.fromkeys(get_command(app).commands, 1))  # type: ignore[attr-defined]


def test_the_help_says_what_each_command_does_without_cutting_it() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"}).stdout
    assert "..." not in said.partition("Options:")[2]
    assert "\x1b" not in said
    assert all(f"\n{title}:\n" in said for title in SECTIONS)
