"""What the keys do, on a desk in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from textual import events
from textual.widgets import OptionList

from kfdesk.model import Change, Direction, Priority, Status
from kfdesk.settings import Ui
from kfdesk.tui.console import Console
from kfdesk.tui.main import Main
from kfdesk.tui.pickers.picker import Choice, Picker
from kfdesk.tui.screens.help import Help
from tests.tui.console import ConsolePilot, opened, settled, text
from tests.tui.fake import SETTINGS, FakeSource, row


async def look(pilot: ConsolePilot) -> None:
    """Let the console look at the store, as it does twice a second."""
    app = pilot.app
    assert isinstance(app, Console)
    app.main.poller.tick()
    await settled(pilot)


async def test_the_cursor_moves_and_stays_within_the_list() -> None:
    """Letters and arrows, first and last, pages."""
    async with opened(FakeSource(range(1, 101))) as (app, pilot):
        listing = app.main.queue.listing
        await pilot.press("j", "down", "down", "k")
        assert listing.number == 98
        await pilot.press("G", "j")
        assert listing.number == 1
        await pilot.press("pageup", "g", "g", "k")
        assert listing.number == 100
        await pilot.press("ctrl+f", "ctrl+b", "ctrl+d", "ctrl+u")
        assert listing.number == 100


async def test_what_arrives_waits_until_it_is_taken_in() -> None:
    """The list does not move under the finger; the line above says how many are new."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        await pilot.press("j", "j")
        source.arrive(row(31), row(32))
        await look(pilot)
        assert app.main.queue.listing.number == 28
        assert app.main.queue.listing.ids[0] == 30
        assert "2 new ↑" in text(app)
        await pilot.press("R")
        await settled(pilot)
        assert app.main.queue.listing.ids[0] == 32
        assert app.main.queue.listing.number == 28
        source.arrive(row(33))
        await look(pilot)
        await pilot.press("g", "g")
        await settled(pilot)
        assert app.main.queue.listing.number == 33
        source.arrive(row(34))
        await look(pilot)
        await pilot.press("k")
        await settled(pilot)
        assert app.main.queue.listing.number == 34


async def test_what_arrives_in_an_empty_queue_is_listed_at_once() -> None:
    """Nothing is there that could move under the finger."""
    source = FakeSource(())
    async with opened(source) as (app, pilot):
        source.arrive(row(1))
        await look(pilot)
        assert app.main.queue.listing.number == 1


async def test_a_ticket_that_leaves_the_query_leaves_the_list() -> None:
    """The cursor stays on its ticket, or goes to the next one."""
    source = FakeSource(range(1, 11))
    async with opened(source) as (app, pilot):
        await pilot.press("j", "j")
        source.arrive(replace(row(10), status=Status.SOLVED))
        await look(pilot)
        assert app.main.queue.listing.number == 8
        await pilot.press("e")
        await settled(pilot)
        assert source.rows_by_number[8].status is Status.SOLVED
        assert app.main.queue.listing.number == 7


async def test_a_change_elsewhere_is_painted_within_a_look() -> None:
    """Another process has renamed a ticket that is in view."""
    source = FakeSource(range(1, 11))
    async with opened(source) as (app, pilot):
        source.arrive(replace(row(9), subject="renamed elsewhere"))
        await look(pilot)
        assert "renamed" in text(app)
        assert app.main.queue.listing.number == 10


async def test_a_filter_filters_as_it_is_typed_and_says_where_it_is_wrong() -> None:
    """The caret stands under the word; Esc takes the filter back."""
    source = FakeSource(range(1, 31))
    async with opened(source) as (app, pilot):
        await pilot.press("slash", *"parcel")
        await settled(pilot)
        assert set(app.main.queue.listing.ids) == {1, 9, 17, 25}
        await pilot.press(*" wrong:")
        await settled(pilot)
        lines = text(app).splitlines()
        caret = next(line for line in lines if "^ unknown field" in line)
        typed = lines[lines.index(caret) - 1]
        assert caret.index("^") == typed.index("wrong:")
        await pilot.press("escape")
        await settled(pilot)
        assert len(app.main.queue.listing.ids) == 30
        await pilot.press("slash", *"assi")
        await settled(pilot)
        await pilot.press("tab", "enter")
        await settled(pilot)
        assert source.asked[-1] == "is:open assignee:"


async def test_only_the_last_of_fast_keys_is_asked() -> None:
    """A query waits until the fingers rest."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        await pilot.press("slash")
        before = len(source.asked)
        for end in range(1, 7):  # as from a paste, or a key that is held
            app.main.prompt.line.value = "abcdef"[:end]
        await settled(pilot)
        assert source.asked[before:] == ["abcdef"]


async def test_a_draft_is_kept_as_it_is_typed() -> None:
    """It is there when the composer opens again, after a crash too."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        number = app.main.queue.listing.number
        assert number is not None
        await pilot.press("r", *"hello")
        for _ in range(100):
            if source.drafts.get((number, "reply")) == "hello":
                break
            await pilot.pause(0.05)
        assert source.drafts[number, "reply"] == "hello"
    async with opened(source) as (app, pilot):
        await pilot.press("r")
        await settled(pilot)
        assert app.main.composer.text == "hello"
        await pilot.press("!", "escape")
        await settled(pilot)
        assert source.drafts[number, "reply"] == "hello!"


