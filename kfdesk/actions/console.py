"""The console itself."""

from __future__ import annotations

from kfdesk.actions.action import LOOK, N_, READ, Action, Scope

CONSOLE: tuple[Action, ...] = (
    Action("console.back", N_("Back"), ("escape",), LOOK, N_("back"), listed=False),
    Action("console.close", N_("Back; at the top, quit"), ("q",), LOOK, listed=False),
    Action("agent.away", N_("Be away, or back"), ("O",), READ, "", ("away",), "3h"),
    Action("console.sync", N_("Sync now, and take in new tickets"), ("R",), LOOK, "", ("sync",)),
    Action("change.repeat", N_("Repeat the last change"), ("full_stop",), READ, "", ("repeat",)),
    Action("console.command", N_("Command line"), ("colon",), LOOK),
    Action("console.palette", N_("Find an action"), ("ctrl+p",), (Scope.GLOBAL,), N_("actions")),
    Action("console.help", N_("Help"), ("question_mark",), LOOK, N_("help"), ("help",)),
    Action("console.theme", N_("Choose a theme"), (), LOOK, "", ("theme",), "NAME"),
    Action("console.language", N_("Choose the language"), (), LOOK, "", ("language",), "zh"),
    Action(
        "tour.begin", N_("Start the tour, or leave it"), ("g question_mark",), LOOK, "", ("tour",)
    ),
    Action("tour.next", N_("Next step of the tour"), ("greater_than_sign",), LOOK, listed=False),
    Action("tour.back", N_("Previous step of the tour"), ("less_than_sign",), LOOK, listed=False),
    Action("console.suspend", N_("To the shell; fg comes back"), ("ctrl+z",), LOOK, local=True),
    Action("console.quit", N_("Quit"), ("ctrl+q",), (Scope.GLOBAL,), "", ("quit", "q")),
)
