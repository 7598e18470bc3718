"""What can go wrong on the way to a server, as sentences that say what to do."""

from __future__ import annotations

import socket
import ssl

from kfdesk.errors import FetchError
from kfdesk.i18n import _


def unreachable(error: OSError, host: str, port: int) -> FetchError:
    """Return the FetchError for a socket's failure."""
    where = {"host": host, "port": port}
    match error:
        case ssl.SSLCertVerificationError():
            text = _(
                "the certificate of {host}:{port} is not accepted ({why}); "
                "check the host name, or name its authority with ca_file"
            ).format(why=error.verify_message, **where)
            return FetchError(text, retryable=False, kind="refused")
        case ssl.SSLError():
            text = _(
                "{host}:{port} does not speak TLS as expected ({why}); check port and tls"
            ).format(why=error.reason or error, **where)
        case socket.gaierror():
            text = _(
                "the host {host} is not known; check its name and the network connection"
            ).format(**where)
        case ConnectionRefusedError():
            text = _(
                "{host}:{port} refuses the connection; check the port and that the server runs"
            ).format(**where)
        case TimeoutError():
            text = _("{host}:{port} did not answer in time; check the network connection").format(
                **where
            )
        case _:
            text = _("the connection to {host}:{port} broke ({why}); check the network").format(
                why=error.strerror or error or type(error).__name__, **where
            )
    no = isinstance(error, ssl.SSLError | ConnectionRefusedError)
    return FetchError(text, kind="refused" if no else "offline")
