"""Triggers that need not be written: a switch of the configuration stands for each.

They run behind the written ones, and are traced, tried on the past and explained like those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfdesk.settings import Settings, Team, Trigger

#: What each step of a ticket is to a rule.
_STEPS: Mapping[str, str] = {
    "received": "(event:created by:customer auto:no)",
    "accepted": "(status.was:new status.now:open assignee:none or assignee.was:none is:assigned"
    " status:new)",
    "team": "(changed:team -event:created)",
    "pending": "status.now:pending",
    "hold": "status.now:hold",
    "open": "(status.was:pending,hold,solved,closed status.now:open -by:customer)",
    "solved": "status.now:solved",
    "closed": "status.now:closed",
}
#: The rule that asks how satisfied a customer is.
ASKING = "[desk] csat"
#: The rule that answers who asks how far their ticket has come.
ANSWERING = "[desk] progress"


def triggers(settings: Settings) -> Iterator[Trigger]:
    """The triggers that the switches of a configuration stand for."""
    if settings.desk.csat:
        yield Trigger(
            ASKING,
            on=("updated",),
            when="by:agent status.now:solved",
            do=({"csat": True},),
            place=settings.desk.place.at("csat"),
        )
    for team in settings.teams:
        if team.progress:
            yield _progress(team)


def _progress(team: Team) -> Trigger:
    name = team.name.replace('"', " ")
    steps = " or ".join(_STEPS[step] for step in team.progress)
    return Trigger(
        f"[[team]] {team.name}: progress",
        when=f'team:"{name}" ({steps})',
        do=({"progress": True},),
        place=team.place.at("progress"),
    )
