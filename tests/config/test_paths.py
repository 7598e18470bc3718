"""The configuration is found in its places, and new files belong to their owner alone."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from kfdesk import paths
from kfdesk.errors import ConfigError


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration anywhere."""
    monkeypatch.delenv("KFDESK_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_a_file_that_is_named_comes_before_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "kfdesk.toml")
    monkeypatch.setenv("KFDESK_CONFIG", str(made(tmp_path / "environment.toml")))
    named = made(tmp_path / "named.toml")
    assert paths.find_config(named) == named


def test_the_environment_comes_before_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "kfdesk.toml")
    file = made(tmp_path / "environment.toml")
    monkeypatch.setenv("KFDESK_CONFIG", str(file))
    assert paths.find_config() == file


def test_the_current_folder_comes_before_the_user_s_own(tmp_path: Path) -> None:
    user = made(platformdirs.user_config_path("kfdesk") / "kfdesk.toml")
    assert paths.find_config() == user
    made(tmp_path / "kfdesk.toml")
    assert paths.find_config() == Path("kfdesk.toml")


def test_a_named_file_that_is_missing_is_not_replaced_by_another(tmp_path: Path) -> None:
    made(tmp_path / "kfdesk.toml")
    with pytest.raises(ConfigError, match=r"named\.toml: there is no such file.* init"):
        paths.find_config(tmp_path / "named.toml")


def test_no_configuration_at_all_says_to_run_init() -> None:
    with pytest.raises(ConfigError, match="kfdesk init"):
        paths.find_config()


def test_init_writes_into_the_user_s_own_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert paths.new_config() == platformdirs.user_config_path("kfdesk") / "kfdesk.toml"
    monkeypatch.setenv("KFDESK_CONFIG", str(tmp_path / "x.toml"))
    assert paths.new_config() == tmp_path / "x.toml"
    assert paths.new_config(Path("y.toml")) == Path("y.toml")


def test_new_folders_are_private_all_the_way_and_old_ones_stay(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir(mode=0o755)
    new = paths.private_folder(old / "a" / "b")
    assert [path.stat().st_mode & 0o777 for path in (old, new.parent, new)] == [0o755, 0o700, 0o700]


def test_a_new_file_is_private_and_an_old_one_stays(tmp_path: Path) -> None:
    file = paths.private_file(tmp_path / "desk.db")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("kept")
    assert paths.private_file(file).read_text() == "kept"
    with pytest.raises(FileExistsError):
        paths.private_file(file, new=True)
