"""Webhooks: what leaves as one POST of JSON to an address of the web; nothing comes in by them.

The group robots of WeCom, DingTalk and Feishu want a text message in their own words, and say in
the body of a 200 whether they took it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kfdesk.fetchers.robots import LATER
from kfdesk.i18n import _
from kfdesk.model import Outbound, Rejected, Retry, SendResult, Sent, Unknown
from kfdesk.settings import Channel
from kfdesk.text import shorten

if TYPE_CHECKING:
    import httpx

#: What stands for a channel in the outbox; the configuration has none of this name.
CHANNEL = Channel("webhook", "webhook")
#: Seconds for each step, and for the whole answer.
TIMEOUT = 10.0
_MOST_ANSWER = 65_536  # bytes of an answer that are looked at
_LONGEST_WAIT = 86_400.0  # seconds that a server may put a call off
_WECOM, _DINGTALK = "qyapi.weixin.qq.com", "oapi.dingtalk.com"
_FEISHU = ("open.feishu.cn", "open.larksuite.com")
_TOO_EARLY = (408, 425, 429)


def body(url: str, content: Mapping[str, Any], title: str) -> bytes:
    """Return what is posted: the content as JSON, or its text as a group robot wants it."""
    host = urlsplit(url).hostname or ""
    told: Mapping[str, Any] = content
    if host in (_WECOM, _DINGTALK):
        told = {"msgtype": "text", "text": {"content": content["text"] or _title(content, title)}}
    elif host in _FEISHU:
        told = {"msg_type": "text", "content": {"text": content["text"] or _title(content, title)}}
    return json.dumps(told, ensure_ascii=False).encode()


def _title(content: Mapping[str, Any], title: str) -> str:
    ticket = content["ticket"]
    return f"#{ticket['number']} {ticket['subject']} – {title}"


class Webhooks:
    """Posts what is given it; a host that cannot be reached is left alone until the next round."""

    def __init__(self) -> None:
        self._client: httpx.Client | None = None
        self._down: dict[str, str] = {}

    def send(self, outbound: Outbound) -> SendResult:
        """Post it; what may have arrived without an answer is unknown."""
        import httpx

        from kfdesk.fetchers.tls import is_loopback

        (url,) = outbound.recipients
        host = urlsplit(url).hostname or ""
        if not (url.startswith("https://") or (url.startswith("http://") and is_loopback(host))):
            shown = host if outbound.sender else url  # a robot's address is its password
            return Rejected(
                _("only https, or this machine itself, is called: {url}").format(url=shown)
            )
        if host in self._down:
            return Retry(self._down[host])
        try:
            return self._post(url, host, outbound)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as e:
            self._down[host] = why = _("{host} cannot be reached: {why}").format(
                host=host, why=_reason(e)
            )
            return Retry(why)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as e:
            return Rejected(_reason(e))
        except httpx.HTTPError as e:
            return Unknown(
                _("{host} did not answer what it was sent: {why}").format(host=host, why=_reason(e))
            )

    def _post(self, url: str, host: str, outbound: Outbound) -> SendResult:
        import httpx

        if self._client is None:
            self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False)
        headers = {
            "Accept-Encoding": "identity",
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": outbound.key,
            "User-Agent": "kfdesk",
        }
        until = time.monotonic() + TIMEOUT
        with self._client.stream("POST", url, content=outbound.raw, headers=headers) as answer:
            named = outbound.sender in ("wecom", "dingtalk", "feishu")
            robot = named or host in (_WECOM, _DINGTALK, *_FEISHU)
            found = _read(answer, until) if robot and answer.is_success else b""
            return _result(host, answer, found)

    def was_sent(self, _key: str) -> bool | None:
        """Nobody can tell."""
        return None

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _read(answer: httpx.Response, until: float) -> bytes:
    """The beginning of an answer; one that comes drop by drop is not waited for."""
    found = b""
    for chunk in answer.iter_raw():  # as it comes: nothing packed grows here
        found += chunk
        if len(found) >= _MOST_ANSWER or time.monotonic() > until:
            break
    return found[:_MOST_ANSWER]


def _result(host: str, answer: httpx.Response, found: bytes) -> SendResult:
    status = answer.status_code
    why = _("{host} answered {status}").format(host=host, status=status)
    if answer.is_success:
        return _of_robot(host, found) if found else Sent()
    if status in _TOO_EARLY or status >= 500:
        after = answer.headers.get("retry-after", "")
        seconds = min(float(after), _LONGEST_WAIT) if after.isascii() and after.isdigit() else 0
        return Retry(why, seconds)
    if 300 <= status < 400:
        return Rejected(_("{why}: it leads elsewhere, which is not followed").format(why=why))
    return Rejected(why)


def _of_robot(host: str, found: bytes) -> SendResult:
    """What a group robot says in the body of a 200."""
    try:
        said = json.loads(found)
        code = int(said.get("errcode", said.get("code", 0)))
        text = str(said.get("errmsg", said.get("msg", "")))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return Unknown(_("{host} answered in words that are not understood").format(host=host))
    if code == 0:
        return Sent()
    why = f"{host}: {code} {shorten(text, 200)}"
    return Retry(why, LATER[code]) if code in LATER else Rejected(why)


def _reason(error: Exception) -> str:
    return shorten(str(error) or type(error).__name__, 200)
