import pytest

from accounts.roles import Role
from accounts.services.one_time import make_sign_in_link
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def path():
    return f"/sign-in/{make_sign_in_link(user=create_user(name='ann', role=Role.ADMIN))}/"


def test_a_link_signs_in_and_leads_to_the_start_page(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/api/v1/session/").json()["user"] == {"username": "ann", "role": "admin"}


def test_a_used_link_is_gone_and_says_how_to_get_another(client, path):
    client.get(path)
    client.logout()
    answer = client.get(path)
    assert answer.status_code == 410
    assert "manage.py sign_in_link" in answer.content.decode()
    assert client.get("/api/v1/session/").json()["user"] is None


@pytest.mark.parametrize("token", ["never-issued", "%00", "%ff"])
def test_a_link_that_never_was_is_gone_too(client, token):
    assert client.get(f"/sign-in/{token}/").status_code == 410


def test_asking_for_its_head_does_not_use_it_up(client, path):
    assert client.head(path).status_code == 405
    assert client.get(path).status_code == 302


def test_no_cache_keeps_it(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]
