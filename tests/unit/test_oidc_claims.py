"""What a provider's claims say of a user: the name, the groups, the role."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.roles import Role
from accounts.sign_in_oidc.claims import (
    MAX_GROUPS,
    MAX_NAME_CHARACTERS,
    choose_name,
    choose_role,
    read_groups,
    read_identity,
)
from accounts.sign_in_oidc.settings import DEFAULT_SCOPES, Provider

ROLES = (("ops", Role.OPERATOR), ("dev", Role.EDITOR), ("root", Role.ADMIN), ("others", Role.VIEWER))


def provider(**changes: Any) -> Provider:
    usual = {
        "issuer": "https://login.example.org",
        "client_id": "jobs",
        "client_secret": "",
        "name": "Login",
        "scopes": DEFAULT_SCOPES,
        "groups_claim": "groups",
        "roles": ROLES,
        "default_role": None,
    }
    return Provider(**{**usual, **changes})


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "ann", "email": "a@example.org"}, "ann"),
        ({"preferred_username": "", "email": "a+b@example.org"}, "a+b@example.org"),
        ({"preferred_username": 7, "email": "a@example.org"}, "a@example.org"),
        ({"preferred_username": "EXAMPLE\\ann"}, "EXAMPLE-ann"),
        ({"preferred_username": " Ann Ö. Smith "}, "Ann-Ö.-Smith"),
        ({"preferred_username": "an\0n"}, "an-n"),
        ({"preferred_username": "//", "email": "a@example.org"}, "a@example.org"),
        ({"preferred_username": "a" * 200}, "a" * MAX_NAME_CHARACTERS),
        ({"name": "Ann"}, "user"),
    ],
)
def test_the_name_is_the_preferred_one_else_the_mail_address(claims: dict[str, Any], name: str) -> None:
    assert choose_name(claims) == name


@pytest.mark.parametrize(
    ("value", "groups"),
    [
        (["ops", "dev"], ("ops", "dev")),
        ("ops", ("ops",)),
        (None, ()),
        ({"ops": True}, ()),
        (["ops", 7, None, " ops ", "", "a\0b", "x" * 151], ("ops",)),
        (["/staff/ops", "night shift"], ("/staff/ops", "night shift")),
    ],
)
def test_groups_are_the_texts_of_the_claim(value: object, groups: tuple[str, ...]) -> None:
    assert read_groups(value) == groups


def test_groups_without_end_are_cut() -> None:
    assert len(read_groups([f"group {number}" for number in range(1000)])) == MAX_GROUPS


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["ops"], Role.OPERATOR),
        (["ops", "root", "dev"], Role.ADMIN),
        (["others", "dev"], Role.EDITOR),
        (["OPS"], None),
        ([], None),
    ],
)
def test_the_highest_role_that_matches_counts(groups: list[str], role: Role | None) -> None:
    assert choose_role(provider(), groups) == role


def test_the_default_role_never_adds_to_a_role_that_matches() -> None:
    generous = provider(default_role=Role.ADMIN)
    assert choose_role(generous, ["ops"]) == Role.OPERATOR
    assert choose_role(generous, []) == Role.ADMIN


def test_an_identity_has_the_claim_that_the_operator_names() -> None:
    claims = {"sub": "s", "preferred_username": "ann", "roles": ["ops"], "groups": ["root"], "sid": 7}
    found = read_identity(provider(groups_claim="roles"), claims)
    assert (found.subject, found.role, found.groups, found.session) == ("s", Role.OPERATOR, ("ops",), "")
