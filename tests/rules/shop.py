"""A small desk to try rules on: two agents, two teams, tickets made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from kfdesk.desk import Desk
from kfdesk.desk.reacting.roots import Root
from kfdesk.desk.reacting.settle import settle
from kfdesk.model import Actor, Address, By, Direction, Event
from kfdesk.rules.language.known import Known
from kfdesk.rules.language.query import parse
from kfdesk.rules.reading.load import load
from kfdesk.settings import (
    Agent,
    Category,
    Channel,
    CustomField,
    Group,
    Settings,
    Smtp,
    Team,
    Template,
    Trigger,
)
from kfdesk.store import customers, journal, messages, queue, tickets
from kfdesk.store.journal import NewEvent
from kfdesk.store.messages import NewMessage
from kfdesk.store.tables import (
    AttachmentRow,
    CustomerGroupRow,
    CustomerRow,
    OrganisationDomainRow,
    OrganisationRow,
    OutboxTable,
    TicketTable,
    TraceRow,
)
from kfdesk.store.tickets import NewTicket

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CUSTOMER = Actor(By.CUSTOMER, "ann@customer.example")
AGENT = Actor(By.AGENT, "li.wei")


def rule(name: str, when: str = "", *do: Mapping[str, Any], **keys: Any) -> Trigger:
    """A trigger as a configuration would give it; it tags with its own name if nothing else."""
    return Trigger(name, when=when, do=do or ({"tag": [name]},), **keys)


def settings(folder: Path, *triggers: Trigger, **keys: Any) -> Settings:
    """The shop's configuration."""
    return replace(
        Settings(
            folder / "kfdesk.toml",
            teams=(Team("refunds"), Team("key accounts", "大客户")),
            agents=(Agent("li.wei", "李伟", "li@shop.example", ("refunds",)), Agent("wang.fang")),
            groups=(Group("KA"), Group("VIP")),
            fields=(
                CustomField("order_no"),
                CustomField("amount", type="number"),
                CustomField("gift", type="bool"),
                CustomField("bought", type="date"),
                CustomField("part", type="choice", choices=("lens", "body")),
            ),
            categories=(Category("售后/退款/七天无理由"), Category("投诉/物流")),
            channels=(Channel("support", "imap", "support@shop.example", smtp=Smtp("127.0.0.1")),),
            templates=(
                Template("ack", "[{{ticket.token}}] {{ticket.subject}}", "您好 {{customer.name}}"),
            ),
            triggers=triggers,
        ),
        **keys,
    )


