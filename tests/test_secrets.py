"""Secrets come from where the configuration says, or a sentence says why not."""

from __future__ import annotations

import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from kfdesk.errors import ConfigError, Place
from kfdesk.secrets import reveal
from kfdesk.settings import Secret


def place(folder: Path) -> Place:
    return Place(str(folder / "kfdesk.toml"), 7, "imap.password")


def test_plain_and_env_are_taken_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KF_TEST", "密 码 ")
    assert reveal(Secret(plain="secret"), place(tmp_path)) == "secret"
    assert reveal(Secret(env="KF_TEST"), place(tmp_path)) == "密 码 "


def test_a_command_gives_its_first_line_and_meets_no_shell(tmp_path: Path) -> None:
    words = f"{sys.executable} -c 'import sys; print(sys.argv[1]); print(2)' '$HOME;`id`'"
    assert reveal(Secret(command=words), place(tmp_path)) == "$HOME;`id`"


def test_a_file_gives_its_first_line_and_is_relative_to_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes("密码\r\nsecond\n".encode())
    assert reveal(Secret(file="secret"), place(tmp_path)) == "密码"


class Vault(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0
    locked = False

    def __init__(self) -> None:
        """Without what a real backend reads from the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("it is locked")
        return "secret" if (service, username) == ("kfdesk", "support") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def vault() -> Vault:
    vault = Vault()
    keyring.set_keyring(vault)
    return vault


def test_a_keyring_gives_an_entry(tmp_path: Path, vault: Vault) -> None:
    assert reveal(Secret(keyring="kfdesk/support"), place(tmp_path)) == "secret"


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        (Secret(env="KF_NOT_SET"), "KF_NOT_SET is not set"),
        (Secret(command="no-such-program-kf"), "try it by hand"),
        (Secret(command="'unclosed"), "cannot be run"),
        (Secret(command=f"{sys.executable} -c 'raise SystemExit(\"no key\")'"), "no key"),
        (Secret(command=f"{sys.executable} -c ''"), "empty first line"),
        (Secret(command=f"{sys.executable} -c 'print(chr(10))'"), "empty first line"),
        (Secret(file="nowhere"), "cannot be read"),
        (Secret(keyring="kfdesk"), "service/user"),
        (Secret(keyring="kfdesk/other"), "keyring set kfdesk other"),
    ],
)
def test_what_cannot_be_had_is_said_with_the_line(
    tmp_path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch, secret: Secret, says: str
) -> None:
    monkeypatch.delenv("KF_NOT_SET", raising=False)
    with pytest.raises(ConfigError, match=says) as caught:
        reveal(secret, place(tmp_path))
    assert "kfdesk.toml:7: imap.password" in str(caught.value)


def test_a_locked_keyring_is_said(tmp_path: Path, vault: Vault) -> None:
    vault.locked = True
    with pytest.raises(ConfigError, match="unlock it"):
        reveal(Secret(keyring="kfdesk/support"), place(tmp_path))


def test_a_secret_does_not_show_in_its_repr() -> None:
    assert "hidden" not in repr(Secret(plain="hidden"))
