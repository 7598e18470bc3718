"""`kfdesk do` does what the console does, by the name of the action."""

from __future__ import annotations

from kfdesk.actions import ACTIONS, BY_ID
from kfdesk.actions.commands import COMMANDS
from kfdesk.commands.contents import Commands
from tests.cli.conftest import Run


def test_each_way_is_of_an_action_and_by_a_command_that_there_is() -> None:
    """Neither a name of the registry nor one of a command is made up."""
    assert set(COMMANDS) <= set(BY_ID)
    assert {way.one.split()[0] for way in COMMANDS.values()} <= set(Commands())


def test_whatever_can_be_undone_can_be_done_without_the_console() -> None:
    """What changes tickets is no privilege of the screen; some need a message, or more words."""
    alone = {action.id for action in ACTIONS if action.undoable} - set(COMMANDS)
    assert alone == {"ticket.transfer", "ticket.unmerge", "message.split"}


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
