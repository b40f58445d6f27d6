"""A provider that hangs, fails or answers something else costs no more than five seconds, and says one sentence."""

import time

import pytest

from accounts.sign_in_oidc import sending

DISCOVERY, TOKEN, KEYS = "/.well-known", "/token", "/jwks"


@pytest.mark.parametrize("part", [DISCOVERY, TOKEN])
def test_one_that_hangs_is_503_within_five_seconds(browser, provider, monkeypatch, part):
    monkeypatch.setattr(sending.Deadline.__init__, "__defaults__", (0.5,))
    assert sending.MAX_SECONDS < 5
    address = browser.go_to_provider() if part != DISCOVERY else "/sign-in/oidc/"
    provider.set(away=part)
    begun = time.monotonic()
    answer = browser.platform.get(address)
    assert time.monotonic() - begun < 2
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The sign-in provider did not answer in time." in answer.content.decode()


@pytest.mark.parametrize(("how", "status"), [("text", 502), ("redirect", 502), ("error", 503)])
@pytest.mark.parametrize("part", [DISCOVERY, TOKEN, KEYS])
def test_one_that_answers_something_else_is_a_page_that_says_so(browser, provider, part, how, status):
    address = browser.go_to_provider() if part != DISCOVERY else "/sign-in/oidc/"
    provider.set(away=part, how=how)
    answer = browser.platform.get(address)
    assert answer.status_code == status
    assert "The sign-in provider" in answer.content.decode()
    assert browser.who() is None


def test_one_that_is_not_there_is_503(browser, provider, settings, monkeypatch):
    address = browser.go_to_provider()
    monkeypatch.setattr(sending, "_send", lambda *_: (_ for _ in ()).throw(ConnectionRefusedError()))
    answer = browser.platform.get(address)
    assert answer.status_code == 503
    assert "cannot be reached" in answer.content.decode()


def test_too_many_who_wait_for_it_are_refused_at_once(browser, provider, monkeypatch):
    address = browser.go_to_provider()
    monkeypatch.setattr(sending, "_callers", sending.threading.BoundedSemaphore(1))
    with sending._callers:
        answer = browser.platform.get(address)
    assert answer.status_code == 503
    assert "too many are waiting" in answer.content.decode()


def test_one_on_this_machine_is_asked_without_the_proxy_of_the_environment(browser, monkeypatch):
    monkeypatch.setattr(sending, "_opener", None)
    assert browser.sign_in().status_code == 302


def test_it_works_again_when_the_provider_is_back(browser, provider):
    provider.set(away=DISCOVERY, how="error")
    assert browser.platform.get("/sign-in/oidc/").status_code == 503
    provider.set(away=None)
    assert browser.sign_in().status_code == 302
