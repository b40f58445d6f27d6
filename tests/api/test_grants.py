"""Grants: rights on job types that admins give to users and groups, beside their roles."""

import pytest

from accounts.models import AuditEntry, StoredGrant, User
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.users import create_user
from tests.api.caller import admin as admin
from tests.api.caller import refused

pytestmark = pytest.mark.django_db
GIVEN = {"job_types": ["billing_*"], "rights": ["run"]}


@pytest.fixture(autouse=True)
def _holders(db):
    for name in ("ann", "ben"):
        create_user(name=name, role=Role.VIEWER)
    create_group(name="ops", members=["ann", "ben"], by=SYSTEM)


def granted(name):
    return User.objects.get(username=name).granted


def test_it_gives_a_user_rights(admin):
    answer = admin.post(
        "grants/", {"user": "ann", "job_types": ["billing_*", "otp"], "rights": ["stop", "run"]}
    )
    assert answer.status_code == 201
    grant = StoredGrant.objects.get()
    assert answer.json() | {"created_at": None} == {
        "id": grant.pk,
        "user": "ann",
        "group": None,
        "job_types": ["billing_*", "otp"],
        "rights": ["run", "stop"],
        "created_at": None,
        "created_by": "admin-person",
    }
    assert answer.json()["created_at"] is not None
    assert admin.get(f"grants/{grant.pk}/").json() == answer.json()
    assert (granted("ann"), granted("ben")) == ([[["billing_*", "otp"], ["run", "stop"]]], [])
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.object) == ("admin-person", "grant_created", f"grant:{grant.pk}")
    after = {"user": "ann", "group": None, "job_types": ["billing_*", "otp"], "rights": ["run", "stop"]}
    assert (entry.before, entry.after) == (None, after)


def test_it_gives_all_members_of_a_group_rights(admin):
    answer = admin.post("grants/", {"group": "ops", **GIVEN})
    assert (answer.status_code, answer.json()["user"], answer.json()["group"]) == (201, None, "ops")
    assert granted("ann") == granted("ben") == [[["billing_*"], ["run"]]]


def test_what_stands_twice_is_stored_once(admin):
    body = {"user": "ann", "job_types": ["a", "b", "a"], "rights": ["run", "see", "run"]}
    answer = admin.post("grants/", body).json()
    assert (answer["job_types"], answer["rights"]) == (["a", "b"], ["see", "run"])


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (GIVEN, ("user", "required")),
        ({**GIVEN, "user": "ann", "group": "ops"}, ("group", "conflict")),
        ({**GIVEN, "user": "anna"}, ("user", "unknown_user")),
        ({**GIVEN, "group": "op"}, ("group", "unknown_group")),
        ({**GIVEN, "user": "ann", "job_types": []}, ("job_types", "minItems")),
        ({**GIVEN, "user": "ann", "job_types": ["a"] * 51}, ("job_types", "maxItems")),
        ({**GIVEN, "user": "ann", "job_types": ["a", "Billing"]}, ("job_types.1", "pattern")),
        ({**GIVEN, "user": "ann", "job_types": ["a-?"]}, ("job_types.0", "pattern")),
        ({**GIVEN, "user": "ann", "job_types": ["x" * 64]}, ("job_types.0", "maxLength")),
        ({**GIVEN, "user": "ann", "rights": []}, ("rights", "minItems")),
        ({**GIVEN, "user": "ann", "rights": ["own"]}, ("rights.0", "enum")),
        ({"user": "ann", "rights": ["run"]}, ("job_types", "required")),
        ({**GIVEN, "user": "ann", "job_type": "x"}, ("job_type", "unknown_field")),
    ],
)
def test_a_wrong_field_is_400_there(admin, body, problem):
    assert refused(admin.post("grants/", body)) == (400, [problem])
    assert not StoredGrant.objects.exists()


def test_an_unknown_name_is_answered_with_the_nearest(admin):
    answer = admin.post("grants/", {**GIVEN, "user": "anna"})
    assert "Did you mean ann?" in answer.json()["errors"][0]["detail"]


