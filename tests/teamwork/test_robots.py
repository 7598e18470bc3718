"""A team's chat group hears by its robot what rules tell the team."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from kfdesk.config import load
from kfdesk.desk.syncing.sync import sync
from kfdesk.errors import ConfigError
from kfdesk.fetchers import robots
from kfdesk.model import OutboxState
from tests.desk.office import Office, raw
from tests.effects.conftest import trigger
from tests.effects.web import Web
from tests.teamwork.conftest import OpenOffice

TELL = trigger('{ notify = { to = "team:night", text = "look at {{ticket.subject}}" } }')


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server that keeps what is posted to it."""
    with Web() as server:
        yield server


def robot(kind: str, more: str = "", rules: str = TELL) -> str:
    """A robot of that type, and the team it speaks to."""
    return f"""
[[robot]]
name = "night-group"
type = "{kind}"
url = {{ env = "KF_TEST_ROBOT" }}
{more}
[[team]]
name = "night"
robot = "night-group"
{rules}
"""


def called(office: Office, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail comes, and what rules say of it leaves."""
    monkeypatch.setenv("KF_TEST_ROBOT", web.url + "?key=abc")
    office.receive(raw())
    sync(office.settings, clock=lambda: office.now)


def test_each_kind_is_told_in_its_own_words(
    opened: OpenOffice, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "#1 My order\nlook at My order"
    web.body = b'{"errcode": 0, "code": 0}'
    for kind in ("wecom", "dingtalk", "feishu", "slack", "webhook"):
        called(opened(robot(kind)), web, monkeypatch)
    wecom, dingtalk, feishu, slack, plain = (got.json for got in web.got)
    assert wecom == dingtalk == {"msgtype": "text", "text": {"content": text}}
    assert feishu == {"msg_type": "text", "content": {"text": text}}
    assert slack == {"text": text}
    assert (plain["ticket"]["number"], plain["text"]) == (1, "look at My order")
    assert {got.path for got in web.got} == {"/hook?key=abc"}


def test_its_address_is_a_secret_that_no_row_keeps(
    opened: OpenOffice, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = opened(robot("wecom"))
    web.body = b'{"errcode": 0}'
    called(office, web, monkeypatch)
    (row,) = office.outbox()
    assert (row.state, row.to) == (OutboxState.SENT, ("robot:night-group",))
    assert "abc" not in json.dumps(office.sql("SELECT payload FROM outbox")[0][0])


def test_dingtalk_and_feishu_are_signed() -> None:
    ms = 1_700_000_000_123
    url = robots.address("dingtalk", "https://oapi.dingtalk.com/robot/send?x=1", "SEC1", ms)
    query = parse_qs(urlsplit(url).query)
    wanted = hmac.new(b"SEC1", f"{ms}\nSEC1".encode(), hashlib.sha256).digest()
    assert query["timestamp"] == [str(ms)]
    assert base64.b64decode(query["sign"][0]) == wanted
    body = json.loads(robots.body("feishu", "x", {}, "SEC2", ms))
    key = f"{ms // 1000}\nSEC2".encode()
    assert body["timestamp"] == str(ms // 1000)
    assert base64.b64decode(body["sign"]) == hmac.new(key, b"", hashlib.sha256).digest()
    assert robots.address("wecom", "https://q", "", ms) == "https://q"


def test_a_text_that_is_too_long_is_cut_between_letters() -> None:
    body = json.loads(robots.body("wecom", "退款" * 2000, {}, "", 0))
    said = body["text"]["content"]
    assert len(said.encode()) <= 2048
    assert said.endswith("款…") or said.endswith("退…")
    assert robots.cut("short", 2048) == "short"


def test_too_many_just_now_is_tried_again_and_a_wrong_key_is_not(
    opened: OpenOffice, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = opened(robot("dingtalk"))
    web.body = b'{"errcode": 130101, "errmsg": "send too fast"}'
    called(office, web, monkeypatch)
    (row,) = office.outbox()
    assert row.state is OutboxState.QUEUED
    assert (row.not_before - office.now).total_seconds() == 600
    office.later(minutes=11)
    web.body = b'{"errcode": 300001, "errmsg": "token is not exist"}'
    sync(office.settings, clock=lambda: office.now)
    assert office.outbox()[0].state is OutboxState.FAILED
    assert "abc" not in office.outbox()[0].error


def test_a_secret_that_is_missing_waits(
    opened: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KF_TEST_ROBOT", raising=False)
    office = opened(robot("wecom"))
    office.receive(raw())
    sync(office.settings, clock=lambda: office.now)
    (row,) = office.outbox()
    assert row.state is OutboxState.QUEUED
    assert "KF_TEST_ROBOT" in row.error


def test_a_rule_calls_a_robot_by_name(
    opened: OpenOffice, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = trigger('{ webhook = { robot = "night-group", text = "hello {{ticket.number}}" } }')
    office = opened(robot("slack", rules=rule))
    called(office, web, monkeypatch)
    assert web.got[0].json == {"text": "#1 My order\nhello 1"}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('[[team]]\nname = "x"\nrobot = "nite"\n' + robot("wecom"), "no robot “nite”"),
        (robot("wecom", 'secret = "x"'), "only dingtalk and feishu sign"),
        (robot("teams"), "wecom"),
    ],
)
def test_what_cannot_be_is_said_with_its_line(office: Office, rules: str, said: str) -> None:
    office.file.write_text(office.file.read_text(encoding="utf-8") + rules, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as error:
        load(office.file)
    assert "kfdesk.toml:" in str(error.value)


def test_a_robot_that_is_nobody_is_an_error_at_load(opened: OpenOffice) -> None:
    rule = trigger('{ webhook = { robot = "nite-group", text = "x" } }')
    with pytest.raises(ConfigError, match="night-group"):
        opened(robot("slack", rules=rule))


def test_a_customers_subject_calls_nobody_in_the_group() -> None:
    """What Slack and Feishu would read as a call to everybody is only text."""
    text = 'All <!channel> & <at user_id="all">you</at> 3 < 4'
    slack = json.loads(robots.body("slack", text, {}, "", 0))["text"]
    assert "<" not in slack
    assert "&lt;!channel&gt; &amp;" in slack
    feishu = json.loads(robots.body("feishu", text, {}, "", 0))["content"]["text"]
    assert feishu == 'All <!channel> & ＜at user_id="all">you＜/at> 3 < 4'
