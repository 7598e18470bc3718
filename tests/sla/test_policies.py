"""What a policy must say, and what becomes of clocks when the configuration changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kfdesk.config import load as read_settings
from kfdesk.desk import Desk
from kfdesk.errors import ConfigError
from kfdesk.rules.reading.load import load
from tests.desk.office import raw
from tests.sla.conftest import CALENDAR, POLICY, Watched, at

Make = Callable[..., Watched]


def wrong(folder: Path, policy: str) -> str:
    """What is wrong with a policy."""
    file = folder / "kfdesk.toml"
    file.write_text(f"{CALENDAR}\n[[sla]]\nname = 'all'\n{policy}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(read_settings(file))
    assert str(caught.value).startswith(f"{file}:")
    return str(caught.value)


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ('resolve = "1h"\ncalendar = "ofice"', "unknown calendar “ofice”; did you mean office?"),
        ('calendar = "office"', "this policy promises nothing"),
        ('resolve = "9999w"', "at most ten years"),
        ('resolve = "1h"\nwhen = "event:created"', "event"),
        ('resolve = "1h"\nwhen = "team:nobody"', "nobody"),
    ],
)
def test_a_wrong_policy_is_an_error_that_names_file_line_and_remedy(
    tmp_path: Path, policy: str, says: str
) -> None:
    assert says in wrong(tmp_path, policy)


def configure(desk: Watched, old: str, new: str) -> None:
    """Change the configuration of a desk, as somebody would between two runs."""
    desk.desk.close()
    text = desk.file.read_text(encoding="utf-8")
    assert old in text
    desk.file.write_text(text.replace(old, new), encoding="utf-8")
    desk.settings = read_settings(desk.file)
    desk.desk = Desk.open(desk.settings, lambda: desk.now)


def test_a_calendar_that_was_changed_moves_what_is_due_instead_of_breaching(office: Make) -> None:
    desk = office()
    number = desk.mail()
    configure(desk, "09:00-17:00", "10:30-17:00")
    desk.at("11:00")
    desk.strike()
    assert not desk.ticket(number).breached
    assert desk.ticket(number).first_response_due == at("11:30")


def test_a_policy_that_was_taken_out_breaches_nothing(office: Make) -> None:
    desk = office()
    number = desk.mail()
    configure(desk, POLICY, "")
    desk.at("16:00")
    desk.strike()
    assert not desk.ticket(number).breached
    assert desk.ticket(number).due_at is None
    assert {clock.dropped_at is None for clock in desk.clocks(number)} == {False}


def test_a_policy_that_came_with_the_configuration_counts_from_when_the_customer_wrote(
    office: Make,
) -> None:
    desk = office("")
    number = desk.mail()
    desk.file.write_text(desk.file.read_text() + "# rules")
    configure(desk, "# rules", CALENDAR + POLICY)
    desk.at("10:30")
    desk.set(number, assignee="anna")
    assert desk.ticket(number).first_response_due == at("11:00")


def test_many_tickets_warn_and_breach_together(office: Make) -> None:
    rules = """
[[trigger]]
name = "Escalate"
when = "event:sla.breached"
do = [{ set = { priority = "urgent" } }]
"""
    desk = office(CALENDAR + POLICY + rules)
    desk.receive(*(raw(sender=f"P{n} <p{n}@customer.example>") for n in range(250)))
    desk.at("11:00")
    assert desk.strike() == 500  # each warned and breached
    assert {(t.breached, str(t.priority)) for t in desk.tickets()} == {(True, "urgent")}
    assert {len(desk.clocks(n)) for n in (1, 250)} == {2}


def test_a_deleted_or_merged_ticket_promises_nothing(office: Make) -> None:
    desk = office()
    first, second = desk.mail(), desk.mail(raw(sender="Bo <bo@customer.example>"))
    desk.sql("UPDATE ticket SET deleted_at = 1 WHERE id = :id", id=first)
    desk.sql("UPDATE ticket SET merged_into = 1 WHERE id = :id", id=second)
    desk.at("16:00")
    desk.strike()
    assert desk.sql("SELECT count(*) FROM sla_clock WHERE dropped_at IS NULL")[0][0] == 0
    assert desk.sql("SELECT count(*) FROM event WHERE kind LIKE 'sla%'")[0][0] == 0


def test_what_is_undone_with_its_transaction_leaves_no_clock(office: Make) -> None:
    from kfdesk.desk.timing import striking

    desk = office()
    number = desk.mail()
    desk.at("11:00")
    before = desk.clocks(number)

    def interrupted() -> None:
        with desk.desk.store.write() as tx:
            assert striking.strike(desk.desk, tx, desk.now, 100) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert desk.clocks(number) == before
    assert not desk.ticket(number).breached
    desk.strike()
    assert desk.ticket(number).breached
