"""Grants are copied to their users' rows, and no copy is lost between admins who change things at the same moment."""

import threading

import pytest
from django.db import connection

from accounts.models import Group, StoredGrant, User
from accounts.rights import JobRight
from accounts.roles import SYSTEM, Role
from accounts.services import grants, groups, memberships, rights, users
from accounts.services.users import change_user, create_user
from foundation.errors import AppError
from tests.services.two_transactions import run_both

pytestmark = pytest.mark.django_db
at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _people(db):
    for name in ("ann", "ben", "eve"):
        create_user(name=name, role=Role.VIEWER)
    groups.create_group(name="ops", members=["ann"], by=SYSTEM)


def user(name):
    return User.objects.get(username=name)


def give(pattern, *, right="run", **holder):
    return grants.create_grant(job_types=[pattern], rights=[right], by=SYSTEM, **holder)


def patterns(name):
    """Returns the patterns that the user's row has."""
    return sorted(pattern for granted, _ in user(name).granted for pattern in granted)


def assert_copies_are_right():
    for one in User.objects.all():
        theirs = [[grant.job_types, grant.rights] for grant in grants.grants_of(one)]
        assert one.granted == theirs, one.username


def test_what_grants_give_is_what_the_user_may():
    give("billing_*", user="ann")
    give("otp", right="stop", group="ops")
    actor = user("ann").actor
    assert actor.may_on(JobRight.RUN, "billing_run", is_restricted=True)
    assert actor.may_on(JobRight.STOP, "otp", is_restricted=True)
    assert not actor.may_on(JobRight.RUN, "otp", is_restricted=True)
    assert user("ben").granted == []
    assert_copies_are_right()


def test_each_change_is_counted_so_that_sockets_are_checked_again():
    changes = [
        lambda: give("a", user="ann"),
        lambda: grants.change_grant(grant_id=StoredGrant.objects.get().pk, job_types=["b"], by=SYSTEM),
        lambda: grants.delete_grant(grant_id=StoredGrant.objects.get().pk, by=SYSTEM),
        lambda: groups.change_group(name="ops", members=["ben"], by=SYSTEM),
        lambda: change_user(user=user("eve"), by=SYSTEM, groups=["ops"]),
        lambda: groups.delete_group(name="ops", by=SYSTEM),
        lambda: change_user(user=user("eve"), by=SYSTEM, role=Role.EDITOR),
        lambda: change_user(user=user("eve"), by=SYSTEM, active=False),
        lambda: change_user(user=user("eve"), by=SYSTEM, service=True),
    ]
    for change in changes:
        before = rights.count_changes()
        change()
        assert rights.count_changes() > before


def test_a_refused_change_leaves_everything_as_it_was():
    give("a", group="ops")
    with pytest.raises(AppError):
        groups.change_group(name="ops", new_name="dev", members=["ann", "nobody"], by=SYSTEM)
    assert (Group.objects.get().name, memberships.members_of(Group.objects.get())) == ("ops", ["ann"])
    assert_copies_are_right()


@at_once
def test_two_grants_to_one_user_at_once_are_both_copied():
    errors = run_both(
        lambda: give("first", user="ann"), lambda: give("second", user="ann"), held_at=(grants, "copy_grants")
    )
    assert (errors, patterns("ann")) == ([], ["first", "second"])


@at_once
def test_a_grant_to_a_user_and_one_to_the_group_at_once_are_both_copied():
    errors = run_both(
        lambda: give("own", user="ann"), lambda: give("team", group="ops"), held_at=(grants, "copy_grants")
    )
    assert (errors, patterns("ann")) == ([], ["own", "team"])


@at_once
def test_who_joins_a_group_while_it_gets_a_grant_has_the_grant():
    errors = run_both(
        lambda: groups.change_group(name="ops", members=["ann", "ben"], by=SYSTEM),
        lambda: give("team", group="ops"),
        held_at=(memberships, "copy_grants"),
    )
    assert (errors, patterns("ann"), patterns("ben")) == ([], ["team"], ["team"])


@at_once
def test_who_joins_a_group_right_after_it_got_a_grant_has_the_grant():
    errors = run_both(
        lambda: give("team", group="ops"),
        lambda: change_user(user=user("ben"), by=SYSTEM, groups=["ops"]),
        held_at=(grants, "copy_grants"),
    )
    assert (errors, patterns("ben")) == ([], ["team"])


