"""What only a process of its own can show: imports, pipes, encodings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from kfdesk import __version__
from kfdesk.cli import console_options
from kfdesk.commands import application
from kfdesk.commands.given import Globals
from tests.desk.office import Office, raw


def kfdesk(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program."""
    command = [sys.executable, "-m", "kfdesk", *arguments]
    return subprocess.run(
        command, capture_output=True, env=os.environ | environment, check=False, timeout=60
    )


def imported(*arguments: str) -> set[str]:
    """The modules that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kfdesk", *arguments],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}


HEAVY = {"textual", "sqlmodel", "sqlalchemy", "imapclient", "alembic", "lark", "rich"}


def test_help_imports_neither_textual_nor_sqlmodel() -> None:
    assert not imported("--help") & HEAVY


def test_the_version_is_cheap() -> None:
    assert not imported("--version") & (HEAVY | {"typer"})
    assert kfdesk("--version").stdout.decode().strip() == f"kfdesk {__version__}"
    assert kfdesk("--version", "--lang", "zh").returncode == 0


def test_an_idle_sync_does_not_import_the_orm(office: Office) -> None:
    office.deliver(raw())
    for path in (office.folder / "Maildir").rglob("*"):
        os.utime(path, (1e9, 1e9))  # what has just come is looked at twice
    assert kfdesk("--config", str(office.file), "sync").returncode == 0
    office.close()
    assert not imported("--config", str(office.file), "sync") & HEAVY


def test_a_list_does_not_import_the_console(office: Office) -> None:
    assert not imported("--config", str(office.file), "list") & {"textual", "imapclient", "alembic"}


@pytest.mark.parametrize("extra", [(), ("--json",)], ids=["table", "json"])
def test_a_broken_pipe_is_no_error(office: Office, extra: tuple[str, ...]) -> None:
    office.receive(*(raw("x" * 500, Subject=f"Matter {n} " + "y" * 500) for n in range(300)))
    command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), "list", *extra]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 0


@pytest.mark.parametrize("extra", [(), ("--json",)], ids=["table", "json"])
def test_a_terminal_of_another_encoding_is_no_error(office: Office, extra: tuple[str, ...]) -> None:
    office.receive(raw(Subject="退款 Grüße"))
    arguments = ("--config", str(office.file), "list", *extra)
    done = kfdesk(*arguments, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")


def test_arguments_that_are_no_text_are_no_crash(office: Office) -> None:
    office.receive(raw())
    commands: list[list[str | bytes]] = [
        ["list", b"\xff\xfe"],
        ["note", "1", "--body", b"\xff x"],
        ["set", "1", b"tag=\xff"],
    ]
    for words in commands:
        command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), *words]
        done = subprocess.run(command, capture_output=True, check=False)
        assert b"Traceback" not in done.stderr, words


def test_watch_takes_in_what_comes_and_ends_on_a_signal(office: Office) -> None:
    command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), "sync", "--watch"]
    process = subprocess.Popen(
        [*command, "--events"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it looks, and found nothing yet
        office.deliver(raw())
        while not json.loads(process.stdout.readline())["messages"]:
            pass
        assert len(office.tickets()) == 1
    finally:
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


def test_the_console_is_opened_without_the_library_that_reads_commands() -> None:
    """Typer and pydantic come with a command: the console has no use for them."""
    code = (
        "import sys, kfdesk.tui.console; from kfdesk.commands import console\n"
        "from kfdesk.cli import console_options\n"
        "given = console_options(['--config', 'a.toml', '--as=anna', '--lang', 'zh'])\n"
        "assert (str(given.config), given.agent, given.now, given.lang) "
        "== ('a.toml', 'anna', None, 'zh'), given\n"
        "sys.exit(', '.join({'typer', 'pydantic'} & set(sys.modules)) or None)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    "words",
    ["list", "--help", "--config", "--config= list", "--linear", "--as anna list", "--json"],
)
def test_what_is_more_than_options_of_the_console_is_a_command_line(words: str) -> None:
    assert console_options(words.split()) is None


@pytest.mark.parametrize(
    "words",
    [
        *("", "--config x.toml", "--config=x.toml", "--config=a=b", "--config==a", "--config --as"),
        *("--as=anna --as bo", "--now=soon --lang zh --config a b", "--lang=zh --as=-x", "--as -x"),
        *(
            "--",
            "-h",
            "--help",
            "--version",
            "--config",
            "--config=",
            "--as=",
            "--conf x",
            "--nope",
        ),
        *("--linear", "--json", "--config a --", "--config a -- list", "--as anna list", "-c x"),
        *("--config a --version", "--config a --help", "a --config", "--lang", "--json=1"),
    ],
)
def test_options_of_the_console_are_read_as_typer_reads_them(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is said: what is read without it is what it would have read."""
    opened: list[Globals] = []
    monkeypatch.setattr(
        "kfdesk.commands.console.open_console", lambda given, **_more: opened.append(given)
    )
    monkeypatch.setattr("kfdesk.i18n.use", lambda _language: None)
    if (read := console_options(words.split())) is not None:
        with pytest.raises(SystemExit) as end:
            application.app(words.split(), prog_name="kfdesk")
        assert (end.value.code or 0, opened) == (0, [read])


def test_a_language_that_there_is_not_is_told_before_the_console_opens() -> None:
    done = kfdesk("--lang", "klingon")
    assert (done.returncode, b"klingon" in done.stderr) == (2, True)