async def test_a_reply_leaves_after_it_was_looked_at() -> None:
    """^S asks, e edits, y sends; for a while it can be taken back."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        await pilot.press("r", *"sorry", "ctrl+s")
        await settled(pilot)
        assert "Send to" in text(app)
        assert source.outbox == []
        await pilot.press("e", "!", "f2", "y", "y")
        await settled(pilot)
        assert [row.ticket for row in source.outbox] == [12]
        said = source.said[12][-1]
        assert (said.direction, said.text) == (Direction.OUT, "sorry!")
        assert source.drafts[12, "reply"] == ""
        assert "leaves in 10s, u takes it back" in text(app)


async def test_a_reply_does_not_leave_past_what_the_customer_said_meanwhile() -> None:
    """The new message is shown first; the text stays."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        await pilot.press("r", *"sorry")
        again = source.said[12][-1]
        source.said[12].append(replace(again, id=again.id + 1, text="one more thing", cut=14))
        source.version += 1
        await pilot.press("ctrl+s", "y")
        await settled(pilot)
        assert source.outbox == []
        assert app.main.composer.text == "sorry"
        assert "one more thing" in text(app)
        await pilot.press("ctrl+s", "y")
        await settled(pilot)
        assert len(source.outbox) == 1


async def test_a_note_is_for_colleagues() -> None:
    """It is written like a reply, and nothing leaves: no key speaks of sending or of a head."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        await pilot.press("c", *"hm")
        await settled(pilot)
        assert "^S review and save" in text(app)
        assert "^T" not in text(app)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "The customer does not see it" in text(app)
        assert "y save  s save, solve" in text(app)
        assert "send" not in text(app).splitlines()[-1]
        await pilot.press("y")
        await settled(pilot)
        assert source.said[12][-1].direction is Direction.NOTE
        assert source.outbox == []


async def test_status_priority_assignee_and_tags_are_set_by_key_and_by_command() -> None:
    """A picker narrows as one types; `:` takes the same words."""
    source = FakeSource()
    async with opened(source) as (_, pilot):
        await pilot.press("p", *"urg", "enter")
        await settled(pilot)
        assert source.rows_by_number[12].priority is Priority.URGENT
        await pilot.press("a", *"john", "enter")
        await settled(pilot)
        assert source.rows_by_number[12].assignee == "john"
        await pilot.press("L", *"vip refund", "enter")
        await settled(pilot)
        assert source.rows_by_number[12].tags == ("vip", "refund")
        await pilot.press("colon", *"tag -vip late", "enter")
        await settled(pilot)
        assert source.rows_by_number[12].tags == ("refund", "late")
        await pilot.press("colon", *"status pending", "enter")
        await settled(pilot)
        assert source.rows_by_number[12].status is Status.PENDING
        await pilot.press("ctrl+p", *"reopen", "enter")
        await settled(pilot)
        assert source.changes[-1] == (12, Change(status=Status.OPEN))


async def test_a_wrong_command_is_a_sentence() -> None:
    """Nothing happens, and the nearest is named."""
    async with opened(FakeSource()) as (app, pilot):
        await pilot.press("colon", *"asign me", "enter")
        await settled(pilot)
        assert "did you mean “assign”" in text(app)
        await pilot.press("colon", *"status odd", "enter")
        await settled(pilot)
        assert "unknown status “odd”" in text(app)


async def test_reading_is_not_disturbed_by_the_queue() -> None:
    """The ticket that is read stays, though it has left the list, where that is wanted."""
    source = FakeSource()
    settings = replace(SETTINGS, ui=replace(SETTINGS.ui, after_solving="stay"))
    async with opened(source, (80, 24), settings) as (app, pilot):
        await pilot.press("enter", "e")
        await settled(pilot)
        assert app.main.follow.number == 12
        assert "#12 " in text(app)
        await pilot.press("J")
        await settled(pilot)
        assert app.main.follow.number == 11
        await pilot.press("q")
        await settled(pilot)
        assert app.main.focused is app.main.queue


async def test_what_is_opened_is_unread_no_more() -> None:
    """A look from the queue is not yet reading."""
    source = FakeSource([1, 2, 3])
    async with opened(source) as (_, pilot):
        assert source.rows_by_number[3].unread
        await pilot.press("enter")
        await settled(pilot)
        assert not source.rows_by_number[3].unread


async def test_quoted_text_is_folded_until_it_is_asked_for() -> None:
    """z shows it and folds it again."""
    async with opened(FakeSource()) as (app, pilot):
        await pilot.press("enter")
        await settled(pilot)
        assert "4 quoted lines" in text(app)
        await pilot.press("z")
        await settled(pilot)
        assert "> 一般三个工作日。" in text(app)
        await pilot.press("z")
        await settled(pilot)
        assert "> 一般三个工作日。" not in text(app)


async def test_from_message_to_message_goes_the_conversation_whichever_pane_has_the_keys() -> None:
    async with opened(FakeSource(), (200, 12)) as (app, pilot):
        main = app.main
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("g", "g")
        main.set_focus(main.facts)
        await settled(pilot)
        assert main.pane is main.facts
        await pilot.press("right_curly_bracket")
        await settled(pilot)
        assert main.conversation.scroll_offset.y > 0
        await pilot.press("left_curly_bracket")
        await settled(pilot)
        assert main.conversation.scroll_offset.y == 0


async def test_keys_that_come_after_one_has_left_do_nothing() -> None:
    """They were typed ahead; nothing opens that would have to close again."""
    async with opened(FakeSource()) as (app, pilot):
        app.leave()
        for key, character in (("question_mark", "?"), ("ctrl+p", None)):
            app.post_message(events.Key(key, character))
        await app._take(events.Key("question_mark", "?"))  # one that was held back
        await pilot.pause()
        assert app.screen is app.main
        app.exit()
        app.push_screen(Help(app.main, app.scope))  # what was read for it came too late
        await pilot.pause()


async def test_panes_follow_the_size_of_the_terminal() -> None:
    """One at 80, two at 120, three at 200; at any moment, with the composer open too."""
    async with opened(FakeSource(), (200, 50)) as (app, pilot):
        main = app.main
        assert isinstance(main, Main)

        def shown() -> tuple[bool, bool, bool]:
            return (
                main.queue.region.width > 0,
                main.conversation.region.width > 0,
                main.facts.region.width > 0,
            )

        assert shown() == (True, True, True)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert shown() == (True, True, False)
        await pilot.press("r", "x")
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert shown() == (False, True, False)
        assert main.composer.text == "x"
        await pilot.press("escape", "i")
        await pilot.pause()
        assert shown() == (False, False, True)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert shown() == (True, False, False)
        await pilot.resize_terminal(20, 5)
        await settled(pilot)
        await pilot.press("j", "enter", "q")


async def test_views_are_on_the_digits() -> None:
    """The configuration's, in its order; 0 is what is open."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        await pilot.press("1")
        await settled(pilot)
        assert source.asked[-1] == "priority>=high is:open"
        await pilot.press("right_square_bracket")
        await settled(pilot)
        assert app.main.status.view == 2
        await pilot.press("0")
        await settled(pilot)
        assert app.main.status.query == "is:open"


