"""Passkeys as second factor: what their browser signs is checked to the letter."""

import copy

import pytest

from accounts import factor_sessions
from accounts.models import AuditEntry, Passkey, SignInFailures
from tests.api.caller import refused
from tests.api.factor_steps import FACTORS, Person, code_of, quick_hashes, set_clock
from tests.support.authenticator import ATTESTED, USER_PRESENT, Authenticator, encode

pytestmark = pytest.mark.django_db
WRONG = (400, [("passkey", "wrong_second_factor")])
NO_PASSKEY = (400, [("passkey", "wrong_passkey")])


@pytest.fixture(autouse=True)
def _steady_clock(settings, monkeypatch):
    quick_hashes(settings)
    set_clock(monkeypatch, 0)


@pytest.fixture
def ann():
    return Person("ann")


def test_the_password_is_answered_with_what_the_passkey_has_to_sign(ann):
    passkey = ann.set_up_passkey()
    body = ann.sign_in().json()
    assert body["methods"] == ["passkey", "recovery_code"]
    options = body["passkey_options"]
    assert [one["id"] for one in options["allowCredentials"]] == [passkey.id]
    assert options["rpId"] == "testserver"
    assert len(options["challenge"]) == 43


def test_its_signature_completes_the_sign_in(ann):
    passkey = ann.set_up_passkey()
    answer = ann.finish_by(passkey.sign(ann.ask()))
    assert (answer.status_code, ann.who()) == (200, "ann")
    assert AuditEntry.objects.first().after == {"by": "password", "second_factor": "passkey"}
    assert Passkey.objects.get().last_used_at is not None


def test_one_that_names_its_user_is_accepted_for_that_user_only(ann):
    passkey = ann.set_up_passkey()
    mine, other = encode(str(ann.account.pk).encode()), encode(b"1000000")
    assert refused(ann.finish_by(passkey.sign(ann.ask(), user_handle=other))) == WRONG
    assert ann.finish_by(passkey.sign(ann.ask(), user_handle=mine)).status_code == 200


def test_beside_an_app_either_is_enough(ann):
    secret, _ = ann.set_up_totp()
    ann.sign_in()
    ann.finish(code_of(secret))
    passkey = Authenticator()
    added = ann.add_passkey(passkey.create(ann.begin_passkey()))
    assert added.json()["recovery_codes"] is None, "those of the first factor stay"
    ann.sign_out()
    assert ann.sign_in().json()["methods"] == ["totp", "passkey", "recovery_code"]
    assert ann.finish_by(passkey.sign(ann.ask())).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://testserver:8001"},
        {"origin": "https://testserver"},
        {"origin": "http://sub.testserver"},
        {"crossOrigin": True},
        {"type": "webauthn.create"},
        {"challenge": encode(bytes(32))},
    ],
    ids=str,
)
def test_what_another_page_had_it_sign_is_wrong(ann, said):
    passkey = ann.set_up_passkey()
    assert refused(ann.finish_by(passkey.sign(ann.ask(), **said))) == WRONG
    assert ann.who() is None


