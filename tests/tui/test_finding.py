"""Finding by a few letters, in either language; the command line's arguments; help."""

from __future__ import annotations

from kfdesk.initials import initial
from kfdesk.tui.frame.offers import Offers
from kfdesk.tui.pickers.fuzzy import score
from kfdesk.tui.screens.help import Help
from tests.tui.console import opened, settled, text
from tests.tui.fake import FakeSource


def test_chinese_is_found_by_the_beginnings_of_its_pinyin() -> None:
    """Of usual characters; nothing is known of rare ones and other scripts."""
    assert "".join(map(initial, "李伟退款优先级")) == "lwtkyxj"
    assert (initial("龘"), initial("a"), initial("ア")) == ("", "", "")
    assert score("lw", "李伟 li.wei") is not None


def test_the_beginning_of_a_word_counts_most_and_every_word_has_to_be_there() -> None:
    """Then what stands within one, then beginnings, then scattered letters."""
    ranks = [score("as", "Assign"), score("as", "Erase"), score("as", "A sheet")]
    assert ranks == sorted((rank for rank in ranks if rank), reverse=True)
    assert score("assign x", "Assign") is None
    assert score("asgn", "Assign") is not None


async def test_the_command_line_completes_commands_and_their_arguments() -> None:
    """People by their titles too."""
    async with opened(FakeSource(range(1, 31))) as (app, pilot):
        await pilot.press("colon", *"assi")
        await settled(pilot)
        offers = app.main.prompt.query_one(Offers)
        assert offers.word == "assign"
        await pilot.press("tab", "space", *"lw")
        await settled(pilot)
        assert offers.word == "li.wei"
        await pilot.press("tab")
        assert app.main.prompt.line.value == "assign li.wei"


async def test_help_is_of_the_pane_finds_and_does() -> None:
    """`/` narrows it in either language; Enter does what the cursor is on."""
    async with opened(FakeSource(range(1, 31))) as (app, pilot):
        await pilot.press("question_mark")
        await settled(pilot)
        assert isinstance(app.screen, Help)
        await pilot.press("slash", *"next view", "enter")
        await settled(pilot)
        assert "Next view" in text(app)
        assert "Reply to the customer" not in text(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.is_current
        assert len(app.screen_stack) == 1
        assert app.main.status.view


async def test_the_palette_puts_first_what_was_done_last() -> None:
    """It finds by the title's words in any order."""
    async with opened(FakeSource(range(1, 31))) as (app, pilot):
        await pilot.press("ctrl+p", *"facts show", "enter")
        await settled(pilot)
        assert app.main.laid_out is not None
        assert app.main.laid_out.facts
        assert app.main.memory.recent == ["pane.facts"]
