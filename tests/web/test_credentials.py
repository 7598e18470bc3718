"""Passwords for the web: kept as salted hashes, and guessed slowly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfdesk.desk.admin import credentials
from kfdesk.desk.admin.credentials import log_in, set_password
from kfdesk.errors import NotFound, UserError
from tests.desk.office import ANNA, Office
from tests.web.conftest import PASSWORD

HERE = "192.0.2.1"


def test_a_password_lets_its_agent_in_and_nobody_else(office: Office) -> None:
    assert log_in(office.desk, "anna", PASSWORD, HERE).agent == "anna"
    assert log_in(office.desk, "anna", "three small whalez", HERE).changed_at is None
    assert log_in(office.desk, "nobody", PASSWORD, HERE).changed_at is None


def test_full_width_letters_are_letters_however_they_were_typed(office: Office) -> None:
    set_password(office.desk, ANNA, "anna", "鲸鱼在飞 2026 ok")
    typed = "鲸鱼在飞　２０２６　ｏｋ"
    assert log_in(office.desk, "anna", typed, HERE).agent == "anna"


def test_what_is_kept_is_a_salted_hash(office: Office) -> None:
    kept = [row.secret for row in office.sql("SELECT secret FROM credential")]
    assert len({*kept}) == 2  # of one password
    assert not any(PASSWORD in secret for secret in kept)
    assert all(secret.startswith("scrypt$") for secret in kept)


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaa", "i am anna!", "a\nb" * 5, "ab" * 200]
)
def test_a_password_that_is_easily_guessed_is_refused(office: Office, password: str) -> None:
    with pytest.raises(UserError):
        set_password(office.desk, ANNA, "anna", password)


def test_a_password_is_for_agents_only(office: Office) -> None:
    with pytest.raises(UserError, match="did you mean anna"):
        set_password(office.desk, ANNA, "anne", PASSWORD)


def test_who_has_no_password_any_more_stays_out(office: Office) -> None:
    credentials.remove_password(office.desk, ANNA, "anna")
    assert log_in(office.desk, "anna", PASSWORD, HERE).changed_at is None
    with pytest.raises(NotFound):
        credentials.remove_password(office.desk, ANNA, "anna")


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_after_five_wrong_ones_a_name_waits_at_that_address_whether_there_is_such_an_agent(
    office: Office, name: str
) -> None:
    for n in range(5):
        assert log_in(office.desk, name, "wrong", HERE).failed == n + 1
    refused = log_in(office.desk, name, PASSWORD, HERE)
    assert refused.wait == timedelta(minutes=15)
    assert refused.changed_at is None
    assert log_in(office.desk, "anna", PASSWORD, "192.0.2.2").agent == "anna"
    office.later(minutes=15)
    assert log_in(office.desk, name, PASSWORD, HERE).wait is None


def test_an_address_that_tries_many_names_waits_for_all_of_them(office: Office) -> None:
    for n in range(20):
        assert log_in(office.desk, f"guess{n}", "wrong", HERE).wait is None
    assert log_in(office.desk, "bert", PASSWORD, HERE).wait is not None


def test_who_got_in_begins_anew(office: Office) -> None:
    for _round in range(3):
        for _wrong in range(4):
            log_in(office.desk, "anna", "wrong", HERE)
        assert log_in(office.desk, "anna", PASSWORD, HERE).agent == "anna"
        office.later(seconds=1)


def test_every_attempt_is_written_down_but_never_what_was_typed(office: Office) -> None:
    log_in(office.desk, "anna", PASSWORD, HERE)
    log_in(office.desk, "my secret by mistake", "wrong", HERE)
    found = credentials.attempts(office.desk, 10)
    assert [(one.agent, one.outcome.value) for one in found] == [
        ("", "wrong"), ("anna", "in"), ("bert", "password"), ("anna", "password"),
    ]  # fmt: skip
    assert "mistake" not in str(office.sql("SELECT * FROM login"))