def test_an_origin_that_is_trusted_on_the_same_host_is_right(ann, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://testserver", "https://other.example", "https://*.testserver"]
    passkey = ann.set_up_passkey()
    assert refused(ann.finish_by(passkey.sign(ann.ask(), origin="https://other.example"))) == WRONG
    assert ann.finish_by(passkey.sign(ann.ask(), origin="https://testserver")).status_code == 200


def test_one_for_another_host_is_wrong(ann):
    passkey = ann.set_up_passkey()
    passkey.rp_id = "evil.example"
    assert refused(ann.finish_by(passkey.sign(ann.ask()))) == WRONG


def test_it_is_offered_only_on_the_host_for_which_it_was_made(ann, settings):
    settings.ALLOWED_HOSTS = ["*"]
    passkey = ann.set_up_passkey()
    ann.client.defaults["HTTP_HOST"] = "other.example"
    body = ann.sign_in().json()
    assert body["methods"] == ["recovery_code"]
    assert "passkey_options" not in body
    passkey.origin, passkey.rp_id = "http://other.example", "other.example"
    assert refused(ann.finish_by(passkey.sign({"challenge": encode(bytes(32))}))) == WRONG


def test_nobody_needs_to_be_there_is_wrong(ann):
    passkey = ann.set_up_passkey()
    passkey.flags = 0
    assert refused(ann.finish_by(passkey.sign(ann.ask()))) == WRONG


def test_a_passkey_without_a_pin_is_enough_beside_a_password(ann):
    passkey = ann.set_up_passkey(Authenticator(flags=USER_PRESENT))
    assert ann.finish_by(passkey.sign(ann.ask())).status_code == 200


def test_a_challenge_works_once(ann):
    passkey = ann.set_up_passkey()
    options = ann.ask()
    signed = passkey.sign(options)
    assert ann.finish_by(signed).status_code == 200
    ann.sign_out()
    ann.sign_in()
    assert refused(ann.finish_by(signed)) == WRONG


def test_also_one_that_a_wrong_signature_used_up(ann):
    passkey = ann.set_up_passkey()
    options = ann.ask()
    assert refused(ann.finish_by(Authenticator().sign(options))) == WRONG
    assert refused(ann.finish_by(passkey.sign(options))) == WRONG
    assert ann.finish_by(passkey.sign(ann.ask())).status_code == 200


def test_the_challenge_of_another_browser_is_wrong(ann):
    passkey = ann.set_up_passkey()
    elsewhere = Person("ben")
    elsewhere.name = "ann"
    options = elsewhere.ask()
    ann.sign_in()
    assert refused(ann.finish_by(passkey.sign(options))) == WRONG


def test_the_passkey_of_another_user_is_wrong(ann):
    mine = ann.set_up_passkey()
    theirs = Person("ben").set_up_passkey()
    assert refused(ann.finish_by(theirs.sign(ann.ask()))) == WRONG
    theirs.credential_id = mine.credential_id
    assert refused(ann.finish_by(theirs.sign(ann.ask()))) == WRONG


def test_a_signature_of_another_key_is_wrong(ann):
    passkey = ann.set_up_passkey()
    copy_of_its_id = Authenticator(credential_id=passkey.credential_id)
    assert refused(ann.finish_by(copy_of_its_id.sign(ann.ask()))) == WRONG


@pytest.mark.parametrize("count", [0, 6, 7])
def test_a_counter_that_does_not_grow_is_a_copy(ann, count):
    passkey = ann.set_up_passkey(Authenticator(count=6))
    passkey.count = 7
    assert ann.finish_by(passkey.sign(ann.ask())).status_code == 200
    ann.sign_out()
    passkey.count = count
    assert refused(ann.finish_by(passkey.sign(ann.ask()))) == WRONG
    passkey.count = 8
    assert ann.finish_by(passkey.sign(ann.ask())).status_code == 200


def test_a_challenge_is_too_old_after_five_minutes(ann, monkeypatch):
    ann.sign_in()
    made = Authenticator().create(ann.begin_passkey())
    now = factor_sessions.time.time()
    monkeypatch.setattr(factor_sessions.time, "time", lambda: now + factor_sessions.SECONDS_TO_FINISH + 1)
    assert refused(ann.add_passkey(made)) == NO_PASSKEY


def _without(answer, *names):
    changed = copy.deepcopy(answer)
    *path, last = names
    inner = changed
    for name in path:
        inner = inner[name]
    del inner[last]
    return changed


def test_whatever_else_a_client_sends_is_wrong_and_no_fault(ann):
    passkey = ann.set_up_passkey()
    right = passkey.sign(ann.ask())
    data = right["response"]
    sent = [
        {},
        {"rawId": 7},
        {"id": "x", "rawId": "y", "response": {}},
        *(_without(right, name) for name in ("rawId", "response")),
        *(_without(right, "response", name) for name in data if name != "userHandle"),
        *({**right, "response": {**data, name: "AAAA"}} for name in data),
        *({**right, "response": {**data, name: "é"}} for name in data),
        *({**right, "response": {**data, name: [1]}} for name in data),
        {**right, "response": {**data, "clientDataJSON": encode(b"[" * 5000)}},
        {**right, "type": "password"},
    ]
    for one in sent:
        ann.sign_in()
        assert refused(ann.finish_by(one)) == WRONG, one
        SignInFailures.objects.all().delete()
    assert ann.who() is None


def test_a_new_passkey_is_shown_without_its_key(ann):
    ann.sign_in()
    options = ann.begin_passkey()
    assert {one["alg"] for one in options["pubKeyCredParams"]} == {-7, -8, -257}
    assert options["rp"] == {"id": "testserver", "name": "RestJobScheduler"}
    answer = ann.add_passkey(Authenticator().create(options), "YubiKey")
    assert answer.status_code == 201
    assert len(answer.json()["recovery_codes"]) == 10
    (shown,) = ann.get(FACTORS).json()["passkeys"]
    assert (shown["name"], shown["host"], shown["last_used_at"]) == ("YubiKey", "testserver", None)
    assert set(shown) == {"id", "name", "host", "created_at", "last_used_at"}


@pytest.mark.parametrize(
    "said",
    [
        {"origin": "https://evil.example"},
        {"type": "webauthn.get"},
        {"challenge": "AAAA"},
        {"crossOrigin": True},
    ],
    ids=str,
)
def test_a_passkey_that_another_page_made_is_refused(ann, said):
    ann.sign_in()
    assert refused(ann.add_passkey(Authenticator().create(ann.begin_passkey(), **said))) == NO_PASSKEY


@pytest.mark.parametrize("made", [{"rp_id": "evil.example"}, {"flags": 0}, {"credential_id": bytes(1024)}])
def test_nor_is_one_of_another_host_or_shape(ann, made):
    ann.sign_in()
    assert refused(ann.add_passkey(Authenticator(**made).create(ann.begin_passkey()))) == NO_PASSKEY


def test_a_challenge_makes_one_passkey(ann):
    ann.sign_in()
    options = ann.begin_passkey()
    assert ann.add_passkey(Authenticator().create(options)).status_code == 201
    assert refused(ann.add_passkey(Authenticator().create(options))) == NO_PASSKEY


def test_a_passkey_is_stored_once_for_all_accounts(ann):
    passkey = ann.set_up_passkey()
    ben = Person("ben")
    ben.sign_in()
    assert refused(ben.add_passkey(passkey.create(ben.begin_passkey()))) == (
        409,
        [("passkey", "passkey_exists")],
    )
    assert not Passkey.objects.filter(user=ben.account).exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "[::1]:8000"])
def test_an_ip_address_gets_none_and_says_why(ann, settings, host):
    settings.ALLOWED_HOSTS = ["*"]
    ann.client.defaults["HTTP_HOST"] = host
    ann.sign_in()
    answer = ann.post(f"{FACTORS}passkeys/begin/", {"password": "correct-horse-battery"})
    assert refused(answer) == (409, [(None, "passkeys_need_a_name")])
    assert "IP address" in answer.json()["errors"][0]["detail"]


def test_the_attested_flag_alone_makes_no_passkey(ann):
    ann.sign_in()
    made = Authenticator(flags=ATTESTED | USER_PRESENT).create(ann.begin_passkey())
    made["response"]["attestationObject"] = encode(b"\xa0")
    assert refused(ann.add_passkey(made)) == NO_PASSKEY
