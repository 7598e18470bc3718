"""One clear sentence on stderr, nothing on stdout, and the right exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kfdesk.store.engine import Store
from tests.cli.conftest import Done, Run
from tests.desk.office import Office, raw
from tests.support.net import free_port

HUGE = "99999999999999999999"


def sentence(done: Done, code: int, *words: str) -> None:
    """It failed as it should."""
    assert (done.code, done.out) == (code, ""), done
    assert "Traceback" not in done.err
    assert done.err.strip()
    for word in words:
        assert word in done.err


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("set", "1", "colour=red"), ["colour", "known are"]),
        (("set", "1", "statu=open"), ["status"]),
        (("set", "1", "status=opn"), ["opn", "open"]),
        (("set", "1", "status"), ["field=value"]),
        (("set", "1", "order_no=wrong"), ["order_no", "fits"]),
        (("set", "1", "assignee=anne"), ["anna"]),
        (("set", "1", "team=refund"), ["refunds"]),
        (("set", "1", "category=售后/退"), ["售后/退款"]),
        (("set", "1", "status=solved"), ["order_no"]),
        (("reply", "1", "--body", "x", "--status", "solved"), ["order_no"]),
        (("list", "--config"), ["--config"]),
        (("assign", "1", "nobody.here"), ["nobody.here"]),
        (("reply", "1", "--body", "x", "--status", "don"), ["don"]),
        (("reply", "1", "--body", "  "), ["nothing to say"]),
        (("note", "1", "--body", "-"), ["nothing to say"]),
        (("reply", "1", "--body", "x", "--attach", "/no/such/file"), ["/no/such/file"]),
        (("list", "--view", "urgnt"), ["urgent"]),
        (("list", "colour:red"), ["colour"]),
        (("list", "status:"), []),
        (("list", "(status:open"), []),
        (("list", "--limit", "-1"), []),
        (("list", "--as", "nobody"), ["nobody", "anna"]),
        (("list", "--now", "yesterday"), ["yesterday"]),
        (("note", "1", "--body", "x", "--now", "9999-12-31T23:59:59Z"), ["9999"]),
        (("note", "1", "--body", "x", "--now", "0001-01-01"), ["0001"]),
        (("list", "--lang", "fr"), ["zh-TW or en"]),
        (("new", "--from", "nobody", "--body", "x"), ["--from"]),
        (("new", "--from", "a@b.example"), ["empty"]),
        (("new", "--body", "x"), ["--from"]),
        (("sync", "nowhere"), ["nowhere", "support"]),
        (("sync", "--audit", "nowhere"), ["nowhere"]),
        (("show",), []),
        (("show", "one"), ["number"]),
        (("nonsense",), ["nonsense"]),
        (("list", "--nonsense"), ["--nonsense"]),
        (("attachment", "1", "--to"), []),
        (("outbox", "--cancel", "x"), []),
        (("backup", "desk.db"), ["exists"]),
        (("restore", "nothing.db"), ["nothing.db"]),
        (("restore", "kfdesk.toml"), ["kfdesk.toml"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_exit_2(
    office: Office, run: Run, command: tuple[str, ...], words: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    office.receive(raw())
    monkeypatch.chdir(office.folder)
    sentence(run(*command), 2, *words)


@pytest.mark.parametrize(
    "command",
    [
        ("show", "77"), ("why", "77"), ("set", "77", "status=open"), ("note", "77", "--body", "x"),
        ("reply", "77", "--body", "x"), ("assign", "77", "anna"), ("attachment", "77"),
        ("source", "77"), ("outbox", "--cancel", "77"),
        ("set", "1", "status=open", "--if-version", "9"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_does_not_exist_or_has_changed_is_exit_1(
    office: Office, run: Run, command: tuple[str, ...]
) -> None:
    office.receive(raw())
    sentence(run(*command), 1)


@pytest.mark.parametrize(
    "command",
    [
        ("show", HUGE), ("why", HUGE), ("set", HUGE, "status=open"), ("attachment", HUGE),
        ("source", HUGE), ("outbox", "--cancel", HUGE), ("list", "--limit", HUGE), ("show", "-1"),
        ("list", f"number:{HUGE}"), ("list", f"age>{HUGE}d"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_number_beyond_all_numbers_is_a_sentence(
    office: Office, run: Run, command: tuple[str, ...]
) -> None:
    done = run(*command)
    assert "Traceback" not in done.err
    assert done.code in (0, 1, 2)


def test_the_caret_stands_under_the_wrong_word(office: Office, run: Run) -> None:
    done = run("list", "status:open colour:red")
    query, caret = done.err.splitlines()[:2]
    assert query[caret.index("^") :].startswith("colour")


WRONG = [
    ("[desk]\nname = ", ":2"),
    ('[desk]\nnam = "x"\n', ":2"),
    ('[desk]\n\n\n[[trigger]]\nname = "t"\nwhen = "colour:red"\ndo = [{ tag = ["a"] }]\n', ":6"),
    ('[desk]\nname = "x"\n[[trigger]]\nname = "t"\ndo = [{ reply = "none" }]\n', ":5"),
    ('[desk]\nname = "x"\n[[channel]]\nname = "c"\ntype = "carrier-pigeon"\n', ":5"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"), WRONG, ids=["syntax", "key", "query", "template", "type"]
)
@pytest.mark.parametrize("command", [("list",), ("show", "1"), ("rules", "list")], ids=" ".join)
def test_a_wrong_file_is_exit_2_with_the_line(
    office: Office, run: Run, command: tuple[str, ...], text: str, line: str
) -> None:
    file = office.folder / "wrong.toml"
    file.write_text(text, encoding="utf-8")
    done = run(*command, config=str(file))
    sentence(done, 2, f"wrong.toml{line}")


def test_a_wrong_rule_stops_a_sync_that_has_mail(office: Office, run: Run) -> None:
    office.deliver(raw())
    file = office.folder / "kfdesk.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('reply = "ack"', 'reply = "akc"'), encoding="utf-8")
    sentence(run("sync"), 2, "kfdesk.toml:", "akc", "ack")


def test_no_file_is_exit_2(run: Run) -> None:
    sentence(run("list", config="/nowhere/kfdesk.toml"), 2, "/nowhere/kfdesk.toml", "init")


def test_a_failing_channel_is_exit_3_and_named(office: Office, run: Run) -> None:
    office.deliver(raw())
    with office.file.open("a", encoding="utf-8") as file:
        file.write(
            f'\n[[channel]]\nname = "dead"\ntype = "imap"\naddress = "d@shop.example"\nimap = {{'
            f' host = "127.0.0.1", port = {free_port()}, tls = "none", user = "x",'
            ' password = "y" }'
        )
    done = run("sync", "--json")
    assert done.code == 3
    assert done.err.startswith("dead: ")
    assert [bool(channel["error"]) for channel in done.json["channels"]] == [False, True]
    audit = run("sync", "--audit", "--json")
    assert audit.code == 3
    assert "Traceback" not in audit.err


@pytest.mark.parametrize("command", [("list",), ("sync",), ("doctor",), ("backup", "b.db")])
def test_a_damaged_database_is_a_sentence(
    office: Office, run: Run, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    office.close()
    monkeypatch.chdir(office.folder)
    for file in office.folder.glob("desk.db*"):
        file.unlink()
    (office.folder / "desk.db").write_bytes(b"no database at all, but longer than a page" * 200)
    done = run(*command)
    assert done.code in (1, 2, 3)
    assert "Traceback" not in done.err
    if command != ("doctor",):
        assert "desk.db" in done.err
    assert not (office.folder / "b.db").exists()


def test_a_place_that_cannot_be_written_is_a_sentence(office: Office, run: Run) -> None:
    for command in (("backup", "/proc/none/b.db"), ("restore", str(office.folder))):
        done = run(*command)
        assert done.code in (1, 2), command
        assert "Traceback" not in done.err


def test_a_full_disk_is_exit_1_for_a_person(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.desk.test_full_disk import limit

    real = Store.open.__func__  # type: ignore[attr-defined]

    def small(cls: type[Store], file: Path) -> Store:
        store: Store = real(cls, file)
        limit(store, 1)
        return store

    monkeypatch.setattr(Store, "open", classmethod(small))
    done = run("new", "--from", "a@b.example", "--body", "x" * 100_000)
    sentence(done, 1, "disk is full")


def test_standard_input_that_is_no_text_is_a_sentence(office: Office) -> None:
    import subprocess
    import sys

    office.receive(raw())
    command = [sys.executable, "-m", "kfdesk", "--config", str(office.file), "note", "1"]
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, input=b"GBK \xcd\xcb\xbf\xee", capture_output=True, env=environment, check=False
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 2)