class Shop:
    """The desk, with a way to make tickets and let the rules look at what happened to them."""

    def __init__(self, folder: Path, *triggers: Trigger, **keys: Any) -> None:
        self.settings = settings(folder, *triggers, **keys)
        self.desk = Desk.open(self.settings, lambda: NOW)
        self.known = Known.of(self.settings)

    def rules(self, *triggers: Trigger) -> None:
        """Take other triggers."""
        self.settings = replace(self.settings, triggers=triggers)
        self.desk = replace(self.desk, settings=self.settings, rules=load(self.settings))

    def ticket(
        self,
        subject: str = "Hello",
        *said: str,
        email: str = "ann@customer.example",
        name: str = "Ann",
        tags: Sequence[str] = (),
        groups: Sequence[str] = (),
        org: str = "",
        file: bool = False,
        auto: str = "",
        **columns: Any,
    ) -> int:
        """Write a ticket of a customer's messages; return its number. No rule looks at it yet."""
        with self.desk.store.write() as tx:
            known = customers.by_email(tx, [email]) or customers.add(
                tx, [Address(name, email)], NOW
            )
            number = tickets.first_id(tx)
            created = columns.pop("created_at", NOW)
            tickets.insert_many(
                tx,
                [
                    NewTicket(
                        id=number,
                        subject=subject,
                        channel="email",
                        account="support",
                        team="",
                        customer_id=known[email],
                        created_at=created,
                        updated_at=columns.pop("updated_at", created),
                        last_person_at=columns.pop("last_person_at", created),
                        waiting_since=columns.pop("waiting_since", created),
                        message_count=len(said),
                        unread=True,
                    )
                ],
            )
            if columns:
                table = TicketTable.__table__  # type: ignore[attr-defined]
                tx.execute(update(table).where(table.c.id == number).values(columns))
            tickets.add_tags(tx, ((number, tag) for tag in tags))
            for group in groups:
                tx.execute(
                    insert(CustomerGroupRow)
                    .prefix_with("OR IGNORE")
                    .values(customer_id=known[email], name=group)
                )
            if org:
                tx.execute(insert(OrganisationRow).values(name=org))
                made = tx.scalar(select(func.max(OrganisationRow.id)))
                tx.execute(
                    insert(OrganisationDomainRow)
                    .prefix_with("OR IGNORE")
                    .values(domain="org.example", organisation_id=made)
                )
                person = CustomerRow.__table__  # type: ignore[attr-defined]
                tx.execute(
                    update(person).where(person.c.id == known[email]).values(organisation_id=made)
                )
        ids = [self.say(number, text, auto=auto, email=email) for text in said]
        if file:
            with self.desk.store.write() as tx:
                row = {"name": "a.png", "type": "image/png", "size": 1, "sha256": "00"}
                tx.execute(insert(AttachmentRow).values(message_id=ids[0], **row))
        return number

    def say(
        self,
        number: int,
        text: str,
        *,
        quoted: str = "",
        auto: str = "",
        email: str = "ann@customer.example",
    ) -> int:
        """Write a customer's message; return its id. No rule looks at it yet."""
        with self.desk.store.write() as tx:
            message = messages.first_id(tx)
            messages.insert_many(
                tx,
                [
                    NewMessage(
                        id=message,
                        ticket_id=number,
                        account="support",
                        direction=Direction.IN,
                        by=By.CUSTOMER,
                        author="Ann",
                        author_email=email,
                        at=NOW,
                        created_at=NOW,
                        external_id=f"<{message}@customer.example>",
                        auto=auto,
                        text=f"{text}\n{quoted}" if quoted else text,
                        cut=len(text),
                    )
                ],
            )
            return message

    def root(
        self,
        number: int,
        kind: Any = "created",
        actor: Actor = CUSTOMER,
        message: int | None = None,
        /,
        **changes: tuple[Any, Any],
    ) -> Root:
        """What happened to a ticket, with its line in the journal."""
        with self.desk.store.write() as tx:
            diff = {name.replace("__", "."): pair for name, pair in changes.items()}
            event = NewEvent(number, actor, kind, diff, message_id=message)
            (line,) = journal.record(tx, [event], NOW)
            return Root(number, kind, actor, message, diff, line)

    def run(self, *roots: Root, now: datetime = NOW) -> None:
        """Let the triggers look at what happened."""
        with self.desk.store.write() as tx:
            settle(self.desk, tx, roots, now)

    def created(self, number: int, message: int | None = None, actor: Actor = CUSTOMER) -> None:
        """Let the triggers look at a new ticket."""
        self.run(self.root(number, "created", actor, message))

    def tags(self, number: int) -> set[str]:
        """The tags of a ticket."""
        with self.desk.store.read() as tx:
            return set(tickets.state(tx, number).tags)

    def state(self, number: int) -> tickets.State:
        """A ticket as it stands."""
        with self.desk.store.read() as tx:
            return tickets.state(tx, number)

    def events(self, number: int) -> list[Event]:
        """A ticket's journal."""
        with self.desk.store.read() as tx:
            return journal.events(tx, number)

    def steps(self, number: int) -> list[Any]:
        """The passes of the newest trace of a ticket."""
        with self.desk.store.read() as tx:
            rows = tx.execute(
                select(TraceRow.steps)  # type: ignore[call-overload]
                .where(TraceRow.ticket_id == number)
                .order_by(TraceRow.id.desc())  # type: ignore[union-attr]
            ).all()
            return list(rows[0][0]) if rows else []

    def outbox(self) -> int:
        """How many mails wait to leave."""
        with self.desk.store.read() as tx:
            mails = select(OutboxTable.id).where(OutboxTable.kind == "mail")  # type: ignore[call-overload]
            return len(tx.execute(mails).all())

    def select(self, text: str, me: str = "", now: datetime = NOW) -> list[int]:
        """The tickets that a query lists."""
        query = parse(text, self.known)
        with self.desk.store.read() as tx:
            return list(queue.ids(tx, query, self.desk.scope(me, now)))
