"""Sessions that are half signed in, or that still have to set up a second factor: what they may do nowhere."""

import pytest

from accounts.channels_auth import _user_of_session
from accounts.factor_sessions import PROVIDER, note_proof
from accounts.roles import Role
from accounts.services.one_time import make_sign_in_link
from accounts.services.tokens import issue_token
from tests.api.caller import Caller, refused
from tests.api.factor_steps import FACTORS, PASSWORD, SIGN_IN, Person, code_of, quick_hashes, set_clock
from tests.api.routes import api_routes, filled
from tests.support.authenticator import Authenticator

pytestmark = pytest.mark.django_db
REQUIRED = (403, [(None, "second_factor_required")])
TOTP = f"{FACTORS}totp/"


@pytest.fixture(autouse=True)
def _steady_clock(settings, monkeypatch):
    quick_hashes(settings)
    set_clock(monkeypatch, 0)


@pytest.fixture
def half():
    """An admin who sent the right password, and no second factor yet."""
    ann = Person("ann", Role.ADMIN)
    ann.set_up_totp()
    assert ann.sign_in().status_code == 401
    return ann


@pytest.fixture
def bare(settings):
    """An admin without a factor, where admins must have one; signed in with the password."""
    settings.REQUIRE_SECOND_FACTOR = ["editor", "admin"]
    ann = Person("ann", Role.ADMIN)
    assert ann.sign_in().status_code == 200
    return ann


def socket_user(person):
    return _user_of_session(person.client.cookies["sessionid"].value)


def statuses(person):
    """The status of an empty request to each route that is not for everybody."""
    found = {}
    for method, route in api_routes():
        if route not in {SIGN_IN, "session/second-factor/"}:
            answer = person.send(method, filled(route), None if method == "GET" else {})
            first = answer.json()["errors"][0]["code"] if answer.status_code >= 400 else None
            found[f"{method} {route}"] = (answer.status_code, first)
    return found


def test_a_half_signed_in_session_has_no_right_at_any_route(half):
    assert set(statuses(half).values()) == {(401, "not_authenticated")}


def test_nor_in_the_admin_the_documents_or_the_browsable_api(half):
    assert half.client.get("/admin/")["Location"].startswith("/admin/login/")
    assert half.client.get("/api/schema/").status_code == 401
    assert half.client.get("/api/docs/").status_code == 401
    assert half.get("jobs/", Accept="text/html").status_code == 401


def test_nor_at_the_websocket(half):
    assert socket_user(half) is None


