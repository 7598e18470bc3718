"""Whatever happens to a mailbox between pulls, and wherever a sync dies: nothing is lost."""

from __future__ import annotations

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfdesk.fetchers.imap import ImapFetcher
from kfdesk.model import Cursor
from tests.conftest import Mailbox
from tests.fetchers.contract import drain, mail
from tests.support.servers import Dovecot

_NAMES = count(1)
_STEPS = st.lists(
    st.sampled_from(["deliver", "many", "pull", "die", "restart", "expunge", "reset", "flag"]),
    min_size=3,
    max_size=12,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=_STEPS)
def test_every_mail_comes_whatever_happens(dovecot: Dovecot, steps: list[str]) -> None:
    mailbox = Mailbox(dovecot, f"history-{next(_NAMES)}")
    dovecot.maildir(mailbox.user)
    fetcher = ImapFetcher(mailbox.channel())
    cursor: Cursor = {}
    serial = 0
    seen: set[bytes] = set()
    gone: set[bytes] = set()
    wanted: set[bytes] = set()
    for step in steps:
        match step:
            case "deliver" | "many":
                mails = [mail(serial + each) for each in range(1 if step == "deliver" else 230)]
                serial += len(mails)
                wanted.update(raw.replace(b"\n", b"\r\n") for raw in mails)
                mailbox.deliver(*mails)
            case "pull":  # one batch, committed
                batch = fetcher.pull(cursor)
                seen.update(item.raw for item in batch.items)
                cursor = batch.cursor
            case "die":  # a batch that was never committed
                fetcher.pull(cursor)
                fetcher.close()
                fetcher = ImapFetcher(mailbox.channel())
            case "restart":
                fetcher.close()
                fetcher = ImapFetcher(mailbox.channel())
            case "expunge" | "flag":
                client = mailbox.client()
                client.select_folder("INBOX")
                some = client.search(["ALL"])[::3]
                if step == "flag":
                    client.add_flags(some, [rb"\Seen"])
                elif some:
                    gone.update(a[b"BODY[]"] for a in client.fetch(some, ["BODY.PEEK[]"]).values())
                    client.delete_messages(some)
                    client.expunge()
                client.logout()
            case "reset":
                fetcher.close()
                dovecot.reset_uidvalidity(mailbox.user)
    for _sync in range(2):  # what came during the first is the second's
        items, cursor = drain(fetcher, cursor)
        seen.update(item.raw for item in items)
    assert wanted - gone <= seen <= wanted
    assert drain(fetcher, cursor) == ([], cursor)
    fetcher.close()
