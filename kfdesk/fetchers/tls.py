"""Who may be spoken to, and how it is made sure that it is them."""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path

from kfdesk.errors import FetchError
from kfdesk.i18n import _
from kfdesk.settings import Tls


def context(tls: Tls, host: str, ca_file: Path | None) -> ssl.SSLContext | None:
    """Return what checks the server's certificate; None for plain text, to loopback only."""
    if tls == "none":
        if not is_loopback(host):
            raise FetchError(
                _('{host} would be spoken to without encryption; set tls = "tls"').format(
                    host=host
                ),
                retryable=False,
            )
        return None
    checks = ssl.create_default_context()
    if ca_file is not None:
        try:
            checks.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one: the file is no certificate
            raise FetchError(
                _("ca_file {path} is no readable certificate ({why})").format(
                    path=ca_file, why=error.strerror or error
                ),
                retryable=False,
            ) from error
    return checks


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
