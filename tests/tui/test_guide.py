"""The first start: a few questions, every step back and forth, nothing written before the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kfdesk import config, i18n, secrets
from kfdesk.desk.admin import setup, trial
from kfdesk.desk.admin.doctor import Finding
from kfdesk.desk.admin.setup import Answers
from kfdesk.desk.admin.trial import Seen
from kfdesk.settings import Channel
from kfdesk.tui.guide.guide import Guide, Outcome
from kfdesk.tui.guide.step import Field
from tests.tui.console import SNAPSHOTS, strips


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keyring, no network; English is the language that is likely."""
    monkeypatch.setattr(secrets, "can_keep", lambda: False)
    monkeypatch.setenv(setup.PASSWORD_VARIABLE, "")
    monkeypatch.setattr(
        trial,
        "try_mailbox",
        lambda _channel: iter([Finding("error", "x", "password refused", "use the code")]),
    )
    seen = Seen("Jane", "Where is my order?", None)
    monkeypatch.setattr(trial, "newest", lambda _channel, _limit: [seen])
    monkeypatch.setattr(i18n, "written", lambda: "en")


def text(app: Guide) -> str:
    """The screen as one text."""
    return "\n".join(strip.text.rstrip() for strip in strips(app))


async def write(pilot: Pilot[Outcome], *lines: str) -> None:
    """Fill in the lines of a page, each with Enter; an empty one takes what is likely."""
    for line in lines:
        focused = pilot.app.focused
        assert isinstance(focused, Field)
        if line:
            focused.value = line
        await pilot.press("enter")
    await pilot.pause()


def assert_page(app: Guide, name: str) -> None:
    """The page looks as it did; KFDESK_SNAPSHOTS=update says that it may look otherwise."""
    file = SNAPSHOTS / f"guide-{name}-{app.size.width}x{app.size.height}.txt"
    found = text(app) + "\n"
    if os.environ.get("KFDESK_SNAPSHOTS") == "update":
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_its_pages_fit_any_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Guide(Path("kfdesk.toml"))
    app.said = {"name": "小鲸商城", "timezone": "Asia/Shanghai", "agent": "李伟"}
    async with app.run_test(size=size) as pilot:
        assert_page(app, "welcome")
        await pilot.press("enter", "enter")
        await write(pilot, "", "", "")
        await write(pilot, "help@qq.com", "abcdefgh", "", "", "")
        await pilot.pause(0.1)
        assert_page(app, "trying")
        await pilot.press("escape")
        await pilot.pause()
        assert_page(app, "mailbox")


async def test_it_writes_what_init_writes_and_only_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "new" / "kfdesk.toml"
    app = Guide(file)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Welcome" in text(app)
        await pilot.press("enter", "enter")
        await write(pilot, "Whale", "Asia/Shanghai", "li.wei")
        await write(pilot, "help@qq.com", "abcdefgh", "", "", "")
        await pilot.pause(0.1)
        assert "password refused" in text(app)
        assert "use the code" in text(app)
        assert "Where is my order?" in text(app)
        await pilot.press("enter")
        await pilot.pause()
        await write(pilot, "wang.fang，john")
        assert "abcdefgh" not in text(app)
        assert not file.parent.exists()
        await pilot.press("enter")
    assert app.return_value == file
    answers = Answers(
        "Whale", "Asia/Shanghai", "en", "li.wei", "help@qq.com", "imap.qq.com", "smtp.qq.com",
        "help@qq.com", colleagues=("wang.fang", "john"),
    )  # fmt: skip
    other = setup.init(tmp_path / "other.toml", answers)
    assert file.read_text(encoding="utf-8") == other.read_text(encoding="utf-8")
    assert [agent.name for agent in config.load(file).agents] == ["li.wei", "wang.fang", "john"]
    assert "abcdefgh" not in file.read_text(encoding="utf-8")


async def test_one_goes_back_to_what_was_said_and_leaves_without_a_trace(tmp_path: Path) -> None:
    app = Guide(tmp_path / "kfdesk.toml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter")
        await write(pilot, "Whale", "", "li.wei")
        assert "2 of 5" in text(app)
        await pilot.press("escape")
        assert "Whale" in text(app)
        await pilot.press("escape", "escape", "escape")
    assert app.return_value is None
    assert list(tmp_path.iterdir()) == []


async def test_the_arrows_lead_from_line_to_line(tmp_path: Path) -> None:
    app = Guide(tmp_path / "kfdesk.toml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter", "down", "down")
        assert app.focused is not None
        assert app.focused.name == "agent"
        await pilot.press("up")
        assert app.focused.name == "timezone"


async def test_what_cannot_be_is_said_at_its_page(tmp_path: Path) -> None:
    app = Guide(tmp_path / "kfdesk.toml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter")
        await write(pilot, "Whale", "Asia/Shanghay", "li.wei")
        assert "Asia/Shanghay is no time zone" in text(app)
        assert "1 of 5" in text(app)


async def test_without_a_mailbox_nothing_is_tried(tmp_path: Path) -> None:
    app = Guide(tmp_path / "kfdesk.toml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter")
        await write(pilot, "", "", "")
        await write(pilot, "")  # the lines below it need no answer
        assert "4 of 5" in text(app)
        await write(pilot, "")
        await pilot.press("enter")
    assert config.load(tmp_path / "kfdesk.toml").channels == ()


async def test_one_can_look_around_on_the_demo_desk_instead(tmp_path: Path) -> None:
    app = Guide(tmp_path / "kfdesk.toml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "down", "enter")
    assert app.return_value == "demo"


async def test_the_password_goes_into_the_keyring_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}
    monkeypatch.setattr(secrets, "can_keep", lambda: True)
    monkeypatch.setattr(secrets, "keep", kept.__setitem__)
    app = Guide(tmp_path / "kfdesk.toml")
    app.said = {"address": "help@qq.com", "password": "abcdefgh", "agent": "li.wei"}
    settings = config.load(app.write())
    imap = settings.channels[0].imap
    assert imap is not None
    assert imap.password is not None
    assert kept == {imap.password.keyring: "abcdefgh"}


def test_what_is_tried_is_what_would_be_written(tmp_path: Path) -> None:
    answers = Answers(address="help@outlook.com", user="help@outlook.com")
    tried: Channel = trial.mailbox(answers, "secret")
    (written,) = config.load(setup.init(tmp_path / "kfdesk.toml", answers)).channels
    for one in (tried, written):
        assert one.imap is not None
        assert one.smtp is not None
        assert (one.imap.host, one.imap.user, one.imap.tls, one.smtp.host, one.smtp.tls) == (
            "outlook.office365.com", "help@outlook.com", "tls", "smtp-mail.outlook.com", "starttls",
        )  # fmt: skip
