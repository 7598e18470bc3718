"""Which views there are, in which groups, and which of them a digit shows."""

from __future__ import annotations

from dataclasses import dataclass

from kfdesk.i18n import _
from kfdesk.settings import Settings, View

#: So many views have a digit of their own.
DIGITS = 10


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The views: the first have the digits, those before `tabs` stand in the line above.

    A group is a title and the places of its views.
    """

    views: tuple[View, ...]
    tabs: int
    groups: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def order(self) -> tuple[int, ...]:
        """The places of the views, from the top of the pane."""
        return tuple(place for _title, places in self.groups for place in places)


def catalogue(settings: Settings) -> Catalogue:
    """What everybody needs, what each team has, and the configuration's own views."""
    own = settings.views
    names = {view.name for view in own}
    common = tuple(view for view in _common() if view.name not in names)
    teams = tuple(
        View(f"team:{team.name}", team.title or team.name, f'is:open team:"{team.name}"')
        for team in settings.teams
    )
    first = tuple(view for view in common if view.name == "open")
    usual = own or tuple(view for view in common if view.name in ("mine", "unassigned", "all"))
    tabs = (*first, *usual)[:DIGITS]
    rest = tuple(view for view in (*common, *teams, *own) if view not in tabs)
    views = (*tabs, *rest)
    groups = (
        (_("Tickets"), _places(views, common)),
        (_("Teams"), _places(views, teams)),
        (_("Own views"), _places(views, own)),
    )
    return Catalogue(views, len(tabs), tuple(group for group in groups if group[1]))


def _common() -> tuple[View, ...]:
    return (
        View("open", _("Open"), "is:open"),
        View("unread", _("Unread"), "is:open is:unread"),
        View("mine", _("Mine"), "is:open assignee:me"),
        View("unassigned", _("Unassigned"), "is:open is:unassigned"),
        View("breached", _("Breached"), "is:open is:breached"),
        View("snoozed", _("Snoozed"), "is:open is:snoozed"),
        View("tasks", _("Tasks"), "type:task is:open sort:task_due"),
        View("all", _("All"), ""),
    )


def _places(views: tuple[View, ...], wanted: tuple[View, ...]) -> tuple[int, ...]:
    return tuple(views.index(view) for view in wanted)
