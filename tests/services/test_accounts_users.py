import threading

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import AuditEntry, User
from accounts.roles import SYSTEM, Actor, Right, Role
from accounts.services.users import change_user, create_user
from foundation.errors import AppError, Conflict, Invalid

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def codes(excinfo):
    return [(problem.attr, problem.code) for problem in excinfo.value.problems]


def test_it_creates_a_user_with_role_and_password_and_records_who_did():
    user = create_user(name="ann", role=Role.EDITOR, password=PASSWORD, by=Actor("root", Role.ADMIN))
    assert user.actor == Actor("ann", Role.EDITOR)
    assert user.check_password(PASSWORD)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.object) == ("root", "user_created", "user:ann")
    assert entry.after == {"role": "editor"}


def test_a_user_without_password_has_none_that_works():
    user = create_user(name="ann", role=Role.VIEWER)
    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.parametrize(
    ("role", "staff", "superuser"),
    [
        (Role.VIEWER, False, False),
        (Role.OPERATOR, True, False),
        (Role.EDITOR, True, False),
        (Role.ADMIN, True, True),
    ],
)
def test_the_admin_site_is_for_operators_and_above(role, staff, superuser):
    user = create_user(name="ann", role=role)
    assert (user.is_staff, user.is_superuser) == (staff, superuser)
    assert user.has_perm("accounts.view_user") is superuser
    assert user.has_module_perms("accounts") is superuser


def test_it_refuses_a_second_user_of_the_same_name():
    create_user(name="ann", role=Role.VIEWER)
    with pytest.raises(Conflict) as excinfo:
        create_user(name="ann", role=Role.ADMIN)
    assert codes(excinfo) == [("name", "user_exists")]
    assert User.objects.get().role == Role.VIEWER
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("name", ["", "a b", "cli:root", "x" * 151, "a\0b", "a/b"])
def test_it_refuses_a_name_that_is_no_name(name):
    with pytest.raises(Invalid) as excinfo:
        create_user(name=name, role=Role.VIEWER)
    assert excinfo.value.problems[0].attr == "name"


def test_it_refuses_the_name_the_platform_signs_with():
    with pytest.raises(Invalid) as excinfo:
        create_user(name=SYSTEM.name, role=Role.VIEWER)
    assert codes(excinfo) == [("name", "reserved")]


def test_it_refuses_a_weak_password_with_every_reason():
    with pytest.raises(Invalid) as excinfo:
        create_user(name="ann", role=Role.VIEWER, password="password")
    assert codes(excinfo) == [("password", "password_too_short"), ("password", "password_too_common")]
    assert not User.objects.exists()


def test_it_changes_what_is_given_and_records_only_that():
    user = create_user(name="ann", role=Role.VIEWER)
    changed = change_user(user=user, by=SYSTEM, role=Role.OPERATOR)
    assert (changed.role, changed.is_active) == (Role.OPERATOR, True)
    entry = AuditEntry.objects.first()
    assert (entry.before, entry.after) == ({"role": "viewer"}, {"role": "operator"})

    changed = change_user(user=user, by=SYSTEM, active=False, password=PASSWORD)
    assert changed.check_password(PASSWORD)
    entry = AuditEntry.objects.first()
    assert (entry.before, entry.after) == ({"active": True}, {"active": False, "password": "changed"})


def test_a_change_of_nothing_leaves_no_trace():
    user = create_user(name="ann", role=Role.VIEWER)
    change_user(user=user, by=SYSTEM, role=Role.VIEWER, active=True)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["user_created"]


@pytest.mark.parametrize("change", [{"role": Role.EDITOR}, {"active": False}])
def test_it_keeps_one_active_admin(change):
    admin = create_user(name="ann", role=Role.ADMIN)
    with pytest.raises(Conflict) as excinfo:
        change_user(user=admin, by=admin.actor, **change)
    assert codes(excinfo) == [(None, "last_admin")]
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)

    create_user(name="ben", role=Role.ADMIN)
    change_user(user=admin, by=admin.actor, **change)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_demote_each_other_at_once_leave_one():
    users = [create_user(name=name, role=Role.ADMIN) for name in ("ann", "ben")]
    start, refused = threading.Barrier(2), []

    def demote(user):
        start.wait(timeout=10)
        try:
            change_user(user=user, by=SYSTEM, role=Role.VIEWER)
        except AppError as exc:
            refused.append(exc)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(refused) == 1
    assert User.objects.filter(role=Role.ADMIN).count() == 1


def test_djangos_createsuperuser_makes_an_admin(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", username="root", verbosity=0)
    user = User.objects.get(username="root")
    assert user.actor.may(Right.ADMINISTER)
    assert user.check_password(PASSWORD)
