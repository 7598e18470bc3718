"""How the desk stands: every number is that of the list behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kfdesk.desk.why.paper import Paper
from kfdesk.desk.why.words import Words
from kfdesk.model import Status
from kfdesk.reports.board import board
from kfdesk.reports.board_page import laid
from tests.reports.conftest import Past


def test_every_number_is_that_of_its_list(past: Past) -> None:
    past.to(3, Status.PENDING)
    found = board(past.desk, "anna")
    parts = (*found.teams, *found.agents, *found.channels)
    counts = [*found.now, *(one for part in parts for one in part.counts)]
    assert {one.query: one.n for one in counts} == {
        one.query: len(past.find(one.query)) for one in counts
    }
    by_name = {one.name: one.n for one in found.now}
    assert (by_name["open"], by_name["pending"], by_name["unassigned"]) == (3, 1, 1)


def test_today_stands_beside_yesterday_at_this_time_and_the_usual(past: Past) -> None:
    found = board(past.desk)
    created = next(one for one in found.today if one.name == "created")
    assert (created.today.n, created.yesterday.n) == (1, 0)
    assert created.usual == 2 / 7  # Monday's second came later in the day than it is now
    assert created.hours[9] == 1
    assert len(created.hours) == 13
    assert len(past.find(created.query)) == 1


def test_who_waits_longest_stands_first(past: Past) -> None:
    found = board(past.desk)
    assert [row.number for row in found.oldest] == [3, 4]
    waits = [found.at - since for since in found.waits if since]
    assert waits == [timedelta(days=2, hours=3), timedelta(hours=3)]


def test_it_fits_any_width_and_each_figure_leads_to_its_list(past: Past) -> None:
    found = board(past.desk)
    words = Words.of(past.settings)
    for width in (40, 78, 118, 198):
        for wall in (False, True):
            block = laid(Paper(words, width), found, wall=wall)
            from rich.cells import cell_len

            assert max(sum(cell_len(t) for t, _s in line) for line in block.lines) <= width
            queries = {spot.query for spot in block.spots}
            assert {one.query for one in found.now} <= queries


def test_a_tall_board_names_those_whose_deadlines_are_next_and_is_no_taller(past: Past) -> None:
    found = board(past.desk)
    row = replace(found.oldest[0], due_at=found.at - timedelta(hours=2))
    found = replace(found, due=(row,) * 60)
    words = Words.of(past.settings)
    without = laid(Paper(words, 198), found)
    for height in (30, 48):
        block = laid(Paper(words, 198), found, height=height)
        assert len(block.lines) == height
        assert any("-2h" in t for t, _s in block.lines[-1])
    assert not any("-2h" in text for line in without.lines for text, _style in line)
