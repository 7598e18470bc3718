"""What a request says of who sends it, and of what they typed."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web import RequestPayloadError

from kfdesk.text import clean_line

#: So many seconds a request may take to arrive: whoever sends it drop by drop is not waited for.
PATIENCE = 20.0


def caller(request: web.Request, *, proxied: bool) -> str:
    """The address that a request comes from, as the proxy in front says if there is one."""
    if proxied:
        # A proxy may add a line of its own: what it says stands last of all.
        said = ",".join(request.headers.getall("X-Forwarded-For", ())).rpartition(",")[2]
        return network(clean_line(said)[:64]) or network(request.remote or "")
    return network(request.remote or "")


async def typed(request: web.Request) -> tuple[str, str]:
    """The name and the password of a form, which our page sends in one way alone, and at once."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(PATIENCE):
            form = dict(parse_qsl((await request.read()).decode(), strict_parsing=True))
    except (ValueError, RequestPayloadError):
        raise web.HTTPBadRequest from None
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    if not {"name", "password"} <= form.keys():
        raise web.HTTPBadRequest
    return clean_line(form["name"])[:100], form["password"]


def network(address: str) -> str:
    """An address, or of IPv6 the network that one caller has the whole of."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found.packed, 64), strict=False))


def number(text: str | None) -> int:
    """A small number of an address's query; 0 where it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 5 else 0
