"""Who may call what: every route of the API against every role. A route that is missing here fails the test."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.roles import SYSTEM, Role
from accounts.services.tokens import issue_token
from accounts.services.users import change_user
from tests.api.caller import Caller, problems
from tests.api.routes import api_routes, filled

pytestmark = pytest.mark.django_db
NOBODY = "nobody"  # no login needed
# The lowest role that may; all above it may as well.
MATRIX = {
    NOBODY: ["GET session/", "POST session/", "DELETE session/", "POST session/second-factor/"],
    Role.VIEWER: [
        "GET ",
        "GET templates/",
        "GET templates/export/",
        "GET templates/{job_type}/",
        "GET templates/{job_type}/versions/",
        "GET templates/{job_type}/versions/{version}/",
        "GET templates/{job_type}/form/",
        "POST templates/{job_type}/validate/",
        "GET jobs/",
        "GET jobs/counts/",
        "GET jobs/{job_id}/",
        "GET jobs/{job_id}/events/",
        "GET jobs/{job_id}/log/",
        "GET operations/",
        "GET operations/{operation_id}/",
        "GET series/",
        "GET series/{series_id}/",
        "GET series/{series_id}/upcoming/",
        "GET events/",
        "GET workers/",
        "GET processes/",
        "GET queues/",
        "GET stats/",
        "GET stats/types/",
        "GET tokens/",
        "POST tokens/",
        "DELETE tokens/{token_id}/",
        "POST ws-tickets/",
        "POST session/password/",
        "GET sessions/",
        "DELETE sessions/",
        "DELETE sessions/{session_id}/",
        # Answers 403 itself, to others than admins.
        "DELETE session/view-as/",
        "GET session/factors/",
        "POST session/factors/totp/",
        "POST session/factors/totp/confirm/",
        "DELETE session/factors/totp/",
        "POST session/factors/passkeys/begin/",
        "POST session/factors/passkeys/",
        "DELETE session/factors/passkeys/{passkey_id}/",
        "POST session/factors/recovery-codes/",
    ],
    Role.OPERATOR: [
        "POST jobs/",
        "POST jobs/bulk/",
        "POST jobs/terminate/",
        "POST jobs/rerun/",
        "POST operations/{operation_id}/cancel/",
        "POST jobs/{job_id}/terminate/",
        "POST jobs/{job_id}/rerun/",
        "POST jobs/{job_id}/progress/",
        "POST series/{series_id}/run_now/",
    ],
    Role.EDITOR: [
        "POST template-preview/",
        "POST templates/",
        "POST templates/import/",
        "PUT templates/{job_type}/",
        "PATCH templates/{job_type}/",
        "DELETE templates/{job_type}/",
        "POST templates/{job_type}/rollback/",
        "POST series/",
        "POST series/preview/",
        "PATCH series/{series_id}/",
        "DELETE series/{series_id}/",
        "POST series/{series_id}/pause/",
        "POST series/{series_id}/resume/",
    ],
    Role.ADMIN: [
        "POST session/view-as/",
        "GET audit/",
        "GET users/",
        "POST users/",
        "GET users/{username}/",
        "PATCH users/{username}/",
        "DELETE users/{username}/factors/",
        "POST users/{username}/reset/",
        "GET groups/",
        "POST groups/",
        "GET groups/{group}/",
        "PATCH groups/{group}/",
        "DELETE groups/{group}/",
        "GET grants/",
        "POST grants/",
        "GET grants/who/",
        "GET grants/{grant_id}/",
        "PATCH grants/{grant_id}/",
        "DELETE grants/{grant_id}/",
        "GET secrets/",
        "POST secrets/",
        "GET secrets/{secret}/",
        "PATCH secrets/{secret}/",
        "DELETE secrets/{secret}/",
    ],
}
LOWEST = {route: role for role, routes in MATRIX.items() for route in routes}


def test_the_matrix_has_every_route_and_none_that_is_gone() -> None:
    assert sorted(LOWEST) == sorted(f"{method} {route}" for method, route in api_routes())


def statuses(caller: Caller) -> dict[str, int]:
    """What an empty request to each route is answered."""
    found = {}
    for route in LOWEST:
        method, _, path = route.partition(" ")
        answer = caller.send(method, filled(path), None if method == "GET" else {})
        assert answer.status_code < 500, route
        assert answer.status_code < 400 or problems(answer), route
        found[route] = answer.status_code
        if route == "DELETE session/" and caller.user is not None:
            caller.client.force_login(caller.user)
    return found


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_is_its_own_and_what_is_of_those_below_it(role: Role) -> None:
    mine = {NOBODY, *list(Role)[: list(Role).index(role) + 1]}
    found = statuses(Caller(role))
    assert 401 not in found.values()
    forbidden = {route for route, status in found.items() if status == 403}
    assert forbidden == {route for route, lowest in LOWEST.items() if lowest not in mine}


def test_who_is_not_signed_in_may_nothing_but_sign_in(nobody: Caller) -> None:
    found = statuses(nobody)
    assert {route for route, status in found.items() if status != 401} == set(MATRIX[NOBODY])


def test_who_is_not_signed_in_is_told_how_to_be(nobody: Caller) -> None:
    answer = nobody.get("jobs/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Token")


def test_a_token_has_the_rights_of_its_user(nobody: Caller, operator: Caller) -> None:
    user = User.objects.get(username="operator-person")
    _, plain = issue_token(user=user, name="ci")
    bearer = f"Token {plain}"
    assert nobody.get("jobs/", Authorization=bearer).status_code == 200
    assert nobody.post("jobs/", {}, Authorization=bearer).status_code == 400
    assert nobody.post("templates/", {}, Authorization=bearer).status_code == 403
    change_user(user=user, by=SYSTEM, role=Role.VIEWER)
    assert nobody.post("jobs/", {}, Authorization=bearer).status_code == 403
    change_user(user=user, by=SYSTEM, active=False)
    assert nobody.get("jobs/", Authorization=bearer).status_code == 401


@pytest.mark.parametrize("header", ["Token made-up", "Token ", "Token a b", "Bearer x", "\xff", "Token \xff"])
def test_a_made_up_token_is_401(nobody: Caller, header: str) -> None:
    answer = nobody.get("jobs/", Authorization=header)
    assert answer.status_code == 401
    assert problems(answer)
