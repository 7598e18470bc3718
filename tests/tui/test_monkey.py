"""Keys at random, on a desk that another process syncs: nothing breaks, and nothing is lost."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kfdesk.config import load
from kfdesk.desk.admin.demo import make
from tests.tui.monkey import KEYS, LONG, SEED, consistent, console, press, syncing


@pytest.mark.timeout(3600 if LONG else 120)
async def test_random_keys_break_nothing_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """300 keys; 20,000 with KFDESK_LONG=1. A console that is left is opened again."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))  # nothing outside is to be started
    now = datetime(2026, 11, 11, 8, 0, tzinfo=UTC)
    config = make(tmp_path, "zh" if SEED % 2 else "en", now)
    settings = load(config)
    chosen = random.Random(SEED)
    left = KEYS
    with syncing(config):
        while left > 0:
            app = console(settings, chosen.choice(settings.agents).name)
            size = chosen.choice([(80, 24), (120, 40), (200, 50), (60, 16)])
            async with app.run_test(size=size, notifications=True) as pilot:
                while app.main.source is None:
                    await pilot.pause(0.05)
                left -= await press(pilot, app, chosen, left, settings.database.parent)
                await pilot.pause(0.2)
    consistent(settings)
