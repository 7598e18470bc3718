"""What `kfdesk --help` lists."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

from typer.main import get_command
from typer.testing import CliRunner

from kfdesk import commands
from kfdesk.commands.application import app
from kfdesk.commands.contents import SECTIONS, name_of


def test_every_command_stands_in_one_section_of_the_help() -> None:
    listed = Counter(name for names in SECTIONS.values() for name in names.split())
    assert listed == Counter(dict.fromkeys(get_command(app).commands, 1))  # type: ignore[attr-defined]


def test_every_command_that_a_module_has_is_among_them() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    for found in iter_modules(commands.__path__):
        there = getattr(import_module(f"kfdesk.commands.{found.name}"), "app", None)
        if there is None or there.info.help:  # none, or a group
            continue
        for one in there.registered_commands:
            assert known[name_of(one)].callback.__name__ == one.callback.__name__


def test_a_command_reads_no_others() -> None:
    code = (
        "import sys; from kfdesk.cli import run; run(['sync', '--help'])\n"
        "print([name for name in sys.modules if name.startswith('kfdesk.commands.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "kfdesk.commands.sync" in done.stdout
    assert "kfdesk.commands.writing" not in done.stdout


def test_the_help_says_what_each_command_does_without_cutting_it() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"}).stdout
    assert "..." not in said.partition("Options:")[2]
    assert "\x1b" not in said
    assert all(f"\n{title}:\n" in said for title in SECTIONS)
