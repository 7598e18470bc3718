"""Fixtures: desks with statuses, fields and forms of their own, and commands on them."""

from tests.cli.conftest import run
from tests.desk.conftest import opened

__all__ = ["opened", "run"]
