"""Themes and languages chosen at the console: at once, remembered, and read anew from the file."""

from __future__ import annotations

from kfdesk import i18n
from kfdesk.store.people import console as remembered
from kfdesk.tui.memory.chosen import chosen
from tests.desk.office import Office, raw
from tests.teamwork.conftest import console, until


async def test_a_theme_is_worn_while_it_is_looked_at_and_given_back(office: Office) -> None:
    office.receive(raw())
    async with console(office) as (app, pilot):
        await pilot.press("colon", *"theme", "enter")
        await pilot.pause(0.3)
        await pilot.press("down")
        await pilot.pause(0.1)
        assert app.theme == "kfdesk-light"
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert app.theme == "kfdesk-dark"


async def test_a_theme_and_a_language_are_remembered_by_agent(office: Office) -> None:
    office.receive(raw())
    before = i18n.current()
    try:
        async with console(office) as (app, pilot):
            app.perform("console.theme", "kfdesk-contrast-dark")
            await until(pilot, lambda: app.theme == "kfdesk-contrast-dark")
            app.perform("console.language", "zh-TW")
            await until(pilot, lambda: "開啟" in str(app.main.below.render()))
        with office.desk.store.read() as tx:
            state = remembered.state(tx, "anna")
        ui = chosen(office.settings, state).ui
        assert (ui.theme, ui.language) == ("kfdesk-contrast-dark", "zh-TW")
    finally:
        i18n.use(before)


async def test_an_unknown_theme_is_named_with_those_that_are_known(office: Office) -> None:
    office.receive(raw())
    async with console(office) as (app, pilot):
        app.perform("console.theme", "purple")
        await until(pilot, lambda: bool(app._notifications))
        said = " ".join(one.message for one in app._notifications)
        assert "“purple”" in said
        assert "kfdesk-light" in said


async def test_a_theme_of_ones_own_is_worn_anew_when_the_file_changes(office: Office) -> None:
    office.receive(raw())
    async with console(office) as (app, pilot):
        source = office.file.read_text(encoding="utf-8")
        for ground in ("#101820", "#182028"):
            written = source.replace("[ui]\n", '[ui]\ntheme = "sea"\n', 1)
            office.file.write_text(
                f'{written}\n[theme.sea]\nbackground = "{ground}"\n', encoding="utf-8"
            )
            await until(pilot, lambda: app.appearance.scheme.colors["background"] == ground)  # noqa: B023
        assert app.theme == "sea"
