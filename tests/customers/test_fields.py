"""Fields of the team's own that customers have."""

from __future__ import annotations

import pytest

from kfdesk.desk.customers import profile
from kfdesk.errors import ConfigError, UserError
from tests.customers.known import row, told
from tests.desk.office import ANNA, Office, raw


def test_a_customers_field_is_set_checked_and_found(office: Office) -> None:
    """Beside a ticket's field of the same name."""
    office.receive(raw(), raw(sender="Bob <bob@other.example>"))
    profile.set_(office.desk, "1", ["level=GOLD", "field.points=12", "name=简"], ANNA)
    assert row(office, 1).fields == {"level": "gold", "points": 12}
    assert office.find("customer.field.level:gold") == [1]
    assert office.find("customer.field.points>10") == [1]
    assert office.find("customer.field.level:none") == [2]
    assert office.find("field.level:gold") == []
    assert office.ticket(1).customer.fields == {"level": "gold", "points": 12}
    assert told(office, 1) == [
        (
            "changed",
            {"name": ["Jane", "简"], "field.level": [None, "gold"], "field.points": [None, 12]},
        )
    ]
    profile.set_(office.desk, "1", ["level="], ANNA)
    assert row(office, 1).fields == {"points": 12}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("level=iron", "gold, silver"),
        ("points=many", "a number"),
        ("leval=gold", "did you mean level"),
        ("level", "field=value"),
        ("language=中文", "no language"),
        ("email=nothing", "no mail address"),
        ("phone=12", "no telephone number"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_half_done(
    office: Office, change: str, why: str
) -> None:
    """With what was expected."""
    office.receive(raw())
    with pytest.raises(UserError, match=why):
        profile.set_(office.desk, "1", ["name=X", change], ANNA)
    assert row(office, 1).name == "Jane"


def test_a_rule_may_ask_for_a_customers_field(make: object) -> None:
    """And its trace tells what was there instead."""
    office = make(  # type: ignore[operator]
        """
[[trigger]]
name = "Gold"
on = ["message"]
when = "customer.field.level:gold"
do = [{ tag = ["gold"] }]
"""
    )
    office.receive(raw(id="first@x"))
    profile.set_(office.desk, "1", ["level=silver"], ANNA)
    office.receive(raw(answers=["first@x"]))
    from kfdesk.desk.why import why

    last = why(office.desk, 1).events[-1].passes[0][0]
    assert (last.rule, last.actual) == ("Gold", "silver")
    profile.set_(office.desk, "1", ["level=gold"], ANNA)
    office.receive(raw(answers=["first@x"]))
    assert office.ticket(1).tags == ("gold",)


def test_a_query_for_a_field_that_customers_do_not_have_is_refused_at_load(make: object) -> None:
    """With the file and the line."""
    with pytest.raises(ConfigError, match=r"kfdesk\.toml:\d+"):
        make('[[view]]\nname = "x"\nquery = "customer.field.nothing:1"\n')  # type: ignore[operator]
