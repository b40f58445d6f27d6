"""Groups that follow the provider, while admins change them and what they may."""

import pytest

from accounts.models import Membership, User
from accounts.origin import Origin
from accounts.roles import SYSTEM, Role
from accounts.services import grants, groups, provider_sign_in
from accounts.services.users import change_user
from accounts.sign_in_oidc.claims import Identity
from foundation.errors import Forbidden
from tests.services.two_transactions import run_both

pytestmark = pytest.mark.django_db
at_once = pytest.mark.django_db(transaction=True)


def come(*names):
    """Ann signs in by the provider, who says that she is in these groups."""
    who = Identity("https://id.example.com", "1", "ann", role=Role.VIEWER, groups=names, session="")
    return provider_sign_in.sign_in_from_provider(identity=who, origin=Origin())


def give(pattern):
    return grants.create_grant(group="ops", job_types=[pattern], rights=["run"], by=SYSTEM)


def granted():
    return [patterns for patterns, _ in User.objects.get(username="ann").granted]


def test_what_groups_of_the_provider_are_granted_is_copied():
    groups.create_group(name="ops", by=SYSTEM)
    give("billing_*")
    come("ops")
    assert granted() == [["billing_*"]]
    come()
    assert granted() == []


def test_a_service_account_does_not_sign_in_by_the_provider():
    change_user(user=come(), by=SYSTEM, service=True)
    with pytest.raises(Forbidden) as refusal:
        come()
    assert [problem.code for problem in refusal.value.problems] == ["not_active"]


@at_once
@pytest.mark.parametrize("sign_in_is_first", [True, False])
def test_a_grant_at_the_moment_of_a_sign_in_is_copied(sign_in_is_first):
    come("dev")
    groups.create_group(name="ops", by=SYSTEM)
    changes = [lambda: come("dev", "ops"), lambda: give("team")]
    held_at = (provider_sign_in if sign_in_is_first else grants, "copy_grants")
    errors = run_both(*(changes if sign_in_is_first else changes[::-1]), held_at=held_at)
    assert (errors, granted()) == ([], [["team"]])


@at_once
@pytest.mark.parametrize("sign_in_is_first", [True, False])
def test_an_admin_who_fills_the_group_at_that_moment_does_not_collide(sign_in_is_first):
    """Both lock the group, then the user: in another order they would wait for each other."""
    come("dev")
    groups.create_group(name="ops", by=SYSTEM)
    give("team")
    changes = [
        lambda: come("dev", "ops"),
        lambda: groups.change_group(name="ops", members=["ann"], by=SYSTEM),
    ]
    held_at = (provider_sign_in, "_lock_new_groups") if sign_in_is_first else (groups, "find_users")
    errors = run_both(*(changes if sign_in_is_first else changes[::-1]), held_at=held_at)
    assert (errors, granted(), Membership.objects.filter(group__name="ops").count()) == ([], [["team"]], 1)
