"""What other programs rely on: JSON keys to the letter, exit codes, where options may stand."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from kfdesk.desk.conversation.reply import reply
from tests.cli.conftest import Run
from tests.desk.office import ANNA, Office, raw

TICKET = set(
    "number subject status priority channel account category team assignee customer tags fields"  # noqa: SIM905
    " created_at updated_at first_response_due resolve_due breached message_count version".split()
)
NEW = ("new", "--from", "Jane <jane@customer.example>", "--subject", "Order", "--body", "Where?")


def test_the_json_of_a_ticket_in_a_list(office: Office, run: Run) -> None:
    office.receive(raw(Subject="One"), raw(Subject="Two"))
    done = run("list", "--json")
    assert done.code == 0
    assert [line["number"] for line in done.lines] == [2, 1]
    for ticket in done.lines:
        assert set(ticket) >= TICKET
        assert set(ticket["customer"]) >= {"id", "name", "email", "groups"}
        assert ticket["customer"]["email"] == "jane@customer.example"
        assert ticket["created_at"] == "2026-11-21T12:00:00Z"
        assert ticket["assignee"] is None


@pytest.mark.parametrize("columns", ["60", "80", "120"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_subject_squeezes_no_column_out(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch, columns: str, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    office.receive(raw(Subject="A subject that is far longer than any terminal is wide. " * 4))
    row = run("--lang", language, "list").out.splitlines()[1]
    assert row.split()[0] == "1"
    assert "A su" in row
    assert cell_len(row) <= int(columns)


def test_the_json_of_a_ticket_shown(office: Office, run: Run) -> None:
    html = raw("<p>Hello <b>you</b></p>", Content_Type="text/html; charset=utf-8")
    office.receive(html)
    shown = run("show", "1", "--json").json
    assert set(shown) >= TICKET | {"messages", "events"}
    message = shown["messages"][0]
    keys = {"id", "direction", "author", "at", "text", "html", "external_id", "auto", "attachments"}
    assert set(message) >= keys
    assert message["direction"] == "in"
    assert "<b>you</b>" in message["html"]
    assert message["auto"] is False
    assert shown["messages"][1]["direction"] == "out"
    assert shown["messages"][1]["auto"] is True
    for event in shown["events"]:
        assert set(event) >= {"at", "actor", "kind", "changes", "rule"}
    assert shown["events"][0]["changes"]["status"] == [None, "new"]


def test_the_json_of_an_attachment(office: Office, run: Run) -> None:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee.\r\n--b\r\nContent-Type: text/csv\r\n"
        'Content-Disposition: attachment; filename="../../etc/passwd"\r\n\r\na,b\r\n--b--\r\n'
    )
    office.receive(raw(body, Content_Type="multipart/mixed; boundary=b"))
    (file,) = run("show", "1", "--json").json["messages"][0]["attachments"]
    assert set(file) >= {"name", "type", "size", "sha256"}
    assert "/" not in file["name"]
    assert run("attachment", str(file["id"])).out == "a,b"
    target = office.folder / "saved"
    target.mkdir()
    assert run("attachment", str(file["id"]), "--to", str(target)).code == 0
    assert [path.read_text() for path in target.iterdir()] == ["a,b"]
    assert run("attachment", str(file["id"]), "--to", str(target)).code == 2


@pytest.mark.parametrize(
    "command",
    [
        ("reply", "1", "--body", "Hello."),
        ("note", "1", "--body", "Hm."),
        ("set", "1", "priority=high", "tag=+vip"),
        ("assign", "1", "anna"),
        NEW,
    ],
    ids=lambda command: command[0],
)
def test_what_changes_a_ticket_answers_with_it(
    office: Office, run: Run, command: list[str]
) -> None:
    office.receive(raw())
    done = run(*command, "--json", "--as", "anna")
    assert (done.code, done.err) == (0, "")
    assert set(done.json) >= TICKET


def test_the_json_of_the_outbox(office: Office, run: Run) -> None:
    office.receive(raw())
    reply(office.desk, 1, "Hello.", ANNA)
    keys = {"id", "ticket", "channel", "to", "subject", "state", "attempts", "not_before", "error"}
    rows = run("outbox", "--json").lines
    assert [set(row) >= keys for row in rows] == [True, True]
    assert rows[1]["to"] == ["jane@customer.example"]
    assert rows[1]["state"] == "queued"
    assert run("outbox", "--cancel", "2", "--json").lines[0]["state"] == "cancelled"


def test_the_json_of_a_sync(office: Office, run: Run) -> None:
    office.deliver(raw(), b"")
    found = run("sync", "--json").json
    assert set(found) == {"channels", "schedules", "seconds"}
    assert found["schedules"] == {"due": 0, "fired": 0}
    (channel,) = found["channels"]
    keys = "channel pulled new_tickets messages duplicates quarantined sent failed error"
    assert set(channel) >= set(keys.split())
    assert (channel["pulled"], channel["messages"], channel["quarantined"]) == (2, 1, 1)
    assert channel["error"] is None


def test_sync_events_are_json_lines(office: Office, run: Run) -> None:
    office.deliver(raw())
    lines = run("sync", "--events").lines
    assert [line["event"] for line in lines] == ["channel", "done"]


def test_the_json_of_an_audit(office: Office, run: Run) -> None:
    office.deliver(raw())
    run("sync")
    (line,) = run("sync", "--audit", "--json").lines
    assert (line["server"], line["stored"], line["missing"]) == (1, 1, [])


@pytest.mark.parametrize(
    "command",
    [
        ("why", "1"),
        ("doctor",),
        ("rules", "check"),
        ("rules", "list"),
        ("backup", "copy.db"),
        ("restore", "copy.db"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_speaks_json(office: Office, run: Run, command: tuple[str, ...]) -> None:
    office.receive(raw())
    paths = [str(office.folder / word) if "." in word else word for word in command]
    if command[0] == "restore":
        assert run("backup", paths[1]).code == 0
    done = run(*paths, "--json")
    assert done.code == 0, done.err
    assert all(isinstance(line, dict) for line in done.lines)
    if command[0] in ("backup", "restore"):
        assert done.lines


def test_init_speaks_json(office: Office, run: Run) -> None:
    target = office.folder / "fresh" / "kfdesk.toml"
    done = run("init", "--yes", "--json", config=str(target))
    assert done.code == 0, done.err
    assert done.json["file"] == str(target)


def test_options_stand_before_or_after_the_command(office: Office, run: Run) -> None:
    office.receive(raw())
    assert run("--json", "list").json == run("list", "--json").json
    assert run("--lang=zh", "list").out == run("list", "--lang", "zh").out
    before = run("--as", "anna", "--now", "2026-11-22T00:00:00Z", "note", "1", "--body", "x")
    assert before.code == 0
    events = run("show", "1", "--json").json["events"]
    assert (events[-1]["actor"], events[-1]["at"]) == ("anna", "2026-11-22T00:00:00Z")


def test_words_behind_two_dashes_are_words(office: Office, run: Run) -> None:
    office.receive(raw("literal --json here"))
    done = run("list", "--", "--json")
    assert not done.out.startswith("{")


@pytest.mark.parametrize(
    "query",
    [
        ["-subject:shoes"],
        ["-(subject:shoes)"],
        ["is:open", "-subject:shoes"],
        ["--", "-subject:shoes"],
    ],
    ids=" ".join,
)
def test_a_query_may_begin_with_a_minus(office: Office, run: Run, query: list[str]) -> None:
    office.receive(raw(Subject="shoes"), raw(Subject="socks"))
    done = run("list", "--json", *query)
    assert done.code == 0, done.err
    assert [ticket["number"] for ticket in done.lines] == [2]


def test_an_instant_with_an_offset_is_told_in_utc(office: Office, run: Run) -> None:
    run(*NEW, "--now", "2026-11-21T20:00+08:00")
    told = run("why", "1", "--now", "2026-11-21T20:30+08:00", "--json").json
    assert told["now"] == "2026-11-21T12:30:00Z"


def test_now_without_an_offset_is_the_desks_time(office: Office, run: Run) -> None:
    assert run(*NEW, "--now", "2026-11-21T20:00", "--json").json["created_at"] == (
        "2026-11-21T12:00:00Z"
    )


def test_a_body_comes_from_standard_input(office: Office, run: Run) -> None:
    office.receive(raw())
    assert run("note", "1", stdin="从管道来\n").code == 0
    assert run("reply", "1", "--body", "-", stdin="By pipe.").code == 0
    said = [message["text"] for message in run("show", "1", "--json").json["messages"]]
    assert said[-2:] == ["从管道来", "By pipe."]
    made = run("new", "--from", "a@b.example", "--body", "-", "--json", stdin="On the phone.")
    assert made.json["message_count"] == 2


def test_new_takes_fields(office: Office, run: Run) -> None:
    found = run(
        *NEW, "priority=urgent", "order_no=A123", "tag=+vip,phone", "assignee=bert", "--json"
    )
    assert found.json["priority"] == "urgent"
    assert found.json["fields"] == {"order_no": "A123"}
    assert found.json["tags"] == ["phone", "vip"]
    assert found.json["assignee"] == "bert"


def test_set_changes_removes_and_empties(office: Office, run: Run) -> None:
    run(*NEW, "order_no=A123", "tag=+vip", "assignee=bert")
    found = run("set", "1", "tag=-vip", "order_no=", "assignee=", "status=pending", "--json").json
    assert (found["tags"], found["assignee"], found["status"]) == ([], None, "pending")
    assert found["fields"].get("order_no") is None


def test_a_status_is_reached_once_the_fields_that_it_asks_for_are_there(run: Run) -> None:
    run(*NEW)
    found = run("set", "1", "status=solved", "order_no=A123", "category=售后", "--json").json
    assert (found["status"], found["category"]) == ("solved", "售后")
    run("set", "1", "status=open")
    assert run("set", "1", "status=solved").code == 0


def test_lists_take_a_view_a_query_and_a_limit(office: Office, run: Run) -> None:
    for n in range(3):
        run(*NEW, f"priority={'urgent' if n else 'low'}")
    assert [t["number"] for t in run("list", "--view", "urgent", "--json").lines] == [3, 2]
    assert [t["number"] for t in run("list", "--limit", "1", "--json").lines] == [3]
    assert [t["number"] for t in run("list", "priority:low", "--json").lines] == [1]
    both = run("list", "--view", "urgent", "priority:low", "--json")
    assert both.lines == []


def test_the_quarantine_view_is_there_without_being_configured(office: Office, run: Run) -> None:
    office.receive(raw(), b"\x00")
    (found,) = run("list", "--view", "quarantine", "--json").lines
    assert found["quarantine"]


def test_people_get_tables_in_their_language(office: Office, run: Run) -> None:
    office.receive(raw(Subject="退款 please"))
    out = run("list", "--lang", "en").out
    assert "退款 please" in out
    assert "1 ticket" in out
    for command in (("show", "1"), ("why", "1"), ("outbox",), ("sync",), ("doctor",)):
        for language in ("en", "zh"):
            done = run(*command, "--lang", language)
            assert (done.code, done.err) == (0, "")
            assert done.out


def test_nothing_hostile_reaches_the_terminal(office: Office, run: Run) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\u202e[/red][bold]"
    office.receive(raw(hostile, f'"{hostile}" <eve@x.example>', Subject=hostile))
    for command in (("list",), ("show", "1"), ("outbox",), ("why", "1")):
        for extra in ((), ("--json",)):
            out = run(*command, *extra).out
            assert not set(out) & set("\x1b\x07\u202e"), command
    assert "[bold]" in run("list").out
