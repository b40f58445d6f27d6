import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken, AuditEntry, User
from accounts.roles import SYSTEM, Role
from accounts.services.groups import create_group
from accounts.services.memberships import groups_of
from accounts.services.tokens import user_of_token
from accounts.services.users import change_user, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def run(*args):
    out, err = io.StringIO(), io.StringIO()
    call_command("create_user", *args, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_it_creates_a_user_and_says_so_beside_standard_output():
    assert run("ann", "--role", "editor") == ("", "Created ann, editor.\n")
    assert User.objects.get().role == Role.EDITOR


def test_with_token_standard_output_is_the_token_alone():
    out, _ = run("ann", "--role", "operator", "--token")
    assert user_of_token(out.removesuffix("\n")).username == "ann"


def test_an_existing_user_of_that_role_gets_another_token():
    first, _ = run("ann", "--role", "operator", "--token")
    second, err = run("ann", "--role", "operator", "--token")
    assert err == ""
    assert user_of_token(first.strip()) == user_of_token(second.strip())
    assert ApiToken.objects.count() == 2


def test_an_existing_user_without_token_is_an_error():
    run("ann", "--role", "operator")
    with pytest.raises(CommandError, match=r"^There is a user ann already"):
        run("ann", "--role", "operator")


def test_an_existing_user_keeps_the_role_if_none_is_given():
    run("ann", "--role", "editor")
    out, err = run("ann", "--token")
    assert (user_of_token(out.strip()).username, err) == ("ann", "")
    assert User.objects.get().role == Role.EDITOR


def test_an_existing_user_gets_the_role_that_is_given():
    run("ann", "--role", "operator")
    out, err = run("ann", "--role", "editor", "--token")
    assert user_of_token(out.strip()).role == Role.EDITOR
    assert err == "ann, operator until now, is editor.\n"
    entry = AuditEntry.objects.get(action="user_changed")
    assert (entry.before, entry.after) == ({"role": "operator"}, {"role": "editor"})


def test_the_last_admin_keeps_the_role():
    run("ann", "--role", "admin")
    with pytest.raises(CommandError, match="One active admin must remain"):
        run("ann", "--role", "viewer", "--token")
    assert not ApiToken.objects.exists()


def test_a_new_user_needs_a_role():
    with pytest.raises(CommandError, match="A new user needs a role"):
        run("ann", "--token")
    assert not User.objects.exists()


def test_an_inactive_user_gets_no_token():
    change_user(user=create_user(name="ann", role=Role.VIEWER), by=SYSTEM, active=False)
    with pytest.raises(CommandError, match="not active"):
        run("ann", "--role", "viewer", "--token")


def test_it_reads_the_password_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct-horse-battery\n"))
    run("ann", "--role", "viewer", "--password-stdin")
    assert User.objects.get().check_password("correct-horse-battery")


def test_a_password_for_an_existing_user_is_an_error(monkeypatch):
    run("ann", "--role", "viewer")
    monkeypatch.setattr("sys.stdin", io.StringIO("correct-horse-battery\n"))
    with pytest.raises(CommandError, match="change the password in the admin"):
        run("ann", "--role", "viewer", "--password-stdin", "--token")


def test_a_weak_password_is_an_error_in_words(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="This password is too short"):
        run("ann", "--role", "viewer", "--password-stdin")
    assert not User.objects.exists()


def test_an_unknown_role_is_an_error():
    with pytest.raises(CommandError, match="invalid choice: 'boss'"):
        run("ann", "--role", "boss")


def test_the_audit_trail_names_the_system_user(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "alice")
    run("ann", "--role", "viewer", "--token")
    assert {entry.actor for entry in AuditEntry.objects.all()} == {"cli:alice"}


def test_it_creates_a_service_account_in_groups():
    for name in ("ops", "dev"):
        create_group(name=name, by=SYSTEM)
    out, _ = run("ci", "--role", "viewer", "--service", "--group", "ops", "--group", "dev", "--token")
    user = user_of_token(out.strip())
    assert (user.is_service, groups_of(user)) == (True, ["dev", "ops"])


def test_an_existing_user_comes_to_further_groups():
    for name in ("ops", "dev"):
        create_group(name=name, by=SYSTEM)
    create_user(name="ann", role=Role.VIEWER, groups=["ops"])
    run("ann", "--group", "dev", "--service", "--token")
    ann = User.objects.get()
    assert (ann.is_service, groups_of(ann)) == (True, ["dev", "ops"])
    run("ann", "--token")
    assert (User.objects.get().is_service, groups_of(ann)) == (True, ["dev", "ops"])


def test_an_unknown_group_is_an_error_in_words():
    with pytest.raises(CommandError, match="There is no group opps"):
        run("ci", "--role", "viewer", "--group", "opps")
    assert not User.objects.exists()
