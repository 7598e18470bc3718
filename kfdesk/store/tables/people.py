"""Tables of people: who works here, and who writes to us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from kfdesk.store.tables.row import Row, where_set
from kfdesk.store.tables.types import UtcTime


class AgentRow(Row, table=True):
    """An agent of the configuration, kept when the configuration forgets them."""

    __tablename__ = "agent"
    name: str = Field(primary_key=True)
    title: str = ""
    email: str = Field(default="", index=True)
    active: bool = True


class ConsoleStateRow(Row, table=True):
    """Where an agent was in the console, to be there again after a restart."""

    __tablename__ = "console_state"
    agent: str = Field(primary_key=True)
    state: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    updated_at: datetime = Field(sa_type=UtcTime)


class CredentialRow(Row, table=True):
    """What an agent logs in with over the web: a salted hash, never the password."""

    __tablename__ = "credential"
    agent: str = Field(primary_key=True)
    secret: str
    changed_at: datetime = Field(sa_type=UtcTime)


class LoginRow(Row, table=True):
    """Somebody tried to log in over the web; `tried` is a keyed hash of the name that was typed."""

    __tablename__ = "login"
    __table_args__ = (
        Index("ix_login_tried", "tried", "at"),
        Index("ix_login_address", "address", "at"),
        Index("ix_login_at", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    agent: str  # empty where there is none of that name
    tried: str
    address: str
    outcome: str


class AbsenceRow(Row, table=True):
    """A time for which an agent said to be away; kept, so that old decisions can be understood."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_agent", "agent", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    agent: str
    since: datetime = Field(sa_type=UtcTime)
    until: datetime | None = Field(default=None, sa_type=UtcTime)  # none: not back yet
    reason: str = ""


class TeamRow(Row, table=True):
    """A team of the configuration, kept when the configuration forgets it."""

    __tablename__ = "team"
    name: str = Field(primary_key=True)
    title: str = ""
    active: bool = True


class OrganisationRow(Row, table=True):
    """A company that customers belong to, by the domain of their mail or by hand."""

    __tablename__ = "organisation"
    id: int | None = Field(default=None, primary_key=True)
    name: str


class CustomerRow(Row, table=True):
    """A person outside; `inherited` names what stands in the row by those merged into it."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_name", "name", sqlite_where=text("name != ''")),
        where_set("customer", "organisation_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    name: str = ""
    email: str = ""  # the address to write to; every address is an identity
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    language: str = ""
    inherited: list[Any] = Field(default_factory=list, sa_type=JSON)
    merged_into: int | None = Field(default=None, foreign_key="customer.id", index=True)
    erased_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)


class CustomerGroupRow(Row, table=True):
    """A customer's membership of a group, by hand or by the group's condition."""

    __tablename__ = "customer_group"
    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    name: str = Field(primary_key=True, index=True)
    by_hand: bool = False
    inherited: bool = False  # by somebody who was merged into the customer


class IdentityRow(Row, table=True):
    """What a customer is known by: (email, a@b.example)."""

    __tablename__ = "identity"
    __table_args__ = (
        Index("ix_identity_value", "scheme", "value", unique=True),
        where_set("identity", "merged_from"),
    )
    id: int | None = Field(default=None, primary_key=True)
    scheme: str
    value: str
    customer_id: int = Field(foreign_key="customer.id", index=True)
    verified: bool = False
    merged_from: int | None = Field(default=None, foreign_key="customer.id")  # whose it was
    created_at: datetime = Field(sa_type=UtcTime)


class OrganisationDomainRow(Row, table=True):
    """A mail domain whose people belong to an organisation."""

    __tablename__ = "organisation_domain"
    __table_args__ = ({"sqlite_with_rowid": False},)
    domain: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)


class CustomerEventRow(Row, table=True):
    """The journal of customers: who changed what of whom."""

    __tablename__ = "customer_event"
    __table_args__ = (
        Index("ix_customer_event", "customer_id", "id"),
        Index(
            "ix_customer_event_operation",
            "operation_id",
            sqlite_where=text("operation_id IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    at: datetime = Field(sa_type=UtcTime)
    by: str
    actor: str = ""
    kind: str
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    text: str = ""
    operation_id: int | None = Field(default=None, foreign_key="operation.id")


class ApartRow(Row, table=True):
    """Two customers of whom a person said that they are not one, the smaller id first."""

    __tablename__ = "apart"
    one: int = Field(foreign_key="customer.id", primary_key=True)
    other: int = Field(foreign_key="customer.id", primary_key=True, index=True)
    actor: str = ""
    at: datetime = Field(sa_type=UtcTime)


class CallRow(Row, table=True):
    """Somebody calls by telephone, as a telephone system told: for the agent's consoles."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_at", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    phone: str
    customer_id: int = Field(foreign_key="customer.id", index=True)
    agent: str = ""  # whose telephone rings; empty: everybody's
