"""What can be measured, by what, and what each means exactly; docs/reports.md is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kfdesk.errors import UserError
from kfdesk.i18n import _
from kfdesk.rules.names import meant

#: How facts become a figure: their number, the sum of their values, the middle one, the mean, the
#: share of those that are 1, or what stands at the end of a time.
How = Literal["count", "sum", "middle", "mean", "share", "level"]


def N_(message: str) -> str:  # noqa: N802 -- gettext's name for "to be translated at run time"
    """Mark a text for translation without translating it yet."""
    return message


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that can be measured. `counts` says what counts, and at which instant."""

    name: str
    message: str
    how: How
    counts: str

    @property
    def title(self) -> str:
        """The measure in words."""
        return _(self.message)

    @property
    def seconds(self) -> bool:
        """Whether its figures are lengths of time."""
        return self.how == "middle" or self.name == "spent"


MEASURES: tuple[Measure, ...] = (
    Measure(
        "created",
        N_("Tickets created"),
        "count",
        "Each ticket, at the instant it was opened (`created:`), however it came: by mail, by "
        "hand, by a split. An imported ticket counts when it was opened in the other desk.",
    ),
    Measure(
        "solved",
        N_("Tickets solved"),
        "count",
        "Each time that a ticket went from an open status (new, open, pending, hold) to solved or "
        "closed, at that instant; solved twice counts twice. What was undone never happened.",
    ),
    Measure(
        "reopened",
        N_("Tickets reopened"),
        "count",
        "Each time that a ticket went from solved or closed to an open status, at that instant. "
        "Undoing a solve is no reopening.",
    ),
    Measure(
        "replies",
        N_("Replies by agents"),
        "count",
        "Each answer of an agent to a customer, at the instant it was written. Notes, side "
        "conversations and what rules answer are none. By agent: who wrote it.",
    ),
    Measure(
        "backlog",
        N_("Open tickets at the end"),
        "level",
        "How many tickets stood open (new, open, pending, hold) at the end of each day, week or "
        "month, or now where that has not ended: counted back from those that are open now. "
        "Without a time it is what stood open at the end of the whole.",
    ),
    Measure(
        "first_response",
        N_("Time to first response"),
        "middle",
        "From when a ticket was opened to the first answer of a person, all time counted, at the "
        "instant of the answer. The figure is the median; with it stand the time within which nine "
        "in ten had one, and of how many.",
    ),
    Measure(
        "first_response_worktime",
        N_("Working time to first response"),
        "middle",
        "The same by the clock of the SLA policy: the working time of its calendar, without the "
        "statuses in which it stands. Only tickets with an SLA target for it.",
    ),
    Measure(
        "resolution",
        N_("Time to resolution"),
        "middle",
        "From when a ticket was opened to when it was solved last, all time counted, at the "
        "instant it was solved. A ticket that is open again does not count. Median, nine in ten, "
        "of how many.",
    ),
    Measure(
        "resolution_worktime",
        N_("Working time to resolution"),
        "middle",
        "The same by the clock of the SLA policy. Only tickets with an SLA target for it.",
    ),
    Measure(
        "sla",
        N_("SLA met"),
        "share",
        "Of all SLA targets (first response, next response, resolution) that came to an end, the "
        "share that was met: in time, at the instant it was met; missed, at its deadline. By agent "
        "and team: for one that was missed, who had the ticket then.",
    ),
    Measure("sla_kept", N_("SLA targets met"), "count", "Those of `sla` that were kept."),
    Measure("sla_missed", N_("SLA targets missed"), "count", "Those of `sla` that were missed."),
    Measure(
        "satisfaction",
        N_("Satisfaction"),
        "mean",
        "The mean of the scores, 1 to 5, that customers gave, at the instant of the answer; a "
        "later answer of the same ticket takes the place of an earlier one.",
    ),
    Measure(
        "spent",
        N_("Time spent"),
        "sum",
        "The work that agents wrote down, at the instant they did. By agent: who wrote it.",
    ),
)
BY_NAME = {measure.name: measure for measure in MEASURES}

#: Units of time, of which a report has one at most: the milliseconds that facts are added up by.
TIMES = ("hour", "day", "week", "month")
_DIMENSIONS = {
    "hour": N_("Hour"),
    "day": N_("Day"),
    "week": N_("Week"),
    "month": N_("Month"),
    "team": N_("Team"),
    "agent": N_("Agent"),
    "channel": N_("Channel"),
    "account": N_("Account"),
    "category": N_("Category"),
    "priority": N_("Priority"),
    "tag": N_("Tag"),
    "group": N_("Customer group"),
}
DIMENSIONS = tuple(_DIMENSIONS)
MOST = 3


def dimension(name: str) -> str:
    """What figures are told apart by, in words."""
    return _(_DIMENSIONS[name])


def measure(name: str) -> Measure:
    """Return the measure of that name; UserError with the nearest one."""
    if name in BY_NAME:
        return BY_NAME[name]
    raise UserError(
        _("--measure {name}: nothing of that name is measured; {hint}").format(
            name=name, hint=meant(name, BY_NAME)
        )
    )


def check_by(by: tuple[str, ...]) -> None:
    """UserError for what figures cannot be told apart by."""
    for name in by:
        if name not in DIMENSIONS:
            raise UserError(
                _("--by {name}: figures cannot be told apart by that; {hint}").format(
                    name=name, hint=meant(name, DIMENSIONS)
                )
            )
    if len(by) > MOST or len(set(by)) < len(by) or sum(name in TIMES for name in by) > 1:
        raise UserError(
            _("--by {by}: at most one of {times}, and two of the others, each once").format(
                by=",".join(by), times=", ".join(TIMES)
            )
        )
