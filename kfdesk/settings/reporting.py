"""What is measured again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kfdesk.errors import Place
from kfdesk.settings.kinds import NOWHERE, Name

Measured = Literal[
    "created",
    "solved",
    "reopened",
    "replies",
    "backlog",
    "first_response",
    "first_response_worktime",
    "resolution",
    "resolution_worktime",
    "sla",
    "sla_kept",
    "sla_missed",
    "satisfaction",
    "spent",
]
Grouped = Literal[
    "hour",
    "day",
    "week",
    "month",
    "team",
    "agent",
    "channel",
    "account",
    "category",
    "priority",
    "tag",
    "group",
]


@dataclass(frozen=True, slots=True)
class Report:
    """What is measured again and again: `kfdesk report NAME`, and in the console."""

    name: Name
    """What the command line calls the report."""
    measure: Measured
    """What is measured; docs/reports.md says what each counts exactly."""
    title: str = ""
    """How it is shown; without it, its name."""
    by: tuple[Grouped, ...] = ("day",)
    """What it is told apart by: at most one time (hour of the day, day, week, month) and two of the
    others. `group` is a group of customers."""
    where: str = ""
    """A query; only tickets that it is true of are measured."""
    since: str = "30d"
    """How far it reaches back: "30d", "12w", or a date."""
    chart: Literal["bar", "line", "none"] = "bar"
    """How it is drawn: a bar for each line, a line over time, or only the figures."""
    place: Place = NOWHERE
