"""Tokens lead back to their ticket, and cannot be made by others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdesk.mail.subject import clean_subject, is_forward
from kfdesk.mail.token import (
    find_number,
    find_score,
    is_internal,
    message_id_host,
    new_message_id,
    plus_address,
    score_mark,
    subject_token,
    ticket_of,
    ticket_of_plus,
)
from kfdesk.number import check_digit

SECRET = b"0123456789abcdef0123456789abcdef"
NUMBERS = st.integers(min_value=1, max_value=10**15)


def test_the_check_digit_is_damm() -> None:
    assert check_digit(572) == 4


@given(NUMBERS, st.data())
def test_the_check_digit_finds_every_wrong_digit(number: int, data: st.DataObject) -> None:
    digits = str(number)
    place = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    wrong = digits[:place] + other + digits[place + 1 :]
    if int(wrong):
        assert find_number("KF", f"KF-{wrong}-{check_digit(number)}") is None


@given(NUMBERS)
def test_a_number_in_a_subject_is_found_inside_other_words(number: int) -> None:
    token = subject_token("KF", number)
    for subject in (f"Re: [{token}] 退款", f"编号{token}已收到", token.lower(), f"({token})"):
        assert find_number("KF", subject) == number


@pytest.mark.parametrize(
    "subject",
    ["", "KF-1042", "KF-1042-0", "XKF-572-4", "KF-572-45", "KF-5724", "KF--572-4", "KF-0-0"],
)
def test_what_is_no_token_of_ours_names_no_ticket(subject: str) -> None:
    assert find_number("KF", subject) is None


def test_a_prefix_is_no_pattern() -> None:
    assert find_number("K.", "KF-572-4") is None
    assert find_number("工单", "工单-572-4") == 572


@given(NUMBERS)
def test_our_message_id_leads_to_its_ticket_in_any_case(number: int) -> None:
    ours = new_message_id(SECRET, number, "kfdesk.example.com")
    assert ticket_of(SECRET, ours) == number
    assert ticket_of(SECRET, ours.upper()) == number
    assert ticket_of(SECRET, f"<{ours}>") == number


def test_two_message_ids_of_a_ticket_differ() -> None:
    assert new_message_id(SECRET, 1, "h") != new_message_id(SECRET, 1, "h")


@given(NUMBERS, NUMBERS)
def test_a_message_id_with_another_number_or_secret_is_not_ours(number: int, other: int) -> None:
    ours = new_message_id(SECRET, number, "kfdesk.example.com")
    assert ticket_of(b"other", ours) is None
    if other != number:
        assert ticket_of(SECRET, ours.replace(f"kf.{number}.", f"kf.{other}.", 1)) is None


@pytest.mark.parametrize(
    "text", ["", "a@b", "kf.1.a.b@h", "kf.1.a.aaaaaaaaaaaaaaaa@h", "kf.१.a.b@h"]
)
def test_a_strangers_message_id_names_no_ticket(text: str) -> None:
    assert ticket_of(SECRET, text) is None


@given(NUMBERS)
def test_a_plus_address_leads_to_its_ticket_in_any_case(number: int) -> None:
    address = plus_address(SECRET, number, "Support@Example.com")
    assert address.endswith("@example.com")
    assert ticket_of_plus(SECRET, address.upper()) == number
    assert ticket_of_plus(b"other", address) is None
    assert ticket_of_plus(SECRET, address.replace(f"kf{number}-", f"kf{number + 1}-")) is None


def test_the_host_of_our_message_ids_is_under_the_channels_domain() -> None:
    assert message_id_host("Support@Example.COM") == "kfdesk.example.com"


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        ("Order", "order"),
        ("Re: Order", "order"),
        ("RE: re: AW: Order", "order"),
        ("Re[2]: Order", "order"),
        ("Fwd: FW: WG: Order", "order"),
        ("SV: Order", "order"),
        ("Antwort: Order", "order"),
        ("回复：退款", "退款"),
        ("回复: 答复: 转发：退款", "退款"),
        ("自动回复: 退款", "退款"),
        ("返信：注文", "注文"),
        ("[KF-1042-9] Order", "order"),
        ("Re: [KF-1042-9] Re: Order", "order"),
        ("Re: [EXT] Order", "[ext] order"),
        ("Ｒｅ： Ｏｒｄｅｒ", "order"),
        ("Regarding: Order", "regarding: order"),
        ("", ""),
    ],
)
def test_a_subject_is_compared_without_its_prefixes(subject: str, clean: str) -> None:
    assert clean_subject(subject) == clean


def test_a_forward_is_known_by_its_subject() -> None:
    assert all(map(is_forward, ("Fwd: x", "FW: x", "WG: x", "转发：x", "Re: Fwd: x", "[Fwd: x]")))
    assert not any(map(is_forward, ("Re: x", "x", "Forward: march", "回复：转发")))


@given(NUMBERS)
def test_an_internal_mark_leads_to_its_ticket_and_cannot_be_made_of_another(number: int) -> None:
    host = "kfdesk.shop.example"
    marks = [
        new_message_id(SECRET, number, host, internal=internal) for internal in (True, False)
    ] + [
        plus_address(SECRET, number, "desk@shop.example", internal=internal)
        for internal in (True, False)
    ]
    for mark, internal in zip(marks, (True, False, True, False), strict=True):
        found = ticket_of_plus if "+" in mark else ticket_of
        assert found(SECRET, mark.upper()) == number
        assert is_internal(mark) is internal
        turned = mark.replace("kfi", "kf", 1) if internal else mark.replace("kf", "kfi", 1)
        assert is_internal(turned) is not internal
        assert found(SECRET, turned) is None


@given(NUMBERS, st.integers(1, 5), st.integers(1, 5), NUMBERS)
def test_a_score_is_found_in_any_subject_and_cannot_be_changed(
    number: int, score: int, other: int, elsewhere: int
) -> None:
    mark = score_mark(SECRET, number, score)
    for subject in (mark, f"Re: [KF-1-3] 5/5 {mark}", f"回复：{mark.upper()}。"):
        assert find_score(SECRET, subject) == (number, score)
    assert find_score(b"another secret", mark) is None
    _head, _number, _score, signature = mark.split("-")
    if (elsewhere, other) != (number, score):
        assert find_score(SECRET, f"kfs-{elsewhere}-{other}-{signature}") is None
