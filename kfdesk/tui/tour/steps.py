"""The steps of the tour: what to do, how one knows that it was done, and what happened then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kfdesk.actions import shown
from kfdesk.i18n import _
from kfdesk.tui.keys.keymap import Keys

if TYPE_CHECKING:
    from kfdesk.tui.main import Main

_LOOKED = ("move.", "message.")


@dataclass(slots=True)
class Deeds:
    """What was done since a step began: the actions by key, and what the desk's journal says."""

    actions: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `happened` is said once it is done."""

    text: str
    happened: str
    done: Callable[[Main, Deeds], bool]


def steps(keys: Keys) -> tuple[Step, ...]:
    """The steps, in the language in use, with the keys that are in force."""

    def key(action: str) -> str:
        return shown(keys.of_action[action][0]) if keys.of_action[action] else f":{action}"

    return (
        Step(
            _(
                "A made-up shop: try anything, nothing leaves this machine. In front of you is the "
                "queue, a line for each ticket. Go down with {down} or ↓, and up again."
            ).format(down=key("move.down")),
            _("The ticket under the cursor is shown beside the queue, where there is room."),
            lambda _main, deeds: any(name.startswith("move.") for name in deeds.actions),
        ),
        Step(
            _("Open the ticket under the cursor: press {open}.").format(open=key("ticket.open")),
            _("You are in the conversation now; the line below shows the keys that work here."),
            lambda main, _deeds: main.reading,
        ),
        Step(
            _("Read on with {down} or ↓; {next} jumps to the next message.").format(
                down=key("move.down"), next=key("message.next")
            ),
            _("Long quotes are folded; {unfold} unfolds them.").format(
                unfold=key("message.unfold")
            ),
            lambda main, deeds: (
                main.reading and any(name.startswith(_LOOKED) for name in deeds.actions)
            ),
        ),
        Step(
            _(
                "Reply with a macro: press {macro}, choose with ↓ and ↑ (what it would do is shown "
                "below), and press Enter. With {reply} you would write the reply yourself."
            ).format(macro=key("ticket.macro"), reply=key("ticket.reply")),
            _("All of it was done at once: fields, tags, reply, whatever the macro says."),
            lambda _main, deeds: "macro" in deeds.kinds,
        ),
        Step(
            _("It is dealt with: press {solve} to solve it. If a form comes, fill it in.").format(
                solve=key("ticket.solve")
            ),
            _("Solved: it has left the queue, and comes back if the customer writes again."),
            lambda _main, deeds: not deeds.kinds.isdisjoint(("solve", "set")),
        ),
        Step(
            _("Too early? Press {undo}: it undoes what you did last.").format(
                undo=key("change.undo")
            ),
            _("Nothing here asks “are you sure?”, because {undo} takes it back.").format(
                undo=key("change.undo")
            ),
            lambda _main, deeds: "undo" in deeds.kinds,
        ),
        Step(
            _(
                "Go back to the queue with {back}, then filter: press {filter}, type a word such "
                "as refund, and press Enter."
            ).format(back=key("console.back"), filter=key("queue.filter")),
            _(
                "Only tickets with the word are left. The number of a view ({view}) shows all "
                "again."
            ).format(view="0"),
            lambda main, _deeds: main.status.query != main.status.views[main.status.view].query,
        ),
        Step(
            _("Mark two tickets: {mark}, {down}, {mark}.").format(
                mark=key("queue.mark"), down=key("move.down")
            ),
            _("The line above says how many are marked. What you do now is done to all of them."),
            lambda main, _deeds: len(main.queue.marks) > 1,
        ),
        Step(
            _(
                "Press {priority}, choose another priority with ↓ and Enter; what would change is "
                "shown first: {yes} does it."
            ).format(priority=key("ticket.priority"), yes=key("confirm.yes")),
            _("Both were changed as one; {undo} would undo both.").format(undo=key("change.undo")),
            lambda _main, deeds: bool(deeds.kinds - {"undo", "redo"}),
        ),
        Step(
            _("Why is a ticket as it is? Press {why}; {back} goes back.").format(
                why=key("ticket.why"), back=key("console.back")
            ),
            _("Every rule that looked at the ticket is there, with what it found."),
            lambda _main, deeds: "ticket.why" in deeds.actions,
        ),
        Step(
            _(
                "No need to learn all keys: {palette} finds every action by a word, {help} lists "
                "the keys of where you are. Press {palette}, and leave it with Esc."
            ).format(palette=key("console.palette"), help=key("console.help")),
            _("Each action shows its key: that is how you learn them."),
            lambda _main, deeds: "console.palette" in deeds.actions,
        ),
        Step(
            _(
                "That is all you need. {quit} quits from anywhere, {close} from the queue; what "
                "you were writing is kept. {next} ends this tour."
            ).format(quit=key("console.quit"), close=key("console.close"), next=key("tour.next")),
            "",
            lambda _main, _deeds: False,
        ),
    )
