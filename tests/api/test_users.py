import pytest

from accounts.models import AuditEntry, User
from accounts.roles import Role
from accounts.services.tokens import issue_token, user_of_token
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/users/"
PASSWORD = "correct-horse-battery"


@pytest.fixture
def client(client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client.force_login(create_user(name="root", role=Role.ADMIN))
    return client


def post(client, body):
    return client.post(URL, body, content_type="application/json")


def patch(client, name, body):
    return client.patch(f"{URL}{name}/", body, content_type="application/json")


def codes(answer):
    return [(error["attr"], error["code"]) for error in answer.json()["errors"]]


def test_it_creates_a_user(client):
    answer = post(client, {"name": "ann", "role": "editor", "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json() | {"created_at": None} == {
        "name": "ann",
        "role": "editor",
        "active": True,
        "groups": [],
        "service": False,
        "last_seen_at": None,
        "created_at": None,
        "last_sign_in": None,
        "grants": [],
    }
    assert User.objects.get(username="ann").check_password(PASSWORD)
    assert AuditEntry.objects.first().actor == "root"


def test_a_new_user_is_a_viewer_unless_said_otherwise(client):
    assert post(client, {"name": "ann"}).json()["role"] == "viewer"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"role": "viewer"}, ("name", "required")),
        ({"name": "a b"}, ("name", "invalid")),
        ({"name": "system"}, ("name", "reserved")),
        ({"name": "ann", "role": "boss"}, ("role", "enum")),
        ({"name": "ann", "password": "x7-9z"}, ("password", "password_too_short")),
        ({"name": "ann", "is_superuser": True}, ("is_superuser", "unknown_field")),
        ({"username": "ann", "name": "ann"}, ("username", "unknown_field")),
        ({"name": "ann", "groups": ["none"]}, ("groups.0", "unknown_group")),
        ({"name": "ann", "service": True, "password": PASSWORD}, ("password", "service_account")),
    ],
)
def test_a_wrong_field_is_400_there(client, body, problem):
    answer = post(client, body)
    assert (answer.status_code, codes(answer)) == (400, [problem])
    assert User.objects.count() == 1


def test_a_taken_name_is_409(client):
    answer = post(client, {"name": "root"})
    assert (answer.status_code, codes(answer)) == (409, [("name", "user_exists")])


def test_it_lists_and_shows_users_without_their_passwords(client):
    create_user(name="ann", role=Role.VIEWER, password=PASSWORD)
    listed = client.get(URL).json()["results"]
    assert [user["name"] for user in listed] == ["ann", "root"]
    assert client.get(f"{URL}ann/").json() == {**listed[0], "grants": []}
    assert set(listed[0]) == {
        "name",
        "role",
        "active",
        "groups",
        "service",
        "last_seen_at",
        "created_at",
        "last_sign_in",
    }


@pytest.mark.parametrize("name", ["nobody", "a%00b"])
def test_an_unknown_user_is_404(client, name):
    assert client.get(f"{URL}{name}/").status_code == 404
    assert patch(client, name, {"active": False}).status_code == 404


def test_it_changes_role_password_and_activity(client):
    create_user(name="ann", role=Role.VIEWER)
    answer = patch(client, "ann", {"role": "operator", "active": False, "password": PASSWORD})
    assert answer.status_code == 200
    assert (answer.json()["role"], answer.json()["active"]) == ("operator", False)
    assert User.objects.get(username="ann").check_password(PASSWORD)


def test_one_bad_field_changes_nothing(client):
    create_user(name="ann", role=Role.VIEWER)
    answer = patch(client, "ann", {"role": "operator", "password": "short"})
    assert answer.status_code == 400
    assert User.objects.get(username="ann").role == Role.VIEWER


@pytest.mark.parametrize("body", [{}, {"name": "ben"}, {"active": "no"}, {"role": None}])
def test_a_change_that_is_none_is_400(client, body):
    create_user(name="ann", role=Role.VIEWER)
    assert patch(client, "ann", body).status_code == 400


def test_the_last_admin_stays_admin(client):
    answer = patch(client, "root", {"role": "viewer"})
    assert (answer.status_code, codes(answer)) == (409, [(None, "last_admin")])


def test_switching_off_ends_tokens_for_good_only_if_asked_to(client):
    user = create_user(name="ann", role=Role.VIEWER)
    kept = issue_token(user=user, name="kept")[1]
    patch(client, "ann", {"active": False})
    assert user_of_token(kept) is None
    patch(client, "ann", {"active": True})
    assert user_of_token(kept) == user
    patch(client, "ann", {"active": False, "revoke_tokens": True})
    patch(client, "ann", {"active": True})
    assert user_of_token(kept) is None


def test_changing_ones_own_password_keeps_the_session_and_ends_all_others(client, django_user_model):
    other = type(client)()
    other.force_login(django_user_model.objects.get(username="root"))
    assert patch(client, "root", {"password": PASSWORD}).status_code == 200
    assert client.get(URL).status_code == 200
    assert other.get(URL).status_code == 401


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.EDITOR])
def test_only_admins_may(client, role):
    client.force_login(create_user(name="ann", role=role))
    for answer in [
        client.get(URL),
        post(client, {"name": "eve", "role": "admin"}),
        client.get(f"{URL}ann/"),
        patch(client, "ann", {"role": "admin"}),
    ]:
        assert answer.status_code == 403
        assert "needs the role admin" in answer.json()["errors"][0]["detail"]
    client.logout()
    assert client.get(URL).status_code == 401
