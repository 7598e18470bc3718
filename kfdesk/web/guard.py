"""What every request passes through: our names and pages only, and headers that keep it so."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from kfdesk.web.place import Listening

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with `no-referrer` a browser sends no Origin with a form
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_YEAR = "max-age=31536000"


def policy(socket: str) -> str:
    """What a page may load. The terminal makes style sheets as it goes; scripts are files alone."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data:; font-src 'self'; connect-src {socket}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def guard(place: Listening) -> Middleware:
    """Refuse what asks for another name, or comes from another page; head what is answered."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if not place.answers(request.host):
                raise web.HTTPMisdirectedRequest(text="This is no name of this desk.\n")
            asks = request.method not in ("GET", "HEAD") or request.path == "/ws"
            if asks and not place.own(request.headers.get("Origin", ""), request.host):
                raise web.HTTPForbidden(text="This came from another page.\n")
            response = await handler(request)
        except web.HTTPException as error:
            _put(error, place)
            raise
        return response

    return guarded


async def head(place: Listening, response: web.StreamResponse) -> None:
    """Put the headers on whatever is about to be sent."""
    _put(response, place)


def _put(response: web.StreamResponse, place: Listening) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy("'none'"))
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "kfdesk"
    if place.secure:
        response.headers["Strict-Transport-Security"] = _YEAR
