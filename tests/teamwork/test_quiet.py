"""What others do elsewhere leaves the ticket alone that one reads."""

from __future__ import annotations

from kfdesk.desk.conversation.reply import note
from kfdesk.model import Actor, By
from tests.desk.office import Office, raw
from tests.teamwork.conftest import console, until


async def test_only_what_is_about_the_ticket_paints_its_conversation_again(office: Office) -> None:
    """Every commit of anybody comes by: of another ticket nothing is laid out."""
    for n in (1, 2):
        office.receive(raw(f"It is number {n}.\r\n", f"c{n}@x.example", id=f"n{n}@x.example"))
    async with console(office) as (app, pilot):
        main = app.main
        await pilot.press("enter")
        await until(pilot, lambda: main.follow.reading is not None and main.reading)
        number = main.number or 0
        shown = main.follow.reading
        note(office.desk, 3 - number, "Of the other one.", Actor(By.AGENT, "ben"))
        await main.follow.changed()
        assert main.follow.reading is shown
        note(office.desk, number, "Of this one.", Actor(By.AGENT, "ben"))
        await main.follow.changed()
        assert main.follow.reading is not None
        assert main.follow.reading.messages[-1].text == "Of this one."
