"""Shared secrets are read from environment variables and files; what cannot be one is refused, and nothing hangs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from templates_app.shared_secrets.kinds import MAX_BYTES, Unreadable
from templates_app.shared_secrets.sources import find_fault, read_source

OWN = "it holds a key, a password or an address of the platform itself"
NOBODY = 65534  # a user without rights


def unreadable(source: str, sealed: str | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        read_source(source, sealed)
    return str(caught.value)


def test_a_file_is_read_without_the_newline_at_its_end(tmp_path: Path) -> None:
    place = tmp_path / "key"
    for content, value in [
        (b"abc\n", "abc"),
        (b"abc\r\n", "abc"),
        (b"abc\n\n", "abc\n"),
        ("schlüssel".encode(), "schlüssel"),
    ]:
        place.write_bytes(content)
        assert read_source(f"file:{place}", None) == value


def test_a_file_is_read_again_each_time(tmp_path: Path) -> None:
    place = tmp_path / "key"
    for value in ("one", "two"):
        place.write_text(value)
        assert read_source(f"file:{place}", None) == value


def test_links_are_followed_as_kubernetes_needs_it(tmp_path: Path) -> None:
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "key").write_text("abc")
    (tmp_path / "key").symlink_to("..data/key")
    assert read_source(f"file:{tmp_path}/key", None) == "abc"


def test_a_file_of_the_size_that_is_allowed_is_read(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"x" * MAX_BYTES)
    assert len(read_source(f"file:{tmp_path}/key", None)) == MAX_BYTES


def a_folder(place: Path) -> None:
    place.mkdir()


def a_pipe(place: Path) -> None:
    os.mkfifo(place)


def a_loop(place: Path) -> None:
    place.symlink_to(place)


def a_link_to_zeros(place: Path) -> None:
    place.symlink_to("/dev/zero")


def a_link_to_the_environment(place: Path) -> None:
    place.symlink_to("/proc/self/environ")


def too_large(place: Path) -> None:
    place.write_bytes(b"x" * (MAX_BYTES + 1))


def empty(place: Path) -> None:
    place.write_bytes(b"\n")


def no_text(place: Path) -> None:
    place.write_bytes(b"\xff\xfe")


def nothing(place: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (a_folder, "no regular file"),
        (a_pipe, "no regular file"),
        (a_loop, "Too many levels of symbolic links"),
        (a_link_to_zeros, "no regular file"),
        (a_link_to_the_environment, "of the platform or the system"),
        (too_large, "larger than 64 KB"),
        (empty, "it is empty"),
        (no_text, "no text in UTF-8"),
        (nothing, "No such file"),
    ],
)
def test_what_is_no_such_file_is_told(tmp_path: Path, make: object, why: str) -> None:
    make(tmp_path / "key")  # type: ignore[operator]  # a function of those above
    assert why in unreadable(f"file:{tmp_path}/key")


def test_a_file_of_somebody_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc")
    (tmp_path / "key").chmod(0)
    me = os.geteuid()
    try:
        if me == 0:  # root reads everything
            os.seteuid(NOBODY)
        assert "Permission denied" in unreadable(f"file:{tmp_path}/key")
    finally:
        os.seteuid(me)


def test_a_file_of_the_state_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "secret_key").write_text("abc")
    (tmp_path / "key").symlink_to("state/secret_key")
    assert find_fault(f"file:{tmp_path}/state/secret_key") is not None
    assert find_fault(f"file:{tmp_path}/other/../state/secret_key") is not None
    assert "of the platform" in unreadable(f"file:{tmp_path}/key")


def test_a_variable_is_read_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SHARED_KEY", "abc")
    assert read_source("env:A_SHARED_KEY", None) == "abc"
    monkeypatch.setenv("A_SHARED_KEY", "")
    assert "no such variable" in unreadable("env:A_SHARED_KEY")
    monkeypatch.delenv("A_SHARED_KEY")
    assert "no such variable" in unreadable("env:A_SHARED_KEY")


@pytest.mark.parametrize("value", ["x" * (MAX_BYTES + 1), "\udcff"])
def test_a_variable_that_is_no_text_or_too_large_is_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("A_SHARED_KEY", value)
    assert value[:20] not in unreadable("env:A_SHARED_KEY")


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRETS_KEYS", "DATABASE_URL", "PGPASSWORD"])
def test_our_own_settings_are_not_read_even_if_they_were_stored(name: str) -> None:
    assert find_fault(f"env:{name}") is not None
    assert "none of the sources" in unreadable(f"env:{name}")


@pytest.mark.parametrize("content", ["{}", "A=1\nSECRETS_KEYS=x,{},y\n"])
def test_a_file_or_variable_that_holds_one_of_our_keys_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setenv("SECRETS_KEYS", "another-key-of-ours, the-key-of-ours")
    text = content.format("the-key-of-ours")
    (tmp_path / "key").write_text(text)
    monkeypatch.setenv("A_SHARED_KEY", text)
    for source in (f"file:{tmp_path}/key", "env:A_SHARED_KEY"):
        assert unreadable(source) == OWN


@pytest.mark.parametrize(
    ("setting", "text", "content"),
    [
        ("SECRETS_KEYS", "a-key-of-ours\nanother-key-of-ours", "another-key-of-ours"),
        ("SECRETS_KEYS", "a-key-of-ours another-key-of-ours", "another-key-of-ours\n"),
        ("SECRETS_KEYS", "another-key-of-ours=,a-key-of-ours=", "another-key-of-ours"),
        ("SECRETS_KEYS", "another-key-of-ours,a-key-of-ours", "another-key-of-ours="),
        ("DATABASE_URL", "postgres://jobs:the-password@db/jobs", "the-password"),
        ("DATABASE_URL", "postgres://jobs:the%2Fpassword@db/jobs", "A=the/password"),
        ("BROKER_URL", "amqp://jobs:short@mq//", "short\n"),
        ("REDIS_URL", "redis://:the-password@redis/0", "redis://:the-password@other/1"),
    ],
)
def test_a_part_of_a_setting_is_refused_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, text: str, content: str
) -> None:
    monkeypatch.setenv(setting, text)
    (tmp_path / "key").write_text(content)
    assert unreadable(f"file:{tmp_path}/key") == OWN


def test_keys_that_stand_in_a_file_of_ours_are_known_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys").write_text("a-key-of-ours\nanother-key-of-ours\n")
    monkeypatch.delenv("SECRETS_KEYS", raising=False)
    monkeypatch.setenv("SECRETS_KEYS_FILE", str(tmp_path / "keys"))
    (tmp_path / "key").write_text("another-key-of-ours\n")
    assert unreadable(f"file:{tmp_path}/key") == OWN


@pytest.mark.parametrize("value", ["jobs", "db", "a shorter text", "postgres://jobs:other@db/jobs"])
def test_what_is_no_secret_in_a_setting_keeps_nothing_from_being_read(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://jobs:short@db/jobs")
    monkeypatch.setenv("A_SHARED_KEY", value)
    assert read_source("env:A_SHARED_KEY", None) == value


@pytest.mark.parametrize(
    "source", ["", "vault:x", "env", "file", "file:", "env:9", "value:x", "file:/a\0b", "FILE:/a"]
)
def test_what_is_no_source_is_none(source: str) -> None:
    assert find_fault(source) is not None
