"""Signing in with an authenticator app or a recovery code as second factor."""

import re

import pytest
from django.contrib.sessions.models import Session

from accounts import factor_sessions
from accounts.models import AuditEntry, RecoveryCode, TotpSecret
from accounts.roles import SYSTEM, Role
from accounts.services.second_factor import needs_second_factor
from accounts.services.sign_in_limits import MAX_FAILURES
from accounts.services.users import change_user
from tests.api.caller import refused
from tests.api.factor_steps import FACTORS, SECOND, Person, code_of, quick_hashes, set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _steady_clock(settings, monkeypatch):
    quick_hashes(settings)
    set_clock(monkeypatch, 0)


@pytest.fixture
def ann():
    return Person("ann")


def test_without_a_factor_the_password_is_enough(ann):
    assert ann.sign_in().status_code == 200
    assert ann.who() == "ann"


def test_with_one_the_password_is_401_and_says_how_to_go_on(ann):
    ann.set_up_totp()
    answer = ann.sign_in()
    assert answer.status_code == 401
    body = answer.json()
    assert [error["code"] for error in body["errors"]] == ["second_factor"]
    assert body["methods"] == ["totp", "recovery_code"]
    assert "passkey_options" not in body
    assert ann.who() is None


def test_a_wrong_password_does_not_tell_that_there_is_a_factor(ann):
    ann.set_up_totp()
    assert refused(ann.sign_in("wrong")) == (400, [(None, "invalid_credentials")])


def test_the_code_completes_it_and_the_audit_trail_says_by_what(ann):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    answer = ann.finish(code_of(secret))
    assert (answer.status_code, answer.json()["user"]["username"]) == (200, "ann")
    assert ann.who() == "ann"
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.after) == ("signed_in", {"by": "password", "second_factor": "totp"})
    assert AuditEntry.objects.filter(action="signed_in").count() == 2  # and before it was set up


def test_the_session_has_another_key_afterwards(ann):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    before = ann.client.cookies["sessionid"].value
    ann.finish(code_of(secret))
    assert ann.client.cookies["sessionid"].value != before
    assert not Session.objects.filter(pk=before).exists()


def test_a_code_may_be_one_step_early_or_late_and_no_more(ann, monkeypatch):
    secret, _ = ann.set_up_totp()
    set_clock(monkeypatch, 10)
    ann.sign_in()
    assert refused(ann.finish(code_of(secret, -2)))[0] == 400
    assert refused(ann.finish(code_of(secret, 2)))[0] == 400
    assert ann.finish(code_of(secret, -1)).status_code == 200
    ann.sign_in()
    assert ann.finish(code_of(secret, 1)).status_code == 200


def test_a_code_works_once(ann):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    code = code_of(secret)
    assert ann.finish(code).status_code == 200
    ann.sign_in()
    assert refused(ann.finish(code)) == (400, [("code", "wrong_second_factor")])


def test_nor_does_an_older_one_work_after_it(ann, monkeypatch):
    secret, _ = ann.set_up_totp()
    set_clock(monkeypatch, 10)
    ann.sign_in()
    ann.finish(code_of(secret, 1))
    ann.sign_in()
    assert refused(ann.finish(code_of(secret)))[0] == 400


def test_the_code_of_another_user_is_wrong(ann):
    ann.set_up_totp()
    secret, codes = Person("ben").set_up_totp()
    ann.sign_in()
    assert refused(ann.finish(code_of(secret)))[0] == 400
    assert refused(ann.finish(codes[0]))[0] == 400
    assert ann.who() is None


def test_a_recovery_code_stands_for_it_once(ann):
    _, codes = ann.set_up_totp()
    ann.sign_in()
    assert ann.finish(codes[3]).status_code == 200
    ann.sign_in()
    assert refused(ann.finish(codes[3])) == (400, [("code", "wrong_second_factor")])
    assert ann.finish(codes[4]).status_code == 200
    assert ann.get(FACTORS).json()["recovery_codes_left"] == 8


def test_a_recovery_code_may_be_typed_in_any_way(ann):
    _, codes = ann.set_up_totp()
    ann.sign_in()
    assert ann.finish(f" {codes[0].replace('-', ' ').upper()} ").status_code == 200


def test_nothing_that_is_stored_tells_a_code(ann):
    secret, codes = ann.set_up_totp()
    assert secret not in TotpSecret.objects.get().secrets
    kept = {row.digest for row in RecoveryCode.objects.all()}
    assert len(kept) == len(codes) == 10
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in kept)
    assert all(re.fullmatch("([a-z2-7]{4}-){3}[a-z2-7]{4}", code) for code in codes)


