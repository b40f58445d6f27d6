import pytest
from django.test import Client

from accounts.models import SignInLink
from accounts.roles import SYSTEM, Role
from accounts.services.one_time import make_sign_in_link
from accounts.services.users import change_user, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.ADMIN)


@pytest.fixture
def path(ann):
    return f"/sign-in/{make_sign_in_link(user=ann)}/"


def name_of(client):
    user = client.get("/api/v1/session/").json()["user"]
    return user and user["username"]


def test_the_button_signs_in_and_leads_to_the_start_page(client, path):
    answer = client.post(path)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert name_of(client) == "ann"


def test_a_preview_of_the_link_does_not_use_it_up(client, path):
    for _ in range(2):
        page = client.get(path)
        assert page.status_code == 200
        assert "Sign in as ann" in page.content.decode()
    assert name_of(client) is None
    assert client.post(path).status_code == 302


def test_another_site_cannot_press_the_button(path):
    browser = Client(enforce_csrf_checks=True)
    browser.get(path)
    assert browser.post(path).status_code == 403
    token = browser.cookies["csrftoken"].value
    refused = browser.post(path, {"csrfmiddlewaretoken": token}, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert browser.post(path, {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_link_is_gone_and_says_how_to_get_another(client, path, method):
    client.post(path)
    client.logout()
    answer = getattr(client, method)(path)
    assert answer.status_code == 410
    assert "manage.py sign_in_link" in answer.content.decode()
    assert name_of(client) is None


def test_an_expired_link_is_gone(client, path):
    SignInLink.objects.update(expires_at="2001-01-01T00:00:00Z")
    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]


def test_a_link_of_somebody_who_may_not_sign_in_is_gone(client, path, ann):
    create_user(name="root", role=Role.ADMIN)
    change_user(user=ann, by=SYSTEM, active=False)
    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]


@pytest.mark.parametrize("token", ["never-issued", "%00", "%ff"])
def test_a_link_that_never_was_is_gone_too(client, token):
    assert client.get(f"/sign-in/{token}/").status_code == 410
    assert client.post(f"/sign-in/{token}/").status_code == 410


def test_asking_for_its_head_does_not_use_it_up(client, path):
    assert client.head(path).status_code == 405
    assert client.post(path).status_code == 302


def test_no_cache_keeps_it_and_no_other_page_learns_the_address(client, path):
    for answer in (client.get(path), client.post(path), client.get(path)):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "strict-origin"
