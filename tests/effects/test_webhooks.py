"""What a rule posts to the web: once, as the ticket then was, and never again where unsure."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

import pytest

from kfdesk.desk.lock import channel_lock
from kfdesk.desk.sending import outbox as box
from kfdesk.desk.syncing import watch as watching
from kfdesk.desk.syncing.result import SyncResult
from kfdesk.desk.syncing.sync import sync
from kfdesk.desk.tickets.plain import moment, ticket_json
from kfdesk.fetchers import webhook
from kfdesk.fetchers.webhook import Webhooks
from kfdesk.model import Outbound, OutboxRow, OutboxState, Rejected, Retry, Sent, Unknown
from kfdesk.store import outbox as rows
from kfdesk.store.peek import peek
from tests.desk.office import ANNA, Office, raw
from tests.effects.conftest import OpenOffice, trigger
from tests.effects.web import Web


def hook(url: str, text: str = "New: {{ticket.subject}}") -> str:
    """The action."""
    return f'{{ webhook = {{ url = "{url}", text = "{text}" }} }}'


def run(office: Office) -> SyncResult:
    """A sync at the office's time."""
    return sync(office.settings, clock=lambda: office.now)


def only(office: Office) -> OutboxRow:
    """The one row of the outbox."""
    (row,) = office.outbox()
    return row


@pytest.fixture
def hooked(opened: OpenOffice, web: Web) -> Office:
    """A desk whose rule posts each new ticket; one has come."""
    office = opened(trigger(hook(web.url)))
    office.receive(raw())
    return office


def test_a_webhook_is_posted_once_with_the_ticket_as_json(hooked: Office, web: Web) -> None:
    row = only(hooked)
    assert (row.kind, row.channel, row.to) == ("webhook", "webhook", (web.url,))
    result = run(hooked)
    assert [(c.channel, c.sent) for c in result.channels] == [("support", 0), ("webhook", 1)]
    assert result.exit_code == 0
    run(hooked)
    (got,) = web.got
    assert got.headers["content-type"].startswith("application/json")
    assert got.headers["idempotency-key"] == row.message_id
    assert got.json["text"] == "New: My order"
    assert got.json["rule"] == "Rule"
    assert got.json["event"]["kind"] == "created"
    assert got.json["event"]["by"] == "customer"
    assert got.json["ticket"].keys() == ticket_json(hooked.ticket(1)).keys()
    assert got.json["ticket"]["number"] == 1
    assert only(hooked).state is OutboxState.SENT


def test_the_ticket_is_posted_as_it_was_when_the_rule_fired(opened: OpenOffice, web: Web) -> None:
    later = trigger('{ set = { status = "hold" } }', name="Later")
    office = opened(trigger(hook(web.url)) + later)
    office.receive(raw())
    run(office)
    assert web.got[0].json["ticket"]["status"] == "new"
    assert office.ticket(1).status == "hold"


def test_a_sync_without_a_webhook_names_none(opened: OpenOffice) -> None:
    office = opened()
    office.receive(raw())
    assert [c.channel for c in run(office).channels] == ["support"]


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_server_in_trouble_is_called_again_later(hooked: Office, web: Web, status: int) -> None:
    web.status = status
    assert run(hooked).exit_code == 3
    row = only(hooked)
    assert row.state is OutboxState.QUEUED
    assert str(status) in row.error
    assert row.not_before > hooked.now
    run(hooked)
    assert len(web.got) == 1, "not before its time"
    web.status = 200
    hooked.now = row.not_before
    run(hooked)
    assert only(hooked).state is OutboxState.SENT
    assert len({got.headers["idempotency-key"] for got in web.got}) == 1
    assert web.got[0].body == web.got[1].body


def test_a_server_may_say_when_to_call_again(hooked: Office, web: Web) -> None:
    web.status, web.headers = 429, {"Retry-After": "7000"}
    run(hooked)
    assert (only(hooked).not_before - hooked.now).total_seconds() == 7000


