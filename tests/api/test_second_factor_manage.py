"""Adding and removing second factors: each change needs the password, or a factor proved just before."""

import pytest

from accounts import factor_sessions
from accounts.models import AuditEntry, Passkey, RecoveryCode, TotpSecret
from accounts.roles import Role
from accounts.services.sign_in_limits import MAX_FAILURES
from accounts.services.tokens import issue_token
from tests.api.caller import Caller, Json, refused
from tests.api.factor_steps import FACTORS, PASSWORD, Person, code_of, quick_hashes, set_clock
from tests.support.authenticator import Authenticator

pytestmark = pytest.mark.django_db
TOTP, CODES, BEGIN = f"{FACTORS}totp/", f"{FACTORS}recovery-codes/", f"{FACTORS}passkeys/begin/"
PROOF = {"password": PASSWORD}
NONE: Json = {"totp": None, "passkeys": [], "recovery_codes_left": 0}


@pytest.fixture(autouse=True)
def _steady_clock(settings, monkeypatch):
    quick_hashes(settings)
    set_clock(monkeypatch, 0)


@pytest.fixture
def ann():
    ann = Person("ann")
    ann.sign_in()
    return ann


@pytest.fixture
def with_app():
    """Somebody with an app, whose session did not prove it lately."""
    ann = Person("ann")
    _, codes = ann.set_up_totp()
    ann.sign_in()
    ann.finish(codes[0])
    session = ann.client.session
    session[factor_sessions._PROOF] |= {"at": 0}
    session.save()
    return ann


def actions(name="ann"):
    return list(
        AuditEntry.objects.filter(object=f"user:{name}").order_by("at").values_list("action", flat=True)
    )


def test_at_first_there_is_none(ann):
    assert ann.get(FACTORS).json() == NONE


def test_an_app_is_set_up_in_two_steps(ann):
    begun = ann.post(TOTP, PROOF)
    assert begun.status_code == 201
    secret, url = begun.json()["secret"], begun.json()["url"]
    assert url.startswith("otpauth://totp/RestJobScheduler:ann?")
    assert f"secret={secret}" in url
    assert ann.get(FACTORS).json() == {**NONE, "totp": "begun"}
    done = ann.post(f"{TOTP}confirm/", {"code": code_of(secret)})
    assert (done.status_code, len(done.json()["recovery_codes"])) == (200, 10)
    assert ann.get(FACTORS).json() == {"totp": "confirmed", "passkeys": [], "recovery_codes_left": 10}
    assert actions()[-1] == "totp_added"


def test_the_first_one_ends_the_other_sessions_which_had_the_password_alone(ann):
    elsewhere = Person("eve")
    elsewhere.name = "ann"
    elsewhere.sign_in()
    assert elsewhere.who() == "ann"
    ann.add_passkey(Authenticator().create(ann.begin_passkey()))
    assert (elsewhere.who(), ann.who()) == (None, "ann")


def test_what_is_only_begun_is_not_asked_for(ann):
    ann.post(TOTP, PROOF)
    ann.sign_out()
    assert ann.sign_in().status_code == 200


def test_a_wrong_first_code_is_400_and_confirms_nothing(ann):
    secret = ann.post(TOTP, PROOF).json()["secret"]
    answer = ann.post(f"{TOTP}confirm/", {"code": code_of(secret, 5)})
    assert refused(answer) == (400, [("code", "wrong_code")])
    assert ann.get(FACTORS).json()["totp"] == "begun"


def test_beginning_again_makes_another_secret(ann):
    first = ann.post(TOTP, PROOF).json()["secret"]
    second = ann.post(TOTP, PROOF).json()["secret"]
    assert refused(ann.post(f"{TOTP}confirm/", {"code": code_of(first)}))[0] == 400
    assert ann.post(f"{TOTP}confirm/", {"code": code_of(second)}).status_code == 200


def test_there_is_nothing_to_confirm_without_a_beginning(ann):
    answer = ann.post(f"{TOTP}confirm/", {"code": "123456"})
    assert refused(answer) == (409, [(None, "totp_not_begun")])


def test_a_second_app_is_refused(with_app):
    assert refused(with_app.post(TOTP, PROOF)) == (409, [(None, "totp_exists")])


def test_without_a_key_for_secrets_there_is_no_app(ann, settings):
    settings.SECRETS_KEYS = []
    assert refused(ann.post(TOTP, PROOF)) == (409, [(None, "NO_SECRETS_KEY")])


CHANGES = [
    ("POST", TOTP),
    ("DELETE", TOTP),
    ("POST", BEGIN),
    ("POST", CODES),
    ("DELETE", f"{FACTORS}passkeys/1/"),
]


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_change_needs_the_password(with_app, method, path):
    assert refused(with_app.send(method, path)) == (400, [("password", "password_needed")])
    assert refused(with_app.send(method, path, {"password": "wrong"})) == (
        400,
        [("password", "wrong_password")],
    )
    assert TotpSecret.objects.exists()
    assert RecoveryCode.objects.count() == 10


