"""Passing on, giving back, putting aside, going away, being told: from the keyboard."""

from __future__ import annotations

from kfdesk.desk.sending.notices import Notice
from kfdesk.tui.console import Console
from kfdesk.tui.verbs.changing import people
from tests.tui.console import ConsolePilot, opened, settled, text
from tests.tui.fake import NOW, FakeSource


async def look(pilot: ConsolePilot) -> None:
    """Let the console look at the store, as it does twice a second."""
    app = pilot.app
    assert isinstance(app, Console)
    app.main.poller.tick()
    await settled(pilot)


async def test_a_ticket_is_passed_on_with_a_note_and_given_back() -> None:
    """t picks who, then asks for the note; B gives it back; `:transfer` takes both at once."""
    source = FakeSource(range(1, 11))
    async with opened(source) as (app, pilot):
        await pilot.press("t")
        await pilot.pause(0.1)
        await pilot.press(*"john", "enter")
        await pilot.pause(0.1)
        assert "note for John Smith:" in text(app)
        await pilot.press(*"please look", "enter")
        await settled(pilot)
        assert source.rows_by_number[10].assignee == "john"
        assert source.said[10][-1].text == "please look"
        await pilot.press("B")
        await settled(pilot)
        assert source.rows_by_number[10].assignee == "wang.fang"
        await pilot.press("colon", *"transfer li.wei yours again", "enter")
        await settled(pilot)
        assert source.said[10][-1].text == "yours again"


async def test_what_one_passes_on_is_offered_to_others_first() -> None:
    async with opened(FakeSource(range(1, 11))) as (app, pilot):
        own = people(app.main)[0].title
        await pilot.press("t")
        await pilot.pause(0.1)
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert "note for " in text(app)
        assert f"note for {own}:" not in text(app)


async def test_a_transfer_that_is_given_up_changes_nothing() -> None:
    source = FakeSource(range(1, 11))
    async with opened(source) as (_app, pilot):
        await pilot.press("t")
        await pilot.pause(0.1)
        await pilot.press(*"john", "enter")
        await pilot.pause(0.1)
        await pilot.press(*"no", "escape")
        await settled(pilot)
        assert source.rows_by_number[10].assignee == "wang.fang"


async def test_a_ticket_is_put_aside_for_what_is_picked_or_named() -> None:
    source = FakeSource(range(1, 11))
    async with opened(source) as (_app, pilot):
        await pilot.press("h")
        await pilot.pause(0.1)
        await pilot.press(*"three days", "enter")
        await settled(pilot)
        assert source.snoozed == {10: "3d"}
        await pilot.press("colon", *"snooze mon 09:00", "enter")
        await settled(pilot)
        assert source.snoozed == {10: "mon 09:00"}


async def test_who_is_away_sees_it_above_and_comes_back_with_the_same_key() -> None:
    source = FakeSource(range(1, 11))
    async with opened(source) as (app, pilot):
        assert "away" not in text(app).splitlines()[0]
        await pilot.press("O")
        await settled(pilot)
        assert source.left == ""
        assert "away" in text(app).splitlines()[0]
        await pilot.press("O")
        await settled(pilot)
        assert source.left is None
        assert "away" not in text(app).splitlines()[0]
        await pilot.press("colon", *"away 3h", "enter")
        await settled(pilot)
        assert source.left == "3h"


async def test_what_an_agent_was_told_is_shown_once_with_a_bell() -> None:
    source = FakeSource(range(1, 11))
    rung: list[bool] = []
    async with opened(source, (120, 40)) as (app, pilot):
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        source.told = [Notice(1, 7, "VIP [b]waits[/b]", NOW)]
        source.version += 1
        await look(pilot)
        await pilot.pause(0.1)
        assert "#7  VIP [b]waits[/b]" in text(app)
        assert source.told == []
        source.version += 1
        await look(pilot)
        assert rung == [True]
