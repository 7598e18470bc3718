"""Where files live: which configuration is meant, and private modes for what is ours alone."""

from __future__ import annotations

import os
from pathlib import Path

from kfdesk.errors import ConfigError, Place
from kfdesk.i18n import _

FILE_NAME = "kfdesk.toml"


def find_config(explicit: Path | None = None) -> Path:
    """Return the configuration file: `explicit`, `$KFDESK_CONFIG`, `./kfdesk.toml`, the user's own.

    A file that was named must exist; otherwise the first that does is taken.
    """
    named = explicit or _from_environment()
    if named is not None:
        if named.is_file():
            return named
        raise ConfigError(
            _("there is no such file; write one with: kfdesk --config {file} init").format(
                file=named
            ),
            Place(str(named)),
        )
    for place in _places():
        if place.is_file():
            return place
    raise ConfigError(
        _("no configuration in {places}; write one with: kfdesk init").format(
            places=", ".join(map(str, _places()))
        )
    )


def no_config() -> bool:
    """Whether there is no configuration to be found that nobody names."""
    return _from_environment() is None and not any(place.is_file() for place in _places())


def _places() -> tuple[Path, ...]:
    return Path(FILE_NAME), _user_config()


def new_config(explicit: Path | None = None) -> Path:
    """Return where `kfdesk init` writes: `explicit`, `$KFDESK_CONFIG`, the user's own folder."""
    return explicit or _from_environment() or _user_config()


def _from_environment() -> Path | None:
    value = os.environ.get("KFDESK_CONFIG")
    return Path(value).expanduser() if value else None


def user_state() -> Path:
    """Where is kept what a person has seen already, beside no configuration."""
    from platformdirs import user_state_path

    return user_state_path("kfdesk", appauthor=False)


def _user_config() -> Path:
    from platformdirs import user_config_path

    return user_config_path("kfdesk", appauthor=False) / FILE_NAME


def private_folder(path: Path) -> Path:
    """Create a folder, and those above it that are missing, for its owner alone (0700).

    A folder that is already there keeps its mode.
    """
    missing = [path, *path.parents]
    for folder in reversed(missing):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
    return path


def private_file(path: Path, *, new: bool = False) -> Path:
    """Create an empty file for its owner alone (0600); one that is already there stays as it is.

    With `new` it must not be there yet: FileExistsError.
    """
    flags = os.O_CREAT | os.O_WRONLY | (os.O_EXCL if new else 0)
    os.close(os.open(path, flags, 0o600))
    return path
