"""The pane of views: what stands there, how it is chosen, and when it is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kfdesk import i18n
from kfdesk.model import Status
from kfdesk.settings import View
from kfdesk.tui.console import Console
from kfdesk.tui.views.catalogue import DIGITS, catalogue
from kfdesk.tui.views.pane import Counted
from tests.tui.console import ConsolePilot, assert_snapshot, opened, settled, text
from tests.tui.fake import SETTINGS, FakeSource, row

WIDE = (200, 50)


async def look(app: Console, pilot: ConsolePilot) -> None:
    """Let the console look at the store, as it does twice a second."""
    app.main.poller.tick()
    await settled(pilot)


def pane(app: Console) -> list[str]:
    """The lines of the pane."""
    width = app.main.views.size.width
    return [line[:width].rstrip() for line in text(app).splitlines()[1:-1]]


# --- which there are


def test_everybody_has_the_same_views_and_every_team_one() -> None:
    """Own views come last in the pane, and first on the digits."""
    found = catalogue(SETTINGS)
    assert [title for title, _places in found.groups] == ["Tickets", "Teams", "Own views"]
    assert [view.name for view in found.views[: found.tabs]] == ["open", "urgent", "mine"]
    assert sorted(found.order) == list(range(len(found.views)))
    assert {"unread", "breached", "team:refunds", "team:tech"} <= {v.name for v in found.views}
    assert [view.name for view in found.views].count("mine") == 1


def test_without_own_views_a_few_stand_in_the_line_above() -> None:
    """As many own ones as there are digits; the others are in the pane alone."""
    bare = replace(SETTINGS, views=(), teams=())
    assert [v.name for v in catalogue(bare).views][:4] == ["open", "mine", "unassigned", "all"]
    many = replace(SETTINGS, views=tuple(View(f"v{n}") for n in range(30)))
    found = catalogue(many)
    assert found.tabs == DIGITS
    assert len(found.views) == len(set(found.views))
    assert {view.name for view in many.views} <= {view.name for view in found.views}


@pytest.mark.parametrize(
    ("counted", "said"), [(Counted(12_345), "12,345"), (Counted(1000, True), "999+")]
)
def test_a_counter_stops_where_nobody_reads_on(counted: Counted, said: str) -> None:
    """What is not open is counted so far."""
    assert str(counted) == said


# --- how it is used


async def test_the_pane_is_there_where_there_is_room() -> None:
    """V hides and shows it; without it the line above names the views."""
    async with opened(FakeSource(), WIDE) as (app, pilot):
        assert any("Unassigned" in line for line in pane(app))
        assert "紧急" not in text(app).splitlines()[0]
        await pilot.press("V")
        await settled(pilot)
        assert not app.main.views.display
        assert "紧急" in text(app).splitlines()[0]
        await pilot.press("V")
        await settled(pilot)
        assert app.main.views.display


async def test_a_view_is_chosen_by_keys_by_name_and_by_mouse() -> None:
    """`g v`, then j and Enter; the queue has the keys afterwards."""
    source = FakeSource()
    async with opened(source, WIDE) as (app, pilot):
        await pilot.press("g", "v", "j")
        await settled(pilot)
        assert app.main.views.has_focus
        assert source.asked[-1] == "is:open"
        await pilot.press("enter")
        await settled(pilot)
        assert source.asked[-1] == "is:open is:unread"
        assert app.main.queue.has_focus
        line = next(n for n, one in enumerate(pane(app)) if "Technical" in one)
        await pilot.click("#views", offset=(4, line))
        await settled(pilot)
        assert source.asked[-1] == 'is:open team:"tech"'
        await pilot.press("colon", *"view breached", "enter")
        await settled(pilot)
        assert source.asked[-1] == "is:open is:breached"
        await pilot.press("colon", *"view breech", "enter")
        await settled(pilot)
        assert "did you mean breached?" in text(app)


async def test_a_narrow_terminal_shows_the_views_in_place_of_the_queue() -> None:
    """Until one is chosen, or Esc leads back."""
    source = FakeSource()
    async with opened(source, (80, 24)) as (app, pilot):
        assert not app.main.views.display
        await pilot.press("g", "v")
        await settled(pilot)
        assert app.main.views.display
        await pilot.press("escape")
        await settled(pilot)
        assert app.main.queue.has_focus
        assert not app.main.views.display
        await pilot.press("V", "G", "enter")
        await settled(pilot)
        assert source.asked[-1] == "assignee:me"
        assert not app.main.views.display


# --- how many there are


async def test_counters_follow_the_store() -> None:
    """They are asked again when something has changed, and not before."""
    source = FakeSource(range(1, 13))
    async with opened(source, WIDE) as (app, pilot):
        await look(app, pilot)
        assert any("Open" in line and line.endswith("12") for line in pane(app))
        before = source.counted
        await look(app, pilot)
        assert source.counted == before
        source.arrive(replace(row(12), status=Status.SOLVED))
        await look(app, pilot)
        await look(app, pilot)
        assert any("Open" in line and line.endswith("11") for line in pane(app))


async def test_nothing_is_counted_that_nobody_sees() -> None:
    """A pane that is hidden asks nothing of the store."""
    source = FakeSource()
    async with opened(source, (120, 40)) as (app, pilot):
        await look(app, pilot)
        assert source.counted == 0
        await pilot.press("V")
        await settled(pilot)
        assert source.counted > 0


# --- how it looks


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[i18n.Language]:
    """Each language in turn."""
    before = i18n.current()
    chosen: i18n.Language = request.param
    i18n.use(chosen)
    yield chosen
    i18n.use(before)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_views_groups_and_what_is_offered_look_as_they_did(
    size: tuple[int, int], language: i18n.Language
) -> None:
    """At the sizes that people have, without what else there is."""
    name = f"{size[0]}x{size[1]}-{language}"
    async with opened(FakeSource(range(3960, 4000)), size) as (app, pilot):
        await pilot.press("P", "g", "v", "j")
        await settled(pilot)
        assert_snapshot(app, f"views-{name}")
        await pilot.press("escape", "Z")
        await settled(pilot)
        await pilot.press("j", "space", "v", "j", "j")
        await look(app, pilot)
        assert_snapshot(app, f"grouped-{name}")
        await pilot.press("slash", "a")
        await settled(pilot)
        assert_snapshot(app, f"offers-{name}")
