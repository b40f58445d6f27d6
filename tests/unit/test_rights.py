"""Actor.may_on, which decides about one job type, with the role, the grants and the token's limits."""

from __future__ import annotations

import pytest

from accounts.rights import Grant, JobRight, Scope, TokenLimits, matches
from accounts.roles import Actor, Right, Role

SEE, READ, RUN, STOP, EDIT = JobRight
TYPE = "billing_close"


def rights_of(actor: Actor, *, is_restricted: bool = False, job_type: str = TYPE) -> set[JobRight]:
    return {right for right in JobRight if actor.may_on(right, job_type, is_restricted=is_restricted)}


def granted(*rights: JobRight, role: Role = Role.VIEWER, patterns: tuple[str, ...] = (TYPE,)) -> Actor:
    return Actor("ann", role, (Grant.from_json(patterns, rights),))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.VIEWER, {SEE, READ}),
        (Role.OPERATOR, {SEE, READ, RUN, STOP}),
        (Role.EDITOR, set(JobRight)),
        (Role.ADMIN, set(JobRight)),
    ],
)
def test_a_role_holds_for_open_types(role: Role, expected: set[JobRight]) -> None:
    assert rights_of(Actor("ann", role)) == expected


@pytest.mark.parametrize("role", list(Role))
def test_on_a_restricted_type_only_admins_have_rights(role: Role) -> None:
    expected = set(JobRight) if role is Role.ADMIN else set()
    assert rights_of(Actor("ann", role), is_restricted=True) == expected


@pytest.mark.parametrize("right", list(JobRight))
def test_a_grant_gives_its_right_and_to_see_and_nothing_else(right: JobRight) -> None:
    assert rights_of(granted(right), is_restricted=True) == {SEE, right}


def test_a_grant_adds_to_what_the_role_gives_on_an_open_type() -> None:
    assert rights_of(granted(STOP)) == {SEE, READ, STOP}


@pytest.mark.parametrize(
    ("pattern", "job_type", "does_match"),
    [
        ("billing_*", "billing_close", True),
        ("billing_*", "billing_", True),
        ("billing_*", "billing", False),
        ("*", "anything", True),
        ("*_close", "billing_close", True),
        ("b*g*e", "billing_close", True),
        ("billing_close", "billing_close_2", False),
        ("bill.ng_close", "billing_close", False),
        ("[a-z]*", "billing", False),
    ],
)
def test_only_the_star_has_a_meaning_in_patterns(pattern: str, job_type: str, does_match: bool) -> None:
    assert matches([pattern], job_type) is does_match


@pytest.mark.parametrize(
    ("scope", "expected"),
    [(Scope.READ, {SEE, READ}), (Scope.RUN, {SEE, READ, RUN, STOP}), (Scope.MANAGE, set(JobRight))],
)
def test_a_tokens_scope_is_a_ceiling(scope: Scope, expected: set[JobRight]) -> None:
    token = TokenLimits(scope)
    assert rights_of(Actor("ann", Role.ADMIN, token=token)) == expected
    assert rights_of(Actor("ann", Role.VIEWER, token=token)) <= {SEE, READ}


def test_a_tokens_job_types_hold_for_admins_too() -> None:
    actor = Actor("ann", Role.ADMIN, token=TokenLimits(job_types=("mail_*",)))
    assert rights_of(actor, job_type="mail_send") == set(JobRight)
    assert rights_of(actor) == set()


def test_a_scope_limits_what_does_not_depend_on_a_type() -> None:
    reader = Actor("ann", Role.ADMIN, token=TokenLimits(Scope.READ))
    assert [right for right in Right if reader.may(right)] == [Right.SEE]


def test_a_right_somewhere_is_one_on_open_types_or_of_any_grant() -> None:
    assert {right for right in JobRight if granted(RUN).may_somewhere(right)} == {SEE, READ, RUN}
    limited = Actor("ann", Role.EDITOR, token=TokenLimits(Scope.RUN))
    assert not limited.may_somewhere(EDIT)
