"""A desk with statuses, fields and forms of its own, and what is done on it, as one line each."""

from __future__ import annotations

from kfdesk.desk.tickets.change import change
from kfdesk.desk.tickets.opening import new
from kfdesk.desk.tickets.typed import parse
from kfdesk.model import Address, Ticket
from tests.desk.office import ANNA, Office

STATUSES = """
[[status]]
name = "waiting-parts"
title = "等配件"
kind = "hold"
[[status]]
name = "in-work"
kind = "open"
"""
CATEGORIES = """
[[category]]
path = "售后/退款/七天无理由"
[[category]]
path = "售后/换货"
[[category]]
path = "投诉"
"""
FIELDS = """
[[field]]
name = "order_no"
title = "订单号"
pattern = "^[A-Z]\\\\d{3}$"
required_on = "solved"
[[field]]
name = "amount"
type = "number"
[[field]]
name = "kind"
type = "choice"
choices = ["return", "repair", "Other"]
[[field]]
name = "reason"
type = "tree"
choices = ["quality/broken", "quality/late", "mind"]
shown_when = { kind = "return" }
required_on = ["pending", "solved"]
[[field]]
name = "bought"
type = "date"
[[field]]
name = "gift"
type = "bool"
[[field]]
name = "serial"
type = "regex"
pattern = "^SN-[0-9]+$"
"""


def ticket(office: Office, *fields: str, email: str = "eve@example.com") -> int:
    """A ticket with these fields."""
    return new(
        office.desk, Address("Eve", email), "Broken", "It broke.", parse(office.desk, fields)
    ).number


def put(office: Office, number: int, *fields: str) -> Ticket:
    """Set fields of a ticket, as an agent does."""
    return change(office.desk, number, parse(office.desk, fields, "anna"), ANNA)
