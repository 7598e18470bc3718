"""Articles in their files: the head, languages, and what hostile files become."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kfdesk.rules.knowledge.article import LARGEST, NoArticle, files, prefer, read, strays, versions
from kfdesk.rules.knowledge.front_matter import Wrong, language_of, split


def write(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_the_head_says_all_about_an_article(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a/returns",
        "---\ntitle: Returns\ncategory: 售后/退款\nlanguage: zh-TW\naudience: public\n"
        "keywords:\n  - parcel\n  - 'back'\nlink: https://x.example/returns\n---\nText\n",
    )
    one = read(tmp_path, "a/returns")
    assert (one.title, one.category, one.language, one.public) == (
        "Returns", "售后/退款", "zh-tw", True,
    )  # fmt: skip
    assert one.head["keywords"] == "parcel, back"
    assert one.link("https://help.example") == "https://x.example/returns"


def test_without_a_head_an_article_is_internal_and_called_by_its_heading(tmp_path: Path) -> None:
    write(tmp_path, "returns", "# How to return\n\nText")
    one = read(tmp_path, "returns")
    assert (one.title, one.public, one.language) == ("How to return", False, "")
    assert one.link("https://help.example/") == "https://help.example/returns"
    assert one.link("") == ""


def test_the_same_article_in_several_languages_belongs_together(tmp_path: Path) -> None:
    write(tmp_path, "returns", "---\nlanguage: zh\n---\n退货")
    write(tmp_path, "returns.en", "Returns")
    write(tmp_path, "returns-to-store", "Another")
    found = versions(tmp_path, "returns")
    assert [(one.name, one.topic, one.language) for one in found] == [
        ("returns", "returns", "zh"),
        ("returns.en", "returns", "en"),
    ]
    assert prefer(found, ["en", "zh"]).text == "Returns"
    assert prefer(found, ["fr"]).text == "退货"
    assert versions(tmp_path, "returns.en")[0].name == "returns.en"


def test_an_article_that_has_only_languages_is_found_by_what_it_is_about(tmp_path: Path) -> None:
    write(tmp_path, "a/returns.de", "Rückgabe")
    write(tmp_path, "a/returns.en", "Returns")
    assert [one.name for one in versions(tmp_path, "a/returns")] == ["a/returns.de", "a/returns.en"]


def test_only_a_language_ends_a_name() -> None:
    assert language_of("a/returns.zh-TW") == ("a/returns", "zh-tw")
    assert language_of("version.2") == ("version.2", "")
    assert language_of("about.us-all/x") == ("about.us-all/x", "")
    assert language_of("setup.exe") == ("setup.exe", "")


@pytest.mark.parametrize(
    ("head", "line", "says"),
    [
        ("titel: x", 2, "did you mean title"),
        ("title: x\nnot a pair", 3, "expected a line such as"),
        ("title: x\ntitle: y", 3, "stands in line 2 already"),
        ("audience: all", 2, "internal or public"),
        ("language: chinese", 2, "write it like zh"),
        ("title: x\nlink: javascript:alert(1)", 3, "https://"),
    ],
)
def test_a_wrong_head_is_named_with_file_and_line(
    tmp_path: Path, head: str, line: int, says: str
) -> None:
    file = write(tmp_path, "a", f"---\n{head}\n---\ntext")
    with pytest.raises(NoArticle, match=says) as caught:
        read(tmp_path, "a")
    assert str(caught.value).startswith(f"{file}:{line}: ")


def test_a_head_that_is_never_closed_is_wrong_and_a_rule_across_the_page_is_none() -> None:
    with pytest.raises(Wrong, match="never closed"):
        split("---\ntitle: x\n\ntext")
    assert split("---\nnever closed\n")[1] == "---\nnever closed\n"


def test_keys_of_other_programs_stay(tmp_path: Path) -> None:
    write(tmp_path, "a", "---\nlayout: page\nmenu:\n    main:\n      weight 3\n# x\n---\ntext")
    assert read(tmp_path, "a").text == "text"


def test_the_name_and_the_head_say_the_same_language(tmp_path: Path) -> None:
    write(tmp_path, "a.en", "---\nlanguage: zh\n---\ntext")
    with pytest.raises(NoArticle, match="file's name says en"):
        read(tmp_path, "a.en")


def test_what_a_terminal_would_interpret_is_taken_out(tmp_path: Path) -> None:
    write(tmp_path, "a", "---\ntitle: \x1b[2Jx\u202e\n---\r\nred \x1b]0;t\x07[/] text\n")
    one = read(tmp_path, "a")
    assert one.title == "[2Jx"
    assert one.text == "red ]0;t[/] text"


def test_an_enormous_line_is_a_line(tmp_path: Path) -> None:
    write(tmp_path, "a", "---\ntitle: " + "t" * 50_000 + "\n---\n" + "x" * 900_000)
    one = read(tmp_path, "a")
    assert len(one.title) == 200
    assert len(one.text) == 900_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"first\nsecond \xc4\xe3\xba\xc3", ":2: cannot be read: this is no UTF-8 text"),
        ("退货".encode("utf-16"), ":1: cannot be read"),
        (b"a\nb\nPK\x00\x03", ":3: cannot be read: this is no text"),
        (b"x" * (LARGEST + 1), "is larger than"),
    ],
)
def test_what_is_no_text_is_no_article(tmp_path: Path, content: bytes, says: str) -> None:
    write(tmp_path, "a", content)
    with pytest.raises(NoArticle, match=says):
        read(tmp_path, "a")


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    write(folder, "inside", "text")
    write(folder, ".git/x", "text")
    (tmp_path / "secret.md").write_text("secret")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "in.md").symlink_to(folder / "inside.md")
    (folder / "nowhere.md").symlink_to(folder / "gone.md")
    (folder / "out.en.md").symlink_to(tmp_path / "secret.md")
    os.mkfifo(folder / "pipe.md")
    write(folder, "evil\x1b[2J", "text")
    assert [one.name for one in files(folder)] == ["in", "inside"]
    assert len(list(strays(folder))) == 5
    with pytest.raises(NoArticle):
        versions(folder, "out")
