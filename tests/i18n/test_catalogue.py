"""The translation is complete, fresh and faithful, and no text goes around it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from kfdesk import i18n
from kfdesk.i18n import _, ngettext, pgettext
from tools.messages import MO, ROOT, TRADITIONAL, extracted, read, traditional

PLACEHOLDER = re.compile(r"\{[a-z_]*(?::[^{}]*)?\}")
SOURCES = sorted((ROOT / "kfdesk").rglob("*.py"))


def key(message: Message) -> tuple[str | None, str | tuple[str, ...]]:
    """What a message is looked up by."""
    context: str | bytes | None = message.context  # Babel reads it as bytes from a .mo
    return (
        context.decode() if isinstance(context, bytes) else context,
        message.id if isinstance(message.id, str) else tuple(message.id),
    )


def messages(catalogue: Catalog) -> list[Message]:
    """All but the header."""
    return [message for message in catalogue if message.id]


def translations(message: Message) -> tuple[str, ...]:
    """Every form of a translation."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The committed catalogue."""
    return read()


def test_every_text_is_translated_and_none_is_doubtful(catalogue: Catalog) -> None:
    empty = [m.id for m in messages(catalogue) if not all(translations(m)) or not m.string]
    assert empty == []
    assert [m.id for m in messages(catalogue) if m.fuzzy] == []


def test_the_catalogue_has_the_texts_of_the_code_and_no_others(catalogue: Catalog) -> None:
    """`make messages` brings it up to date."""
    assert {key(m) for m in messages(catalogue)} == {key(m) for m in messages(extracted())}


def test_what_the_program_reads_was_compiled_from_the_catalogue(catalogue: Catalog) -> None:
    """`make messages` compiles it."""
    with MO.open("rb") as file:
        compiled = read_mo(file)
    assert {key(m): translations(m) for m in messages(compiled)} == {
        key(m): translations(m) for m in messages(catalogue)
    }


def test_placeholders_are_those_of_the_original(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        original = message.id if isinstance(message.id, str) else message.id[1]
        for text in translations(message):
            wanted, found = PLACEHOLDER.findall(original), PLACEHOLDER.findall(text)
            assert sorted(wanted) == sorted(found), original


def test_translations_are_punctuated_as_chinese_is(catalogue: Catalog) -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!](?!/)|[,;:?!][\u4e00-\u9fff]")
    wrong = [t for m in messages(catalogue) for t in translations(m) if half_width.search(t)]
    assert wrong == []


def test_texts_come_out_in_the_language_in_use() -> None:
    assert pgettext("status", "open") == "open"
    try:
        i18n.use("zh")
        assert pgettext("status", "open") == "处理中"
        assert _("open") == "打开"
        assert ngettext("{n} ticket", "{n} tickets", 1).format(n=1) == "共 1 张工单"
    finally:
        i18n.use("en")
    assert ngettext("{n} ticket", "{n} tickets", 1).format(n=1) == "1 ticket"


# --- nothing goes around gettext


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of these functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else ""
            if isinstance(function, ast.Attribute):
                name = function.attr
            if name in names:
                yield node


def is_prose(node: ast.AST) -> bool:
    """Whether a literal has words for people: two of them beside each other."""
    if isinstance(node, ast.JoinedStr):
        text = "{}".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    else:
        return False
    return bool(re.search(r"[A-Za-z]{2,} [a-z]{2,}", text))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_texts_are_looked_up_as_constants_when_they_are_shown(file: Path) -> None:
    """Not in an f-string, where they are not found, and not at import, before a language is set."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for call in calls(tree, "_", "N_", "ngettext", "pgettext"):
        texts = call.args[:2] if getattr(call.func, "id", "") == "ngettext" else call.args
        if file.name != "i18n.py" and not _looks_up_a_name(call):
            assert all(isinstance(text, ast.Constant) for text in texts), f"line {call.lineno}"
    inside = [
        call.lineno
        for outer in ast.walk(tree)
        if isinstance(outer, ast.JoinedStr)
        for call in calls(outer, "_", "ngettext", "pgettext")
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert inside == []
    assert [call.lineno for call in _at_import(tree)] == []


def _looks_up_a_name(call: ast.Call) -> bool:
    """`_(self.message)`: the text was marked with N_ where it stands."""
    return isinstance(call.args[0], (ast.Attribute, ast.Subscript))


def _at_import(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that run while the module is loaded."""
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
            yield node
        waiting += ast.iter_child_nodes(node)


ERRORS = ("UserError", "ConfigError", "QueryError", "RuleError", "NotFound", "Conflict",
          "StoreError", "FetchError", "Retry", "Rejected", "Unknown", "Health")  # fmt: skip
SAYING = (*ERRORS, "notify", "line", "Finding", "fail")


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_errors_findings_and_notices_are_translated(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    bare = [
        call.lineno
        for call in calls(tree, *SAYING)
        for given in (*call.args, *(keyword.value for keyword in call.keywords))
        if is_prose(given)
    ]
    assert bare == []


def test_traditional_chinese_is_what_opencc_makes_of_the_catalogue(catalogue: Catalog) -> None:
    """`make messages` makes it anew; what the program reads of it was compiled from it."""
    with TRADITIONAL.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    made = {key(m): translations(m) for m in messages(traditional(catalogue)) if m.string}
    assert {key(m): translations(m) for m in messages(compiled)} == made
    try:
        i18n.use("zh-TW")
        assert ngettext("{n} ticket", "{n} tickets", 1).format(n=1) == "共 1 張工單"
    finally:
        i18n.use("en")


@pytest.mark.parametrize(
    ("name", "language"),
    [("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("zh-TW", "zh-TW"), ("zh_HK", "zh-TW"),
     ("zh-Hant", "zh-TW"), ("en_GB.UTF-8", "en"), ("EN", "en"), ("de", None), ("", None)],
)  # fmt: skip
def test_a_language_is_known_by_the_names_that_systems_have_for_it(
    name: str, language: str | None
) -> None:
    assert i18n.known(name) == language