async def test_keys_are_where_the_configuration_puts_them() -> None:
    """`[ui] keys` by action id; the footer says so too."""
    settings = replace(SETTINGS, ui=Ui(undo_send=timedelta(0), keys={"ticket.solve": "H"}))
    source = FakeSource()
    async with opened(source, settings=settings) as (app, pilot):
        assert "H solve" in text(app)
        await pilot.press("e")
        assert source.changes == []
        await pilot.press("H")
        await settled(pilot)
        assert [number for number, change in source.changes] == [12]


async def test_q_at_the_top_quits_and_lets_go_of_the_desk() -> None:
    """Not before the conversation has been left."""
    source = FakeSource()
    async with opened(source) as (app, pilot):
        await pilot.press("enter", "q")
        assert app.is_running
        await pilot.press("q")
        await pilot.pause()
    assert source.closed


async def test_another_theme_repaints_the_line_views_too() -> None:
    """Queue and conversation paint with a palette of their own, made from the theme."""
    async with opened(FakeSource()) as (app, pilot):
        before = app.main.queue.render_line(1)
        app.wear("kfdesk-light")
        await pilot.pause()
        assert app.main.queue.render_line(1) != before


async def test_a_key_in_a_list_that_is_not_there_yet_does_nothing() -> None:
    """It was pressed as soon as the list was asked for."""
    async with opened(FakeSource(range(1, 4))) as (app, pilot):
        picker = Picker("Which?", [Choice("one", "one"), Choice("two", "two")])
        app.push_screen(picker)
        await picker.run_action("move(1)")
        await pilot.pause()
        await picker.run_action("move(1)")
        assert picker.chosen == Choice("two", "two")


async def test_a_click_on_what_is_no_longer_in_a_list_takes_nothing() -> None:
    """The list was narrowed between the click and its answer."""
    async with opened(FakeSource(range(1, 4))) as (app, pilot):
        picker = Picker("Which?", [Choice("one", "one"), Choice("two", "two")])
        app.push_screen(picker)
        await pilot.pause()
        listed = picker.query_one(OptionList)
        clicked = OptionList.OptionSelected(listed, listed.options[1], 1)
        picker.typed("one")
        picker.post_message(clicked)
        await pilot.pause()
        assert app.screen is picker
        picker.post_message(OptionList.OptionSelected(listed, listed.options[0], 0))
        await pilot.pause()
        assert app.screen is not picker