def test_patterns_and_rights_change_for_all_who_have_the_grant(admin):
    grant = create_grant(group="ops", by=SYSTEM, **GIVEN)
    before = admin.get(f"grants/{grant.pk}/").json()
    answer = admin.send("PATCH", f"grants/{grant.pk}/", {"rights": ["read"]})
    assert answer.json() == {**before, "rights": ["read"]}
    admin.send("PATCH", f"grants/{grant.pk}/", {"job_types": ["*"]})
    assert granted("ann") == granted("ben") == [[["*"], ["read"]]]
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.before["job_types"], entry.after["job_types"]) == (
        "grant_changed",
        ["billing_*"],
        ["*"],
    )


@pytest.mark.parametrize("body", [{}, {"user": "ben"}, {"group": "ops"}, {"rights": None}, {"rights": ["x"]}])
def test_a_change_that_is_none_is_400(admin, body):
    grant = create_grant(user="ann", by=SYSTEM, **GIVEN)
    assert admin.send("PATCH", f"grants/{grant.pk}/", body).status_code == 400
    assert granted("ann") == [[["billing_*"], ["run"]]]


def test_a_change_of_nothing_leaves_no_trace(admin):
    grant = create_grant(user="ann", by=SYSTEM, **GIVEN)
    count, version = AuditEntry.objects.count(), User.objects.get(username="ann").rights_version
    assert admin.send("PATCH", f"grants/{grant.pk}/", GIVEN).status_code == 200
    assert AuditEntry.objects.count() == count
    assert User.objects.get(username="ann").rights_version == version


def test_a_grant_that_is_taken_back_is_gone_for_all(admin):
    grant = create_grant(group="ops", by=SYSTEM, **GIVEN)
    assert admin.send("DELETE", f"grants/{grant.pk}/").status_code == 204
    assert granted("ann") == granted("ben") == []
    assert admin.get(f"grants/{grant.pk}/").status_code == 404
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.before["group"], entry.after) == (
        "grant_deleted",
        "ops",
        None,
    )


@pytest.mark.parametrize("grant_id", ["1", "9" * 30])
def test_an_unknown_grant_is_404(admin, grant_id):
    for method, body in (("GET", None), ("PATCH", {"rights": ["run"]}), ("DELETE", None)):
        assert refused(admin.send(method, f"grants/{grant_id}/", body)) == (404, [(None, "not_found")])


def test_the_list_is_filtered_by_holder_and_by_job_type(admin):
    grants = [
        create_grant(user="ann", job_types=["billing_*"], rights=["run"], by=SYSTEM),
        create_grant(user="ben", job_types=["otp", "mail_*"], rights=["run"], by=SYSTEM),
        create_grant(group="ops", job_types=["*"], rights=["see"], by=SYSTEM),
    ]

    def found(query):
        ids = [row["id"] for row in admin.get(f"grants/?{query}").json()["results"]]
        return [place for place, grant in enumerate(grants) if grant.pk in ids]

    assert found("page_size=200") == [0, 1, 2]
    assert found("user=ann") == [0]
    assert found("group=ops") == [2]
    assert found("job_type=billing_run") == [0, 2]
    assert found("job_type=otp") == [1, 2]
    assert found("job_type=otp&user=ben") == [1]
    assert found("user=nobody") == found("user=ann&group=ops") == []


def test_who_has_a_grant_may_what_it_says_at_once(admin, viewer):
    assert viewer.post("jobs/bulk/", {"jobs": []}).status_code == 403
    admin.post("grants/", {"user": "viewer-person", **GIVEN})
    assert viewer.post("jobs/bulk/", {"jobs": []}).status_code == 400


def test_only_admins_may(editor):
    grant = create_grant(group="ops", by=SYSTEM, **GIVEN)
    for answer in (
        editor.get("grants/"),
        editor.post("grants/", {"user": "editor-person", **GIVEN}),
        editor.get(f"grants/{grant.pk}/"),
        editor.send("PATCH", f"grants/{grant.pk}/", GIVEN),
        editor.send("DELETE", f"grants/{grant.pk}/"),
    ):
        assert refused(answer) == (403, [(None, "permission_denied")])
