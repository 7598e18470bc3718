"""`kfdesk do` does what the console does, by the name of the action."""

from __future__ import annotations

from kfdesk.actions import ACTIONS, BY_ID
from kfdesk.actions.commands import COMMANDS, SCREEN
from kfdesk.commands.contents import Commands
from tests.cli.conftest import Run


def test_each_way_is_of_an_action_and_by_a_command_that_there_is() -> None:
    """Neither a name of the registry nor one of a command is made up."""
    assert set(COMMANDS) <= set(BY_ID)
    assert {way.one.split()[0] for way in COMMANDS.values()} <= set(Commands())


def test_whatever_the_console_does_a_command_does_or_it_is_for_the_screen_alone() -> None:
    """Each action is one or the other, and no change of a ticket is the screen's."""
    assert set(COMMANDS) | SCREEN == set(BY_ID)
    assert not set(COMMANDS) & SCREEN
    assert not {action.id for action in ACTIONS if action.undoable} & SCREEN
    only_seen = {"ticket.copy", "ticket.next", "ticket.previous"}
    assert {name for name in SCREEN if name.startswith("ticket.")} == only_seen


def _new(run: Run) -> str:
    made = run("new", "--from", "a@x.example", "--subject", "S", "--body", "B", "--json")
    return str(made.json["number"])


def test_an_action_is_done_to_one_ticket_or_to_many_as_one(run: Run) -> None:
    """One is answered with the ticket; many are one operation, which one undo takes back."""
    first, second = _new(run), _new(run)
    one = run("do", "status", first, "pending", "--json")
    assert (one.code, one.json["status"]) == (0, "pending")
    assert run("do", "ticket.priority", first, second, "urgent").code == 0
    assert {row["priority"] for row in run("list", "", "--json").lines} == {"urgent"}
    assert run("do", "undo").code == 0
    assert {row["priority"] for row in run("list", "", "--json").lines} == {"normal"}


def test_a_number_may_be_what_follows_the_numbers(run: Run) -> None:
    """`do merge 1 2` merges the first into the second."""
    first, second = _new(run), _new(run)
    assert run("do", "merge", first, second).code == 0
    assert [str(row["number"]) for row in run("list", "", "--json").lines] == [second]


def test_what_cannot_be_is_said_with_the_remedy(run: Run) -> None:
    """Actions of the screen, a number or an argument too few, one too many, a name that is none."""
    number = _new(run)
    for words, said in (
        (["move.down"], "--list says what can be done"),
        (["solve"], "say which"),
        (["assign", number], "say what"),
        (["close", number, "now"], "takes nothing behind"),
        (["asign", number], "did you mean “assign”"),
    ):
        done = run("do", *words)
        assert done.code in (1, 2)
        assert said in done.err


def test_of_several_that_can_only_be_done_one_by_one_some_may_fail(run: Run) -> None:
    """The others are done; the exit code says partly, and each failure is a sentence."""
    number = _new(run)
    done = run("do", "open", number, "4711")
    assert (done.code, "4711" in done.err) == (3, True)


def test_the_list_says_what_can_be_done_and_by_which_command(run: Run) -> None:
    """As lines of JSON too."""
    rows = {row["action"]: row for row in run("do", "--list", "--json").lines}
    assert rows["ticket.assign"]["command"] == "assign N TEXT"
    assert "kfdesk undo N" in run("do", "--list").out


def test_what_is_said_is_no_option_though_it_begins_with_a_dash(run: Run) -> None:
    """A hook may hand on what a stranger wrote."""
    number = _new(run)
    for words in (["assign", number, "--force"], ["macro", number, "--help"]):
        done = run("do", words[0], "--", *words[1:])
        assert done.code == 2
        assert words[2] in done.err
        assert "No such option" not in done.err
    assert run("do", "note", "--", number, "--all").code == 0
    assert run("show", number, "--json").json["messages"][-1]["text"] == "--all"
    assert run("do", "search.show", "--", "-tag:x").code == 0


def test_what_takes_a_word_and_then_more_is_done_too(run: Run) -> None:
    """A transfer with its note, a split of one message or several, what was merged taken out."""
    first, second = _new(run), _new(run)
    assert run("do", "ticket.transfer", first, second, "anna", "please", "look").code == 0
    seen = run("show", second, "--json").json
    note = seen["messages"][-1]
    assert (seen["assignee"], note["text"]) == ("anna", "please look")
    assert run("do", "message.split", second, str(note["id"]), "Apart", "it").code == 0
    assert "Apart it" in [row["subject"] for row in run("list", "", "--json").lines]
    assert run("do", "merge", first, second).code == 0
    assert run("do", "unmerge", first).code == 0
    assert run("show", first, "--json").json["merged_into"] is None
    assert run("do", "customer.card", "1").code == 0
    assert run("do", "card.edit", "1", "name=Ada Lovelace", "--json").json["name"] == "Ada Lovelace"


def test_each_channel_says_how_it_stands(run: Run) -> None:
    """Before the first sync, too."""
    found = run("channels", "--json").lines
    assert {"channel", "synced_at", "error", "waiting"} <= set(found[0])
    assert run("do", "go.channels").out.startswith(found[0]["channel"])
