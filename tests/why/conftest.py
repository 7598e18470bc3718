"""A shop without tickets for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The shop, without triggers."""
    shop = Shop(tmp_path)
    yield shop
    shop.desk.close()
