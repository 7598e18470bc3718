"""Letters from the command line: to whom, as what, and what would leave."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Done, Run
from tests.cli.conftest import run as run  # the fixture, on this room's office
from tests.desk.office import Office


@pytest.fixture
def anna(run: Run, office: Office) -> Run:
    """Run a command as anna, at the office's time."""

    def call(*words: str) -> Done:
        return run("--as", "anna", "--json", "--now", office.now.isoformat(), *words)

    return call


def test_a_reply_names_its_readers_its_account_and_the_status_after_it(
    anna: Run, office: Office
) -> None:
    words = (
        *("reply", "1", "--body", "Soon.", "--to", "jane@customer.example"),
        *("--cc", "Boss <boss@customer.example>", "--bcc", "li.wei", "--account", "sales"),
        *("--attach", str(office.file), "--signature", "none"),
    )
    seen = anna(*words, "--preview").json
    assert seen["bcc"] == ["li.wei@shop.example"]
    assert seen["headers"]["Cc"] == "Boss <boss@customer.example>"
    assert office.outbox() == []
    assert anna(*words, "--status", "solved").json["status"] == "solved"
    row = office.outbox()[-1]
    assert row.channel == "sales"
    assert row.to == ("jane@customer.example", "boss@customer.example", "li.wei@shop.example")
    shown = anna("show", "1").json["messages"][-1]
    assert shown["bcc"] == ["李伟 <li.wei@shop.example>"]
    assert [file["name"] for file in shown["attachments"]] == ["kfdesk.toml"]


def test_a_message_is_forwarded_and_a_wrong_address_is_a_sentence(
    anna: Run, office: Office
) -> None:
    done = anna("forward", "1", "--to", "sue@supplier.example", "--body", "Look.")
    assert (done.code, done.json["number"]) == (0, 1)
    assert office.outbox()[-1].to == ("sue@supplier.example",)
    wrong = anna("forward", "1", "--to", "sue@")
    assert wrong.code == 2
    assert "To: “sue@” is no address" in wrong.err
    assert len(office.outbox()) == 1