def test_the_admins_own_sign_in_does_not_get_around_the_factor(half):
    half.sign_out()
    form = {"username": "ann", "password": PASSWORD, "next": "/admin/"}
    answer = half.client.post("/admin/login/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert half.who() is None
    assert half.client.get("/admin/").status_code == 302


def test_who_must_set_one_up_may_do_nothing_else(bare):
    found = statuses(bare)
    own = {route for route in found if route.partition(" ")[2].startswith(FACTORS)}
    assert {found[route] for route in found.keys() - own} == {(403, "second_factor_required")}
    assert "second_factor_required" not in {found[route][1] for route in own}


def test_not_in_the_admin_the_documents_or_the_browsable_api_either(bare):
    answer = bare.client.get("/admin/")
    assert answer.status_code == 403
    assert "set one up first" in answer.content.decode()
    assert bare.client.get("/admin/restjob_jobs/job/").status_code == 403
    assert bare.client.get("/api/schema/").status_code == 403
    assert bare.client.get("/api/docs/").status_code == 403
    assert bare.get("jobs/", Accept="text/html").status_code == 403


def test_not_at_the_websocket_either(bare):
    assert socket_user(bare) is None
    assert refused(bare.post("ws-tickets/")) == REQUIRED


def test_the_admin_lets_them_sign_out(bare):
    assert bare.client.post("/admin/logout/").status_code == 200
    assert bare.who() is None


def test_signing_in_at_the_admin_is_no_way_around_it(bare):
    bare.sign_out()
    bare.client.post("/admin/login/", {"username": "ann", "password": PASSWORD, "next": "/admin/"})
    assert bare.who() == "ann"
    assert bare.client.get("/admin/").status_code == 403


def is_due(person):
    return person.get(SIGN_IN).json()["second_factor_due"]


def test_the_session_tells_that_one_is_due_from_the_sign_in_on(bare):
    bare.sign_out()
    assert not is_due(bare)
    assert bare.sign_in().json()["second_factor_due"]
    assert is_due(bare)


def test_and_no_more_once_there_is_one(bare):
    bare.add_passkey(Authenticator().create(bare.begin_passkey()))
    assert not is_due(bare)


def test_nor_after_a_sign_in_with_one(bare):
    passkey = bare.set_up_passkey()
    answer = bare.finish_by(passkey.sign(bare.ask()))
    assert (answer.status_code, answer.json()["second_factor_due"]) == (200, False)


def test_with_an_app_all_doors_open_at_once(bare):
    secret = bare.post(TOTP, {"password": PASSWORD}).json()["secret"]
    assert bare.post(f"{TOTP}confirm/", {"code": code_of(secret)}).status_code == 200
    assert bare.get("users/").status_code == 200
    assert bare.client.get("/admin/").status_code == 200
    assert socket_user(bare) == bare.account


def test_with_a_passkey_too(bare):
    bare.add_passkey(Authenticator().create(bare.begin_passkey()))
    assert bare.get("users/").status_code == 200


def test_another_session_that_had_only_the_password_is_ended(bare):
    earlier = Person("eve")
    earlier.client.cookies = bare.client.cookies.copy()
    bare.client.cookies.clear()
    bare.set_up_totp()
    assert refused(earlier.get("users/"))[0] == 401


def test_nor_does_one_open_that_never_proved_the_factor(bare):
    session = bare.client.session
    assert session.items(), "loaded before it ends"
    bare.set_up_totp()
    session.save(must_create=True)
    bare.client.cookies["sessionid"] = session.session_key
    answer = bare.get("users/")
    assert refused(answer) == REQUIRED
    assert "sign in again" in answer.json()["errors"][0]["detail"]


def test_the_last_factor_of_somebody_who_must_have_one_stays(bare):
    secret = bare.post(TOTP, {"password": PASSWORD}).json()["secret"]
    bare.post(f"{TOTP}confirm/", {"code": code_of(secret)})
    assert refused(bare.send("DELETE", TOTP, {"password": PASSWORD})) == (409, [(None, "factor_required")])
    bare.add_passkey(Authenticator().create(bare.begin_passkey()))
    assert bare.send("DELETE", TOTP, {"password": PASSWORD}).status_code == 204


def test_other_roles_are_not_asked(bare):
    ben = Person("ben", Role.OPERATOR)
    ben.sign_in()
    assert ben.get("jobs/").status_code == 200


def test_programs_are_not_asked(bare):
    _, plain = issue_token(user=bare.account, name="ci")
    program = {"Authorization": f"Token {plain}"}
    assert Caller(None).get("users/", **program).status_code == 200
    assert not Caller(None).get(SIGN_IN, **program).json()["second_factor_due"]


def test_a_sign_in_link_is_a_door_without_a_factor(bare):
    bare.sign_out()
    bare.client.post(f"/sign-in/{make_sign_in_link(user=bare.account)}/")
    assert bare.get("users/").status_code == 200
    assert bare.client.get("/admin/").status_code == 200


def test_nor_is_one_that_a_sign_in_provider_let_in_asked_again(bare):
    session = bare.client.session
    note_proof(session, PROVIDER)
    session.save()
    assert bare.get("users/").status_code == 200
    assert refused(bare.post(TOTP)) == (400, [("password", "password_needed")])


def test_accounts_without_a_password_here_are_not_asked(settings):
    settings.REQUIRE_SECOND_FACTOR = ["admin"]
    assert Caller(Role.ADMIN).get("users/").status_code == 200
