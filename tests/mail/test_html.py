"""HTML becomes text that a person can read, in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.mail.html import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<div>One<br></div><div>Two</div>", "One\nTwo"),
        ("One<br>Two", "One\nTwo"),
        ("One\n  Two", "One Two"),
        ("<b>b</b>old", "bold"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a  b\nc  d"),
        ('<a href="https://x.example/y">here</a>', "here <https://x.example/y>"),
        ('<a href="https://x.example/y">https://x.example/y</a>', "https://x.example/y"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("<script>evil()</script><style>p{}</style>ok", "ok"),
        ("<head><title>T</title></head><body>ok</body>", "ok"),
        ('<img alt="Logo" src="x">', "[Logo]"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("a &lt;b&gt; &amp; &nbsp;c", "a <b> & c"),
        ("a&#27;[2Jb&#x202e;c", "a[2Jbc"),
        ("退款<br>申请", "退款\n申请"),
        ("", ""),
        ("<!-- only a comment -->", ""),
        ("no tags", "no tags"),
        ("<p>unclosed <b>and <i>crossed</b> tags</i>", "unclosed and crossed tags"),
    ],
)
def test_html_is_readable(html: str, text: str) -> None:
    assert to_text(html)[0] == text


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 40_000 + "x",
        "".join("<b>x</b> " for _ in range(40_000)),
        "<div>" * 3_000 + "x",
        "<blockquote type=cite>" * 3_000 + "x",
        "<table><tr><td>" * 3_000 + "x",
        "<div>" * 200_000 + "x",
        "".join(f"<b a={n}></x>" for n in range(40_000)) + "<p>x" * 40_000,
        "".join(f'<a href="http://x.example/{n}">x</a>' for n in range(5_000)),
        "<a href=http://x.example>" * 5_000 + "x",
        "x" * 1_000_000,
        " " * 1_000_000 + "x",
        "<" * 1_000_000,
        '<a "' * 200_000,
        "<!--" * 200_000,
        "<pre>\n" * 50_000,
        "&#1;&#5;&#6;" * 50_000,
        "\1\2\3\4\5\6\7" * 50_000,
    ],
    ids=lambda html: html[:20].strip() or "blanks",
)
def test_hostile_html_ends_and_does_not_recurse(html: str) -> None:
    text, before = to_text(html)
    assert -1 <= before <= len(text)
    assert not set(text) & set("\1\2\3\4\5\6\7\x1b")


TAGS = st.sampled_from(
    ["div", "p", "b", "table", "tr", "td", "pre", "script", "svg", "select", "a", "li", "ol", "ul",
     "blockquote", "template", "noscript", "form", "html", "body", "textarea", "br", "frameset"]
)  # fmt: skip
SOUP = st.lists(
    st.one_of(
        TAGS.map("<{}>".format),
        TAGS.map("</{}>".format),
        TAGS.map('<{} class="gmail_quote" href="http://x">'.format),
        st.text(max_size=8),
    ),
    max_size=50,
).map("".join)


@given(SOUP)
def test_any_soup_of_tags_becomes_text(html: str) -> None:
    text, before = to_text(html)
    assert -1 <= before <= len(text)
