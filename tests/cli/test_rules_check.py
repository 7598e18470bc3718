"""`kfdesk rules check` for people and for programs."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

WRONG = """\
[[trigger]]
name = "never"
when = "status:open status:closed"
do = [{ tag = "x" }]
[[trigger]]
name = "unguarded"
do = [{ reply = "ack" }]
[[template]]
name = "ack"
text = "Hello"
[[template]]
name = "old"
text = "Hello"
"""


def written(folder: Path, text: str) -> str:
    """A configuration of its own."""
    file = folder / "other.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_findings_stand_under_how_bad_they_are_with_place_and_remedy(
    run: Run, tmp_path: Path
) -> None:
    file = written(tmp_path, WRONG)
    done = run("--config", file, "rules", "check")
    assert done.code == 2
    lines = done.out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == ["Errors", "Warnings", "Hints"]
    assert lines[1] == f"  {file}:3: trigger “never”.when"
    assert lines[2].startswith("    it can never be true")
    assert lines[3].startswith("    → ")


def test_a_program_gets_a_finding_a_line(run: Run, tmp_path: Path) -> None:
    done = run("--json", "--config", written(tmp_path, WRONG), "rules", "check")
    assert done.code == 2
    assert [(one["severity"], one["line"], one["rule"]) for one in done.lines] == [
        ("error", 3, "never"),
        ("warning", 5, "unguarded"),
        ("hint", 11, "old"),
    ]
    assert all(one["remedy"] and one["message"] and one["file"] for one in done.lines)


def test_warnings_and_hints_alone_end_well(run: Run, tmp_path: Path) -> None:
    text = WRONG.replace("status:closed", "tag:y")
    assert run("--config", written(tmp_path, text), "rules", "check").code == 0


def test_sound_rules_are_fine(run: Run, tmp_path: Path) -> None:
    done = run("--config", written(tmp_path, ""), "rules", "check")
    assert (done.code, done.out) == (0, "the rules are fine\n")
