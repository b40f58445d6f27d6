import pytest
from django.test import Client

from accounts.rights import Scope, TokenLimits
from accounts.roles import Role
from accounts.services.sign_in_limits import MAX_FAILURES
from accounts.services.tokens import issue_token
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/session/"
PASSWORD = "correct-horse-battery"
CREDENTIALS = {"username": "ann", "password": PASSWORD}
NOBODY: dict[str, object] = {
    "user": None,
    "version": "0.1.0",
    "sign_in": [],
    "local_sign_in": True,
    "second_factor_due": False,
}
ANN = {
    **NOBODY,
    "user": {
        "username": "ann",
        "role": "operator",
        "service": False,
        "may": ["see", "operate"],
        "has_password": True,
        "viewer": None,
    },
}


@pytest.fixture(autouse=True)
def ann(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return create_user(name="ann", role=Role.OPERATOR, password=PASSWORD)


@pytest.fixture
def browser():
    """A client with the CSRF check that tests usually go without, and the cookie that the first GET sets."""
    browser = Client(enforce_csrf_checks=True)
    browser.get(URL)
    return browser


def sign_in(browser, body=CREDENTIALS, **headers):
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value, **headers}
    return browser.post(URL, body, content_type="application/json", headers=headers)


def session_of(answer):
    """Without the token, which is another at each answer."""
    body = answer.json()
    assert len(body.pop("csrf_token")) == 64
    return body


def codes(answer):
    return [(error["attr"], error["code"]) for error in answer.json()["errors"]]


def test_it_tells_a_stranger_the_version_and_sets_the_csrf_cookie(client):
    answer = client.get(URL)
    assert (answer.status_code, session_of(answer)) == (200, NOBODY)
    assert answer.cookies["csrftoken"].value


def test_a_page_that_cannot_read_the_cookie_signs_in_with_the_token_of_the_answer(browser):
    token = browser.get(URL).json()["csrf_token"]
    answer = browser.post(URL, CREDENTIALS, content_type="application/json", headers={"X-CSRFToken": token})
    assert (answer.status_code, session_of(answer)) == (200, ANN)


def test_who_came_without_a_password_is_told_so(client):
    client.force_login(create_user(name="bob", role=Role.VIEWER))
    assert client.get(URL).json()["user"]["has_password"] is False


def test_signing_in_opens_a_session(browser):
    answer = sign_in(browser)
    assert (answer.status_code, session_of(answer)) == (200, ANN)
    assert answer.cookies["sessionid"]["httponly"]
    assert session_of(browser.get(URL)) == ANN


def test_signing_out_ends_it(browser):
    sign_in(browser)
    answer = browser.delete(URL, headers={"X-CSRFToken": browser.cookies["csrftoken"].value})
    assert (answer.status_code, answer.content) == (204, b"")
    assert session_of(browser.get(URL)) == NOBODY


def test_signing_out_without_a_session_is_no_error(client):
    assert client.delete(URL).status_code == 204


def test_signing_in_without_the_csrf_header_is_refused(browser):
    answer = browser.post(URL, CREDENTIALS, content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["errors"][0]["detail"]
    assert session_of(browser.get(URL)) == NOBODY


def test_signing_in_from_another_site_is_refused(browser):
    assert sign_in(browser, Origin="https://evil.example").status_code == 403


def test_another_site_cannot_sign_anybody_out(browser):
    sign_in(browser)
    assert browser.delete(URL).status_code == 403
    assert session_of(browser.get(URL)) == ANN


def test_a_wrong_password_is_answered_like_an_unknown_name(browser):
    wrong = sign_in(browser, {**CREDENTIALS, "password": "wrong"})
    unknown = sign_in(browser, {**CREDENTIALS, "username": "nobody"})
    assert (wrong.status_code, codes(wrong)) == (400, [(None, "invalid_credentials")])
    assert wrong.json() == unknown.json()
    assert "sessionid" not in browser.cookies


def test_too_many_failures_are_429_with_the_time_to_wait(browser):
    for _ in range(MAX_FAILURES):
        sign_in(browser, {**CREDENTIALS, "password": "wrong"})
    answer = sign_in(browser)
    assert (answer.status_code, codes(answer)) == (429, [(None, "locked_out")])
    assert 0 < int(answer["Retry-After"]) <= 15 * 60


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"username": "ann"}, ("password", "required")),
        ({**CREDENTIALS, "password": 7}, ("password", "type")),
        ({**CREDENTIALS, "username": "x" * 151}, ("username", "maxLength")),
        ({**CREDENTIALS, "remember": True}, ("remember", "unknown_field")),
    ],
)
def test_a_malformed_body_is_400_at_the_field(browser, body, problem):
    answer = sign_in(browser, body)
    assert (answer.status_code, codes(answer)) == (400, [problem])


def test_signing_in_makes_a_new_session_key(browser):
    sign_in(browser)
    first = browser.cookies["sessionid"].value
    browser.delete(URL, headers={"X-CSRFToken": browser.cookies["csrftoken"].value})
    sign_in(browser)
    assert browser.cookies["sessionid"].value != first


def test_it_tells_a_program_who_its_token_is(client, ann):
    _, plain = issue_token(user=ann, name="ci")
    assert session_of(client.get(URL, headers={"Authorization": f"Token {plain}"})) == ANN


def test_it_tells_what_a_token_may_do_within_its_scope(client, ann):
    _, plain = issue_token(user=ann, name="ci", limits=TokenLimits(Scope.READ))
    user = session_of(client.get(URL, headers={"Authorization": f"Token {plain}"}))["user"]
    assert user["may"] == ["see"]
