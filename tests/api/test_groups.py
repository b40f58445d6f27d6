"""Groups of users: created, renamed, filled and deleted by admins, with the grants of their members."""

import pytest

from accounts.models import AuditEntry, Group, StoredGrant, User
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.users import create_user
from tests.api.caller import admin as admin
from tests.api.caller import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _users(db):
    for name in ("ann", "ben"):
        create_user(name=name, role=Role.VIEWER)


def patch(admin, name, body):
    return admin.send("PATCH", f"groups/{name}/", body)


def granted(name):
    return User.objects.get(username=name).granted


def last_entry():
    return AuditEntry.objects.first()


def test_it_creates_a_group(admin):
    answer = admin.post("groups/", {"name": "Billing team", "members": ["ben", "ann", "ben"]})
    assert answer.status_code == 201
    assert answer.json() == {"name": "Billing team", "members": ["ann", "ben"]}
    assert admin.get("groups/Billing%20team/").json() == answer.json()
    entry = last_entry()
    assert (entry.actor, entry.action, entry.object) == (
        "admin-person",
        "group_created",
        "group:Billing team",
    )
    assert (entry.before, entry.after) == (None, answer.json())


def test_a_new_group_may_be_empty(admin):
    assert admin.post("groups/", {"name": "ops"}).json() == {"name": "ops", "members": []}


@pytest.mark.parametrize("name", ["", " ops", "ops ", "a/b", "a\nb", "a:b", "x" * 151])
def test_a_name_that_is_none_is_refused(admin, name):
    answer = admin.post("groups/", {"name": name})
    assert answer.status_code == 400
    assert {error["attr"] for error in answer.json()["errors"]} == {"name"}
    assert not Group.objects.exists()


@pytest.mark.parametrize("name", ["ops", "Zürich 2", "a@b.c", "x" * 150, "dev+ops_1-2"])
def test_a_name_may_have_letters_digits_spaces_and_some_signs(admin, name):
    assert admin.post("groups/", {"name": name}).status_code == 201
    assert admin.get(f"groups/{name}/").json()["name"] == name


def test_a_taken_name_is_409_in_whatever_case(admin):
    admin.post("groups/", {"name": "Ops"})
    for name in ("Ops", "ops"):
        answer = admin.post("groups/", {"name": name})
        assert refused(answer) == (409, [("name", "group_exists")])
        assert "There is a group Ops already." in answer.json()["errors"][0]["detail"]
    admin.post("groups/", {"name": "dev"})
    assert refused(patch(admin, "dev", {"name": "OPS"})) == (409, [("name", "group_exists")])
    assert patch(admin, "Ops", {"name": "ops"}).json()["name"] == "ops"


def test_an_unknown_member_is_refused_where_it_stands_with_the_nearest_name(admin):
    for answer in (
        admin.post("groups/", {"name": "ops", "members": ["ann", "bem", "nobody-like-this"]}),
        patch(
            admin, create_group(name="dev", by=SYSTEM).name, {"members": ["ann", "bem", "nobody-like-this"]}
        ),
    ):
        assert refused(answer) == (400, [("members.1", "unknown_user"), ("members.2", "unknown_user")])
        assert "Did you mean ben?" in answer.json()["errors"][0]["detail"]
    assert Group.objects.count() == 1


def test_members_get_and_lose_what_the_group_has(admin):
    create_group(name="ops", members=["ann"], by=SYSTEM)
    create_grant(group="ops", job_types=["billing_*"], rights=["run"], by=SYSTEM)
    version = User.objects.get(username="ann").rights_version
    changed = patch(admin, "ops", {"members": ["ben"]})
    assert (changed.status_code, changed.json()["members"]) == (200, ["ben"])
    assert (granted("ann"), granted("ben")) == ([], [[["billing_*"], ["run"]]])
    assert User.objects.get(username="ann").rights_version > version
    assert (last_entry().before, last_entry().after) == ({"members": ["ann"]}, {"members": ["ben"]})


def test_who_stays_keeps_the_version_of_rights(admin):
    create_group(name="ops", members=["ann"], by=SYSTEM)
    version = User.objects.get(username="ann").rights_version
    patch(admin, "ops", {"members": ["ann", "ben"]})
    assert User.objects.get(username="ann").rights_version == version


def test_a_renamed_group_keeps_members_and_grants(admin):
    create_group(name="ops", members=["ann"], by=SYSTEM)
    create_grant(group="ops", job_types=["*"], rights=["run"], by=SYSTEM)
    assert patch(admin, "ops", {"name": "operations"}).json() == {"name": "operations", "members": ["ann"]}
    assert admin.get("groups/ops/").status_code == 404
    assert admin.get("grants/?group=operations").json()["results"][0]["group"] == "operations"
    assert last_entry().before == {"name": "ops"}


def test_a_change_of_nothing_leaves_no_trace(admin):
    create_group(name="ops", members=["ann"], by=SYSTEM)
    count = AuditEntry.objects.count()
    assert patch(admin, "ops", {"name": "ops", "members": ["ann"]}).status_code == 200
    assert AuditEntry.objects.count() == count


@pytest.mark.parametrize("body", [{}, {"members": None}, {"members": [1]}, {"users": []}])
def test_a_change_that_is_none_is_400(admin, body):
    create_group(name="ops", members=["ann"], by=SYSTEM)
    assert patch(admin, "ops", body).status_code == 400


def test_with_a_group_its_grants_go_and_the_audit_trail_lists_them(admin):
    create_group(name="ops", members=["ann", "ben"], by=SYSTEM)
    grant = create_grant(group="ops", job_types=["a_*", "b"], rights=["run"], by=SYSTEM)
    create_grant(user="ann", job_types=["mine"], rights=["see"], by=SYSTEM)
    assert admin.send("DELETE", "groups/ops/").status_code == 204
    assert admin.get("groups/ops/").status_code == 404
    assert StoredGrant.objects.count() == 1
    assert (granted("ann"), granted("ben")) == ([[["mine"], ["see"]]], [])
    entry = last_entry()
    assert (entry.action, entry.object, entry.after) == ("group_deleted", "group:ops", None)
    assert entry.before == {
        "name": "ops",
        "members": ["ann", "ben"],
        "grants": [
            {"id": grant.pk, "user": None, "group": "ops", "job_types": ["a_*", "b"], "rights": ["run"]}
        ],
    }


@pytest.mark.parametrize("name", ["none", "a%00b"])
def test_an_unknown_group_is_404(admin, name):
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        assert admin.send(method, f"groups/{name}/", body).status_code == 404


def test_a_list_of_many_groups_costs_no_more_queries(admin, django_assert_max_num_queries):
    for number in range(20):
        create_group(name=f"g{number}", members=["ann", "ben"], by=SYSTEM)
    admin.get("groups/")
    with django_assert_max_num_queries(6):
        rows = admin.get("groups/").json()["results"]
    assert [row["members"] for row in rows] == [["ann", "ben"]] * 20


def test_only_admins_may(editor):
    create_group(name="ops", by=SYSTEM)
    for answer in (
        editor.get("groups/"),
        editor.post("groups/", {"name": "x"}),
        editor.get("groups/ops/"),
        patch(editor, "ops", {"members": ["editor-person"]}),
        editor.send("DELETE", "groups/ops/"),
    ):
        assert refused(answer) == (403, [(None, "permission_denied")])
