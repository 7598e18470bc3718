"""A sync that is killed anywhere loses nothing and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Mailbox
from tests.crash.harness import Killer
from tests.support.servers import Smtp


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_syncs_leave_every_mail_once_and_every_reply_once_or_unknown(
    tmp_path: Path, mailbox: Mailbox, smtp_server: Smtp, seed: int
) -> None:
    """Eight kills while 150 mails come in and 20 replies go out."""
    killer = Killer(tmp_path, mailbox.dovecot, smtp_server, mailbox.user, seed)
    outcome = killer.run(kills=8, count=150, replies=20)
    assert outcome.faults == [], outcome
    assert outcome.mails == 150
    assert outcome.kills == 8
