from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import ApiToken
from accounts.roles import Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/tokens/"


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.VIEWER)


@pytest.fixture
def client(client, ann):
    client.force_login(ann)
    return client


def create(client, body):
    return client.post(URL, body, content_type="application/json")


def authorized(plain):
    return {"Authorization": f"Token {plain}"}


def test_a_new_token_is_shown_once(client):
    made = create(client, {"name": "ci"})
    assert made.status_code == 201
    assert set(made.json()) == {
        "id", "name", "prefix", "scopes", "job_types", "token", "created_at", "expires_at", "last_used_at",
        "last_used_ip",
    }  # fmt: skip
    (listed,) = client.get(URL).json()["results"]
    assert listed == {key: value for key, value in made.json().items() if key != "token"}


def test_a_new_token_signs_a_program_in(client):
    plain = create(client, {"name": "ci"}).json()["token"]
    client.logout()
    assert client.get(URL).status_code == 401
    assert client.get(URL, headers=authorized(plain)).status_code == 200
    assert client.get(URL, headers={"Authorization": f"token {plain}"}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "days"),
    [({}, 90), ({"expires_in_days": 1}, 1), ({"expires_in_days": 365}, 365), ({"expires_in_days": 7.0}, 7)],
)
def test_it_expires(client, asked, days):
    expires = datetime.fromisoformat(create(client, {"name": "ci", **asked}).json()["expires_at"])
    assert abs(expires - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, ("name", "required")),
        ({"name": ""}, ("name", "minLength")),
        ({"name": "x" * 101}, ("name", "maxLength")),
        ({"name": "ci", "days": 9}, ("days", "unknown_field")),
        ({"name": "ci", "expires_in_days": 0}, ("expires_in_days", "minimum")),
        ({"name": "ci", "expires_in_days": 366}, ("expires_in_days", "maximum")),
        ({"name": "ci", "expires_in_days": "9"}, ("expires_in_days", "type")),
        ({"name": "ci", "user": "root"}, ("user", "unknown_field")),
    ],
)
def test_a_wrong_field_is_400_there(client, body, problem):
    answer = create(client, body)
    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [problem]
    assert not ApiToken.objects.exists()


def test_it_lists_own_tokens_only(client):
    issue_token(user=create_user(name="ben", role=Role.VIEWER), name="bens")
    create(client, {"name": "first"})
    create(client, {"name": "second"})
    assert [token["name"] for token in client.get(URL).json()["results"]] == ["second", "first"]


def test_a_revoked_token_opens_nothing(client):
    made = create(client, {"name": "ci"}).json()
    assert client.delete(f"{URL}{made['id']}/").status_code == 204
    client.logout()
    answer = client.get(URL, headers=authorized(made["token"]))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")
    assert answer.json()["errors"][0]["code"] == "invalid_token"


def test_a_token_may_revoke_itself(client):
    made = create(client, {"name": "ci"}).json()
    client.logout()
    assert client.delete(f"{URL}{made['id']}/", headers=authorized(made["token"])).status_code == 204
    assert not ApiToken.objects.exists()


def test_somebody_elses_token_is_404_but_not_for_admins(client):
    row, _ = issue_token(user=create_user(name="ben", role=Role.VIEWER), name="bens")
    assert client.delete(f"{URL}{row.id}/").status_code == 404
    client.force_login(create_user(name="root", role=Role.ADMIN))
    assert client.delete(f"{URL}{row.id}/").status_code == 204


@pytest.mark.parametrize("token_id", ["1", "99999999999999999999999", "x"])
def test_a_token_that_is_not_there_is_404(client, token_id):
    assert client.delete(f"{URL}{token_id}/").status_code == 404


@pytest.mark.parametrize("header", ["Token", "Token nonsense", "Token a b", "Token ÿþ", "Token \x01"])
def test_a_broken_token_header_is_401(client, header):
    client.logout()
    answer = client.get(URL, headers={"Authorization": header})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")
