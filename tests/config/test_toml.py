"""Every value of a TOML file knows its line, and no text raises anything but a ConfigError."""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.config import toml
from kfdesk.config.toml import Trail
from kfdesk.errors import ConfigError

FILE = Path("kfdesk.toml")


def lines(text: str) -> dict[Trail, int]:
    return toml.parse(text, FILE).lines


def test_table_headers_and_keys_have_their_lines() -> None:
    assert lines("# remark\n[desk]\n\nname = 'x'\n  timezone = 'UTC' # here\n") == {
        ("desk",): 2,
        ("desk", "name"): 4,
        ("desk", "timezone"): 5,
    }


def test_each_table_of_an_array_has_its_own_line() -> None:
    found = lines("[[team]]\nname = 'a'\n[[team]]\n[[team]]\nname = 'c'\n")
    assert found["team", 0] == 1
    assert found["team", 1] == 3
    assert found["team", 2] == 4
    assert found["team", 2, "name"] == 5
    assert ("team", 1, "name") not in found


def test_a_table_below_an_array_belongs_to_its_newest_element() -> None:
    found = lines("[[channel]]\n[[channel]]\n[channel.imap]\nhost = 'x'\n[[channel.more]]\na = 1\n")
    assert found["channel", 1, "imap"] == 3
    assert found["channel", 1, "imap", "host"] == 4
    assert found["channel", 1, "more", 0, "a"] == 6


def test_a_multi_line_string_does_not_hide_what_follows() -> None:
    text = 'a = """\n[not.a.table]\nb = 1 \\" """""\nc = \'\'\'\n# no remark\n\'\'\'\nd = 1\n'
    assert lines(text) == {("a",): 1, ("c",): 4, ("d",): 7}


def test_elements_of_a_multi_line_array_have_their_own_lines() -> None:
    found = lines(
        "do = [ # first\n  { set = { status = 'open' } },\n\n  'x', # ]\n  [1,\n2]]\nend = 1"
    )
    assert found["do",] == 1
    assert found["do", 0] == found["do", 0, "set", "status"] == 2
    assert found["do", 1] == 4
    assert found["do", 2, 1] == 6
    assert found["end",] == 7


def test_dotted_and_quoted_keys_are_found() -> None:
    found = lines("a . 'b.c'.\"d\\u0065\" = 1\n[x.\"y z\"]\n'' = 2\n")
    assert found["a", "b.c", "de"] == 1
    assert found["x", "y z"] == 2
    assert found["x", "y z", ""] == 3


def test_dates_and_numbers_end_where_they_end() -> None:
    found = lines("a = [1979-05-27 07:32:00, -1.5e3, inf]\nb = {c = 07:32:00}\nd = true#\n")
    assert found["a", 2] == 1
    assert found["b", "c"] == 2
    assert found["d",] == 3


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    file.write_bytes(b"\xef\xbb\xbf[desk]\r\nname = 'x'\r\n")
    document = toml.read(file)
    assert document.values == {"desk": {"name": "x"}}
    assert document.lines["desk", "name"] == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\n\n[desk\n", 3),
        ("a = 1\na = 2\n", 2),
        ('a = """\n\n', 3),
        ("a = 2026-13-45", 1),
    ],
)
def test_what_is_not_toml_is_named_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError) as caught:
        toml.parse(text, FILE)
    assert caught.value.place.line == line
    assert "TOML" in caught.value.message


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "\0", "a = \ud7ff"])
def test_hostile_toml_is_a_config_error(text: str) -> None:
    with pytest.raises(ConfigError):
        toml.parse(text, FILE)


def test_deep_nesting_is_read_or_refused() -> None:
    for depth in range(50, 1200, 50):
        with suppress(ConfigError):
            found = lines("a = " + "[" * depth + "]" * depth)
            assert len(found) == depth


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    file.write_bytes("[desk]\nname = '微鲸'\n".encode("gbk"))
    with pytest.raises(ConfigError) as caught:
        toml.read(file)
    assert caught.value.place.line == 2


KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x7f"), max_size=6)
SCALARS = (
    st.integers(-(2**60), 2**60)
    | st.booleans()
    | st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=12)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=3), max_leaves=12
)
BLANK = st.sampled_from(["", " ", "\t"])
BREAK = st.sampled_from(["", " ", "\n", "\n\n", " # ]}\"'\n"])


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """`value` as TOML, in one of the ways to write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if draw(st.booleans()) and "'" not in value and value.isprintable():
            return f"'{value}'"
        if draw(st.booleans()) and value.isprintable() and "'" not in value:
            return f"'''\n{value}'''"
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        items = [draw(BREAK) + draw(written(item)) + draw(BREAK) for item in value]
        return "[" + ",".join(items) + draw(BREAK) + "]"
    if isinstance(value, dict):
        pairs = [
            draw(BLANK) + json.dumps(key, ensure_ascii=False) + " = " + draw(written(item))
            for key, item in value.items()
        ]
        return "{" + ",".join(pairs) + draw(BLANK) + "}"
    return repr(value)


@st.composite
def documents(draw: st.DrawFn) -> str:
    parts = []
    tables = draw(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=4))
    for name, table in tables.items():
        for _again in range(draw(st.integers(1, 2))):
            parts.append(f"[[{json.dumps(name, ensure_ascii=False)}]]{draw(BREAK)}\n")
            for key, value in table.items():
                parts.append(f"{json.dumps(key, ensure_ascii=False)} = {draw(written(value))}\n")
    return "".join(parts)


def trails(value: Any, above: Trail = ()) -> list[Trail]:
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found: list[Trail] = [above] if above else []
    for key, item in items:
        found.extend(trails(item, (*above, key)))
    return found


@given(documents())
def test_every_value_of_any_document_has_a_line(text: str) -> None:
    found = lines(text)
    assert set(found) == set(trails(tomllib.loads(text.replace("\r\n", "\n"))))
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


@given(st.text(max_size=80) | st.text(alphabet="[]{}=\"'.,\n ab1#\\-:T", max_size=60))
def test_any_text_is_toml_or_a_config_error(text: str) -> None:
    try:
        document = toml.parse(text, FILE)
    except ConfigError:
        return
    assert set(document.lines) == set(trails(document.values))
