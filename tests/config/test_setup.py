"""What `kfdesk init` writes is private, loads, and never takes the place of another file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk import config, i18n
from kfdesk.desk.admin import setup
from kfdesk.desk.admin.setup import Answers, Question, Servers, guess_servers, init
from kfdesk.errors import UserError
from kfdesk.rules.lint import check


def take_default(_question: Question, default: str) -> str:
    return default


def test_the_result_loads_with_what_was_answered(tmp_path: Path) -> None:
    answers = Answers(
        name='微鲸 "客服"',
        timezone="Asia/Shanghai",
        language="zh",
        agent="li.wei",
        address="support@qq.com",
    )
    settings = config.load(init(tmp_path / "kfdesk.toml", answers))
    assert settings.desk.name == '微鲸 "客服"'
    assert settings.desk.language == "zh"
    assert settings.warnings == ()
    (agent,) = settings.agents
    assert (agent.name, agent.role) == ("li.wei", "admin")
    assert agent.os_user
    (channel,) = settings.channels
    assert channel.imap is not None
    assert channel.imap.host == "imap.qq.com"
    assert channel.imap.user == "support@qq.com"
    assert channel.imap.password is not None
    assert channel.imap.password.env == setup.PASSWORD_VARIABLE
    assert channel.smtp is not None
    assert (channel.smtp.host, channel.smtp.tls) == ("smtp.qq.com", "tls")
    assert settings.templates[0].text.count("{{") == 2


def test_without_an_address_there_is_a_mailbox_to_fill_in(tmp_path: Path) -> None:
    file = init(tmp_path / "kfdesk.toml", Answers())
    assert config.load(file).channels == ()
    lines = file.read_text(encoding="utf-8").splitlines()
    commented = [line.removeprefix("#") if not line.startswith("# ") else line for line in lines]
    file.write_text("\n".join(commented), encoding="utf-8")
    settings = config.load(file)
    assert settings.channels[0].address == "support@example.com"
    assert settings.triggers[0].do == ({"reply": "ack"},)
    assert [len(part) for part in (settings.schedules, settings.policies, settings.routes)] == [
        1
    ] * 3
    assert check(settings) == []


def test_the_remarks_are_in_the_language_in_use_and_the_file_still_loads(tmp_path: Path) -> None:
    before = i18n.current()
    i18n.use("zh")
    try:
        config.load(init(tmp_path / "kfdesk.toml", Answers(address="a@example.com")))
    finally:
        i18n.use(before)


def test_the_file_and_a_new_folder_are_private(tmp_path: Path) -> None:
    file = init(tmp_path / "new" / "kfdesk.toml", Answers())
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    file.write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        init(file, Answers())
    assert file.read_text() == "mine"


def test_an_answer_that_cannot_be_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "kfdesk.toml"
    with pytest.raises(UserError, match="unknown time zone"):
        init(file, Answers(timezone="Shanghai/Asia"))
    assert not file.exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError):
        init(tmp_path / "file" / "kfdesk.toml", Answers())


def test_every_question_has_a_default_and_those_of_a_mailbox_need_an_address() -> None:
    answers = setup.answer(take_default)
    assert answers.address == ""
    assert answers.imap_host == ""
    asked: list[str] = []

    def ask(question: Question, default: str) -> str:
        asked.append(question.key)
        return "help@163.com" if question.key == "address" else default

    answers = setup.answer(ask, {"name": "Ours"})
    assert "name" not in asked
    assert answers.name == "Ours"
    assert (answers.imap_host, answers.smtp_host) == ("imap.163.com", "smtp.163.com")
    assert answers.user == "help@163.com"


@pytest.mark.parametrize(
    ("address", "servers"),
    [
        ("a@QQ.com", Servers("imap.qq.com", "smtp.qq.com", code=True)),
        ("a@126.com", Servers("imap.126.com", "smtp.126.com", code=True)),
        ("a@outlook.com", Servers("outlook.office365.com", "smtp-mail.outlook.com", "starttls")),
        ("a@example.org", Servers("imap.example.org", "smtp.example.org")),
    ],
)
def test_servers_are_guessed_from_the_address(address: str, servers: Servers) -> None:
    assert guess_servers(address) == servers


def test_a_time_zone_that_is_only_a_rule_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert setup.local_timezone() == "Asia/Tokyo"
    monkeypatch.setenv("TZ", "CST-8")
    assert setup.local_timezone() != "CST-8"


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_any_answer_is_written_right_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, agent: str
) -> None:
    file = tmp_path_factory.mktemp("init") / "kfdesk.toml"
    try:
        init(file, Answers(name=name, agent=agent, address="a@example.com"))
    except UserError:
        assert not file.exists()
        return
    assert config.load(file).desk.name
