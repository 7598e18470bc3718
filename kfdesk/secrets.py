"""Secrets of the configuration, read at the moment they are needed and never kept."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from kfdesk.errors import Place, SecretError, UserError
from kfdesk.i18n import _
from kfdesk.settings import Secret

_COMMAND_SECONDS = 30


def reveal(secret: Secret, place: Place) -> str:
    """Return the secret itself; a SecretError at `place` says what to do where it cannot be had."""
    if secret.env:
        return _from_env(secret.env, place)
    if secret.command:
        return _from_command(secret.command, place)
    if secret.keyring:
        return _from_keyring(secret.keyring, place)
    if secret.file:
        return _from_file(secret.file, place)
    return secret.plain


def _from_env(name: str, place: Place) -> str:
    value = os.environ.get(name)
    if not value:
        raise SecretError(
            _("the environment variable {name} is not set; set it to the secret").format(name=name),
            place,
        )
    return value


def _from_command(command: str, place: Place) -> str:
    """Run without a shell: the words of the command are its arguments, nothing is expanded."""
    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603 - the person who owns the configuration wrote it
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except (OSError, ValueError) as error:
        raise SecretError(
            _("the command “{command}” cannot be run ({why}); try it by hand").format(
                command=command, why=error
            ),
            place,
        ) from error
    except subprocess.TimeoutExpired as error:
        raise SecretError(
            _("the command “{command}” took over {seconds} s; it must not ask a person").format(
                command=command, seconds=_COMMAND_SECONDS
            ),
            place,
        ) from error
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SecretError(
            _("the command “{command}” failed with exit code {code}: {why}").format(
                command=command, code=done.returncode, why=why[-1] if why else "-"
            ),
            place,
        )
    return _first_line(done.stdout, command, place)


def _from_keyring(entry: str, place: Place) -> str:
    import keyring
    from keyring.errors import KeyringError

    service, slash, user = entry.partition("/")
    if not slash:
        raise SecretError(
            _("keyring = “{entry}” wants the form “service/user”").format(entry=entry), place
        )
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretError(
            _("the keyring cannot be read ({why}); unlock it, or use env, command or file").format(
                why=str(error).splitlines()[0] if str(error) else type(error).__name__
            ),
            place,
        ) from error
    if not value:
        raise SecretError(
            _("the keyring has no entry for {entry}; add it: keyring set {service} {user}").format(
                entry=entry, service=service, user=user
            ),
            place,
        )
    return value


def can_keep() -> bool:
    """Whether this system has a keyring that a secret can be put into."""
    import keyring
    from keyring.backends.fail import Keyring as Nowhere

    return not isinstance(keyring.get_keyring(), Nowhere)


def keep(entry: str, value: str) -> None:
    """Put a secret into the system's keyring as `service/user`. UserError where it takes none."""
    import keyring
    from keyring.errors import KeyringError

    service, _slash, user = entry.partition("/")
    try:
        keyring.set_password(service, user, value)
    except KeyringError as error:
        raise UserError(
            _("the keyring takes no secret ({why}); unlock it, or use a variable").format(
                why=str(error).splitlines()[0] if str(error) else type(error).__name__
            )
        ) from error


def _from_file(name: str, place: Place) -> str:
    """A relative path starts from the folder of the file that names it."""
    path = Path(place.file).parent / Path(name).expanduser()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SecretError(
            _("the secret's file {path} cannot be read: {why}").format(
                path=path, why=error.strerror
            ),
            place,
        ) from error
    return _first_line(content, str(path), place)


def _first_line(content: bytes, source: str, place: Place) -> str:
    try:
        value = content.decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise SecretError(_("{source} gives no UTF-8 text").format(source=source), place) from error
    if not value:
        raise SecretError(
            _("{source} gives an empty first line; the secret belongs there").format(source=source),
            place,
        )
    return value
