"""A secret setting can be read from the file that NAME_FILE names, such as a mounted secret of a container."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

import pytest

from foundation import env
from tests.support import pages

PAGE = "docs/operators.md"
KEYS = [secrets.token_urlsafe(32) for _ in range(2)]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in env.SECRET_NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    env._running_platform.cache_clear()


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SECRETS_KEYS_FILE", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.mark.parametrize("name", env.SECRET_NAMES)
def test_the_text_is_the_file_without_its_last_line_break(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").write_text("what is secret\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "file"))
    assert env.text(name) == "what is secret"
    assert env.is_set(name)


@pytest.mark.parametrize("between", [",", "\n", ",\n", "\r\n\n"])
def test_keys_may_stand_on_lines_of_their_own(file: Path, between: str) -> None:
    file.write_text(between.join(KEYS) + "\n")
    assert [key.rstrip("=") for key in env.keys("SECRETS_KEYS")] == KEYS


def test_a_setting_that_is_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    file.write_text(KEYS[0])
    monkeypatch.setenv("SECRETS_KEYS", KEYS[1])
    with pytest.raises(env.BadSetting, match="SECRETS_KEYS is set, too"):
        env.keys("SECRETS_KEYS")


def test_what_is_no_secret_is_not_read_from_files(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    file.write_text("7000")
    monkeypatch.setenv("PORT_FILE", str(file))
    monkeypatch.delenv("PORT", raising=False)
    assert env.whole_number("PORT", 8000) == 8000


def _make_unusable(path: Path, kind: str) -> None:
    match kind:
        case "a folder":
            path.mkdir()
        case "a pipe":
            os.mkfifo(path)
        case "empty":
            path.write_text(" \n")
        case "too long":
            path.write_text("a" * (env.MAX_FILE_BYTES + 1))
        case "no text":
            path.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize("kind", ["missing", "a folder", "a pipe", "empty", "too long", "no text"])
def test_a_file_that_cannot_be_used_is_named_in_one_sentence(file: Path, kind: str) -> None:
    _make_unusable(file, kind)
    with pytest.raises(env.BadSetting) as refused:
        env.keys("SECRETS_KEYS")
    assert re.fullmatch(r"SECRETS_KEYS_FILE='.*' is not usable: .+\.", str(refused.value))


def test_a_wrong_value_in_a_file_is_not_shown(file: Path) -> None:
    file.write_text("hidden")
    with pytest.raises(env.BadSetting) as refused:
        env.keys("SECRETS_KEYS")
    assert "hidden" not in str(refused.value)


def test_every_setting_that_sounds_secret_is_declared_to_be() -> None:
    settings = {row[0].strip("`") for row in pages.parse_rows(pages.read_section(PAGE, "Settings"))}
    sounds_secret = {
        name for name in settings if re.search("SECRET|KEY|PASS|CREDENTIAL|_DSN$|_URLS?$|_TOKENS?$", name)
    }
    assert sounds_secret == set(env.SECRET_NAMES)


def test_the_operators_page_names_each_of_them() -> None:
    sentence = pages.read_section(PAGE, "Settings").split("from a file", 1)[1].split("\n\n")[0]
    assert set(re.findall("`([A-Z_]+)_FILE`", sentence)) == set(env.SECRET_NAMES)
