"""The customer whole, from the keyboard of a real desk."""

from __future__ import annotations

from kfdesk.desk.customers import membership
from kfdesk.desk.customers.merge import merge
from kfdesk.tui.screens.customer import CustomerCard
from tests.desk.office import ANNA, Office, raw
from tests.teamwork.conftest import console, until
from tests.tui.console import text


async def test_a_key_opens_the_customer_of_a_ticket_with_all_that_happened(office: Office) -> None:
    """Whoever the address; Esc goes back."""
    office.receive(raw("Where is it?\r\n"), raw("At home.\r\n", "Jane <j@home.example>"))
    membership.group(office.desk, "1", ["+VIP"], ANNA)
    merge(office.desk, "2", "1", ANNA)
    async with console(office, size=(80, 24)) as (app, pilot):
        await pilot.press("I")
        await until(pilot, lambda: "Customer 1: Jane" in text(app))
        shown = text(app)
        for part in ("j@home.example", "VIP (by hand)", "Where is it?", "At home.", "groups"):
            assert part in shown
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, CustomerCard))


async def test_enter_on_a_line_opens_its_ticket(office: Office) -> None:
    """The older of two."""
    office.receive(raw("The first.\r\n", Subject="One"))
    office.later(hours=1)
    office.receive(raw("The second.\r\n", Subject="Two", Date=""))
    async with console(office, size=(100, 30)) as (app, pilot):
        await pilot.press("I")
        await until(pilot, lambda: isinstance(app.screen, CustomerCard))
        await pilot.press("G", "enter")
        await until(pilot, lambda: app.main.follow.number == 1)
        assert app.main.reading


async def test_a_long_past_is_read_as_it_comes_into_view(office: Office) -> None:
    """The first and the last of a thousand lines, and those between."""
    for _batch in range(5):
        office.receive(*(raw(f"said {n}\r\n", id=f"{_batch}-{n}@x") for n in range(100)))
    async with console(office, size=(100, 30)) as (app, pilot):
        await pilot.press("I")
        await until(pilot, lambda: "Customer 1" in text(app))
        screen = app.screen
        assert isinstance(screen, CustomerCard)
        past = screen.past
        assert len(screen.card.points) == 1000
        assert len(past._moments) == 200
        await pilot.press("G")
        await until(pilot, lambda: "said 0" in text(app))
        assert len(past._moments) <= 600
        await pilot.press("g", "g")
        await until(pilot, lambda: "Customer 1" in text(app))
        await pilot.press("k")
        assert "Customer 1" in text(app)


async def test_what_a_customer_wrote_is_never_markup(office: Office) -> None:
    """Nor in their name."""
    office.receive(raw("[/] [red]x[/red]\r\n", '"[b]J[/b]" <j@x.example>', Subject="[@click=q]s"))
    async with console(office, size=(100, 30)) as (app, pilot):
        await pilot.press("I")
        await until(pilot, lambda: "Customer 1: [b]J[/b]" in text(app))
        assert "[/] [red]x[/red]" in text(app)


async def test_the_colon_line_opens_it_too(office: Office) -> None:
    """By its name."""
    office.receive(raw())
    async with console(office, size=(80, 24)) as (app, pilot):
        await pilot.press("colon", *"customer", "enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerCard))
