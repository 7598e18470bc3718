"""Time left, in the queue and beside the conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from kfdesk import i18n
from kfdesk.desk.timing.counted import Counted, Pause
from kfdesk.model import Status
from kfdesk.tui.queue.painter import RowPainter, Who
from kfdesk.tui.source.source import Reading
from kfdesk.tui.ticket.standing import facts
from kfdesk.tui.ticket.steps import became
from tests.tui.fake import NOW, FakeSource, row

HOUR = timedelta(hours=1)
WHO = Who("li.wei", {}, ZoneInfo("Asia/Shanghai"), lambda: NOW, {"gold": ("pending",)})


def cell(due: datetime | None, status: Status = Status.OPEN) -> tuple[str, str]:
    return RowPainter(WHO, 100).due(replace(row(1), due_at=due, status=status, sla="gold"), NOW)


def test_a_row_counts_down_turns_yellow_then_red_and_stands_in_a_pause() -> None:
    assert cell(NOW + 3 * HOUR) == ("3h", "muted")
    assert cell(NOW + HOUR / 2) == ("30m", "warning")
    assert cell(NOW - HOUR) == ("-1h", "error")
    assert cell(None, Status.PENDING) == ("‖", "muted")
    assert cell(None) == ("", "muted")


@pytest.mark.parametrize("width", [45, 60, 78, 100, 140])
def test_a_desk_with_deadlines_shows_them_at_any_width(width: int) -> None:
    late = replace(row(1), due_at=NOW - HOUR, sla="gold")
    shown = "".join(text for text, _style in RowPainter(WHO, width).row(late))
    assert "-1h" in shown
    assert "-1h" not in "".join(
        text for text, _style in RowPainter(replace(WHO, pauses={}), width).row(late)
    )


def clock(**more: object) -> Counted:
    values: dict[str, object] = {
        "target": "resolve", "policy": "gold", "calendar": "office", "allowed": 24 * HOUR,
        "started_at": NOW - 5 * HOUR, "intervals": ((NOW - 5 * HOUR, NOW),), "pauses": (),
        "used": 5 * HOUR, "left": 19 * HOUR, "runs": True, "due_at": NOW + 19 * HOUR,
        "warn_at": NOW + 15 * HOUR, "warned_at": None, "met_at": None, "dropped_at": None,
        "breached_at": None, "over": timedelta(0), "holder": "", "team": "", **more,
    }  # fmt: skip
    return Counted(**values)  # type: ignore[arg-type]


def told(one: Counted, now: datetime = NOW, of: str = "resolution") -> str:
    reading: Reading = replace(FakeSource().reading(3), clocks=(one,))
    text = facts(reading, replace(WHO, now=lambda: now), 28).plain
    return next(line for line in text.splitlines() if line.startswith(of))


def test_the_facts_say_how_each_promise_stands() -> None:
    assert told(clock()).split()[1] == "19h"
    assert told(clock(), NOW + 20 * HOUR).split()[1] == "-1h"  # as time goes by, nothing is asked
    standing = clock(runs=False, due_at=None, pauses=(Pause(NOW - HOUR, None, Status.PENDING),))
    assert told(standing).split()[1:] == ["‖", "19h", "paused"]
    assert told(clock(met_at=NOW, runs=False)).split()[1] == "✓"
    late = clock(met_at=NOW, runs=False, used=26 * HOUR, left=-2 * HOUR, over=2 * HOUR)
    assert told(late).split()[1:3] == ["✗", "-2h"]


def test_in_chinese_a_promise_is_told_whole_in_the_same_room() -> None:
    late = clock(met_at=NOW, runs=False, used=26 * HOUR, left=-2 * HOUR, over=45 * HOUR / 60)
    paused = clock(runs=False, due_at=None, left=19 * HOUR)
    try:
        i18n.use("zh")
        lines = [told(late, of="解决"), told(paused, of="解决")]
    finally:
        i18n.use("en")
    assert [line.split()[1:3] for line in lines] == [["✗", "-45分钟"], ["‖", "19小时"]]
    assert max(map(cell_len, lines)) <= 28


def test_a_conversation_says_that_a_deadline_was_missed_and_which_tags_came_and_went() -> None:
    assert became("breached", False, True, WHO) == "a deadline was missed"
    assert became("tags", ["refund"], ["refund", "waiting"], WHO) == "Tags +waiting"
    assert became("tags", ["refund"], [], WHO) == "Tags -refund"
