"""Group robots of chat programs: one POST of a text each, in each one's own words.

WeCom developer.work.weixin.qq.com/document/path/91770 (2048 bytes of text, 20 a minute), DingTalk
open.dingtalk.com/document/orgapp/custom-robot-access (20 a minute, else blocked for ten), Feishu
open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (20 kB, 100 a minute), Slack
api.slack.com/messaging/webhooks. DingTalk and Feishu may ask for a signature: of the time, with a
secret of their own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Literal
from urllib.parse import quote_plus

Kind = Literal["webhook", "wecom", "dingtalk", "feishu", "slack"]
#: Bytes of text that a robot takes.
LONGEST: Mapping[str, int] = {"wecom": 2048, "dingtalk": 15_000, "feishu": 15_000, "slack": 35_000}
#: Which of a robot's own codes mean "too many just now", and seconds after which it listens again.
LATER: Mapping[int, int] = {45009: 60, 45033: 60, 130101: 600, 11232: 60, 9499: 60}


_FEISHU_AT = re.compile(r"<(?=\s*/?\s*at\b)", re.I)


def address(kind: str, url: str, secret: str, ms: int) -> str:
    """Return where to post at an instant, in ms: DingTalk's signature stands in the address."""
    if kind != "dingtalk" or not secret:
        return url
    sign = _hmac(secret, f"{ms}\n{secret}")
    return f"{url}{'&' if '?' in url else '?'}timestamp={ms}&sign={quote_plus(sign)}"


def body(kind: str, text: str, content: Mapping[str, Any], secret: str, ms: int) -> bytes:
    """Return what is posted: the text as the robot wants it, or the whole content as JSON."""
    told = cut(_plain(kind, text), LONGEST.get(kind, 0))
    message: Mapping[str, Any]
    match kind:
        case "wecom" | "dingtalk":
            message = {"msgtype": "text", "text": {"content": told}}
        case "feishu":
            message = {"msg_type": "text", "content": {"text": told}}
            if secret:
                seconds = ms // 1000
                # Feishu signs nothing, with the time and the secret as the key.
                signed = {"timestamp": str(seconds), "sign": _hmac(f"{seconds}\n{secret}", "")}
                message = {**signed, **message}
        case "slack":
            message = {"text": told}
        case _:
            message = content
    return json.dumps(message, ensure_ascii=False).encode()


def _plain(kind: str, text: str) -> str:
    """Return a text in which nothing calls upon a whole group: a customer's subject stands in it.

    Slack reads `<!channel>` (api.slack.com/reference/surfaces/formatting#escaping), Feishu
    `<at user_id="all">`.
    """
    if kind == "slack":
        return escape(text, quote=False)
    return _FEISHU_AT.sub("＜", text) if kind == "feishu" else text


def cut(text: str, most: int) -> str:
    """Return a text of at most so many bytes, an ellipsis where something was left out."""
    coded = text.encode()
    if not most or len(coded) <= most:
        return text
    return coded[: most - 3].decode(errors="ignore") + "…"


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(
        hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    ).decode()
