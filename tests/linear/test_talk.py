"""What is typed into the linear mode, and what it says to it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfdesk import i18n
from kfdesk.actions import BY_ID
from kfdesk.desk.tickets.change import change
from kfdesk.linear import talk as talks
from kfdesk.linear.session import Session
from kfdesk.linear.verbs import VERBS, WORDS
from kfdesk.model import Actor, By, Change, Priority, Status
from kfdesk.store import drafts
from tests.desk.office import ANNA, Office, raw

HARMFUL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
#: Lines, blocks and geometric shapes, which a screen reader spells out.
DRAWN = re.compile("[\u2500-\u25ff]")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk with three tickets."""
    made = Office(tmp_path)
    made.receive(
        raw("It has not come.\r\n\r\nMary\r\n", Subject="Where is my parcel"),
        raw("请退款\r\n", Subject="退款"),
        raw("In two pieces.\r\n", Subject="Broken cup", id="3@customer.example"),
    )
    yield made
    made.close()


class Talk:
    """A talk with a desk: lines in, lines out."""

    def __init__(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._session = Session(office.desk, ANNA)
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *lines: str) -> str:
        """Type these lines; what is said to them."""
        self._capsys.readouterr()
        self._monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in lines)))
        talks.talk(self._session)
        said = self._capsys.readouterr().out
        assert not HARMFUL.search(said)
        assert not DRAWN.search(said)
        return said


@pytest.fixture
def talk(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Talk:
    """A talk of Anna's."""
    i18n.use("en")
    return Talk(office, monkeypatch, capsys)


def test_it_begins_with_who_one_is_and_the_open_tickets_by_number(talk: Talk) -> None:
    said = talk().splitlines()
    assert said[0] == "Shop. You are Anna. “help” names the commands."
    assert said[1] == "3 tickets"
    assert [line.split(",")[0] for line in said[2:]] == [
        f"{line}. ticket {number}" for line, number in enumerate((3, 2, 1), 1)
    ]


def test_a_number_opens_that_line_of_the_list_and_next_goes_on_from_there(talk: Talk) -> None:
    said = talk("list parcel", "1", "list", "#2", "next", "next")
    assert "It has not come." in said
    assert "请退款" in said
    assert said.count("Where is my parcel") >= 2
    assert said.rstrip().endswith("the list ends here")


def test_a_reply_is_typed_up_to_a_dot_asked_about_and_sent(talk: Talk, office: Office) -> None:
    said = talk("open #1", "reply", "Dear Mary,", "..and so on", "", "It comes.", ".", "y")
    assert "the reply leaves with the next sync" in said
    assert office.messages(1)[-1].text.startswith("Dear Mary,\n.and so on\n\nIt comes.")
    with office.desk.store.read() as tx:
        assert drafts.get(tx, 1, "anna", "reply") == ""


def test_what_was_typed_is_a_draft_whatever_happens(talk: Talk, office: Office) -> None:
    """The input ends, the person leaves or says no: the next reply goes on with it."""
    talk("open #1", "reply", "Dear Mary,")
    assert "The draft is kept." in talk("open #1", "reply", "half", ".leave")
    said = talk("open #1", "reply", ".read", ".", "no")
    assert "The draft has 2 lines." in said
    assert "1. Dear Mary,\n2. half\n" in said
    assert "Not sent. The draft is kept." in said
    assert len(office.messages(1)) == 1


def test_a_reply_is_not_sent_over_what_was_said_meanwhile(talk: Talk, office: Office) -> None:
    session = talk._session
    asked = iter(["Hello", ".", "y"])

    def ask(prompt: str) -> str:
        line = next(asked)
        if line == "y":
            office.receive(
                raw("Never mind\r\n", Subject="Re: Broken cup", answers=["<3@customer.example>"])
            )
        return line

    session.open(3)
    session.ask = ask  # type: ignore[method-assign]
    from kfdesk.errors import Conflict

    with pytest.raises(Conflict):
        talks.do(session, "reply")
    with office.desk.store.read() as tx:
        assert drafts.get(tx, 3, "anna", "reply") == "Hello"


def test_an_editor_writes_it_too(
    talk: Talk, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "from the editor" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    talk("open #1", "note", "first", ".edit", ".")
    assert office.messages(1)[-1].text.split("\n") == ["first", "from the editor"]


def test_what_a_change_changed_is_said_and_undone(talk: Talk, office: Office) -> None:
    said = talk("open #1", "priority urgent", "tags vip", "assign anna", "solve", "undo")
    assert "Ticket 1: Priority is urgent now" in said
    assert "Ticket 1: Tags: +vip" in said
    assert "Ticket 1: Assignee is Anna now" in said
    assert "Ticket 1: Status is solved now" in said
    assert "undone" in said
    assert office.ticket(1).status is not Status.SOLVED


def test_what_became_urgent_elsewhere_is_announced_once_before_the_next_prompt(
    talk: Talk, office: Office
) -> None:
    session = talk._session
    change(office.desk, 2, Change(priority=Priority.URGENT), Actor(By.AGENT, "bert"))
    said = talk("list", "list")
    assert said.count("New and urgent: ticket 2") == 1
    assert session.at is None


def test_a_mistake_is_a_sentence_and_the_talk_goes_on(talk: Talk) -> None:
    said = talk("reply", "opne 1", "list status:", "open 99", "macro", "board", "open #1", "e")
    assert "open a ticket first: open 1" in said
    assert "did you mean “open”?" in said
    assert "there is no command “e”; help lists them" in said
    assert "      ^" in said or "^" in said
    assert "In two pieces." not in said
    assert "It has not come." in said


def test_what_a_stranger_wrote_is_said_as_text(talk: Talk, office: Office) -> None:
    evil = "\x1b]52;c;ZXZpbA==\x07 \u202eabc [/b] \x9b2J"
    office.receive(raw(f"{evil}\r\n.\r\n", f"{evil} <e@x.example>", Subject=evil))
    said = talk("open #4", "messages", "quoted", "why")
    assert "]52;c;ZXZpbA==" in said


def test_it_speaks_another_language_from_the_next_sentence_on(talk: Talk) -> None:
    try:
        assert "共 3 张工单" in talk("language zh", "list")
        assert "there is no language" not in talk("language zh-TW")
        assert i18n.current() == "zh-TW"
    finally:
        i18n.use("en")


def test_its_words_are_those_of_the_registry() -> None:
    """An action that it knows is one; help tells each."""
    own = {id for id in VERBS if id.startswith("linear.")}
    assert {*VERBS} - own <= {*BY_ID}
    assert {*WORDS.values()} <= {*VERBS}


def test_it_needs_no_terminal_and_no_textual(office: Office) -> None:
    code = (
        "import sys; from kfdesk.linear import run; from kfdesk.config import load;"
        "from kfdesk.desk import wall_clock; from kfdesk.model import Actor, By;"
        "from pathlib import Path;"
        f"run(load(Path({str(office.settings.file)!r})), Actor(By.AGENT, 'anna'), wall_clock);"
        "assert 'textual' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="1\nquit\n", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "In two pieces." in done.stdout
