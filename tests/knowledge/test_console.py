"""What the desk knows, in the console, on a real desk."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import OptionList

from kfdesk.desk.conversation.reply import reply
from kfdesk.errors import KfdeskError
from kfdesk.model import Status
from kfdesk.tui.console import Console
from kfdesk.tui.pickers.knowledge import Articles, SimilarTickets
from tests.desk.office import ANNA
from tests.knowledge.conftest import Library
from tests.knowledge.test_uses import LINE
from tests.teamwork.conftest import console, until
from tests.tui.console import text


async def articles(app: Console, pilot: Pilot[KfdeskError | None]) -> Articles:
    """The panel, once it has found something."""
    await until(pilot, lambda: isinstance(app.screen, Articles))
    await until(pilot, lambda: app.screen.query_one(OptionList).option_count > 0)
    panel = app.screen
    assert isinstance(panel, Articles)
    return panel


async def test_an_article_is_found_by_the_tickets_words_and_put_into_the_answer(
    library: Library,
) -> None:
    library.ask("Return a parcel", "How do I send it back, please?")
    async with console(library) as (app, pilot):
        await pilot.press("enter", "r")
        await until(pilot, lambda: app.main.composer.display)
        await pilot.press("H", "i", "enter", "ctrl+k")
        await articles(app, pilot)
        assert "Return a parcel" in text(app)
        assert LINE[:40] in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: LINE in app.main.composer.text)
        assert app.main.composer.text == f"Hi\n{LINE}"


async def test_typing_searches_and_another_key_puts_in_the_link(library: Library) -> None:
    library.ask("退款", "我想退货，请问怎么办理？")
    async with console(library) as (app, pilot):
        await pilot.press("ctrl+k")
        panel = await articles(app, pilot)
        await pilot.press(*"thirty")
        await until(pilot, lambda: panel._asked == "thirty")
        await pilot.press("ctrl+u", *"return")
        await until(pilot, lambda: panel._asked == "return")
        # The customer writes Chinese: the same article in their language.
        await until(pilot, lambda: panel.chosen is not None)
        assert panel.chosen is not None
        assert panel.chosen.value == "shipping/returns"
        await pilot.press("ctrl+l")
        await until(pilot, lambda: app.main.composer.display and bool(app.main.composer.text))
        assert app.main.composer.text == (
            "如何退货退款\nhttps://help.shop.example/shipping/returns"
        )


async def test_an_internal_article_is_put_in_only_when_asked_twice(library: Library) -> None:
    library.ask("Refund limits", "How much?")
    async with console(library) as (app, pilot):
        await pilot.press("ctrl+k")
        panel = await articles(app, pilot)
        assert panel.chosen is not None
        assert panel.chosen.value == "limits"
        assert "Internal: customers should not read it." in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Enter again" in text(app))
        assert isinstance(app.screen, Articles)
        await pilot.press("enter")
        await until(pilot, lambda: "team lead" in app.main.composer.text)


async def test_a_panel_that_is_left_changes_nothing(library: Library) -> None:
    library.ask("Return", "How?")
    async with console(library) as (app, pilot):
        await pilot.press("ctrl+k")
        await articles(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Articles))
        assert not app.main.composer.display


async def test_like_tickets_are_shown_with_their_solution_and_opened(library: Library) -> None:
    other = library.ask("Kettle leaks", "My kettle leaks hot water.", "B <b@x.y>")
    reply(library.desk, other, "Tighten the lid.", ANNA, status=Status.SOLVED)
    library.ask("Kettle leaks", "The kettle leaks water.", "A <a@x.y>")
    async with console(library) as (app, pilot):
        await pilot.press("enter", "equals_sign")
        await until(pilot, lambda: isinstance(app.screen, SimilarTickets))
        await until(pilot, lambda: "Tighten the lid." in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.main.follow.number == other)


async def test_where_nothing_is_alike_that_is_said(library: Library) -> None:
    library.ask("Kettle leaks", "The kettle leaks water.", "A <a@x.y>")
    async with console(library) as (app, pilot):
        await pilot.press("equals_sign")
        await until(pilot, lambda: "No other ticket is like it" in text(app))


async def test_a_hostile_article_is_text(library: Library) -> None:
    library.article("evil", "---\ntitle: '[bold]Kettle[/] \x1b[2J'\n---\n[/] [@click=app.quit]x[/]")
    library.ask("Kettle", "The kettle leaks water.", "A <a@x.y>")
    async with console(library) as (app, pilot):
        await pilot.press("ctrl+k")
        await articles(app, pilot)
        assert "[bold]Kettle[/] [2J" in text(app)
        assert "[/] [@click=app.quit]x[/]" in text(app)
