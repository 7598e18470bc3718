"""Replay over unchanged rules shows no difference, whatever happened."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfdesk.desk.replay import Replay, replay
from tests.desk.office import NOW, Office
from tests.replay.lives import ACTS, live, open_office

_SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=12)


def over(office: Office, since: datetime) -> Replay:
    return replay(office.settings.database, office.settings, since, office.now)


@given(ACTS)
@_SLOW
def test_replay_over_unchanged_rules_shows_no_difference(acts: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder))
        try:
            live(office, acts)
            found = over(office, NOW - timedelta(days=1))
            assert found.differences == ()
            assert all(rule.happened == rule.replayed for rule in found.rules)
        finally:
            office.close()


@given(ACTS, ACTS, st.booleans())
@_SLOW
def test_nor_over_a_part_of_the_past(
    before: list[tuple[str, int, int]], acts: list[tuple[str, int, int]], pause: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder))
        try:
            live(office, before)
            if pause:
                office.later(hours=5)
            office.later(seconds=1)
            since = office.now
            live(office, acts)
            assert over(office, since).differences == ()
        finally:
            office.close()