def test_or_a_factor_that_was_proved_in_this_session_just_before(with_app):
    with_app.post(CODES, PROOF)
    codes = with_app.post(CODES, PROOF).json()["recovery_codes"]
    with_app.sign_out()
    with_app.sign_in()
    with_app.finish(codes[0])
    assert with_app.send("DELETE", TOTP).status_code == 204


def test_a_sign_in_link_is_no_such_proof(with_app):
    session = with_app.client.session
    factor_sessions.note_proof(session, factor_sessions.LINK)
    session.save()
    assert refused(with_app.send("DELETE", TOTP))[0] == 400
    assert with_app.send("DELETE", TOTP, PROOF).status_code == 204


def test_guessing_the_password_there_leads_to_the_lockout(ann):
    for _ in range(MAX_FAILURES):
        assert refused(ann.post(CODES, {"password": "wrong"}))[0] == 400
    assert refused(ann.post(CODES, PROOF)) == (429, [(None, "locked_out")])


def test_removing_the_last_one_removes_the_recovery_codes(with_app):
    assert with_app.send("DELETE", TOTP, PROOF).status_code == 204
    assert with_app.get(FACTORS).json() == NONE
    assert actions()[-1] == "totp_removed"
    with_app.sign_out()
    assert with_app.sign_in().status_code == 200
    assert refused(with_app.send("DELETE", TOTP, PROOF))[0] == 404


def test_removing_another_one_keeps_them(with_app):
    with_app.add_passkey(Authenticator().create(with_app.begin_passkey()))
    (passkey,) = with_app.get(FACTORS).json()["passkeys"]
    assert with_app.send("DELETE", f"{FACTORS}passkeys/{passkey['id']}/", PROOF).status_code == 204
    assert with_app.get(FACTORS).json()["recovery_codes_left"] == 9
    assert actions()[-2:] == ["passkey_added", "passkey_removed"]


def test_the_passkey_of_somebody_else_is_404(ann):
    Person("ben").set_up_passkey()
    theirs = Passkey.objects.get()
    assert refused(ann.send("DELETE", f"{FACTORS}passkeys/{theirs.pk}/", PROOF))[0] == 404
    assert Passkey.objects.exists()


def test_an_account_has_so_many_passkeys_and_no_more(ann, monkeypatch):
    monkeypatch.setattr("accounts.services.passkeys.MAX_PASSKEYS", 1)
    ann.add_passkey(Authenticator().create(ann.begin_passkey()))
    assert refused(ann.post(BEGIN, PROOF)) == (409, [(None, "too_many_passkeys")])


def test_new_recovery_codes_end_the_old_ones(with_app):
    codes = with_app.post(CODES, PROOF).json()["recovery_codes"]
    again = with_app.post(CODES, PROOF).json()["recovery_codes"]
    assert not {*codes} & {*again}
    assert actions()[-1] == "recovery_codes_made"
    with_app.sign_out()
    with_app.sign_in()
    assert refused(with_app.finish(codes[1]))[0] == 400
    assert with_app.finish(again[1]).status_code == 200


def test_they_are_for_accounts_with_a_factor(ann):
    assert refused(ann.post(CODES, PROOF)) == (409, [(None, "no_second_factor")])


def test_a_program_with_a_token_changes_nothing(ann):
    _, plain = issue_token(user=ann.account, name="ci")
    program = Caller(None)
    for method, path in [("GET", FACTORS), *CHANGES]:
        answer = program.send(
            method, path, None if method == "GET" else PROOF, Authorization=f"Token {plain}"
        )
        assert refused(answer) == (403, [(None, "session_only")])


def test_an_account_without_a_password_here_needs_none(ann):
    ann.account.set_unusable_password()
    ann.account.save()
    ann.client.force_login(ann.account)
    assert refused(ann.post(TOTP, PROOF)) == (409, [(None, "no_password")])


def test_an_admin_resets_what_somebody_lost(with_app):
    with_app.add_passkey(Authenticator().create(with_app.begin_passkey()))
    admin = Caller(Role.ADMIN)
    assert admin.send("DELETE", "users/ann/factors/").status_code == 204
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.object) == ("admin-person", "second_factors_reset", "user:ann")
    assert entry.before == {"totp": 1, "passkeys": 1}
    assert with_app.who() is None
    assert with_app.sign_in().status_code == 200
    assert with_app.get(FACTORS).json() == NONE


def test_nobody_else_does_and_an_unknown_name_is_404(with_app):
    assert refused(with_app.send("DELETE", "users/ann/factors/"))[0] == 403
    assert refused(Caller(Role.ADMIN).send("DELETE", "users/nobody/factors/"))[0] == 404
