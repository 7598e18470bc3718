"""kill -9 in the middle of a merge, or of an undo: all of it has happened, or nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from kfdesk.desk.history.undo import undo
from kfdesk.desk.merging.merge import merge
from kfdesk.desk.merging.unmerge import unmerge
from tests.desk.office import ANNA, Office, raw
from tests.history.dump import differences, dump

POLICY = """
[[sla]]
name = "Standard"
first_response = "8h"
resolve = "3d"
"""
#: So many statements are cut off, spread over all that there are.
POINTS = 12


def cut_off(folder: Path, deed: Callable[[Office], object], at: int) -> int:
    """Do it in a process that is killed before its statement of that number; return how many there
    were, 0 if it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            office = Office(folder, POLICY)
            engine = office.desk.store._engine
            engine.dispose()
            count = 0

            def told(_statement: str) -> None:
                nonlocal count
                count += 1
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(engine, "connect", lambda raw, _record: raw.set_trace_callback(told))
            deed(office)
            os.write(writing, str(count).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) == (not said)
    return int(said or 0)


def prepared(folder: Path, *before: Callable[[Office], object]) -> None:
    """A desk with three tickets, on which something was done already."""
    folder.mkdir()
    office = Office(folder, POLICY)
    for n in range(1, 4):
        office.receive(raw(f"{n}\r\n", f"c{n}@x.example", id=f"{n}@x", Subject=f"Order {n}"))
    for deed in before:
        deed(office)
    office.close()


def seen(folder: Path) -> Any:
    """The desk as whoever opens it next finds it."""
    office = Office(folder, POLICY)
    found = dump(office)
    assert office.sql("PRAGMA integrity_check") == [("ok",)]
    assert office.sql("PRAGMA foreign_key_check") == []
    office.close()
    return found


def join(office: Office) -> object:
    """Merge three into one."""
    return merge(office.desk, [2, 3], 1, ANNA)


@pytest.mark.parametrize(
    ("deed", "before"),
    [
        (join, ()),
        (lambda office: undo(office.desk, ANNA), (join,)),
        (lambda office: unmerge(office.desk, 2, ANNA), (join,)),
    ],
    ids=["merge", "undo", "unmerge"],
)
def test_all_of_it_or_nothing(
    tmp_path: Path, deed: Callable[[Office], object], before: tuple[Callable[[Office], object], ...]
) -> None:
    """Wherever it is cut off."""
    whole = tmp_path / "whole"
    prepared(whole, *before)
    began = seen(whole)
    count = cut_off(whole, deed, -1)
    ended = seen(whole)
    assert differences(began, ended) != []
    outcomes = set()
    for point in sorted({*range(1, count + 1, max(1, count // POINTS)), count - 1, count}):
        folder = tmp_path / str(point)
        prepared(folder, *before)
        cut_off(folder, deed, point)
        found = seen(folder)
        assert found in (began, ended)
        outcomes.add(found == ended)
    assert False in outcomes
