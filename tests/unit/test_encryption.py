"""Sealing and opening secret values, and the keys for it."""

from __future__ import annotations

import secrets

import pytest

from foundation import encryption, env

OLD, NEW = (secrets.token_urlsafe(32) + "=" for _ in range(2))
VALUES = {"key": "s3cret", "login.password": "pässword"}


def test_what_was_sealed_is_opened_and_shows_nothing_by_itself(settings):
    settings.SECRETS_KEYS = [NEW]
    sealed = encryption.seal(VALUES)
    assert "s3cret" not in sealed
    assert encryption.unseal(sealed) == VALUES


def test_nothing_is_sealed_as_nothing():
    assert encryption.seal({}) is None
    assert encryption.unseal(None) == {}


def test_an_older_key_still_opens_and_the_newest_seals(settings):
    settings.SECRETS_KEYS = [OLD]
    before = encryption.seal(VALUES)
    settings.SECRETS_KEYS = [NEW, OLD]
    assert encryption.unseal(before) == VALUES
    assert not encryption.is_sealed_with_newest_key(before)
    assert encryption.is_sealed_with_newest_key(encryption.seal(VALUES))


@pytest.mark.parametrize("keys", [[NEW], []])
def test_without_its_key_nothing_is_opened(settings, keys):
    settings.SECRETS_KEYS = [OLD]
    sealed = encryption.seal(VALUES)
    settings.SECRETS_KEYS = keys
    with pytest.raises(encryption.SecretsUnreadable, match="SECRETS_KEYS"):
        encryption.unseal(sealed)


def test_without_any_key_nothing_is_sealed(settings):
    settings.SECRETS_KEYS = []
    with pytest.raises(encryption.NoSecretsKey, match="Set SECRETS_KEYS"):
        encryption.seal(VALUES)


def test_keys_are_taken_with_and_without_their_padding(monkeypatch):
    monkeypatch.setenv("SECRETS_KEYS", f"{NEW}, {OLD.rstrip('=')}")
    assert env.keys("SECRETS_KEYS") == [NEW, OLD]


@pytest.mark.parametrize(
    "wrong", ["change-me", "x", NEW[:-5], f"{NEW},short"], ids=["words", "letter", "cut", "second"]
)
def test_a_wrong_key_stops_the_start_and_is_not_shown(monkeypatch, wrong):
    monkeypatch.setenv("SECRETS_KEYS", wrong)
    with pytest.raises(env.BadSetting, match="SECRETS_KEYS") as stopped:
        env.keys("SECRETS_KEYS")
    assert wrong not in str(stopped.value).replace("secrets.token", "")
