"""What a sign-in by a provider refuses: answers that were not asked for, and tokens that are not to be trusted."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.sign_in_oidc import pending, views
from tests.api.oidc_fixtures import CALLBACK, make_settings


def page_of(answer, status):
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_the_request_carries_state_nonce_and_the_challenge_of_a_verifier(browser, provider):
    address = urlsplit(browser.platform.get("/sign-in/oidc/")["Location"])
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == provider.issuer
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert query["redirect_uri"] == "http://testserver/sign-in/oidc/callback/"
    assert len({query[name] for name in ("state", "nonce", "code_challenge")}) == 3
    assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) >= 43


def test_an_answer_with_another_state_is_refused(browser):
    address = browser.go_to_provider()
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert "was not begun in this browser" in page_of(browser.platform.get(address.replace(state, "x")), 400)
    assert browser.who() is None


def test_an_answer_in_another_browser_is_refused(browser, open_browser):
    assert open_browser().platform.get(browser.go_to_provider()).status_code == 400


def test_a_few_sign_ins_may_be_begun_at_once_and_the_oldest_is_dropped(browser):
    addresses = [browser.go_to_provider() for _ in range(pending.MAX_PENDING + 1)]
    statuses = [browser.platform.get(address).status_code for address in addresses]
    assert statuses == [400, *[302] * pending.MAX_PENDING]


def test_an_answer_works_once(browser):
    address = browser.go_to_provider()
    assert browser.platform.get(address).status_code == 302
    assert "was finished before" in page_of(browser.platform.get(address), 400)


def test_a_code_that_was_used_before_is_refused_by_the_provider(browser):
    first, second = browser.go_to_provider(), browser.go_to_provider()
    codes = [parse_qs(urlsplit(one).query)["code"][0] for one in (first, second)]
    assert browser.platform.get(first).status_code == 302
    assert browser.platform.get(second.replace(codes[1], codes[0])).status_code == 400


def test_an_answer_after_ten_minutes_is_refused(browser, monkeypatch):
    address = browser.go_to_provider()
    now = time.time()
    monkeypatch.setattr(pending.time, "time", lambda: now + 601)
    assert browser.platform.get(address).status_code == 400


def test_an_answer_that_names_another_issuer_is_refused(browser, provider):
    address = browser.go_to_provider()
    begun, _, _ = address.partition("&iss=")
    assert browser.platform.get(f"{begun}&iss=https://other.example").status_code == 400


def test_a_refusal_of_the_provider_is_a_page_that_says_so(browser):
    address = browser.go_to_provider()
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = browser.platform.get(CALLBACK, {"state": state, "error": "access_denied"})
    assert "The sign-in provider refused: access_denied." in page_of(answer, 403)


def test_what_a_refusal_says_is_never_shown_as_markup(browser):
    address = browser.go_to_provider()
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = browser.platform.get(CALLBACK, {"state": state, "error": "<script>"})
    assert "<script>" not in page_of(answer, 403)


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"nonce": "of another sign-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"iss": "https://other.example"}, "iss"),
        ({"aud": "another client"}, "aud"),
        ({"aud": ["another client"], "azp": "jobs"}, "aud"),
        ({"aud": ["jobs", "another client"]}, "azp"),
        ({"azp": "another client"}, "azp"),
        ({"exp": int(time.time()) - 3600}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": int(time.time()) + 3600}, "iat"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
    ],
)
def test_an_id_token_with_a_wrong_claim_is_refused(browser, provider, claims, named):
    provider.set(spoil=claims)
    assert f"its {named} is not right" in page_of(browser.sign_in(), 502)
    assert browser.who() is None


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_id_token_without_a_signature_by_the_providers_key_is_refused(browser, provider, algorithm):
    provider.set(spoil={}, algorithm=algorithm)
    assert "its signature is not right" in page_of(browser.sign_in(), 502)


def test_a_spoiled_token_that_is_right_is_accepted_so_the_tests_above_mean_something(browser, provider):
    provider.set(spoil={"nbf": int(time.time()) - 5})
    assert browser.sign_in().status_code == 302


def test_user_info_about_somebody_else_is_refused(browser, monkeypatch):
    real = views.load_user_info
    monkeypatch.setattr(views, "load_user_info", lambda *given, subject: real(*given, subject="sub-ben"))
    assert "user info is not about the user who signed in" in page_of(browser.sign_in(), 502)


def test_a_new_key_of_the_provider_is_fetched_when_it_is_needed(browser, provider, open_browser):
    assert browser.sign_in().status_code == 302
    provider.rotate_keys()
    other = open_browser()
    assert other.sign_in().status_code == 302
    assert other.who() == {"username": "ann", "role": "operator"}


def test_a_wrong_secret_is_said_to_the_operator(browser, provider, settings):
    settings.OIDC = make_settings(provider.issuer, client_secret="wrong")
    assert "does not accept OIDC_CLIENT_ID" in page_of(browser.sign_in(), 502)


def test_an_issuer_that_calls_itself_otherwise_is_refused(browser, provider, settings):
    settings.OIDC = make_settings(provider.issuer.replace("127.0.0.1", "localhost"))
    assert "but the provider there calls itself" in page_of(browser.platform.get("/sign-in/oidc/"), 502)