@at_once
def test_who_leaves_a_group_while_it_gets_a_grant_does_not_have_it():
    for first_leaves in (True, False):
        change_user(user=user("ann"), by=SYSTEM, groups=["ops"])
        changes = [
            lambda: change_user(user=user("ann"), by=SYSTEM, groups=[]),
            lambda: give("team", group="ops"),
        ]
        held_at = (memberships if first_leaves else grants, "copy_grants")
        errors = run_both(*(changes if first_leaves else changes[::-1]), held_at=held_at)
        assert (errors, patterns("ann")) == ([], [])
        assert_copies_are_right()


@at_once
def test_two_admins_who_change_one_group_at_once_end_with_one_of_both_lists():
    give("team", group="ops")
    errors = run_both(
        lambda: groups.change_group(name="ops", members=["ben"], by=SYSTEM),
        lambda: groups.change_group(name="ops", members=["ann", "eve"], by=SYSTEM),
        held_at=(memberships, "copy_grants"),
    )
    assert (errors, memberships.members_of(Group.objects.get())) == ([], ["ann", "eve"])
    assert_copies_are_right()


@at_once
def test_a_grant_to_a_group_that_is_deleted_at_that_moment_is_refused():
    errors = run_both(
        lambda: groups.delete_group(name="ops", by=SYSTEM),
        lambda: give("team", group="ops"),
        held_at=(groups, "copy_grants"),
    )
    assert [(problem.code, problem.attr) for error in errors for problem in error.problems] == [
        ("unknown_group", "group")
    ]
    assert not StoredGrant.objects.exists()
    assert_copies_are_right()


@at_once
def test_a_grant_that_is_changed_while_its_group_is_deleted_is_not_found():
    grant = give("team", group="ops")
    errors = run_both(
        lambda: groups.delete_group(name="ops", by=SYSTEM),
        lambda: grants.change_grant(grant_id=grant.pk, rights=["edit"], by=SYSTEM),
        held_at=(groups, "copy_grants"),
    )
    assert [error.status for error in errors] == [404]
    assert patterns("ann") == []


@at_once
def test_a_change_of_a_user_and_one_of_the_groups_members_do_not_block_each_other_for_ever():
    """Both lock several users: one the admins and the user, the other all members."""
    for name in ("root", "boss"):
        create_user(name=name, role=Role.ADMIN, groups=["ops"])
    errors = run_both(
        lambda: change_user(user=user("ann"), by=SYSTEM, role=Role.EDITOR, groups=["ops"]),
        lambda: give("team", group="ops"),
        held_at=(users, "_lock_with_admins"),
    )
    assert (errors, user("ann").role, patterns("root")) == ([], Role.EDITOR, ["team"])


@at_once
def test_many_changes_at_once_leave_right_copies():
    barrier = threading.Barrier(6)
    errors = []

    def run(number):
        barrier.wait(timeout=20)
        names = ["ann", "ben", "eve"]
        try:
            for step in range(6):
                name = names[(number + step) % 3]
                match (number + step) % 4:
                    case 0:
                        give(f"t{number}_{step}", group="ops")
                    case 1:
                        give(f"t{number}_{step}", user=name)
                    case 2:
                        groups.change_group(name="ops", members=[name, names[step % 3]], by=SYSTEM)
                    case _:
                        change_user(user=user(name), by=SYSTEM, groups=["ops"] if step % 2 else [])
        except Exception as exc:  # noqa: BLE001 - a deadlock, too, would be one
            errors.append(exc)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert_copies_are_right()


@at_once
@pytest.mark.parametrize(
    "second",
    [
        lambda: groups.create_group(name="DEV", by=SYSTEM),
        lambda: groups.change_group(name="ops", new_name="DEV", by=SYSTEM),
    ],
    ids=["made", "renamed"],
)
def test_of_two_names_at_once_that_are_equal_but_for_case_one_is_refused(second):
    (refusal,) = run_both(
        lambda: groups.create_group(name="dev", by=SYSTEM), second, held_at=(groups, "find_users")
    )
    assert [(problem.attr, problem.code) for problem in refusal.problems] == [("name", "group_exists")]
    assert "There is a group dev already." in str(refusal)
    assert sorted(Group.objects.values_list("name", flat=True)) == ["dev", "ops"]
