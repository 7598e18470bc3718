"""Mail on its way in, read and packed: the slow part, outside any transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kfdesk.mail.parse import read
from kfdesk.mail.robot import Own
from kfdesk.mail.token import message_id_host
from kfdesk.model import Address, Inbound, Mail, MailPart
from kfdesk.settings import Settings
from kfdesk.store.fulltext import words
from kfdesk.store.packing import Blob


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail: where it was found, as it was read, its bytes packed for the store."""

    item: Inbound
    mail: Mail
    blob: Blob
    indexed: tuple[str, str]  # its words, for the full-text index, where `author` wrote it

    @property
    def author(self) -> str:
        """Whose words they are, unless the desk knows the sender by another name."""
        return self.mail.sender.name or self.mail.sender.email

    @property
    def writers(self) -> tuple[Address, ...]:
        """Who may turn out to be its customer: who sent it, whom to answer, whose it forwards."""
        mail = self.mail
        return tuple(a for a in (mail.sender, mail.reply_to, mail.forwarded) if a is not None)


def own(settings: Settings) -> Own:
    """Return what makes a mail our own: our addresses and our Message-ID hosts."""
    addresses = settings.own_addresses()
    return Own(addresses, frozenset(message_id_host(address) for address in addresses))


def receive(items: Sequence[Inbound], ours: Own) -> list[Arrival]:
    """Read and pack what came in."""
    return [_receive(item, ours) for item in items]


def _receive(item: Inbound, ours: Own) -> Arrival:
    mail = read(item.raw, ours)
    if item.partial:
        parts = tuple(MailPart(p.name, p.type, p.size, "", p.section) for p in item.parts)
        mail = replace(mail, attachments=parts)
    arrival = Arrival(replace(item, raw=b""), mail, Blob.of(item.raw), ("", ""))
    files = (part.name for part in mail.attachments)
    names = (mail.subject, arrival.author, mail.sender.email, *files)
    return replace(arrival, indexed=words.of(mail.text, mail.cut, names))
