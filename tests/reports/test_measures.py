"""What each measure counts, and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from kfdesk.desk.history.undo import redo, undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.tickets.spent import spend
from kfdesk.errors import UserError
from kfdesk.model import Status
from kfdesk.reports import measures, periods
from kfdesk.reports.chart import bar, spark, squeeze
from kfdesk.reports.document import document
from kfdesk.settings import Grouped, Measured
from tests.desk.office import ANNA
from tests.reports.conftest import Past

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"


def test_the_page_about_reports_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run: make docs"


def test_the_configuration_knows_all_that_can_be_measured() -> None:
    assert set(get_args(Measured)) == set(measures.BY_NAME)
    assert set(get_args(Grouped)) == set(measures.DIMENSIONS)


def test_a_day_is_one_of_the_desks_time_zone(past: Past) -> None:
    assert past.figures("created", "day") == {"2026-11-16": 2, "2026-11-18": 1, "2026-11-20": 1}
    assert past.figures("created", "hour") == {"09:00": 3, "23:00": 1}
    assert past.figures("created", "week") == {"2026-W47": 4}
    assert past.figures("created", "month") == {"2026-11": 4}


def test_a_report_over_time_names_days_on_which_nothing_happened(past: Past) -> None:
    found = past.measure("created", "day", since="2d")
    assert [(key, one.n) for key, one in found.lines] == [
        (("2026-11-18",), 1), (("2026-11-19",), 0), (("2026-11-20",), 1)
    ]  # fmt: skip
    assert past.measure("satisfaction", "day", since="1d").lines[0][1].value is None


def test_figures_are_told_apart_by_groups_and_filtered_by_a_query(past: Past) -> None:
    assert past.figures("created", "team") == {"": 2, "refunds": 2}
    assert past.figures("created", "tag") == {"": 2, "money": 2}
    assert past.figures("created", "day", "team", where="team:refunds") == {
        "2026-11-16 refunds": 1, "2026-11-18 refunds": 1
    }  # fmt: skip
    assert past.figures("created", "agent", where="assignee:me") == {"anna": 2}


def test_solving_and_opening_again_count_when_they_happen(past: Past) -> None:
    assert past.figures("solved", "day") == {"2026-11-17": 1, "2026-11-18": 1}
    assert past.figures("reopened", "day") == {"2026-11-19": 1}
    past.to(1, Status.SOLVED)
    past.to(1, Status.CLOSED)
    assert past.figures("solved", "day")["2026-11-20"] == 1  # closing what is solved is nothing new


def test_what_was_undone_never_happened(past: Past) -> None:
    past.to(3, Status.SOLVED)
    assert past.measure("solved").total.n == 3
    undo(past.desk, ANNA)
    assert past.measure("solved").total.n == 2
    assert past.measure("reopened").total.n == 1
    redo(past.desk, ANNA)
    assert past.measure("solved").total.n == 3


def test_replies_are_those_of_the_agents_who_wrote_them(past: Past) -> None:
    past.reply(1)
    assert past.figures("replies", "agent") == {"anna": 2, "bert": 1}


def test_the_backlog_is_counted_back_from_what_is_open_now(past: Past) -> None:
    assert past.figures("backlog", "day", since="5d") == {
        "2026-11-16": 2, "2026-11-17": 1, "2026-11-18": 1, "2026-11-19": 2, "2026-11-20": 3
    }  # fmt: skip
    assert past.figures("backlog", "team") == {"": 1, "refunds": 2}
    assert past.measure("backlog", "week").total.n == 3
    past.to(3, Status.SOLVED)
    undo(past.desk, ANNA)
    assert past.figures("backlog", "day", since="0d") == {"2026-11-20": 3}


def test_times_are_medians_with_what_bounds_nine_in_ten(past: Past) -> None:
    (_key, anna), (_other, bert) = sorted(past.measure("first_response", "agent").lines)
    assert (anna.value, bert.value) == (1800, 11 * 3600)
    total = past.measure("first_response").total
    assert (total.n, total.value, total.nine) == (2, 1800, 11 * 3600)
    assert past.measure("resolution").total.n == 1  # the other is open again
    assert past.measure("first_response_worktime").total.value == 1800


def test_promises_are_kept_or_missed(past: Past) -> None:
    from kfdesk.desk.timing.clockwork import catch_up

    catch_up(past.desk)
    kept, missed = past.measure("sla_kept").total.n, past.measure("sla_missed").total.n
    assert kept
    assert missed
    assert past.measure("sla").total.value == pytest.approx(kept / (kept + missed))


def test_time_spent_is_added_up(past: Past) -> None:
    spend(past.desk, 1, timedelta(minutes=20), ANNA)
    spend(past.desk, 2, timedelta(minutes=5), ANNA)
    assert past.figures("spent", "agent") == {"anna": 25 * 60}


def test_what_was_merged_away_counts_no_more(past: Past) -> None:
    merge(past.desk, [4], 3, ANNA)
    assert past.measure("created").total.n == 3


def test_what_cannot_be_measured_is_named_with_what_can(past: Past) -> None:
    for measure, by, said in (
        ("creatd", (), "did you mean created"),
        ("created", ("weak",), "did you mean week"),
        ("created", ("day", "week"), "at most one of hour, day, week, month"),
        ("backlog", ("hour",), "hour"),
    ):
        with pytest.raises(UserError, match=said):
            past.measure(measure, *by)
    with pytest.raises(UserError, match="nothing lies between"):
        past.measure("created", since="2027-01-01")


def test_a_day_on_which_clocks_change_is_one_day() -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    start, end = datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC)
    found = periods.offsets(start, end, berlin)
    assert [ahead for _at, ahead in found] == [7_200_000, 3_600_000]
    assert datetime.fromtimestamp(found[1][0] / 1000, UTC) == datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert next(periods.between("day", start, end, berlin)) == "2026-10-24"


def test_charts_are_cells() -> None:
    assert bar(10, 10, 4) == "████"
    assert bar(0, 10, 4) == ""
    assert bar(0.01, 10, 4) == "▏"
    assert spark([0, 5, None, 10]) == "▁▅ █"
    assert squeeze([1, 3, None, None, 5, 7], 3) == [2, None, 6]
