"""Two agents on one ticket see each other, and only one of them answers at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest

from kfdesk.desk.conversation.reply import note, reply
from kfdesk.desk.teamwork import lease
from kfdesk.desk.teamwork.followers import follow
from kfdesk.errors import Conflict, Leased, UserError
from kfdesk.model import Direction, Present
from kfdesk.tui.console import Console
from kfdesk.tui.ticket.composer import Review
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import BERT, LEAD, console, until
from tests.tui.console import text


def beside(office: Office, number: int = 1) -> list[Present]:
    """The colleagues whom Anna sees on a ticket."""
    with office.desk.store.read() as tx:
        return lease.company(tx, ANNA, office.now, [number])


def typed(office: Office, session: str = "b") -> None:
    """Bert presses a key in his composer."""
    with office.desk.store.write() as tx:
        lease.renew(tx, 1, BERT, session, office.now)


def answers(office: Office) -> list[str]:
    """What agents answered on the ticket."""
    return [m.text for m in office.messages(1) if m.direction is Direction.OUT]


def test_two_agents_on_one_ticket_see_each_other(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=False)
    lease.attend(office.desk, ANNA, "a", 1, writing=False)
    (bert,) = beside(office)
    assert (bert.agent, bert.writes(office.now)) == ("bert", False)
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    assert beside(office)[0].writes(office.now)
    lease.attend(office.desk, BERT, "b", None, writing=False)
    assert beside(office) == []


def test_who_crashed_vanishes_and_their_lease_runs_out(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    office.later(seconds=170)
    with pytest.raises(Leased):
        reply(office.desk, 1, "Mine.", ANNA)
    office.later(seconds=11)
    assert beside(office) == []
    reply(office.desk, 1, "Mine.", ANNA)
    lease.attend(office.desk, ANNA, "a", 1, writing=False)
    assert office.sql("SELECT agent FROM presence") == [("anna",)]


def test_a_lease_is_three_minutes_and_renewed_by_typing_not_by_the_console(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    assert beside(office)[0].lease_until == office.now + timedelta(minutes=3)
    office.later(minutes=2)
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    assert beside(office)[0].lease_until == office.now + timedelta(minutes=1)
    typed(office)
    assert beside(office)[0].lease_until == office.now + timedelta(minutes=3)
    office.later(minutes=4)
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    reply(office.desk, 1, "Bert went for lunch.", ANNA)


def test_a_lease_blocks_a_second_send_and_not_reading_writing_or_a_note(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    lease.attend(office.desk, ANNA, "a", 1, writing=True)
    with pytest.raises(Leased, match="bert is answering ticket 1, until 20:03:00"):
        reply(office.desk, 1, "Mine.", ANNA)
    note(office.desk, 1, "Bert, wait for me.", ANNA)
    assert answers(office) == []
    assert office.ticket(1).version == 2


def test_sending_ends_the_lease_and_so_does_leaving(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    reply(office.desk, 1, "Bert's.", BERT)
    assert not beside(office)[0].writes(office.now)
    reply(office.desk, 1, "Anna's.", ANNA)
    lease.attend(office.desk, BERT, "b", 1, writing=False)
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    lease.attend(office.desk, BERT, "b", None, writing=False)
    reply(office.desk, 1, "Anna's again.", ANNA)


def test_a_lead_may_send_all_the_same_and_an_agent_may_not(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    with pytest.raises(UserError, match="only a lead or an admin"):
        reply(office.desk, 1, "Mine.", ANNA, force=True)
    with pytest.raises(Leased):
        reply(office.desk, 1, "Lena's.", LEAD)
    reply(office.desk, 1, "Lena's.", LEAD, force=True)
    assert answers(office) == ["Lena's."]


def test_one_agent_at_two_consoles_is_not_in_their_own_way(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, ANNA, "a", 1, writing=True)
    lease.attend(office.desk, ANNA, "a2", 1, writing=True)
    reply(office.desk, 1, "Mine.", ANNA)


def test_a_beat_is_no_change_of_the_ticket(office: Office) -> None:
    office.receive(raw())
    before = office.ticket(1), office.events(1)
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    typed(office)
    assert (office.ticket(1), office.events(1)) == before


def test_a_reply_from_the_command_line_says_what_it_had_seen(office: Office) -> None:
    office.receive(raw())
    (asked,) = office.messages(1)
    note(office.desk, 1, "I am at it.", BERT)
    with pytest.raises(Conflict, match="bert wrote"):
        reply(office.desk, 1, "Mine.", ANNA, seen=asked.id)
    with pytest.raises(Conflict, match="changed meanwhile"):
        reply(office.desk, 1, "Mine.", ANNA, version=1)
    reply(office.desk, 1, "Mine.", ANNA, seen=office.messages(1)[-1].id, version=2)


def review(app: Console) -> str:
    """What stands above the question whether to send."""
    return str(app.main.query_one(Review).render()) if app.main.composer.asking else ""


COMMAND = [sys.executable, "-m", "kfdesk"]
RACER = """
import sys
from pathlib import Path
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.conversation.reply import reply
from kfdesk.errors import Conflict
from kfdesk.model import Actor, By

