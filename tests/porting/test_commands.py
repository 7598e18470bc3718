"""`kfdesk import` and `kfdesk export` as a person and a program use them; killed, and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.porting import counts, generate
from kfdesk import cli
from kfdesk.__main__ import hoist
from tests.porting.conftest import Port, Write, ticket

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(port: Port, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `kfdesk …` on the desk."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(hoist(["--config", str(port.file), *arguments]))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_what_came_is_told_to_a_person_and_to_a_program(run: Run, write: Write) -> None:
    folder = write("tickets.json", {"tickets": [ticket(1), ticket(2, title="")]})
    code, out, _err = run("import", "kf5", str(folder))
    assert code == 0
    assert "tickets 2" in out
    code, out, _err = run("--json", "import", "kf5", str(folder))
    found = json.loads(out)
    assert (found["source"], found["tickets"], found["known"]) == ("kf5", 0, 2)


def test_a_row_left_out_is_in_the_report_and_the_exit_code(
    run: Run,
    write: Write,
    tmp_path: Path,
) -> None:
    folder = write("tickets.jsonl", json.dumps(ticket(1)) + "\n{broken\n")
    report = tmp_path / "report.jsonl"
    code, out, _err = run("import", "kf5", str(folder), "--report", str(report))
    assert code == 3
    assert "tickets.jsonl:2" in out
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    (left,) = [line for line in lines if line["fate"] == "left out"]
    assert (left["line"], Path(left["file"]).name) == (2, "tickets.jsonl")
    assert left["reason"]


def test_progress_is_told_as_json_lines(run: Run, write: Write) -> None:
    folder = write("tickets.json", {"tickets": [ticket(1)]})
    _code, out, _err = run("import", "kf5", str(folder), "--events")
    events = [json.loads(line) for line in out.splitlines()]
    assert {"event": "progress", "what": "tickets", "done": 1, "of": 1} in events
    assert events[-1]["event"] == "done"


def test_a_desk_goes_out_and_a_file_is_not_overwritten(run: Run, port: Port) -> None:
    file = port.folder / "desk.jsonl"
    code, out, _err = run("export", "jsonl", str(file))
    assert code == 0
    assert "signing key" in out
    code, _out, err = run("export", "jsonl", str(file))
    assert code == 2
    assert "--force" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "kf6", "x"), "kf5"),
        (("import", "kf5", "nowhere"), "nowhere"),
        (("import", "jsonl", "nowhere"), "nowhere"),
        (("export", "xml", "x"), "unknown format"),
        (("export", "jsonl", "x", "--query", "is:open"), "whole desk"),
        (("export", "mbox", "x", "--bom"), "csv"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    code, _out, err = run(*arguments)
    assert code == 2
    assert told in err


def test_killed_half_way_and_run_again_nothing_is_doubled_or_missing(
    port: Port, tmp_path: Path
) -> None:
    # No order number fits the field here: each ticket has a note of it.
    said = generate(tmp_path / "export", 900, seed=3)
    command = [
        sys.executable, "-m", "kfdesk", "--config", str(port.file),
        "import", "kf5", str(tmp_path / "export"), "--events",
    ]  # fmt: skip
    for until in ("people", "tickets"):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("what") == until:
                os.kill(process.pid, signal.SIGKILL)
                break
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    assert counts(port.folder / "desk.db")["ticket"] > 0
    assert subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0
    found = counts(port.folder / "desk.db")
    assert (found["ticket"], found["message"], found["search"]) == (900, said + 900, said + 900)
    assert found["event"] == 900
