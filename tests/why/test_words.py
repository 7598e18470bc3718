"""The words that values, lengths and instants are told in."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kfdesk import i18n, labels
from kfdesk.desk.why.rulebook import _every
from kfdesk.desk.why.words import Words, span

WORDS = Words(ZoneInfo("Asia/Shanghai"), fields={"field.imei": "IMEI"})


@pytest.mark.parametrize(
    ("condition", "actual", "told"),
    [
        ("due<1h", "3h", "3h left"),
        ("due>0m", "-5m", "over by 5m"),
        ("field.imei:1*", "", "IMEI is empty"),
        ("org:acme", "", "customer's company is empty"),
        ("tag:vip", "a, b", "tags are a, b"),
        ("is:breached", "", "no deadline was missed"),
        ("message:refund", "", "these words are not there"),
        ("message:refund or text:order", "", "these words are not there"),
        ("subject:order or message:refund", "Hello", "subject is “Hello”"),
        ("tag:a or message:b or team:c", "tag=x, team=", "tags are x, team is empty"),
    ],
)
def test_what_was_there_is_told_in_words(condition: str, actual: str, told: str) -> None:
    assert WORDS.there_was(condition, actual) == told


def test_yes_and_no_are_words() -> None:
    assert (labels.value("breached", False), labels.value("breached", True)) == ("no", "yes")


@pytest.mark.parametrize(
    ("every", "english", "chinese"),
    [
        ("hour", "every hour", "每小时"),
        ("15m", "every 15m", "每15分钟"),
        ("day 09:00", "every day at 09:00", "每天 09:00"),
        ("mon 08:30", "every Monday at 08:30", "每周一 08:30"),
    ],
)
def test_how_often_a_schedule_looks_is_told_in_words(
    every: str, english: str, chinese: str
) -> None:
    assert _every(every) == english
    try:
        i18n.use("zh")
        assert _every(every) == chinese
        assert span(timedelta(hours=2, minutes=5)) == "2小时5分钟"
    finally:
        i18n.use("en")
    assert span(timedelta(hours=2, minutes=5)) == "2h 5m"