desk = Desk.open(load(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
try:
    reply(desk, 1, f"I am {sys.argv[2]}.", Actor(By.AGENT, sys.argv[2]), seen=int(sys.argv[3]))
    print("sent")
except Conflict as error:
    print(error)
"""


def test_of_two_sends_at_the_same_instant_exactly_one_leaves_and_the_other_is_told(
    office: Office,
) -> None:
    office.receive(raw())
    (asked,) = office.messages(1)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(RACER), str(office.file), name, str(asked.id)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("anna", "bert")
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [racer.communicate(timeout=60)[0].strip() for racer in racers]
    assert sorted(one == "sent" for one in told) == [False, True]
    assert len(answers(office)) == 1
    assert any("wrote on ticket 1 meanwhile" in one for one in told)


def test_the_command_line_meets_the_lease_too(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    now = office.now.isoformat()
    told = subprocess.run(
        [*COMMAND, "--config", str(office.file), "--as", "anna", "--now", now,
         "reply", "1", "--body", "Mine."],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert "bert is answering" in told.stderr
    forced = subprocess.run(
        [*COMMAND, "--config", str(office.file), "--as", "lena", "--now", now, "--json",
         "reply", "1", "--body", "Lena's.", "--force"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(forced.stdout)["number"] == 1


async def test_the_second_console_sees_the_first_one_s_reply_before_it_can_send(
    office: Office,
) -> None:
    """Another process answers while this console writes: the review shows what it said."""
    office.receive(raw("Where is it?\r\n"))
    async with console(office) as (app, pilot):
        main = app.main
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"On its way")
        told = subprocess.run(
            [*COMMAND, "--config", str(office.file), "--as", "lena", "--now",
             office.now.isoformat(), "reply", "1", "--body", "It was lost.", "--force"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        await pilot.press("ctrl+s")
        await until(pilot, lambda: main.composer.asking)
        await pilot.press("y")
        await until(
            pilot, lambda: "Said since you began to write" in text(app) and main.composer.asking
        )
        assert "Lena" in text(app)
        assert "It was lost." in text(app)
        follow(office.desk, 1, ANNA)
        note(office.desk, 1, "A word that comes in between.", BERT)
        await until(pilot, lambda: "bert: A word that comes" in text(app))
        assert "Lena 20:00  It was lost." in text(app), "no notice lies over what is to be read"
        assert answers(office) == ["It was lost."]
        await pilot.press("y")
        await until(pilot, lambda: "A word that comes in between." in review(app))
        await pilot.press("y")
        await until(pilot, lambda: len(answers(office)) == 2)


async def test_a_console_says_who_is_answering_and_sends_only_when_they_are_done(
    office: Office,
) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    async with console(office) as (app, pilot):
        main = app.main
        await until(pilot, lambda: "✎ bert is answering" in text(app))
        await pilot.press("r")
        await until(pilot, lambda: main.composer.display)
        assert "bert is answering, until 20:03:00" in text(app)
        await pilot.press(*"Mine", "ctrl+s")
        await until(pilot, lambda: main.composer.asking)
        assert "F sends" not in text(app)
        await pilot.press("y")
        await until(pilot, lambda: not main.composer.asking)
        assert answers(office) == []
        lease.attend(office.desk, BERT, "b", None, writing=False)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: main.composer.asking)
        await pilot.press("y")
        await until(pilot, lambda: answers(office) == ["Mine"])


async def test_a_lead_overrides_in_the_review_with_its_own_key(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)
    async with console(office, "lena") as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.main.composer.display)
        await pilot.press(*"Mine", "ctrl+s")
        await until(pilot, lambda: app.main.composer.asking)
        assert "F sends" in text(app)
        await pilot.press("F")
        await until(pilot, lambda: answers(office) == ["Mine"])


async def test_a_console_tells_what_it_has_open_and_ends_it(office: Office) -> None:
    office.receive(raw())

    def there() -> list[tuple[str, bool]]:
        with office.desk.store.read() as tx:
            found = lease.company(tx, BERT, office.now)
        return [(one.agent, one.writes(office.now)) for one in found]

    async with console(office) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: there() == [("anna", False)])
        await pilot.press("r")
        await until(pilot, lambda: there() == [("anna", True)])
        await pilot.press("escape")
        await until(pilot, lambda: there() == [("anna", False)])
        await pilot.press("escape")
        await until(pilot, lambda: there() == [])
        await pilot.press("enter")
        await until(pilot, lambda: there() == [("anna", False)])
        lease.attend(office.desk, BERT, "b", 1, writing=False)
        await until(pilot, lambda: "◦ bert is reading" in text(app))
        await until(pilot, lambda: app.main.queue.accompanied == {1: False})
    assert there() == []


def test_who_has_a_ticket_open_is_shown_on_the_command_line(office: Office) -> None:
    office.receive(raw())
    lease.attend(office.desk, BERT, "b", 1, writing=True)

    def said(*words: str, as_json: bool = False) -> str:
        more = ["--json"] if as_json else []
        return subprocess.run(
            [*COMMAND, "--config", str(office.file), "--as", "anna", "--now",
             office.now.isoformat(), *more, *words],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    assert "Open with: bert (answering)" in said("show", "1")
    (present,) = json.loads(said("show", "1", as_json=True))["present"]
    assert (present["agent"], present["writing"]) == ("bert", True)
    assert "#1 ✎" in said("agents")
    assert '"at": [{"ticket": 1, "writing": true}]' in said("agents", as_json=True)
