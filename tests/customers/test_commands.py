"""The commands about customers, as a person and a program use them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kfdesk import cli, i18n
from kfdesk.__main__ import hoist
from tests.desk.office import Office, raw

#: Runs a command: its exit code, what it printed, what it complained of.
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    two: Office, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run `kfdesk …` on the desk."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        given = ["--config", str(two.file), "--as", "anna", "--lang", "en", *arguments]
        code = cli.run(hoist(given))
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    yield call
    i18n.use("en")


def told(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """What a command says to a program."""
    code, out, err = run("--json", "customers", *arguments)
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def two(office: Office) -> Office:
    """王芳 at work and, likely, at home."""
    office.receive(
        raw("Hi.\r\n", "王芳 <fang@work.example>"),
        raw("Hi.\r\n-- \r\nfang@work.example\r\n", "WF <wf@qq.com>"),
    )
    return office


def test_customers_are_listed_set_grouped_merged_and_taken_apart(run: Run) -> None:
    """Each answers with what became of the customer."""
    assert [one["id"] for one in told(run, "list")] == [2, 1]
    assert [one["name"] for one in told(run, "list", "fang")] == ["王芳"]
    (found,) = told(run, "set", "fang@work.example", "level=gold", "phone=13800138000")
    assert found["fields"] == {"level": "gold"}
    (found,) = told(run, "group", "1", "+VIP")
    assert found["groups"] == [{"name": "VIP", "by_hand": True}]
    (found,) = told(run, "group", "1", "-VIP")
    assert found["groups"] == []
    (found,) = told(run, "add-identity", "1", "wechat.openid:oA", "--verified")
    assert {"scheme": "wechat.openid", "value": "oA", "verified": True} in found["identities"]
    (found,) = told(run, "remove-identity", "1", "wechat.openid:oA")
    assert len(found["identities"]) == 2
    (found,) = told(run, "suggestions", "1")
    assert (found["other"]["id"], found["evidence"][0]["kind"]) == (2, "signed")
    (found,) = told(run, "merge", "2", "1", "--dry-run")
    assert found["evidence"][0]["shared"] == "fang@work.example"
    (found,) = told(run, "merge", "wf@qq.com", "1")
    assert (found["customer"], found["into"], found["tickets"]) == (2, 1, [2])
    (found,) = told(run, "show", "2")
    assert (found["id"], found["figures"]["tickets"]) == (1, 2)
    (found,) = told(run, "unmerge", "2")
    assert found["tickets"] == [2]


def test_organisations_are_listed_added_changed_and_removed(run: Run) -> None:
    """A domain that is everybody's is refused."""
    (found,) = told(run, "organisations", "add", "Work Ltd", "--domain", "work.example")
    assert (found["domains"], found["customers"]) == (["work.example"], 1)
    (found,) = told(run, "organisations", "set", "work ltd", "--rename", "W")
    assert found["name"] == "W"
    assert [one["name"] for one in told(run, "organisations")] == ["W"]
    code, out, err = run("customers", "organisations", "add", "Q", "--domain", "qq.com")
    assert (code, out) == (2, "")
    assert "everybody" in err
    told(run, "organisations", "remove", "W")
    assert told(run, "organisations") == []


def test_erasing_wants_a_yes(run: Run) -> None:
    """Without one it says what it would mean, and does nothing."""
    code, _out, err = run("customers", "erase", "2")
    assert code == 2
    assert "nobody can take that back" in err
    assert told(run, "show", "2")[0]["erased_at"] is None
    (found,) = told(run, "erase", "2", "--yes")
    assert (found["customer"], found["messages"], found["tickets"]) == (2, 1, [2])
    assert told(run, "show", "2")[0]["erased_at"] is not None


def test_one_persons_data_is_written_to_a_file_or_to_standard_output(
    run: Run, tmp_path: Path
) -> None:
    """JSON either way where there are no files."""
    (found,) = told(run, "export", "1", str(tmp_path / "one.json"))
    assert found["tickets"] == 1
    whole = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert whole["name"] == "王芳"
    _code, out, _err = run("customers", "export", "1", "-")
    assert json.loads(out)["tickets"][0]["messages"][0]["text"].strip() == "Hi."


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("show", "99"), 1, "no customer 99"),
        (("show", "x@nobody.example"), 1, "customers list"),
        (("merge", "1", "1"), 2, "themselves"),
        (("unmerge", "1"), 2, "nobody"),
        (("group", "1", "+NOPE"), 2, "no group"),
        (("set", "1", "colour=red"), 2, "no field"),
        (("add-identity", "1", "wf@qq.com"), 2, "merge 1 2"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_an_exit_code(
    run: Run, arguments: tuple[str, ...], code: int, why: str
) -> None:
    """On standard error."""
    ended, out, err = run("customers", *arguments)
    assert (ended, out) == (code, "")
    assert why in err


def test_a_card_is_printed_for_people(run: Run) -> None:
    """Who they are, who they may be, what happened."""
    code, out, err = run("customers", "show", "1")
    assert code == 0, err
    for part in ("Customer 1: 王芳", "fang@work.example", "May be the same person", "← 王芳"):
        assert part in out


def test_a_merge_that_is_only_looked_at_says_would(run: Run) -> None:
    _code, out, _err = run("customers", "merge", "2", "1", "--dry-run")
    assert "customer 2 would be customer 1" in out
    assert "unmerge" not in out
    _code, out, _err = run("customers", "merge", "2", "1")
    assert "customer 2 is customer 1 now" in out
    code, _out, err = run("customers", "unmerge", "1")
    assert code == 2
    assert "2 was merged into them: name that one" in err