@pytest.mark.parametrize("code", ["", " ", "0", "٣٣٣٣٣٣", "x" * 100, "-", "é"])
def test_whatever_else_is_sent_is_wrong(ann, code):
    ann.set_up_totp()
    ann.sign_in()
    assert refused(ann.finish(code)) == (400, [("code", "wrong_second_factor")])


@pytest.mark.parametrize("body", [{}, {"code": "1", "passkey": {}}, {"code": 123456}, {"passkey": "x"}])
def test_a_malformed_body_is_400(ann, body):
    ann.set_up_totp()
    ann.sign_in()
    assert refused(ann.post(SECOND, body))[0] == 400


def test_without_the_password_there_is_nothing_to_complete(ann):
    secret, _ = ann.set_up_totp()
    assert refused(ann.finish(code_of(secret))) == (401, [(None, "sign_in_first")])
    assert ann.who() is None


def test_after_five_attempts_the_password_is_asked_for_again(ann):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    for _ in range(factor_sessions.MAX_ATTEMPTS):
        assert refused(ann.finish("000 000"))[0] == 400
    assert refused(ann.finish(code_of(secret))) == (401, [(None, "sign_in_first")])
    ann.sign_in()
    assert ann.finish(code_of(secret)).status_code == 200


def test_wrong_codes_lock_the_account_also_for_somebody_who_knows_the_password(ann):
    secret, _ = ann.set_up_totp()
    wrong = 0
    while wrong < MAX_FAILURES:
        ann.sign_in()
        for _ in range(4):
            wrong += refused(ann.finish("000000"))[0] == 400
            if wrong == MAX_FAILURES:
                break
    assert refused(ann.sign_in()) == (429, [(None, "locked_out")])
    lockouts = AuditEntry.objects.filter(action="locked_out", object="user:ann")
    assert sorted(entry.after["by"] for entry in lockouts) == ["name and address", "second factor"]
    assert refused(ann.finish(code_of(secret)))[0] == 429


def test_the_lockout_holds_from_other_addresses_too(ann):
    secret, _ = ann.set_up_totp()
    for number in range(MAX_FAILURES):
        ann.client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        ann.sign_in()
        assert refused(ann.finish("000000"))[0] == 400
    ann.client.defaults["REMOTE_ADDR"] = "192.0.2.99"
    ann.sign_in()
    assert refused(ann.finish(code_of(secret))) == (429, [(None, "locked_out")])


def test_it_ends_after_five_minutes(ann, monkeypatch):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    now = factor_sessions.time.time()
    monkeypatch.setattr(factor_sessions.time, "time", lambda: now + factor_sessions.SECONDS_TO_FINISH + 1)
    assert refused(ann.finish(code_of(secret))) == (401, [(None, "sign_in_first")])


@pytest.mark.parametrize("change", [{"password": "another-long-password"}, {"active": False}])
def test_a_change_of_the_account_ends_it(ann, change):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    change_user(user=ann.account, by=SYSTEM, **change)
    assert refused(ann.finish(code_of(secret))) == (401, [(None, "sign_in_first")])


def test_the_same_step_from_another_site_is_refused(ann):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    ann.client.handler = type(ann.client.handler)(enforce_csrf_checks=True)
    assert ann.finish(code_of(secret)).status_code == 403


def test_a_sign_in_as_somebody_else_ends_the_session_that_was_there(ann):
    ann.set_up_totp()
    ben = Person("ben", Role.ADMIN)
    ben.sign_in()
    ben.name = "ann"
    assert ben.sign_in().status_code == 401
    assert ben.who() is None


def test_a_secret_that_no_key_opens_says_so_and_a_recovery_code_goes_on_working(ann, settings):
    secret, codes = ann.set_up_totp()
    settings.SECRETS_KEYS = ["A" * 43 + "="]
    ann.sign_in()
    assert refused(ann.finish(code_of(secret))) == (409, [(None, "SECRETS_UNREADABLE")])
    assert ann.finish(codes[0]).status_code == 200


def test_an_account_without_a_password_here_is_not_asked(ann):
    ann.set_up_totp()
    assert needs_second_factor(ann.account)
    ann.account.set_unusable_password()
    assert not needs_second_factor(ann.account)
