"""`kfdesk rules list`: what is loaded, and how often it acted."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.tickets.change import change
from kfdesk.desk.why.loaded import Loaded, loaded
from kfdesk.desk.why.paper import Paper
from kfdesk.desk.why.rulebook import rulebook
from kfdesk.desk.why.words import Words
from kfdesk.model import Change, Status
from tests.desk.office import ANNA, NOW, Office, raw

RULES = """
[calendar.office]
hours = { mon-sun = ["00:00-24:00"] }
[[trigger]]
name = "First"
on = ["created"]
when = "by:customer"
do = [{ tag = ["a"] }, { untag = ["b"] }, { reply = "ack" }, { set = { priority = "high" } }]
group = "greeting"
stop = true
[[trigger]]
name = "Second"
when = "changed:status status:solved"
always = true
do = [{ note = "done" }]
[[bot]]
name = "Parcels"
when = "parcel"
reply = "ack"
times = 2
[[schedule]]
name = "Close"
every = "day 09:00"
when = "status:solved"
do = [{ set = { status = "closed" } }]
repeat_after = "24h"
[[sla]]
name = "Gold"
calendar = "office"
first_response = { urgent = "15m", normal = "2h" }
resolve = "24h"
[[route]]
name = "Refund questions"
when = "team:refunds is:unassigned"
team = "refunds"
strategies = ["least-open"]
"""


def by_name(desk: Desk) -> dict[str, Loaded]:
    found = loaded(desk)
    json.dumps([one.as_json() for one in found], default=str)
    return {one.name: one for one in found}


def test_everything_is_listed_in_its_order_with_its_line_and_how_often_it_acted(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, RULES)
    office.receive(raw(), raw())
    number = office.tickets()[0].number
    change(office.desk, number, Change(status=Status.SOLVED), ANNA)
    found = by_name(office.desk)
    assert [one.kind for one in found.values()] == [
        *["trigger"] * 2, "bot", "schedule", "sla", "route",
    ]  # fmt: skip
    first = found["First"]
    lines = office.file.read_text(encoding="utf-8").splitlines()
    assert lines[first.place.line - 1] in ("[[trigger]]", 'name = "First"')
    assert (first.fired, first.last) == (2, NOW)
    assert (found["Second"].fired, found["Parcels"].fired) == (1, 0)
    assert found["Gold"].fired == 2  # high is promised no first response
    assert found["Close"].next_at == (NOW + timedelta(days=1)).replace(hour=1)
    office.now += timedelta(days=31)
    assert by_name(office.desk)["First"].fired == 0
    office.close()


def test_a_rule_of_several_files_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(
        '[[trigger]]\nname = "More"\nwhen = "is:open"\ndo = [{ note = "x" }]\n', encoding="utf-8"
    )
    office = Office(tmp_path, RULES)
    file = office.file
    file.write_text('include = ["more.toml"]\n' + file.read_text(encoding="utf-8"), "utf-8")
    desk = office.desk.with_settings(load(file))
    paper = Paper(Words.of(desk.settings), 120)
    told = ["".join(text for text, _style in line) for line in rulebook(paper, loaded(desk))]
    (more,) = [line for line in told if " More " in line]
    (first,) = [line for line in told if " First " in line]
    assert more.endswith("more.toml:1")
    assert f"  {file.name}:" in first
    office.close()


def test_it_is_told_in_words_at_any_width(tmp_path: Path) -> None:
    office = Office(tmp_path, RULES)
    office.receive(raw())
    words = Words.of(office.settings)
    for width in (40, 80, 120):
        lines = [
            "".join(text for text, _style in line)
            for line in rulebook(Paper(words, width), loaded(office.desk))
        ]
        assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for said in (
        "once in 30 days, at 2026-11-21 20:00",
        "+a · -b · reply ack · priority=high",
        "only for: a new ticket · group “greeting”: the first that fires · then no later rule",
        "looks at every update",
        "2 times a ticket",
        "every day at 09:00, next at 2026-11-22 09:00 · again after 24h",
        "urgent 15m",
        "resolution 24h",
        "paused while: pending",
        "least-open  (refunds)",
    ):
        assert said in text, said
    office.close()
