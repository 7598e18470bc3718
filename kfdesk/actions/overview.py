"""The screens that look at the desk as a whole, and at what it goes by."""

from __future__ import annotations

from kfdesk.actions.action import LOOK, N_, Action, Scope

OVERVIEW: tuple[Action, ...] = (
    Action("board.show", N_("Board: the desk at a glance"), ("g b",), LOOK, "", ("board",)),
    Action(
        "report.show", N_("Reports"), ("g p",), LOOK, "", ("report", "reports"), "[NAME|MEASURE]"
    ),
    Action("search.show", N_("Search everything"), ("g s",), LOOK, "", ("search",), "[WORDS]"),
    Action("rules.show", N_("Rules"), ("g r",), LOOK, "", ("rules",)),
    Action("errors.show", N_("Configuration errors"), ("g e",), LOOK, "", ("errors",)),
    Action("board.left", N_("Left"), ("left", "h"), (Scope.BOARD,), listed=False),
    Action("board.right", N_("Right"), ("right", "l"), (Scope.BOARD,), listed=False),
    Action(
        "board.wall", N_("Wall display: no keys, no cursor"), ("w",), (Scope.BOARD,), N_("wall")
    ),
    Action("report.measure", N_("Choose the measure"), ("m",), (Scope.REPORTS,), N_("measure")),
    Action("report.by", N_("Choose what to group by"), ("b",), (Scope.REPORTS,), N_("by")),
    Action("report.since", N_("Choose the period"), ("s",), (Scope.REPORTS,), N_("since")),
    Action(
        "report.own",
        N_("Choose a report of the configuration"),
        ("o",),
        (Scope.REPORTS,),
        N_("reports"),
    ),
    Action(
        "rules.edit",
        N_("Edit the file at this line"),
        ("e",),
        (Scope.RULES, Scope.ERRORS),
        N_("edit"),
        local=True,
    ),
    Action(
        "rules.test",
        N_("Test these rules on the last days"),
        ("t",),
        (Scope.RULES, Scope.ERRORS),
        N_("test"),
    ),
)
