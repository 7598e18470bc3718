"""What is a fact, what follows from facts and what is counted, by table and column."""

from __future__ import annotations

from collections.abc import Mapping

#: Tables of what follows from facts, row by row.
FOLLOWING = frozenset({"draft", "epoch", "sla_clock", "suppression", "turn", "waiting"})
#: Columns of what follows from facts.
FOLLOWS: Mapping[str, frozenset[str]] = {
    "ticket": frozenset(
        {
            "breached",
            "closed_at",
            "due_at",
            "first_response_at",
            "first_response_due",
            "last_person_at",
            "next_response_due",
            "resolve_due",
            "sla",
            "solved_at",
            "unread",
            "waiting_since",
        }
    ),
    "outbox": frozenset({"attempts", "claimed_at", "done_at", "error", "not_before"}),
    "message": frozenset({"partial", "raw", "size"}),
}
#: Columns that only ever grow, or are counted by somebody else.
GROWS: Mapping[str, frozenset[str]] = {
    "ticket": frozenset({"message_count", "updated_at", "version"})
}
#: Columns that are sums: what the operation added is taken off again.
SUMS: Mapping[str, frozenset[str]] = {
    "ticket": frozenset({"spent"}),
    "canned_reply": frozenset({"used"}),
}
#: Columns that hold several facts by name.
BY_NAME: Mapping[str, frozenset[str]] = {
    "ticket": frozenset({"fields"}),
    "customer": frozenset({"fields"}),
}
#: Rows that stay once they are there, because others go on naming them.
STAY = frozenset({"customer"})
#: Rows that stay where what they are a part of stays.
PARTS = frozenset({"attachment", "customer_group", "identity", "origin"})
