"""What people do together on a ticket, from the keyboard of a real desk."""

from __future__ import annotations

from kfdesk.desk.assigning.passing import assign
from kfdesk.desk.sending import notices
from kfdesk.desk.teamwork import side
from kfdesk.model import Direction
from kfdesk.tui.background import desktop
from kfdesk.tui.screens.letter import LetterPage
from tests.desk.office import Office, raw
from tests.teamwork.conftest import BERT, console, until
from tests.tui.console import text

SUPPLIER = "Sue <sue@supplier.example>"


async def test_a_question_is_asked_aside_and_its_answer_is_set_apart_and_folded(
    office: Office,
) -> None:
    office.receive(raw("Where is it?\r\n"))
    drawing = office.folder / "drawing.txt"
    drawing.write_text("a circle")
    async with console(office) as (app, pilot):
        main = app.main
        await pilot.press("S")
        await pilot.pause(0.1)
        await pilot.press(*"sue@supplier.example Stock", "enter")
        await until(pilot, lambda: main.composer.display)
        assert "Side conversation with sue@supplier.example" in text(app)
        await pilot.press(*"Have you got it?", "ctrl+s")
        await until(pilot, lambda: main.composer.asking)
        assert "Send to sue@supplier.example in a side conversation?" in text(app)
        assert "^T" not in text(app)
        await pilot.press("a", *str(drawing), "enter")
        await until(pilot, lambda: "▫ 1 drawing.txt" in text(app))
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, LetterPage))
        await until(pilot, lambda: "Have you got it?" in text(app) and "drawing.txt" in text(app))
        assert not side.listing(office.desk, 1)
        await pilot.press("escape", "ctrl+s")
        await until(pilot, lambda: "▫ drawing.txt" in text(app).rpartition("Send to")[0])
        await pilot.press("y")
        await until(pilot, lambda: len(office.messages(1)) == 2)
        row = office.outbox()[-1]
        assert row.to == ("sue@supplier.example",)
        await until(pilot, lambda: "⇄ sue@supplier.example: Stock" in text(app))
        office.receive(raw("In blue.\r\n", SUPPLIER, answers=[row.message_id]))
        await until(pilot, lambda: "In blue." in text(app))
        assert "┄ Have you got it? · z" in text(app)
        await pilot.press("S")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"Green?", "ctrl+s")
        await until(pilot, lambda: main.composer.asking)
        await pilot.press("y")
        await until(pilot, lambda: len(side.listing(office.desk, 1)[0].messages) == 3)
        await pilot.press("colon", *"side.close", "enter")
        await until(pilot, lambda: side.listing(office.desk, 1)[0].side.closed_at is not None)
        await until(pilot, lambda: "closed · " in text(app))


async def test_a_name_behind_an_at_is_completed_and_who_is_called_is_told(office: Office) -> None:
    office.receive(raw())
    async with console(office) as (app, pilot):
        main = app.main
        await pilot.press("c")
        await until(pilot, lambda: main.composer.display)
        await pilot.press(*"look @li")
        await until(pilot, lambda: "Tab @li.wei" in text(app))
        await pilot.press("tab", *"please")
        assert main.composer.text == "look @li.wei please"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: main.composer.asking)
        await pilot.press("y")
        await until(pilot, lambda: office.messages(1)[-1].direction is Direction.NOTE)
        await until(pilot, lambda: office.ticket(1).followers == ("li.wei",))
    with office.desk.store.read() as tx:
        assert [one.text for one in notices.waiting(tx, "li.wei")] == [
            "Anna calls you: look @li.wei please"
        ]


async def test_who_is_called_and_is_nobody_is_said(office: Office) -> None:
    office.receive(raw())
    async with console(office) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: app.main.composer.display)
        await pilot.press(*"@berd look", "ctrl+s")
        await until(pilot, lambda: app.main.composer.asking)
        await pilot.press("y")
        await until(pilot, lambda: "nobody is called @berd" in text(app))


async def test_one_key_follows_and_follows_no_more(office: Office) -> None:
    office.receive(raw())
    async with console(office) as (_app, pilot):
        await pilot.press("W")
        await until(pilot, lambda: office.ticket(1).followers == ("anna",))
        await pilot.press("W")
        await until(pilot, lambda: office.ticket(1).followers == ())


async def test_somebody_is_let_in_and_taken_off(office: Office) -> None:
    office.receive(raw())
    async with console(office, size=(160, 40)) as (app, pilot):
        await pilot.press("colon", *"cc boss@bigbuyer.example", "enter")
        await until(pilot, lambda: len(office.ticket(1).collaborators) == 1)
        await until(pilot, lambda: "boss@bigbuyer.example" in text(app))
        await pilot.press("colon", *"cc -boss@bigbuyer.example", "enter")
        await until(pilot, lambda: office.ticket(1).collaborators == ())


async def test_what_one_is_told_is_shown_and_many_at_once_are_counted(office: Office) -> None:
    mails = [raw(Subject=f"Mail {n}", sender=f"c{n}@x.example") for n in range(7)]
    office.receive(*mails)
    for number in range(1, 8):
        assign(office.desk, number, "anna", BERT)
    async with console(office) as (app, pilot):
        await until(pilot, lambda: "5 earlier notices" in text(app))
        assert "bert gave you this: Mail 6" in text(app)
        assert "bert gave you this: Mail 4" not in text(app)
    with office.desk.store.read() as tx:
        assert notices.waiting(tx, "anna") == []


def test_a_word_on_the_desktop_is_never_a_script() -> None:
    nasty = 'a"; do shell script "rm"\x1b]0;x\x07\n; --help'
    osc = desktop.escape({"TERM_PROGRAM": "WezTerm"}, "Desk", nasty)
    assert osc.startswith("\x1b]9;Desk: a")
    assert osc.endswith("\x1b\\")
    assert "\x1b" not in osc[1:-2]
    assert "\x07" not in osc
    osc = desktop.escape({"TERM": "rxvt-unicode"}, "De;sk", "x;y")
    assert osc == "\x1b]777;notify;De,sk;x,y\x1b\\"
    assert desktop.escape({"TERM": "xterm-kitty"}, "D", "x").startswith("\x1b]99;;D: x")
    assert desktop.escape({"TERM": "xterm"}, "D", "x") == ""
    assert desktop.command({"TERM": "xterm"}, "D", "x") == []


async def test_the_step_of_a_message_says_whose_words_they_are(office: Office) -> None:
    """In the timeline a mail is not “a message” of an address: it is said who wrote it."""
    office.receive(raw("Where is it?\r\n", id="first@customer.example"))
    office.receive(raw("And when?\r\n", answers=["first@customer.example"]))
    async with console(office) as (app, pilot):
        await pilot.press("enter", "l")
        await until(pilot, lambda: "Jane  ticket opened" in text(app))
        assert "Jane  customer" in text(app)
        assert "Jane  message" not in text(app)
