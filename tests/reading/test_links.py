"""Links in texts: where they end, what they are called, and what gives one pause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.mail.links import Link, doubts, find, readable, whole


@pytest.mark.parametrize(
    ("line", "urls"),
    [
        ("see https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x_(y))", ["https://a.example/x_(y)"]),
        ("请看https://a.example/订单谢谢", ["https://a.example/"]),
        ("请看 https://例子.example/x 谢谢", ["https://例子.example/x"]),
        ("【https://a.example/x】，www.b.example。", ["https://a.example/x", "https://www.b.example"]),
        ("write mailto:a@b.example or tel:+4912345", ["mailto:a@b.example", "tel:+4912345"]),
        ("javascript:alert(1) file:///etc/passwd data:text/html,x", []),
        ("https:// nothing", []),
        ("click here <https://a.example/?u=1>", ["https://a.example/?u=1"]),
        ("a <javascript:alert(1)> b", []),
        ("name@www.a.example", []),
    ],
)  # fmt: skip
def test_an_address_ends_where_the_sentence_goes_on(line: str, urls: list[str]) -> None:
    """Punctuation and Chinese are no part of it; what no browser opens is text."""
    assert [link.url for link in find(line)] == urls


def test_an_address_behind_another_is_where_that_one_leads() -> None:
    """As HTML becomes text: the words are an address themselves."""
    (link,) = find("https://bank.example/login <https://evil.example/x>")
    assert link.url == "https://evil.example/x"
    assert link.shown == "https://bank.example/login"
    assert "bank.example" in doubts(link)[0]


@pytest.mark.parametrize(
    ("url", "shown", "about"),
    [
        ("https://a.example/", "", 0),
        ("https://shop.a.example/x", "a.example", 0),
        ("https://evil.example/", "www.bank.example", 1),
        ("https://bank.example@evil.example/", "", 1),
        ("https://xn--80ak6aa92e.example/", "", 2),
        ("https://аpple.example/", "", 1),
        ("https://淘宝.example/", "", 1),
        ("http://192.168.1.1/x", "", 1),
        ("http://3232235777/x", "", 1),
        ("http://[::1]/", "", 1),
        ("https://a.example/%0d%0aX:y", "", 1),
        ("javascript:alert(1)", "", 1),
        ("http://[bad/", "", 1),
        ("mailto:a@b.example", "", 0),
    ],
)
def test_what_is_odd_about_a_link_is_said(url: str, shown: str, about: int) -> None:
    """Punycode, mixed scripts, a user before the host, another host than the words say."""
    found = doubts(Link(0, 1, url, shown))
    assert bool(found) == bool(about)
    assert len(found) >= about


@given(st.text(alphabet="htps:/w.@[]<>() a1é退%#?&=xn--", max_size=120))
def test_no_text_makes_it_fail(line: str) -> None:
    """Links stand in order within the line, and everything about them can be asked."""
    at = 0
    for link in find(line):
        assert at <= link.start < link.end <= len(line)
        at = link.end
        doubts(link)
        readable(link.url)


def test_a_line_of_a_megabyte_is_read_in_no_time() -> None:
    """No pattern goes back over what it has read."""
    for line in ("https://" * 60_000, "<https://a" * 50_000, "www." * 100_000, "a@" * 200_000):
        list(find(line))


def test_an_address_that_was_cut_for_its_length_is_found_whole() -> None:
    """In the mail's HTML, which has all of it."""
    url = "https://a.example/" + "x" * 900
    html = f'<p><a href="https://b.example">b</a> <a href="{url}">a</a>'
    assert whole(html, url[:500] + "…") == url
    assert whole("<p>gone", url[:500] + "…") == url[:500]


@pytest.mark.parametrize(
    "other", ["https://bank.example.evil.com/", "https://bank.example@evil.com"]
)
def test_what_is_opened_whole_leads_to_the_host_that_was_shown(other: str) -> None:
    """Whoever writes an ellipsis behind an address does not thereby hide where it leads."""
    assert whole(f'<a href="{other}">x</a>', "https://bank.example…") == "https://bank.example"


def test_a_backslash_ends_a_host_as_it_does_in_a_browser() -> None:
    (link,) = find("see https://evil.example\\@bank.example/")
    assert link.host == "evil.example"
