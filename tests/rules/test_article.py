"""Articles of the knowledge base as rules and bots name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdesk.rules.knowledge.article import NoArticle, read


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    (tmp_path / "kb" / "shipping").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("secret")
    return tmp_path / "kb"


def write(kb: Path, text: str) -> None:
    (kb / "shipping" / "returns.md").write_bytes(text.encode())


def test_an_article_is_its_text_without_its_head(kb: Path) -> None:
    write(kb, "\ufeff---\r\ntitle: 'Returns: how'\r\n---\r\n\r\n# Returns\r\n30 days.\r\n")
    article = read(kb, "shipping/returns")
    assert article.text == "# Returns\n30 days."
    assert article.title == "Returns: how"


def test_an_article_without_a_head_is_all_text(kb: Path) -> None:
    write(kb, "30 days.\n---\nat most\n")
    article = read(kb, "shipping/returns")
    assert (article.text, article.title) == ("30 days.\n---\nat most", "shipping/returns")
    write(kb, "---\nnever closed\n")
    assert read(kb, "shipping/returns").text == "---\nnever closed"


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "shipping/../../secret",
        "/etc/passwd",
        "",
        "a//b",
        "a\\b",
        "a\0b",
        ". /x",
        "link",
    ],
)
def test_no_name_leads_out_of_the_folder(kb: Path, name: str) -> None:
    (kb / "link.md").symlink_to(kb.parent / "secret.md")
    with pytest.raises(NoArticle):
        read(kb, name)


def test_a_missing_article_names_the_nearest(kb: Path) -> None:
    write(kb, "x")
    with pytest.raises(NoArticle, match="did you mean shipping/returns"):
        read(kb, "shipping/retruns")


def test_an_article_that_says_nothing_or_cannot_be_read_is_none(kb: Path) -> None:
    write(kb, "---\ntitle: x\n---\n \n")
    with pytest.raises(NoArticle, match="no text"):
        read(kb, "shipping/returns")
    (kb / "shipping" / "returns.md").write_bytes(b"\xff\xfe")
    with pytest.raises(NoArticle, match="cannot be read"):
        read(kb, "shipping/returns")
    with pytest.raises(NoArticle, match=r"\[kb\]"):
        read(None, "shipping/returns")
