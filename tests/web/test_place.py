"""Where the web server listens, and to whom it answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfdesk.errors import ConfigError, UserError
from kfdesk.settings import Settings, Web
from kfdesk.web.place import Listening, listening

SETTINGS = Settings(file=Path("kfdesk.toml"))
LOCAL = Listening("127.0.0.1", 8722, False)


def test_it_listens_to_this_machine_alone_unless_told_otherwise() -> None:
    assert listening(SETTINGS) == LOCAL
    assert listening(SETTINGS).url == "http://127.0.0.1:8722/"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.example.com"])
def test_passwords_never_travel_in_clear(host: str) -> None:
    with pytest.raises(UserError, match="in clear"):
        listening(SETTINGS, host)
    with pytest.raises(UserError, match="in clear"):
        listening(SETTINGS, host, public="http://desk.example.com")
    assert listening(SETTINGS, host, public="https://desk.example.com").secure
    sealed = replace(SETTINGS, web=Web(cert=Path("a"), key=Path("b")))
    assert listening(sealed, host).secure


def test_what_cannot_be_an_address_is_named() -> None:
    with pytest.raises(ConfigError, match=r"web\.listen"):
        listening(replace(SETTINGS, web=Web(listen="8722")))
    with pytest.raises(ConfigError, match="go together"):
        listening(replace(SETTINGS, web=Web(cert=Path("a"))))
    with pytest.raises(UserError, match="https://desk"):
        listening(SETTINGS, public="desk.example.com")


@pytest.mark.parametrize(
    ("host", "answers"),
    [
        ("127.0.0.1:8722", True),
        ("localhost:9000", True),  # through ssh -L
        ("[::1]:8722", True),
        ("10.0.0.7", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8722", False),
        ("", False),
    ],
)
def test_only_names_that_are_ours_are_answered(host: str, answers: bool) -> None:
    assert LOCAL.answers(host) is answers


def test_only_pages_of_ours_may_ask() -> None:
    assert LOCAL.own("http://127.0.0.1:8722", "127.0.0.1:8722")
    assert not LOCAL.own("http://127.0.0.1:9999", "127.0.0.1:8722")
    assert not LOCAL.own("https://evil.example", "127.0.0.1:8722")
    assert not LOCAL.own("null", "127.0.0.1:8722")
    assert not LOCAL.own("", "127.0.0.1:8722")
    behind = replace(LOCAL, public_url="https://desk.example.com/")
    assert behind.own("https://desk.example.com", "127.0.0.1:8722")
    assert behind.answers("desk.example.com")
    assert not behind.own("http://desk.example.com", "127.0.0.1:8722")
