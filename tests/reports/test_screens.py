"""The board, reports, the search, the rules and what is wrong with them, on a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kfdesk import i18n
from kfdesk.editor import command
from kfdesk.tui.frame.prompt import Line
from kfdesk.tui.lines.table import Table
from kfdesk.tui.outside import editor
from kfdesk.tui.screens.board import BoardSheet
from kfdesk.tui.screens.errors import Errors
from kfdesk.tui.screens.explanation import Explanation
from kfdesk.tui.screens.reports import Reports
from kfdesk.tui.screens.rules import Rules, RuleSheet
from kfdesk.tui.screens.search import Search
from tests.reports.conftest import Past
from tests.teamwork.conftest import console, until
from tests.tui.console import assert_snapshot, text

SIZES = ((80, 24), (120, 40), (200, 50))


async def test_enter_on_a_figure_lists_exactly_what_it_counts(past: Past) -> None:
    async with console(past, size=(120, 40)) as (app, pilot):
        await pilot.press("g", "b")
        await until(pilot, lambda: isinstance(app.screen, BoardSheet) and bool(app.screen.found))
        board: Any = app.screen
        for key, name in (("right", "new"), ("left", "open")):
            await pilot.press(key)
            (count,) = (one for one in board.found.now if one.name == name)
            assert board.figures.spot.query == count.query
        await pilot.press("down", "enter")
        waiting = next(one for one in board.found.now if one.name == "waiting")
        await until(pilot, lambda: app.main.status.query == waiting.query)
        await until(pilot, lambda: len(app.main.queue.listing.ids) == waiting.n)
        assert sorted(app.main.queue.listing.ids) == sorted(past.find(waiting.query))


async def test_the_board_follows_the_desk_and_names_who_waits(past: Past) -> None:
    async with console(past, size=(120, 40)) as (app, pilot):
        await pilot.press("g", "b")
        await until(pilot, lambda: "4 new" not in text(app) and "3 open" in text(app))
        past.later(seconds=10)
        past.ask("One more")
        await until(pilot, lambda: "4 open" in text(app))
        await pilot.press("w")
        await until(pilot, lambda: app.screen.has_class("-wall"))
        await until(pilot, lambda: "┗━┫" in text(app))
        await pilot.press("escape", "G", "up", "enter")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_search_opens_the_ticket_at_the_message(past: Past) -> None:
    async with console(past, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "s")
        await until(pilot, lambda: isinstance(app.screen.focused, Line))
        await pilot.press(*"refu")
        screen: Any = app.screen
        await until(pilot, lambda: len(screen._found.hits) == 3)  # an unfinished word finds more
        listed = [segment.text.lower() for segment in screen.table.render_line(1)]
        assert "refu" in listed  # lit in the list, as on the page
        await pilot.press(*"nd -assignee:anna")
        await until(pilot, lambda: "Nothing was found" in text(app))
        for _n in range(len(" -assignee:anna")):
            await pilot.press("backspace")
        await until(pilot, lambda: len(screen._found.hits) == 3)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen.focused, Table))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main and app.main.reading)
        await until(pilot, lambda: app.main.follow.number == 3)
        await until(pilot, lambda: app.main.follow.finding is not None)


async def test_customers_and_articles_have_their_own_sections(past: Past) -> None:
    async with console(past, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "s")
        await until(pilot, lambda: isinstance(app.screen.focused, Line))
        await pilot.press(*"jane")
        await until(pilot, lambda: "customer  " in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen.focused, Table))
        await pilot.press("G", "enter")
        await until(
            pilot, lambda: app.main.status.query == 'customer.email:"jane@customer.example"'
        )
        await until(pilot, lambda: len(app.main.queue.listing.ids) == 4)


async def test_a_report_is_told_apart_and_filtered_by_keys(past: Past) -> None:
    async with console(past, size=(120, 40)) as (app, pilot):
        await pilot.press("g", "p")
        await until(pilot, lambda: "4 in total" in text(app))
        await pilot.press("m", *"replies", "enter")
        await until(pilot, lambda: "Replies by agents by Day" in text(app))
        await pilot.press("b", *"agent", "enter")
        await until(pilot, lambda: "by Agent" in text(app) and "Anna" in text(app))
        await pilot.press("slash", *"team:refunds", "enter")
        await until(pilot, lambda: "team:refunds" in text(app) and "1 in total" in text(app))
        await pilot.press("o", "enter")
        await until(pilot, lambda: "Every week · " in text(app))
        await pilot.press("slash", *"wrong:", "enter")
        assert isinstance(app.screen, Reports)


async def test_a_rule_is_read_with_where_it_acted_and_why(past: Past) -> None:
    async with console(past, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "r")
        await until(pilot, lambda: "Never fires" in text(app))
        assert isinstance(app.screen, Rules)
        line = next(one for one in text(app).splitlines() if "trigger   Refunds" in one)
        assert line.split()[:5] == ["1", "trigger", "Refunds", "2", "2"]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RuleSheet) and "#3" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Explanation))


def _beside(shown: str) -> str:
    """The page at the right as one line: a long path breaks it anywhere."""
    return " ".join(" ".join(line.partition("▏")[2] for line in shown.splitlines()).split())


async def test_what_an_editor_wrote_takes_or_is_told_with_line_and_caret(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited: list[int] = []

    def write(old: str, new: str) -> None:
        async def edit(_app: object, _editor: str, file: str, line: int = 0) -> None:
            edited.append(line)
            text_ = Path(file).read_text(encoding="utf-8")
            Path(file).write_text(text_.replace(old, new), encoding="utf-8")

        monkeypatch.setattr(editor, "edit", edit)

    async with console(past, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "r")
        await until(pilot, lambda: "Never fires" in text(app))
        write("Never fires", "Fires no more")
        await pilot.press("j", "e")
        await until(pilot, lambda: "Fires no more" in text(app))
        assert edited == [past.settings.triggers[1].place.line]
        write("subject~nothing", "subjekt~nothing")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Errors))
        await until(pilot, lambda: "did you mean subject" in _beside(text(app)))
        assert "the file is wrong: what was in force stays so" in text(app)
        lines = [line.partition("▏")[2] for line in text(app).splitlines()]
        at = next(n for n, line in enumerate(lines) if 'when = "subjekt~nothing"' in line)
        assert lines[at + 1].index("^") == lines[at].index("subjekt")
        write("subjekt~nothing", "subject~nothing")
        await pilot.press("e")
        await until(pilot, lambda: "in force" in text(app))
        assert not app.main.reload.error


async def test_rules_are_tried_on_the_past_before_they_are_trusted(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(past, size=(120, 30)) as (app, pilot):
        await pilot.press("g", "r")
        await until(pilot, lambda: "Never fires" in text(app))
        await pilot.press("t")
        await until(pilot, lambda: "events of" in text(app))
        assert "How often each rule acts" in text(app)


def test_editors_get_a_line_each_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert command("vim -p", "a b.toml", 7, {}) == ["vim", "-p", "+7", "a b.toml"]
    assert command("", "f", 7, {"EDITOR": "code"}) == ["code", "--wait", "--goto", "f:7"]
    assert command("", "f", 0, {"VISUAL": "nano"}) == ["nano", "f"]


@pytest.fixture
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the screens."""
    yield request.param
    i18n.use("en")


@pytest.mark.parametrize("spoken", ["en", "zh"], indirect=True)
async def test_what_was_found_and_what_is_wrong_look_as_they_did(past: Past, spoken: str) -> None:
    past.file.chmod(0o600)
    past.ask("退款什么时候到账？已经等了七天了", "张伟 <zhang@customer.example>")
    i18n.use(spoken)  # type: ignore[arg-type]
    async with console(past, size=SIZES[0]) as (app, pilot):
        for keys, kind, title in (
            ("g s", Search, "search"),
            ("g e", Errors, "errors"),
        ):
            await pilot.press(*keys.split())
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind))  # type: ignore[misc]
            if kind is Search:
                await until(pilot, lambda: isinstance(app.screen.focused, Line))
                await pilot.press(*"refund")
                await pilot.pause(0.2)
            await app.workers.wait_for_complete()
            for columns, lines in SIZES:
                await pilot.resize_terminal(columns, lines)
                app.clear_notifications()
                await pilot.pause(0.1)
                assert_snapshot(app, f"{title}-{columns}x{lines}-{spoken}")
            await pilot.press(*["escape"] * (2 if kind is Search else 1))
            await until(pilot, lambda: app.screen is app.main)
