"""Fixtures: a desk whose mail leaves by a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.office import Office, raw
from tests.support.servers import Smtp

SIGNED = """
signature = "The shop"
[[agent]]
name = "li.wei"
title = "李伟"
email = "li.wei@shop.example"
signature = "李伟 · Shop"
[[channel]]
name = "sales"
type = "maildir"
path = "Sales"
address = "sales@shop.example"
outbox_path = "SalesOut"
[[channel]]
name = "silent"
type = "maildir"
path = "Silent"
address = "silent@shop.example"
"""


@pytest.fixture
def office(tmp_path: Path, smtp_server: Smtp) -> Iterator[Office]:
    """A desk with one ticket, whose mail leaves by SMTP."""
    outlet = (
        f'smtp = {{ host = "127.0.0.1", port = {smtp_server.port}, tls = "none" }}\n'
        'send_limit = "1MB"\nsignature = "The shop"'
    )
    office = Office(tmp_path, SIGNED.replace('\nsignature = "The shop"\n', "", 1), outlet=outlet)
    office.receive(raw("Where is it?\r\n"))
    yield office
    office.close()
