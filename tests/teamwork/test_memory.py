"""Where one was is there again: after leaving, and after an end that nobody asked for."""

from __future__ import annotations

from kfdesk.model import Actor, By
from kfdesk.store.glance import glance, remembered
from kfdesk.tui.app import looking
from kfdesk.tui.console import Console
from kfdesk.tui.memory.kept import page
from kfdesk.tui.source.live import DeskSource
from tests.desk.office import Office, raw
from tests.teamwork.conftest import console, until


def _again(office: Office) -> Console:
    """A console as it is opened by somebody who was there before."""
    kept = remembered(office.settings.database, "anna")
    who = looking(office.settings, Actor(By.AGENT, "anna"), lambda: office.now)
    known = glance(office.settings.database, 50, page(kept))
    return Console(
        lambda: DeskSource.open(office.settings, Actor(By.AGENT, "anna"), lambda: office.now),
        office.settings,
        who,
        known=known,
        kept=kept,
    )


async def test_one_is_again_where_one_was(office: Office) -> None:
    """View, filter, cursor, open tickets, sizes and what was typed; the first picture too."""
    for n in range(12):
        office.receive(
            raw(
                f"It is number {n}.\r\n",
                f"c{n}@x.example",
                id=f"n{n}@x.example",
                Subject=f"Parcel {n}",
            )
        )
    async with console(office) as (app, pilot):
        await pilot.press("slash", *"Parcel", "enter")
        await until(pilot, lambda: app.main.feed.query == "is:open Parcel")
        await pilot.press("enter", "J", "escape", "j", "j", "enter")
        await until(pilot, lambda: len(app.main.opened.row.numbers) == 2)
        await pilot.press("escape", "plus")
        cursor, numbers = app.main.queue.listing.number, app.main.opened.row.numbers
        app.main.memory._written = -100.0
        app.main.poller.tick()
        app.main.poller.tick()
        database = office.settings.database
        await until(pilot, lambda: remembered(database, "anna").get("panes", {}).get("share") == 65)
    app = _again(office)
    assert cursor in [row.number for row in app._known]
    async with app.run_test(size=(100, 30)) as pilot:
        main = app.main
        assert main.queue.listing.number == cursor
        await until(pilot, lambda: main.source is not None and main.feed.query == "is:open Parcel")
        assert (main.queue.listing.number, main.opened.row.numbers) == (cursor, numbers)
        assert (main.wish.share, main.prompt.remembered["filter"]) == (65, ["is:open Parcel"])


async def test_a_filter_that_has_become_wrong_is_left_out(office: Office) -> None:
    """The view is shown without it."""
    office.receive(raw("Where is it?\r\n"))
    kept = {"where": {"view": "open", "query": "field.gone:1", "cursor": 99, "open": ["x"]}}
    who = looking(office.settings, Actor(By.AGENT, "anna"), lambda: office.now)
    app = Console(
        lambda: DeskSource.open(office.settings, Actor(By.AGENT, "anna"), lambda: office.now),
        office.settings,
        who,
        kept=kept,
    )
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.main.source is not None and app.main.number is not None)
        assert app.main.feed.query == "is:open"
