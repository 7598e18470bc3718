"""The tables, by what they are about. Times are integers in the database, aware in Python."""

from sqlmodel import SQLModel

from kfdesk.store.tables.channels import ChannelStateRow, CursorRow, ImportedRow, Meta
from kfdesk.store.tables.journal import EventRow, OperationRow, ReceiptRow, RulesetRow, TraceRow
from kfdesk.store.tables.knowledge import (
    ArticleLineRow,
    ArticleRow,
    ArticleUseRow,
    CannedRow,
    CannedUseRow,
)
from kfdesk.store.tables.messages import (
    AttachmentRow,
    BlobRow,
    MessageRow,
    OriginRow,
)
from kfdesk.store.tables.people import (
    AbsenceRow,
    AgentRow,
    ApartRow,
    CallRow,
    ConsoleStateRow,
    CredentialRow,
    CustomerEventRow,
    CustomerGroupRow,
    CustomerRow,
    IdentityRow,
    LoginRow,
    OrganisationDomainRow,
    OrganisationRow,
    TeamRow,
)
from kfdesk.store.tables.sending import (
    OutboxTable,
    SuppressionRow,
)
from kfdesk.store.tables.tickets import (
    CollaboratorRow,
    DraftRow,
    FollowerRow,
    LinkRow,
    PresenceRow,
    SideRow,
    SpammerRow,
    SpentRow,
    SurveyRow,
    TicketTable,
    TicketTagRow,
)
from kfdesk.store.tables.timing import (
    ClockRow,
    EpochRow,
    SweepRow,
    TurnRow,
    WaitingRow,
)
from kfdesk.store.tables.types import (
    UtcTime,
    from_ms,
    to_ms,
)

__all__ = [
    "AbsenceRow",
    "AgentRow",
    "ApartRow",
    "ArticleLineRow",
    "ArticleRow",
    "ArticleUseRow",
    "AttachmentRow",
    "BlobRow",
    "CallRow",
    "CannedRow",
    "CannedUseRow",
    "ChannelStateRow",
    "ClockRow",
    "CollaboratorRow",
    "ConsoleStateRow",
    "CredentialRow",
    "CursorRow",
    "CustomerEventRow",
    "CustomerGroupRow",
    "CustomerRow",
    "DraftRow",
    "EpochRow",
    "EventRow",
    "FollowerRow",
    "IdentityRow",
    "ImportedRow",
    "LinkRow",
    "LoginRow",
    "MessageRow",
    "Meta",
    "OperationRow",
    "OrganisationDomainRow",
    "OrganisationRow",
    "OriginRow",
    "OutboxTable",
    "PresenceRow",
    "ReceiptRow",
    "RulesetRow",
    "SideRow",
    "SpammerRow",
    "SpentRow",
    "SuppressionRow",
    "SurveyRow",
    "SweepRow",
    "TeamRow",
    "TicketTable",
    "TicketTagRow",
    "TraceRow",
    "TurnRow",
    "UtcTime",
    "WaitingRow",
    "from_ms",
    "to_ms",
]

metadata = SQLModel.metadata
