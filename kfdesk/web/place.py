"""Where the web server listens, and which names and pages it answers to."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from kfdesk.errors import ConfigError, Place, UserError
from kfdesk.i18n import _
from kfdesk.settings import Settings, Web

#: A host as browsers write it; it stands in the policy of the page too, where more would be read.
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where it listens, and what it is called there."""

    host: str
    port: int
    tls: bool
    public_url: str = ""  # what agents type, where a proxy stands in front

    @property
    def url(self) -> str:
        """What to type into a browser."""
        if self.public_url:
            return self.public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}/"

    @property
    def secure(self) -> bool:
        """Whether what the browser sends is sealed on its way."""
        return self.tls or self.public_url.startswith("https://")

    @property
    def proxied(self) -> bool:
        """Whether a proxy stands in front, whose X-Forwarded-For says who calls."""
        return bool(self.public_url) and not self.tls

    def answers(self, host: str) -> bool:
        """Whether a request names us by a name of ours.

        A page of somebody else's whose name leads to this machine (DNS rebinding) still sends that
        name. A number cannot be led anywhere.
        """
        if _HOST.fullmatch(host) is None:
            return False
        name = urlsplit(f"//{host}").hostname or ""
        return (
            name == "localhost"
            or _number(name)
            or name in (socket.gethostname().lower(), self.host.lower())
            or (bool(self.public_url) and name == urlsplit(self.public_url).hostname)
        )

    def own(self, origin: str, host: str) -> bool:
        """Whether a request comes from a page of ours."""
        scheme, _slashes, page_host = origin.partition("://")
        if self.public_url:
            public = urlsplit(self.public_url)
            if (scheme, page_host) == (public.scheme, public.netloc):
                return True
        return scheme == ("https" if self.tls else "http") and page_host == host


def listening(
    settings: Settings, host: str | None = None, port: int | None = None, public: str | None = None
) -> Listening:
    """Where to listen: as `[web]` says, or otherwise as the command does.

    UserError where passwords would go over a network in clear.
    """
    web = settings.web
    at, number = _split(settings, web.listen)
    public_url = web.public_url if public is None else public
    if public_url and (
        urlsplit(public_url).scheme not in ("http", "https") or not urlsplit(public_url).hostname
    ):
        raise UserError(_("{url}: write it as https://desk.example.com").format(url=public_url))
    found = Listening(host or at, number if port is None else port, _tls(settings), public_url)
    if not found.secure and not _local(found.host):
        raise UserError(
            _(
                "{host} can be reached from other machines, and passwords would travel in clear: "
                "give [web] cert and key, or stand behind a proxy with TLS (--public-url "
                "https://…), or stay at 127.0.0.1 (docs/web.md)"
            ).format(host=found.host)
        )
    return found


def _tls(settings: Settings) -> bool:
    web: Web = settings.web
    if (web.cert is None) != (web.key is None):
        raise ConfigError(_("cert and key go together"), Place(str(settings.file), key="web"))
    return web.cert is not None


def _split(settings: Settings, listen: str) -> tuple[str, int]:
    place = Place(str(settings.file), key="web.listen")
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or port is None:
        raise ConfigError(_("expected a host and a port: 127.0.0.1:8722"), place)
    return host, port


def _local(host: str) -> bool:
    return host == "localhost" or (_number(host) and ip_address(host).is_loopback)


def _number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
