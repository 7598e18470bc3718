"""A desk without a single ticket says what to do next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kfdesk.settings import Channel
from kfdesk.tui.queue.beginning import advice
from tests.tui.console import opened, settled, text
from tests.tui.fake import SETTINGS, FakeSource, row


async def test_an_empty_desk_says_what_to_do_next_until_there_is_a_ticket() -> None:
    source = FakeSource(())
    async with opened(source, (80, 24)) as (app, pilot):
        await settled(pilot)
        assert "[[channel]]" in text(app)
        assert "kfdesk demo" in text(app)
        assert "No ticket matches" in text(app)
        await app.speak("zh")
        await settled(pilot)
        assert "No ticket matches" not in text(app)
        assert "[[channel]]" in text(app)
        assert "lists the keys" not in text(app)
        await app.speak("en")
        source.arrive(row(1))
        await pilot.pause(1.2)
        assert "kfdesk demo" not in text(app)


async def test_a_desk_with_tickets_gives_no_advice_where_a_filter_finds_none() -> None:
    async with opened(FakeSource(range(1, 4)), (80, 24)) as (app, pilot):
        await pilot.press("slash", *"nothing", "enter")
        await settled(pilot)
        assert "kfdesk demo" not in text(app)


def test_a_mailbox_is_named_by_its_address() -> None:
    channel = Channel("support", "imap", address="help@shop.example")
    settings = replace(SETTINGS, channels=(channel,), file=Path("kfdesk.toml"))
    assert "help@shop.example" in advice(settings, lambda _action: "C")[0]
