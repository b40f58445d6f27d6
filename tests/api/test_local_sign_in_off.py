"""With LOCAL_SIGN_IN=0 nobody signs in by name and password, neither at the API nor in the admin."""

import pytest

from accounts.models import SignInFailures
from accounts.roles import Role
from accounts.services.users import create_user
from tests.api.oidc_fixtures import make_settings

PASSWORD = "correct-horse-battery"
CREDENTIALS = {"username": "ann", "password": PASSWORD}
ADMIN = "/admin/login/?next=/admin/restjob_jobs/job/"


@pytest.fixture(autouse=True)
def _switched_off(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LOCAL_SIGN_IN = False
    settings.OIDC = make_settings("https://login.example.org")
    create_user(name="ann", role=Role.ADMIN, password=PASSWORD)


def test_the_session_says_how_to_sign_in(client):
    session = client.get("/api/v1/session/").json()
    assert session["sign_in"] == [{"name": "Example login", "url": "/sign-in/oidc/"}]
    assert session["local_sign_in"] is False


def test_a_password_is_refused_at_the_api(client):
    answer = client.post("/api/v1/session/", CREDENTIALS, content_type="application/json")
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["code"]) == (403, "local_sign_in_off")
    assert "switched off here: use single sign-on, or a sign-in link." in error["detail"]
    assert not SignInFailures.objects.exists()


def test_a_password_is_refused_in_the_admin_whose_page_leads_to_the_provider(client):
    page = client.get(ADMIN).content.decode()
    assert 'href="/sign-in/oidc/?next=/admin/restjob_jobs/job/"' in page
    assert "Example login" in page
    assert 'type="password"' not in page
    assert client.post(ADMIN, CREDENTIALS).status_code == 403
    assert client.get("/api/v1/session/").json()["user"] is None


def test_both_ways_are_there_if_both_are_on(client, settings):
    settings.LOCAL_SIGN_IN = True
    page = client.get(ADMIN).content.decode()
    assert "Example login" in page
    assert 'type="password"' in page
    assert client.post(ADMIN, CREDENTIALS).status_code == 302


def test_without_a_provider_the_page_says_what_is_left(client, settings):
    settings.OIDC = None
    assert "Ask an operator for a sign-in link." in client.get(ADMIN).content.decode()
