"""Signing in at the admin goes through the same lockout as the API."""

import pytest

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.services.sign_in_limits import MAX_FAILURES
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
URL = "/admin/login/"
PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _users(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    create_user(name="olga", role=Role.OPERATOR, password=PASSWORD)
    create_user(name="vera", role=Role.VIEWER, password=PASSWORD)


def sign_in(client, username, password=PASSWORD):
    return client.post(URL, {"username": username, "password": password, "next": "/admin/"})


def test_an_operator_gets_in_and_it_is_recorded(client):
    assert sign_in(client, "olga").status_code == 302
    assert client.get("/admin/").status_code == 200
    assert AuditEntry.objects.first().action == "signed_in"


def test_a_viewer_has_no_business_there(client):
    answer = sign_in(client, "vera")
    assert answer.status_code == 200
    assert "staff account" in answer.content.decode()
    assert client.get("/admin/").status_code == 302


def test_a_wrong_password_is_refused_in_words(client):
    assert "The name or the password is wrong." in sign_in(client, "olga", "wrong").content.decode()


def test_it_locks_like_the_api(client):
    for _ in range(MAX_FAILURES):
        sign_in(client, "olga", "wrong")
    assert "Too many failed sign-ins" in sign_in(client, "olga").content.decode()
    assert client.get("/admin/").status_code == 302
