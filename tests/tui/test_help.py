"""Help is learnt subject by subject."""

from __future__ import annotations

from kfdesk.actions import ACTIONS, Scope
from kfdesk.actions.subjects import by_subject
from kfdesk.tui.lines.table import Table
from tests.tui.console import opened, settled, text
from tests.tui.fake import FakeSource


def test_every_action_of_a_place_stands_under_one_heading() -> None:
    """Those of a screen under its own name; none is left out, or told twice."""
    for scope in Scope:
        here = [one for one in ACTIONS if {*scope.within} & {*one.scopes}]
        told = [one.id for _title, several in by_subject(scope, here) for one in several]
        assert sorted(told) == sorted(one.id for one in here)
    titles = [title for title, _several in by_subject(Scope.QUEUE, ACTIONS)]
    assert titles[:3] == ["Answering", "Changing", "Merging and linking"]
    outbox = [one for one in ACTIONS if Scope.OUTBOX in one.scopes]
    assert [title for title, _several in by_subject(Scope.OUTBOX, outbox)] == ["Outbox"]


async def test_the_cursor_rests_on_no_heading_and_the_first_one_is_read() -> None:
    """Down, up, to both ends, by mouse, and where all but one line is looked for."""
    async with opened(FakeSource(range(1, 31)), (80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        await settled(pilot)
        table = app.screen.query_one(Table)
        seen = [table.key]
        for _n in range(9):
            await pilot.press("j")
            seen.append(table.key)
        assert None not in seen
        assert seen[0] == "ticket.reply"
        assert seen[-1] == "ticket.status"
        await pilot.press("G", "g", "g")
        await settled(pilot)
        assert "Answering" in text(app)
        await pilot.click(table, offset=(3, 1))
        assert [table.key] == ["ticket.reply"]
        await pilot.press("slash", *"undo", "enter")
        await settled(pilot)
        assert [table.key] == ["change.undo"]
        assert "Changing" in text(app)
        assert "Answering" not in text(app)