def test_no_server_puts_a_call_off_for_longer_than_a_day(hooked: Office, web: Web) -> None:
    web.status, web.headers = 503, {"Retry-After": "9" * 400}
    run(hooked)
    assert (only(hooked).not_before - hooked.now).total_seconds() == 86_400


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_what_the_server_refuses_has_failed_and_says_so_on_the_ticket(
    hooked: Office, web: Web, status: int
) -> None:
    web.status = status
    web.body = b"\x1b[2Jgo away"
    run(hooked)
    row = only(hooked)
    assert row.state is OutboxState.FAILED
    assert str(status) in row.error
    assert "go away" not in row.error
    assert hooked.events(1)[-1].kind == "not sent"
    box.retry(hooked.desk, row.id, ANNA)
    web.status = 204
    run(hooked)
    assert only(hooked).state is OutboxState.SENT


def test_no_redirect_is_followed(hooked: Office, web: Web) -> None:
    web.status, web.headers = 302, {"Location": web.url}
    run(hooked)
    assert len(web.got) == 1
    assert only(hooked).state is OutboxState.FAILED


def test_a_server_that_took_it_and_says_nothing_leaves_it_unknown(
    hooked: Office, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT", 0.2)
    web.silent = True
    result = run(hooked).channels[-1]
    assert (result.unknown, result.failed) == (1, 0)
    web.silent = False
    for _day in range(3):
        hooked.later(days=1)
        assert [c.channel for c in run(hooked).channels] == ["support"], "a person decides"
    assert only(hooked).state is OutboxState.UNKNOWN
    assert len(web.got) == 1
    box.retry(hooked.desk, 1, ANNA)
    run(hooked)
    assert only(hooked).state is OutboxState.SENT


def test_a_server_that_hangs_up_leaves_it_unknown(hooked: Office, web: Web) -> None:
    web.hangs_up = True
    run(hooked)
    assert only(hooked).state is OutboxState.UNKNOWN


def test_a_crash_between_claim_and_mark_is_unknown_at_the_next_sync(
    hooked: Office, web: Web
) -> None:
    with hooked.desk.store.write() as tx:
        assert rows.claim(tx, 1, hooked.now) is not None
    run(hooked)
    assert only(hooked).state is OutboxState.UNKNOWN
    assert web.got == []
    box.confirm(hooked.desk, 1, ANNA)
    assert only(hooked).state is OutboxState.SENT


def test_a_sync_killed_while_the_server_is_silent_never_calls_again(
    hooked: Office, web: Web
) -> None:
    web.silent = True
    code = (
        "from pathlib import Path; from kfdesk.config import load;"
        "from kfdesk.desk.syncing.sync import sync;"
        f"sync(load(Path({str(hooked.file)!r})))"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        while not web.got:
            assert child.poll() is None
            time.sleep(0.01)
        child.kill()
    web.silent = False
    run(hooked)
    assert only(hooked).state is OutboxState.UNKNOWN
    assert len(web.got) == 1


def test_a_host_that_cannot_be_reached_does_not_hold_up_the_others(
    opened: OpenOffice, web: Web
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://localhost:{free.getsockname()[1]}/"
    office = opened(trigger(hook(nobody)) + trigger(hook(web.url), name="Other"))
    office.receive(raw())
    result = run(office).channels[-1]
    assert (result.sent, result.failed) == (1, 0)
    assert "localhost" in (result.error or "")
    assert [row.state.value for row in office.outbox()] == ["queued", "sent"]


def test_a_watch_calls_what_is_due(
    hooked: Office, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "BEAT", 0.05)
    stop = threading.Event()
    told: list[Any] = []

    def report(event: Mapping[str, Any]) -> None:
        told.append(event)
        if event.get("channel") == "webhook":
            stop.set()

    guard = threading.Timer(20, stop.set)
    guard.start()
    watching.watch(hooked.settings, (), stop, lambda: hooked.now, report)
    guard.cancel()
    assert len(web.got) == 1
    assert [event["sent"] for event in told if event.get("channel") == "webhook"] == [1]
    assert only(hooked).state is OutboxState.SENT


def test_one_process_at_a_time_calls(hooked: Office, web: Web) -> None:
    with channel_lock(hooked.settings.database, "webhook") as mine:
        assert mine
        assert [c.channel for c in run(hooked).channels] == ["support"]
    assert web.got == []


def test_a_cancelled_call_is_not_made(hooked: Office, web: Web) -> None:
    box.cancel(hooked.desk, 1, ANNA)
    run(hooked)
    assert web.got == []


def test_only_https_or_this_machine_itself_is_called() -> None:
    result = Webhooks().send(Outbound("key", "", ("http://example.com/",), b"{}"))
    assert isinstance(result, Rejected)


def test_an_idle_sync_sees_from_outside_whether_a_webhook_is_due(hooked: Office, web: Web) -> None:
    def sending() -> frozenset[str]:
        seen = peek(hooked.settings.database, hooked.now)
        assert seen is not None
        return seen.sending

    assert "webhook" in sending()
    run(hooked)
    assert "webhook" not in sending()


def test_what_waits_for_a_person_costs_an_idle_sync_nothing(opened: OpenOffice, web: Web) -> None:
    """Neither a notice nor an unknown call opens the store, or imports the HTTP client."""
    notify = '{ notify = { to = "agent:anna", text = "hi" } }'
    office = opened(trigger(hook(web.url) + ", " + notify))
    office.receive(raw())
    web.hangs_up = True
    run(office)
    code = (
        "import sys; from pathlib import Path; from kfdesk.config import load;"
        "from kfdesk.desk.syncing.sync import sync;"
        f"sync(load(Path({str(office.file)!r})));"
        "print([name for name in ('httpx', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


# --- group robots


CONTENT = {"text": "", "ticket": {"number": 7, "subject": "退款"}}


@pytest.mark.parametrize("host", ["qyapi.weixin.qq.com", "oapi.dingtalk.com"])
def test_wecom_and_dingtalk_get_a_text_message(host: str) -> None:
    said = json.loads(
        webhook.body(f"https://{host}/send?key=1", CONTENT | {"text": "你好"}, "Rule")
    )
    assert said == {"msgtype": "text", "text": {"content": "你好"}}


def test_feishu_gets_a_text_message_and_without_a_text_the_ticket() -> None:
    said = json.loads(webhook.body("https://open.feishu.cn/open-apis/bot/v2/hook/1", CONTENT, "R"))
    assert said == {"msg_type": "text", "content": {"text": "#7 退款 – R"}}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ('{"errcode":0,"errmsg":"ok"}', Sent),
        ('{"code":0,"msg":"success"}', Sent),
        ('{"errcode":45009,"errmsg":"api freq out of limit"}', Retry),
        ('{"errcode":310000,"errmsg":"keywords not in content"}', Rejected),
        ('{"code":19024,"msg":"Key Words Not Found"}', Rejected),
        ("<html>", Unknown),
        ('{"code":1e999}', Unknown),
        ("[" * 60000, Unknown),
        ("7", Unknown),
    ],
)
def test_a_robot_says_in_its_answer_whether_it_took_the_message(answer: str, kind: type) -> None:
    assert isinstance(webhook._of_robot("open.feishu.cn", answer.encode()), kind)


def test_what_a_robot_says_is_shown_clean() -> None:
    result = webhook._of_robot("open.feishu.cn", b'{"code":1,"msg":"\\u001b[31mred\\u202e"}')
    assert isinstance(result, Rejected)
    assert result.why == "open.feishu.cn: 1 [31mred"


def test_a_payload_has_times_as_the_contract_has_them(hooked: Office, web: Web) -> None:
    run(hooked)
    at = web.got[0].json["ticket"]["created_at"]
    assert at == moment(hooked.ticket(1).created_at)
    assert at.endswith("Z")
