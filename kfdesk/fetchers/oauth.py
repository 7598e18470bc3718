"""Access tokens for XOAUTH2: given as they are, or got with a refresh token (RFC 6749)."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from kfdesk.errors import ConfigError, FetchError, Place
from kfdesk.fetchers.network import unreachable
from kfdesk.fetchers.tls import is_loopback
from kfdesk.i18n import _
from kfdesk.secrets import reveal
from kfdesk.settings import OAuth

_EARLY = 120.0  # seconds before its end at which a token is renewed
_FRESH = 60.0  # seconds in which a token cannot have gone stale: the refusal means something else
_TIMEOUT = 30.0


class AccessToken:
    """The access token of one account; renewed shortly before it ends."""

    def __init__(self, oauth: OAuth, place: Place) -> None:
        self._oauth = oauth
        self._place = place
        self._token = ""
        self._got_at = 0.0
        self._good_until = 0.0

    def value(self) -> str:
        """Return a token that is good now."""
        oauth = self._oauth
        if oauth.token is not None:
            return reveal(oauth.token, self._place)
        if time.monotonic() >= self._good_until:
            self._renew()
        return self._token

    def forget(self) -> bool:
        """It was refused: have a new one fetched next time; False where that cannot help."""
        aged = self._token != "" and time.monotonic() - self._got_at > _FRESH
        self._good_until = 0.0
        return aged

    def _renew(self) -> None:
        oauth = self._oauth
        if oauth.refresh_token is None or not oauth.token_url:
            raise ConfigError(_("oauth wants token, or token_url and refresh_token"), self._place)
        url = urlsplit(oauth.token_url)
        if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname or "")):
            raise ConfigError(_("oauth.token_url must begin with https://"), self._place)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": reveal(oauth.refresh_token, self._place),
            "client_id": oauth.client_id,
        }
        if oauth.client_secret is not None:
            form["client_secret"] = reveal(oauth.client_secret, self._place)
        answer = _post(oauth.token_url, form)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise FetchError(
                _("{url} gave no access token; check client_id and refresh_token").format(
                    url=oauth.token_url
                ),
                retryable=False,
                kind="login",
            )
        lifetime = answer.get("expires_in", 3600)
        seconds = float(lifetime) if isinstance(lifetime, int | float) else 3600.0
        self._token = token
        self._got_at = time.monotonic()
        self._good_until = self._got_at + max(0.0, seconds - _EARLY)


def _post(url: str, form: dict[str, str]) -> dict[str, Any]:
    """POST a form and return the JSON object that comes back."""
    import json
    import urllib.error
    import urllib.request

    parts = urlsplit(url)
    request = urllib.request.Request(url, urlencode(form).encode())  # noqa: S310 - https, see above
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
            answer = json.loads(response.read(1 << 20))
    except urllib.error.HTTPError as error:
        with error:
            retryable = error.code >= 500 or error.code == 429
        raise FetchError(
            _(
                "{host} gives no new access token (HTTP {code}); sign in again for a refresh token"
            ).format(host=parts.hostname, code=error.code),
            retryable=retryable,
            kind="refused" if retryable else "login",
        ) from error
    except urllib.error.URLError as error:
        reason = error.reason if isinstance(error.reason, OSError) else error
        raise unreachable(reason, parts.hostname or url, parts.port or 443) from error
    except OSError as error:
        raise unreachable(error, parts.hostname or url, parts.port or 443) from error
    except ValueError as error:
        raise FetchError(_("{url} did not answer with JSON").format(url=url)) from error
    if not isinstance(answer, dict):
        raise FetchError(_("{url} did not answer with JSON").format(url=url))
    return answer
