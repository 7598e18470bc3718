"""Each sentence about schedules of the exact semantics, by its name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kfdesk.desk.timing import clockwork
from kfdesk.desk.timing.due import Swept
from kfdesk.errors import ConfigError
from kfdesk.model import SYSTEM, Actor, By, Status
from tests.rules.shop import CUSTOMER, HOUR, NOW, rule
from tests.schedules.conftest import OpenTimepiece, schedule

RULE = Actor(By.RULE, "another")


# --- instants


def test_hour_is_each_full_hour_of_the_desks_time_zone(opened: OpenTimepiece) -> None:
    shop = opened(schedule("look", "is:open"), timezone="Asia/Kolkata")
    number = shop.ticket()
    shop.sweep(minutes=20)
    assert shop.acts("look") == []
    shop.sweep(minutes=20)
    assert shop.acts("look") == [(number, NOW + timedelta(minutes=30))]  # 18:00 in Kolkata


@pytest.mark.parametrize(
    ("every", "first"),
    [
        ("15m", NOW + timedelta(minutes=15)),
        ("day 09:00", datetime(2026, 11, 22, 1, tzinfo=UTC)),
        ("mon 09:00", datetime(2026, 11, 23, 1, tzinfo=UTC)),
    ],
)
def test_or_15m_day_0900_mon_0900(opened: OpenTimepiece, every: str, first: datetime) -> None:
    shop = opened(schedule("look", "is:open", every=every), timezone="Asia/Shanghai")
    number = shop.ticket()
    shop.sweep(first - timedelta(seconds=1))
    assert shop.acts("look") == []
    shop.sweep(first)
    assert shop.acts("look") == [(number, first)]


# --- catching up


def test_each_sync_runs_every_instant_that_became_due_since_the_last_one(
    opened: OpenTimepiece,
) -> None:
    always = timedelta(minutes=1)
    shop = opened(schedule("look", "is:open", repeat_after=always))
    number = shop.ticket()
    assert shop.sweep(hours=3, minutes=10) == Swept(3, 3)
    assert shop.acts("look") == [(number, NOW + n * HOUR) for n in (1, 2, 3)]
    assert shop.sweep() == Swept()
    assert shop.sweep(minutes=50) == Swept(1, 1)


def test_in_time_order_and_then_file_order(opened: OpenTimepiece) -> None:
    again = timedelta(minutes=1)
    shop = opened(
        schedule("second", "is:open", every="30m", repeat_after=again),
        schedule("first", "is:open", repeat_after=again),
    )
    shop.ticket()
    assert shop.sweep(hours=1) == Swept(3, 3)
    lines = [event for event in shop.events(1) if event.kind == "schedule"]
    assert [(event.actor.name, event.at - NOW) for event in lines] == [
        ("second", timedelta(minutes=30)),
        ("second", HOUR),
        ("first", HOUR),
    ]


def test_a_later_schedule_sees_the_ticket_as_an_earlier_one_left_it(opened: OpenTimepiece) -> None:
    solve = schedule("solve", "status:new", {"set": {"status": "solved"}})
    close = schedule("close", "status:solved", {"set": {"status": "closed"}})
    shop = opened(solve, close)
    number = shop.ticket()
    shop.sweep(hours=1)
    assert shop.state(number).status is Status.CLOSED

    shop = opened(close, solve)
    number = shop.ticket()
    shop.sweep(hours=1)
    assert shop.state(number).status is Status.SOLVED


def test_each_with_now_as_that_instant(opened: OpenTimepiece) -> None:
    """Made at twelve, it is older than 90 minutes at two and not at one, however late we look."""
    shop = opened(schedule("old", "age>90m"))
    number = shop.ticket()
    shop.sweep(hours=9)
    assert shop.acts("old") == [(number, NOW + 2 * HOUR)]
    (line,) = [event for event in shop.events(number) if event.kind == "changed"]
    assert line.at == NOW + 2 * HOUR
    assert shop.rows("SELECT updated_at FROM ticket") == [((NOW + 2 * HOUR).timestamp() * 1000,)]


def test_a_machine_that_was_off_for_a_night_catches_up_exactly(opened: OpenTimepiece) -> None:
    """Off for a night is the same as on: the same acts as of the same instants."""
    rules = (
        schedule("remind", "status:pending idle>4h", {"tag": ["reminded"]}),
        schedule("solve", "tag:reminded idle>8h", {"set": {"status": "solved"}}),
        schedule("close", "status:solved idle>12h", {"set": {"status": "closed"}}, every="15m"),
        schedule("count", "is:open", {"untag": ["x"]}, every="day 00:00"),
    )
    journals = []
    for pieces in (1, 7, 960):
        shop = opened(*rules, timezone="Asia/Shanghai")
        for minutes in (0, 7, 30):
            at = NOW - timedelta(minutes=minutes)
            shop.ticket(status="pending", created_at=at, last_person_at=at)
        for n in range(pieces):
            shop.sweep(NOW + (n + 1) * 16 * HOUR / pieces)
        journals.append(
            [
                [(event.at, event.actor, event.kind, event.changes) for event in shop.events(n)]
                for n in (1, 2, 3)
            ]
        )
    assert journals[0] == journals[1] == journals[2]
    assert [shop.state(n).status for n in (1, 2, 3)] == [Status.CLOSED] * 3


def test_a_night_in_which_the_clock_moves_catches_up_exactly(opened: OpenTimepiece) -> None:
    """New York, 1 November 2026: the hour from one to two comes twice."""
    evening = datetime(2026, 11, 1, 3, 59, tzinfo=UTC)  # one minute to midnight
    shop = opened(
        schedule("hours", "is:open", repeat_after=timedelta(minutes=1)),
        schedule("once", "is:open", every="day 01:30", repeat_after=timedelta(minutes=1)),
        timezone="America/New_York",
    )
    shop.rows("DELETE FROM meta WHERE key = 'swept'")
    shop.ticket(created_at=evening)
    shop.sweep(evening)
    shop.sweep(datetime(2026, 11, 1, 8, tzinfo=UTC))  # three in the morning
    hours = [at.hour for _number, at in shop.acts("hours")]
    assert hours == [4, 5, 6, 7, 8]  # 0:00, 1:00, 1:00 again, 2:00, 3:00
    assert [at for _number, at in shop.acts("once")] == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]


# --- no cap


def test_no_cap_on_the_number_of_tickets_and_the_printed_count_is_the_true_count(
    opened: OpenTimepiece, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "CHUNK", 250)
    shop = opened(schedule("close", "status:solved", {"set": {"status": "closed"}}))
    shop.ticket(status="solved")
    names = "subject, status, priority, channel, account, category, team, assignee, customer_id, "
    names += "fields, version, created_at, updated_at, last_person_at, sla, sla_chosen, "
    names += "breached, message_count, unread, quarantine"
    shop.rows(
        f"INSERT INTO ticket ({names}) WITH RECURSIVE n(i) AS "
        f"(SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT {names} FROM ticket, n"
    )
    assert shop.sweep(hours=1) == Swept(1, 3000)
    assert shop.rows("SELECT status, count(*) FROM ticket GROUP BY 1") == [("closed", 3000)]
    assert len(shop.acts("close")) == len(set(shop.acts("close"))) == 3000


def test_one_whose_action_fails_is_not_counted(
    opened: OpenTimepiece, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = opened(schedule("tag", "is:open"))
    shop.ticket()
    shop.ticket()

    def refuse(number: int) -> None:
        raise ValueError(number)

    from kfdesk.desk.tickets import edit

    write = edit.columns

    def columns(state, *rest):  # type: ignore[no-untyped-def]
        return refuse(1) if state.id == 1 else write(state, *rest)

    monkeypatch.setattr(edit, "columns", columns)
    assert shop.sweep(hours=1) == Swept(1, 1)
    assert shop.tags(1) == set()
    assert shop.tags(2) == {"tag"}


# --- epochs


def test_once_per_ticket_and_rule_for_as_long_as_its_condition_stays_true(
    opened: OpenTimepiece,
) -> None:
    shop = opened(schedule("nag", "is:unassigned age>1h"))
    number = shop.ticket()
    shop.sweep(hours=6)
    assert shop.acts("nag") == [(number, NOW + 2 * HOUR)]
    shop.change(number, assignee="li.wei")
    shop.sweep(hours=2)
    shop.change(number, assignee="")
    shop.sweep(hours=2)
    assert shop.acts("nag")[1:] == [(number, NOW + 9 * HOUR)]


def test_an_epoch_ends_where_its_condition_was_false_between_two_instants(
    opened: OpenTimepiece,
) -> None:
    shop = opened(schedule("nag", "is:unassigned"))
    number = shop.ticket()
    shop.sweep(minutes=70)
    shop.change(number, assignee="li.wei")
    shop.sweep(minutes=10)
    shop.change(number, assignee="")
    shop.sweep(minutes=60)
    assert [at - NOW for _number, at in shop.acts("nag")] == [HOUR, 2 * HOUR]


def test_an_epoch_ends_as_time_goes_by(opened: OpenTimepiece) -> None:
    shop = opened(schedule("nag", "idle>1h"))
    number = shop.ticket()
    shop.sweep(hours=3)
    shop.rows("UPDATE ticket SET last_person_at = :at", at=shop.now.timestamp() * 1000)
    shop.sweep(hours=3)
    assert [at - NOW for _number, at in shop.acts("nag")] == [2 * HOUR, 5 * HOUR]
    assert shop.rows("SELECT ticket_id FROM epoch") == [(number,)]


def test_what_a_schedule_does_may_end_its_own_epoch(opened: OpenTimepiece) -> None:
    shop = opened(schedule("close", "status:solved", {"set": {"status": "closed"}}))
    number = shop.ticket(status="solved")
    shop.sweep(hours=1)
    assert shop.rows("SELECT * FROM epoch") == []
    shop.change(number, status=Status.OPEN)
    shop.change(number, status=Status.SOLVED)
    shop.sweep(hours=1)
    assert [at - NOW for _number, at in shop.acts("close")] == [HOUR, 2 * HOUR]


def test_repeat_after_asks_for_more(opened: OpenTimepiece) -> None:
    shop = opened(schedule("nag", "is:unassigned", repeat_after=timedelta(hours=24)))
    shop.ticket()
    shop.sweep(hours=72)
    assert [at - NOW for _number, at in shop.acts("nag")] == [HOUR, 25 * HOUR, 49 * HOUR]


def test_merged_and_deleted_tickets_are_left_alone(opened: OpenTimepiece) -> None:
    shop = opened(schedule("look", "age>1m"), schedule("dead", "is:deleted or is:merged"))
    target = shop.ticket()
    shop.ticket(merged_into=target)
    shop.ticket(deleted_at=NOW)
    assert shop.sweep(hours=1) == Swept(2, 1)


# --- what follows


def test_what_a_schedule_changes_starts_the_ordinary_trigger_passes(opened: OpenTimepiece) -> None:
    shop = opened(
        schedule("escalate", "is:open", {"set": {"priority": "urgent"}}),
        triggers=(
            rule("urgent", "priority.now:urgent by:rule", {"assign": "agent:li.wei"}),
            rule("taken", "changed:assignee", {"tag": ["taken"]}),
            rule("other", "changed:status", {"tag": ["other"]}),
        ),
    )
    number = shop.ticket()
    shop.sweep(hours=1)
    assert shop.state(number).assignee == "li.wei"
    assert shop.tags(number) == {"taken"}
    assert {event.at for event in shop.events(number)} == {NOW + HOUR}


# --- what the lengths of time run from


def test_idle_runs_from_the_last_act_of_a_person(opened: OpenTimepiece) -> None:
    shop = opened(schedule("idle", "idle>2h", repeat_after=timedelta(minutes=1)))
    number = shop.ticket()
    shop.sweep(hours=1, minutes=30)
    shop.change(number, subject="changed by an agent")
    shop.sweep(hours=2, minutes=29)
    assert shop.acts("idle") == []
    shop.sweep(hours=1)
    assert shop.acts("idle") == [(number, NOW + 4 * HOUR)]


@pytest.mark.parametrize("actor", [RULE, SYSTEM])
def test_what_rules_write_does_not_restart_idle(opened: OpenTimepiece, actor: Actor) -> None:
    shop = opened(
        schedule("tag", "is:open", {"set": {"priority": "high"}}, {"note": "look"}),
        schedule("idle", "idle>2h"),
        triggers=(rule("more", "changed:priority", {"reply": "ack"}),),
    )
    number = shop.ticket("Hello", "hello")
    shop.sweep(hours=1, minutes=30)
    assert {event.kind for event in shop.events(number)} >= {"schedule", "changed"}
    shop.change(number, actor, priority="low")
    shop.sweep(hours=2)
    assert shop.acts("idle") == [(number, NOW + 3 * HOUR)]


def test_age_runs_from_creation(opened: OpenTimepiece) -> None:
    shop = opened(schedule("old", "age>2h"))
    number = shop.ticket()
    shop.sweep(hours=1)
    shop.change(number, CUSTOMER, subject="changed")
    shop.sweep(hours=2)
    assert shop.acts("old") == [(number, NOW + 3 * HOUR)]


def test_waiting_runs_from_the_first_unanswered_customer_message(opened: OpenTimepiece) -> None:
    shop = opened(schedule("waits", "is:open waiting>4h"))
    number = shop.ticket(waiting_since=NOW - 2 * HOUR)
    answered = shop.ticket(waiting_since=None)
    shop.sweep(hours=5)
    assert shop.acts("waits") == [(number, NOW + 3 * HOUR)]
    assert answered not in dict(shop.acts("waits"))


# --- what a schedule cannot ask


@pytest.mark.parametrize(
    "when",
    ["by:customer", "changed:status", "event:created", "status.was:open", "not team.now:refunds"],
)
def test_a_schedule_cannot_ask_what_happened(opened: OpenTimepiece, when: str) -> None:
    """Nothing has: it looks because of the time."""
    with pytest.raises(ConfigError, match=when.split()[-1].split(":")[0]):
        opened(schedule("look", when))
