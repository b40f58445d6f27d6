"""Who has a right on a job type, and by what: `grants/who/`."""

import pytest

from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.users import change_user, create_user
from tests.api.caller import admin as admin
from tests.api.caller import refused
from tests.factories import OTP, document, store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(admin):
    for name, role in (("ann", Role.VIEWER), ("ben", Role.VIEWER), ("olga", Role.OPERATOR)):
        create_user(name=name, role=role)
    create_group(name="ops", members=["ann", "olga"], by=SYSTEM)


def who(admin, **query):
    answer = admin.get("grants/who/", {"job_type": OTP} | query)
    assert answer.status_code == 200, answer.content
    return {row["name"]: row["by"] for row in answer.json()["results"]}


def test_on_an_open_template_roles_count_and_grants_too(admin):
    store(document())
    assert who(admin) == {"admin-person": ["role admin"], "olga": ["role operator"]}
    own = create_grant(user="ben", job_types=["otp_*"], rights=["run"], by=SYSTEM)
    team = create_grant(group="ops", job_types=["*"], rights=["run", "stop"], by=SYSTEM)
    create_grant(group="ops", job_types=["other"], rights=["run"], by=SYSTEM)
    create_grant(user="ann", job_types=["*"], rights=["read"], by=SYSTEM)
    assert who(admin, right="run") == {
        "admin-person": ["role admin"],
        "ann": [f"grant {team.pk} to group ops"],
        "ben": [f"grant {own.pk}"],
        "olga": ["role operator", f"grant {team.pk} to group ops"],
    }


def test_on_a_restricted_template_only_admins_and_grants_count(admin):
    store(document(access="restricted"))
    grant = create_grant(user="ben", job_types=[OTP], rights=["run"], by=SYSTEM)
    assert who(admin) == {"admin-person": ["role admin"], "ben": [f"grant {grant.pk}"]}
    assert who(admin, right="see") == who(admin)
    assert who(admin, right="edit") == {"admin-person": ["role admin"]}


def test_users_who_are_not_active_are_listed_as_such(admin):
    store(document())
    change_user(user=create_user(name="off", role=Role.OPERATOR), by=SYSTEM, active=False)
    rows = admin.get(f"grants/who/?job_type={OTP}").json()["results"]
    assert [(row["name"], row["role"], row["active"]) for row in rows] == [
        ("admin-person", "admin", True),
        ("off", "operator", False),
        ("olga", "operator", True),
    ]


def test_it_is_paged(admin):
    store(document())
    first = admin.get(f"grants/who/?job_type={OTP}&right=see&page_size=3").json()
    rest = admin.client.get(first["next"]).json()
    names = [row["name"] for page in (first, rest) for row in page["results"]]
    assert names == ["admin-person", "ann", "ben", "olga"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "status", "problem"),
    [
        ("right=run", 400, ("job_type", "required")),
        (f"job_type={OTP}&right=own", 400, ("right", "enum")),
        ("job_type=none", 404, ("job_type", "not_found")),
        ("job_type=NO+TYPE", 404, ("job_type", "not_found")),
    ],
)
def test_what_is_no_question_is_refused(admin, query, status, problem):
    store(document())
    assert refused(admin.get(f"grants/who/?{query}")) == (status, [problem])
