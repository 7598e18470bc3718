"""What triggers cost: a batch of new tickets with a hundred of them, beside the same without.

`python -m benchmarks.rules [--mails 1000] [--triggers 100] [--rounds 3]`. Processor time of the
ingest of one batch, each round on an empty desk; the best round of each counts.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.mails import mails
from benchmarks.measure import verdict
from kfdesk.config import load
from kfdesk.desk import Desk
from kfdesk.desk.incoming.ingest import ingest
from kfdesk.model import Batch, Inbound

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CONFIGURATION = """\
[[team]]
name = "refunds"
[[agent]]
name = "anna"
teams = ["refunds"]
[[group]]
name = "VIP"
when = "customer.email:*@outlook.example"
[[field]]
name = "order_no"
[[category]]
path = "sales/returns/late"
[[channel]]
name = "spool"
type = "maildir"
path = "Maildir"
address = "support@example.com"
[calendar.office]
hours = { mon-fri = ["09:00-17:00"] }
"""
TRIGGER = """\
[[trigger]]
name = "{n:03} {name}"
on = {on}
when = '{when}'
do = [{do}]
"""
#: Conditions and actions as a shop has them; `{n}` makes each rule one of its own.
KINDS = (
    ("subject", 'subject~"/refund {n}|退款{n}|Rückerstattung {n}/i"', '{{ tag = ["t{n}"] }}'),
    ("order", 'subject~"/[A-M]{n:02}[0-9]{{4}}/"', '{{ set = {{ field.order_no = "A{n}" }} }}'),
    ("words", "message:word{n},快递{n} -tag:robot", '{{ set = {{ priority = "high" }} }}'),
    ("ticket", "(物流{n} or parcel{n}) team:none", '{{ assign = "team:refunds" }}'),
    ("customer", "customer.group:VIP by:customer subject:{n}", '{{ tag = ["vip"] }}'),
    ("address", "customer.email:*@shop{n}.example", '{{ tag = ["known"] }}'),
    ("field", "field.order_no:A{n}* category:none", '{{ tag = ["order{n}"] }}'),
    ("change", "priority.now:urgent changed:priority tag:t{n}", '{{ assign = "agent:anna" }}'),
    ("hours", "-worktime:office auto:no subject:urgent{n}", '{{ tag = ["late"] }}'),
    ("hit", "has:attachment number>{n}", '{{ tag = ["file"] }}'),
)


def triggers(count: int) -> str:
    """So many triggers, of every kind alike; the last kind really fires."""
    return "".join(
        TRIGGER.format(
            n=n,
            name=name,
            on='["created", "updated"]',
            when=when.format(n=n),
            do=do.format(n=n),
        )
        for n in range(count)
        for name, when, do in [KINDS[n % len(KINDS)]]
    )


def new_tickets(count: int) -> Batch:
    """A batch of mails of which each opens a ticket: none of them refers to another."""
    items = []
    for n, raw in enumerate(mails(count), 1):
        alone = re.sub(rb"(?im)^(in-reply-to|references|subject):", rb"X-\1:", raw)
        subject = f"Subject: question {n} about A{n % 100:02}1234\r\n".encode()
        items.append(Inbound(f"new/{n}", subject + alone, NOW, len(raw)))
    return Batch(tuple(items), {"new": str(count)})


def seconds(batch: Batch, rules: str) -> tuple[float, int]:
    """Processor time of one batch on an empty desk, and the tickets that it made."""
    with tempfile.TemporaryDirectory(prefix="kfdesk-rules-") as folder:
        file = Path(folder) / "kfdesk.toml"
        file.write_text(CONFIGURATION + rules, encoding="utf-8")
        desk = Desk.open(load(file), lambda: NOW)
        begun = time.process_time()
        done = ingest(desk, desk.settings.channels[0], batch)
        taken = time.process_time() - begun
        desk.close()
    return taken, done.new_tickets


def main() -> None:
    """Take turns without and with triggers, and print the difference a ticket."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("mails", 1000), ("triggers", 100), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    batch, rules = new_tickets(given.mails), triggers(given.triggers)
    plain, ruled = [], []
    made = 0
    for _ in range(given.rounds):
        plain.append(seconds(batch, "")[0])
        taken, made = seconds(batch, rules)
        ruled.append(taken)
    before, after = (min(found) / made * 1000 for found in (plain, ruled))
    print(f"{made} new tickets of {given.mails} mails, {given.triggers} triggers")
    print(f"plain ingest {before:.2f} ms a ticket, with triggers {after:.2f} ms")
    verdict("ms a ticket more", after - before, 1.0, at_least=False)


if __name__ == "__main__":
    main()
