"""What ends when the provider takes a role away, when nobody signs in for long, and at a sign-out at the provider."""

import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ApiToken, AuditEntry, User
from accounts.services.one_time import make_sign_in_link
from accounts.services.rights import count_changes
from accounts.services.tokens import get_cached_token, issue_token, reload_user, user_of_token

LOGOUT = "/sign-in/oidc/backchannel-logout/"
NO_ROLE = {"preferred_username": "ann", "groups": ["sales"]}


def ann():
    return User.objects.get(username="ann")


def log_out(browser, provider, **claims):
    return browser.platform.post(LOGOUT, {"logout_token": provider.make_logout_token(claims)})


def test_without_a_role_sessions_and_tokens_end_and_sockets_are_checked(browser, provider, open_browser):
    browser.sign_in()
    by_link = open_browser()
    by_link.platform.get(f"/sign-in/{make_sign_in_link(user=ann())}/")
    _, plain = issue_token(user=ann(), name="ci")
    provider.set(claims=NO_ROLE)
    before = count_changes()
    assert open_browser().sign_in().status_code == 403
    assert [browser.who(), by_link.who(), user_of_token(plain)] == [None, None, None]
    assert count_changes() > before
    assert (ann().role, ApiToken.objects.count()) == ("viewer", 0)
    entry = AuditEntry.objects.filter(action="user_changed").first()
    assert entry.before == {"role": "operator"}
    assert entry.after == {
        "role": "viewer",
        "sessions": "ended",
        "tokens_revoked": 1,
        "groups_removed": ["ops"],
        "by": "oidc",
    }


def test_who_has_a_role_again_gets_in_again_with_it(browser, provider):
    browser.sign_in()
    provider.set(claims=NO_ROLE)
    browser.sign_in()
    provider.reset()
    browser.sign_in()
    assert browser.who() == {"username": "ann", "role": "operator"}


def test_tokens_stop_when_nobody_has_signed_in_for_so_many_days(browser, settings):
    settings.PROVIDER_RECHECK_DAYS = 7
    browser.sign_in()
    _, plain = issue_token(user=ann(), name="ci")
    cached = get_cached_token(plain)
    assert timedelta(days=6.9) < ann().must_sign_in_by - timezone.now() < timedelta(days=7.1)
    User.objects.update(must_sign_in_by=Now() - timedelta(seconds=1))
    assert user_of_token(plain) is None
    assert reload_user(cached.digest) is None
    browser.sign_in()
    assert user_of_token(plain) == ann()


def test_a_sign_out_at_the_provider_ends_the_session_that_it_opened(browser, provider, open_browser):
    browser.sign_in()
    other = open_browser()
    other.sign_in()
    answer = log_out(browser, provider, sub="sub-ann", sid=provider.last_sid())
    assert (answer.status_code, answer.content) == (200, b"")
    assert "no-store" in answer["Cache-Control"]
    assert other.who() is None
    assert browser.who() is not None


def test_without_the_name_of_a_session_all_of_the_subject_end(browser, provider, open_browser):
    browser.sign_in()
    provider.set(account="sub-ben", claims={"preferred_username": "ben", "groups": ["ops"]})
    ben = open_browser()
    ben.sign_in()
    before = count_changes()
    assert log_out(browser, provider, sub="sub-ann").status_code == 200
    assert (browser.who(), ben.who()) == (None, {"username": "ben", "role": "operator"})
    assert count_changes() > before
    entry = AuditEntry.objects.get(action="signed_out")
    assert (entry.object, entry.after) == ("user:ann", {"by": "oidc"})


def test_a_logout_of_somebody_unknown_changes_nothing(browser, provider):
    browser.sign_in()
    assert log_out(browser, provider, sub="sub-nobody").status_code == 200
    assert log_out(browser, provider, sid="unknown").status_code == 200
    assert browser.who() is not None


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": None},
        {"sub": 7},
        {"aud": "another client"},
        {"iss": "https://other.example"},
        {"iat": int(time.time()) - 3600, "exp": None},
        {"exp": int(time.time()) - 3600},
        {"jti": None},
        {"events": None},
        {"events": {"another": {}}},
        {"events": "logout"},
        {"nonce": "as in an ID token"},
    ],
)
def test_a_logout_token_with_a_wrong_claim_is_refused(browser, provider, claims):
    browser.sign_in()
    answer = log_out(browser, provider, **{"sub": "sub-ann", **claims})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert browser.who() is not None


def test_a_logout_token_without_a_signature_is_refused(browser, provider):
    browser.sign_in()
    for algorithm in ("none", "HS256"):
        token = provider.make_logout_token({"sub": "sub-ann"}, algorithm)
        assert browser.platform.post(LOGOUT, {"logout_token": token}).status_code == 400
    assert browser.platform.post(LOGOUT).status_code == 400
    assert browser.platform.post(LOGOUT, {"logout_token": "no token"}).status_code == 400
    assert browser.who() is not None


def test_a_logout_token_works_once(browser, provider):
    browser.sign_in()
    token = provider.make_logout_token({"sub": "sub-ann"})
    assert browser.platform.post(LOGOUT, {"logout_token": token}).status_code == 200
    browser.sign_in()
    answer = browser.platform.post(LOGOUT, {"logout_token": token})
    assert (answer.status_code, browser.who() is None) == (400, False)
