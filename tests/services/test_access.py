"""templates_app.access: the set of job types on which an actor has a right agrees with the decision about each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rights import Grant, JobRight, Scope, TokenLimits
from accounts.roles import Actor, Role
from templates_app.access import ALL_TYPES, Access, has_right_on_type, types_with
from templates_app.models import JobTemplate
from tests import factories

NAMES = ("billing_close", "billing_open", "mail_send", "report")
PATTERNS = st.lists(st.sampled_from([*NAMES, "billing_*", "*_open", "*", "other"]), min_size=1, max_size=3)
GRANTS = st.lists(
    st.builds(Grant.from_json, PATTERNS, st.sets(st.sampled_from(list(JobRight)), min_size=1)), max_size=3
)
TOKENS = st.none() | st.builds(TokenLimits.from_columns, st.sampled_from(list(Scope)), st.none() | PATTERNS)
ACTORS = st.builds(
    lambda role, grants, token: Actor("ann", role, tuple(grants), token),
    st.sampled_from(list(Role)),
    GRANTS,
    TOKENS,
)


@pytest.fixture
def _templates(db: None) -> None:
    for name in NAMES:
        keys: dict[str, Any] = {"access": "restricted"} if name.startswith("billing") else {}
        factories.template(name, **keys)


@pytest.mark.usefixtures("_templates")
@given(actor=ACTORS)
def test_the_set_and_the_decision_agree(actor: Actor) -> None:
    restricted = dict(JobTemplate.objects.values_list("type", "restricted"))
    access = Access(actor)
    for right in JobRight:
        found = access.types_with(right)
        in_sql = set(JobTemplate.objects.filter(found.condition("type")).values_list("type", flat=True))
        decided = {name for name, kept in restricted.items() if actor.may_on(right, name, is_restricted=kept)}
        assert in_sql == decided
        assert {name for name in restricted if name in found} == decided
        assert {name for name in restricted if has_right_on_type(actor, right, name)} == decided


@pytest.mark.usefixtures("_templates")
def test_an_admin_costs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert types_with(Actor("root", Role.ADMIN), JobRight.READ) == ALL_TYPES


@pytest.mark.usefixtures("_templates")
def test_a_role_costs_one_query_for_all_rights(django_assert_num_queries: Any) -> None:
    access = Access(Actor("ann", Role.EDITOR))
    with django_assert_num_queries(1):
        for right in JobRight:
            access.types_with(right)


def test_without_a_restricted_template_lists_have_no_condition(db: None) -> None:
    factories.template("mail_send")
    assert types_with(Actor("ann", Role.VIEWER), JobRight.SEE) == ALL_TYPES
