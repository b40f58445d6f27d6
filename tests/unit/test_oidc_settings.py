"""The settings of single sign-on, as they are read from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.roles import Role
from accounts.sign_in_oidc.settings import Provider, is_private_enough, read_provider
from foundation import env
from tests.support import environment


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in environment.SETTINGS:
        if name.startswith("OIDC_"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    env._running_platform.cache_clear()


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Provider | None:
    for name, value in given.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    return read_provider()


def test_without_an_issuer_there_is_no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, CLIENT_ID="jobs") is None


def test_an_issuer_needs_the_id_of_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(env.BadSetting, match=r"^OIDC_CLIENT_ID='' is not usable: "):
        read(monkeypatch, ISSUER="https://login.example.org")


def test_what_is_not_set_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, ISSUER="https://login.example.org/realms/staff", CLIENT_ID="jobs")
    assert found == Provider(
        issuer="https://login.example.org/realms/staff",
        client_id="jobs",
        client_secret="",
        name="Single sign-on",
        scopes="openid profile email",
        groups_claim="groups",
        roles=(),
        default_role=None,
    )


def test_everything_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch,
        ISSUER="http://[::1]:9000/",
        CLIENT_ID="jobs",
        CLIENT_SECRET="hidden",
        NAME="Example login",
        SCOPES="openid,groups",
        GROUPS_CLAIM="https://example.org/groups",
        ROLES="ops=operator, cn=dev=editor,night shift=viewer",
        DEFAULT_ROLE="viewer",
    )
    assert found is not None
    assert (found.scopes, found.name, found.default_role) == ("openid groups", "Example login", Role.VIEWER)
    assert found.roles == (("ops", Role.OPERATOR), ("cn=dev", Role.EDITOR), ("night shift", Role.VIEWER))
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("https://login.example.org/token", True),
        ("http://localhost:9000/token", True),
        ("http://127.0.0.7/token", True),
        ("http://[::1]/token", True),
        ("http://login.example.org/token", False),
        ("http://localhost.example.org/token", False),
        ("http://127.1/token", False),
        ("ftp://127.0.0.1/token", False),
        ("https:///token", False),
        ("https://login.example.org:99999/", False),
        ("//login.example.org", False),
        ("", False),
    ],
)
def test_plain_http_is_for_this_machine_only(address: str, usable: bool) -> None:
    assert is_private_enough(address) is usable
