"""The admin pages of accounts: for admins only, through the same services, no secrets."""

import pytest

from accounts import audit
from accounts.models import ApiToken, AuditEntry, User
from accounts.roles import SYSTEM, Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
LISTS = [
    "/admin/restjob_accounts/user/",
    "/admin/restjob_accounts/apitoken/",
    "/admin/restjob_accounts/auditentry/",
]


@pytest.fixture
def root(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return create_user(name="root", role=Role.ADMIN)


@pytest.fixture
def client(client, root):
    client.force_login(root)
    return client


def test_admins_see_all_pages(client):
    assert all(client.get(path).status_code == 200 for path in LISTS)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EDITOR])
def test_other_staff_see_none_of_them(client, role):
    client.force_login(create_user(name="ann", role=role))
    assert [client.get(path).status_code for path in LISTS] == [403, 403, 403]
    assert "accounts" not in client.get("/admin/").content.decode()


def test_it_creates_a_user_through_the_service(client):
    form = {"username": "ann", "role": "editor", "is_active": "on", "new_password": PASSWORD}
    assert client.post(f"{LISTS[0]}add/", form).status_code == 302
    ann = User.objects.get(username="ann")
    assert (ann.role, ann.check_password(PASSWORD)) == (Role.EDITOR, True)
    assert [(entry.actor, entry.action) for entry in AuditEntry.objects.filter(object="user:ann")] == [
        ("root", "user_created")
    ]


def test_it_changes_a_user_through_the_service(client):
    ann = create_user(name="ann", role=Role.VIEWER, password=PASSWORD)
    form = {"username": "renamed", "role": "operator", "new_password": ""}
    assert client.post(f"{LISTS[0]}{ann.pk}/change/", form).status_code == 302
    ann.refresh_from_db()
    assert (ann.username, ann.role, ann.is_active) == ("ann", Role.OPERATOR, False)
    assert ann.check_password(PASSWORD)
    assert AuditEntry.objects.first().after == {"role": "operator", "active": False}


def test_a_weak_password_is_refused_at_the_field(client):
    form = {"username": "ann", "role": "editor", "new_password": "short"}
    answer = client.post(f"{LISTS[0]}add/", form)
    assert "too short" in answer.content.decode()
    assert not User.objects.filter(username="ann").exists()


def test_a_refusal_of_the_service_is_a_message(client, root):
    form = {"role": "viewer", "is_active": "on", "new_password": ""}
    answer = client.post(f"{LISTS[0]}{root.pk}/change/", form, follow=True)
    assert "One active admin must remain" in answer.content.decode()
    root.refresh_from_db()
    assert root.role == Role.ADMIN


def test_users_are_not_deleted(client, root):
    assert client.post(f"{LISTS[0]}{root.pk}/delete/", {"post": "yes"}).status_code == 403


def test_tokens_are_listed_without_secrets_and_revoked_through_the_service(client, root):
    row, plain = issue_token(user=root, name="ci")
    page = client.get(f"{LISTS[1]}{row.pk}/change/").content.decode()
    assert "ci" in page
    assert not any(secret in page for secret in (plain, row.digest, row.token_key))
    assert client.post(f"{LISTS[1]}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not ApiToken.objects.exists()
    assert AuditEntry.objects.first().action == "token_revoked"


def test_several_tokens_are_revoked_through_the_service(client, root):
    rows = [issue_token(user=root, name=name)[0] for name in ("a", "b")]
    form = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    assert client.post(LISTS[1], form).status_code == 302
    assert not ApiToken.objects.exists()
    assert AuditEntry.objects.filter(action="token_revoked").count() == 2


def test_the_audit_trail_is_for_reading(client):
    audit.record(SYSTEM, "tested", "thing")
    path = f"{LISTS[2]}{AuditEntry.objects.get(action='tested').pk}/"
    assert client.get(f"{path}change/").status_code == 200
    assert client.post(f"{path}change/", {"actor": "eve"}).status_code == 403
    assert client.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{LISTS[2]}add/").status_code == 403


@pytest.mark.parametrize("entry_id", ["nonsense", "0199d6a0-0000-7000-8000-000000000001", "f" * 32])
def test_an_entry_that_is_none_leads_back_to_the_list(client, entry_id):
    assert client.get(f"{LISTS[2]}{entry_id}/change/").status_code == 302
