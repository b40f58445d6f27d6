"""POST /api/v1/jobs/ with a token and a template from this process's caches follows each change of rights at once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import SYSTEM, Role
from accounts.services.users import change_user
from foundation import prepared
from tests import factories
from tests.api.caller import refused
from tests.api.rights import OPEN, RESTRICTED, Program, grant, store_both, take_back

pytestmark = pytest.mark.django_db
WISH: dict[str, Any] = {"job_type": RESTRICTED}


@pytest.fixture
def program(db: None) -> Program:
    store_both()
    return Program(Role.VIEWER)


def test_a_grant_holds_from_the_next_request_on(program: Program) -> None:
    assert program.post("jobs/", WISH).status_code == 403
    given = grant(program.user, "run")
    assert program.post("jobs/", WISH).status_code == 201
    take_back(given)
    assert refused(program.post("jobs/", WISH))[0] == 403


def test_a_grant_that_is_not_the_last_one_leaves_the_others(program: Program) -> None:
    given, _ = grant(program.user, "run"), grant(program.user, "see")
    assert program.post("jobs/", WISH).status_code == 201
    take_back(given)
    assert refused(program.post("jobs/", WISH)) == (403, [(None, "permission_denied")])


def test_a_template_that_became_restricted_is_not_found(program: Program) -> None:
    assert program.user is not None
    change_user(user=program.user, by=SYSTEM, role=Role.OPERATOR)
    assert program.post("jobs/", {"job_type": OPEN}).status_code == 201
    factories.template(OPEN, access="restricted")
    assert refused(program.post("jobs/", {"job_type": OPEN})) == (404, [("job_type", "not_found")])


def test_a_job_of_a_granted_type_costs_one_statement(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(program.user, "run")
    assert program.post("jobs/", WISH).status_code == 201
    statements: list[str] = []
    fetch = prepared.fetch

    def count(sql: str, values: Any) -> list[tuple[Any, ...]]:
        statements.append(sql)
        return fetch(sql, values)

    monkeypatch.setattr(prepared, "fetch", count)
    assert program.post("jobs/", WISH).status_code == 201
    assert len(statements) == 1


def test_the_rows_of_users_and_grants_agree(program: Program) -> None:
    assert program.user is not None
    grant(program.user, "run", "stop")
    grant(program.user, "edit", job_types=("mail_*", "report"))
    assert User.objects.get(pk=program.user.pk).granted == [
        [[RESTRICTED], ["run", "stop"]],
        [["mail_*", "report"], ["edit"]],
    ]
