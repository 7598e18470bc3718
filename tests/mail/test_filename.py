"""A file's name is harmless wherever it ends up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.mail.filename import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("发票 2026.pdf", "发票 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\x\\y.txt", "y.txt"),
        ("=cmd|' /C calc'!A0", "C calc'_A0"),
        ("=1+1.csv", "1+1.csv"),
        ("-rf", "rf"),
        ("@SUM(1).xls", "SUM(1).xls"),
        ("$(rm x).txt", "_(rm x).txt"),
        ("a\x1b[2J\u202efdp.exe", "a[2Jfdp.exe"),
        (".bashrc", "bashrc"),
        ("-.bash_profile", "bash_profile"),
        ("../~ .ssh", "ssh"),
        ("con .txt", "_con .txt"),
        ("COM¹.log", "_COM¹.log"),
        ("con.txt", "_con.txt"),
        ("..", "attachment"),
        ("", "attachment"),
        ("///", "attachment"),
        ("===", "attachment"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_extension() -> None:
    safe = safe_name("长" * 500 + ".pdf")
    assert safe.endswith("长.pdf")
    assert len(safe.encode()) <= 180


@given(st.text(max_size=400))
def test_any_name_becomes_one_plain_component(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set("/\\<>:|?*\0\n\r\x1b")
    assert safe[0] not in "=+-@|~."
    assert len(safe.encode()) <= 200
    assert safe_name(safe)
