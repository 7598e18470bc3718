"""Epochs against a plain model: whatever happens between instants, each is begun and ended once."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfdesk.desk.tickets.change import opened as seen
from kfdesk.model import OPEN_STATUSES, Status
from tests.rules.shop import HOUR, NOW, rule
from tests.schedules.conftest import OpenTimepiece, Timepiece, schedule

#: An hour at which a ticket's waiting grows old enough.
OLD = timedelta(minutes=90)
#: What happens, in turn: to which of two tickets, and how many minutes later.
HAPPENS = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.sampled_from(
            [{"status": "open"}, {"status": "solved"}, {"assignee": ""}, {"assignee": "li.wei"}, {}]
        ),
        st.integers(1, 100),
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happens=HAPPENS, repeat=st.sampled_from([None, timedelta(minutes=150)]))
def test_a_schedule_acts_as_a_plain_model_of_it_does(
    happens: list[tuple[int, dict[str, str], int]], repeat: timedelta | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        nag = schedule("nag", "is:open is:unassigned age>90m", repeat_after=repeat)
        shop = Timepiece(Path(folder), nag)
        tickets = {shop.ticket(): ["new", ""] for _ in range(2)}
        fired: dict[int, datetime] = {}  # of epochs that go on
        expected: list[tuple[int, datetime]] = []

        def holds(number: int, at: datetime) -> bool:
            status, assignee = tickets[number]
            return status in OPEN_STATUSES and not assignee and at - NOW > OLD

        at = NOW
        for number, wanted, minutes in [*happens, (1, {}, 61)]:
            later = at + timedelta(minutes=minutes)
            hour = NOW + ((at - NOW) // HOUR + 1) * HOUR
            while hour <= later:
                for one in tickets:
                    if not holds(one, hour):
                        fired.pop(one, None)
                    elif one not in fired or (repeat and hour - fired[one] >= repeat):
                        fired[one] = hour
                        expected.append((one, hour))
                hour += HOUR
            at = later
            shop.sweep(at)
            typed: dict[str, Any] = dict(wanted)
            if "status" in typed:
                typed["status"] = Status(typed["status"])
                tickets[number][0] = wanted["status"]
            if "assignee" in typed:
                tickets[number][1] = wanted["assignee"]
            shop.change(number, **typed)
            if not holds(number, at):
                fired.pop(number, None)
        assert shop.acts("nag") == expected
        shop.desk.close()


def test_a_ticket_that_is_read_leaves_the_epoch_of_the_unread(opened: OpenTimepiece) -> None:
    shop = opened(schedule("unread", "is:unread"))
    number = shop.ticket()
    shop.sweep(hours=1)
    seen(shop.desk, number)
    shop.rows("UPDATE ticket SET unread = 1")
    shop.sweep(hours=1)
    assert [at - NOW for _number, at in shop.acts("unread")] == [HOUR, 2 * HOUR]


def test_what_a_trigger_makes_of_it_ends_an_epoch_too(opened: OpenTimepiece) -> None:
    shop = opened(
        schedule("nag", "is:open is:unassigned", {"tag": ["nagged"]}),
        triggers=(rule("take", "changed:tag", {"assign": "agent:li.wei"}),),
    )
    number = shop.ticket()
    shop.sweep(hours=1)
    assert shop.rows("SELECT * FROM epoch") == []
    shop.change(number, assignee="")
    shop.sweep(hours=1)
    assert len(shop.acts("nag")) == 2


def test_two_schedules_have_epochs_of_their_own(opened: OpenTimepiece) -> None:
    shop = opened(schedule("one", "is:open"), schedule("two", "is:unassigned"))
    number = shop.ticket()
    shop.sweep(hours=1)
    shop.change(number, assignee="li.wei")
    assert shop.rows("SELECT schedule, ticket_id FROM epoch") == [("one", number)]
