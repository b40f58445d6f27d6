"""The admin pages of groups and grants, and what they add to users: through the same services, for admins only."""

import pytest

from accounts.models import AuditEntry, Group, StoredGrant, User
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.memberships import groups_of, members_of
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
GROUPS, GRANTS = "/admin/restjob_accounts/group/", "/admin/restjob_accounts/storedgrant/"


@pytest.fixture
def client(client):
    client.force_login(create_user(name="root", role=Role.ADMIN))
    return client


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.VIEWER)


@pytest.fixture
def ops(ann):
    return create_group(name="ops", members=["ann"], by=SYSTEM)


def granted():
    return User.objects.get(username="ann").granted


def actions():
    return [entry.action for entry in AuditEntry.objects.filter(actor="root")]


def test_a_group_is_created_changed_and_deleted(client, ann):
    assert client.post(f"{GROUPS}add/", {"name": "ops", "members": [ann.pk]}).status_code == 302
    group = Group.objects.get()
    create_grant(group="ops", job_types=["a"], rights=["run"], by=SYSTEM)
    assert (members_of(group), granted()) == (["ann"], [[["a"], ["run"]]])
    page = client.get(f"{GROUPS}{group.pk}/change/").content.decode()
    assert f'<option value="{ann.pk}" selected>ann' in page
    assert client.post(f"{GROUPS}{group.pk}/change/", {"name": "dev", "members": []}).status_code == 302
    group.refresh_from_db()
    assert (group.name, members_of(group), granted()) == ("dev", [], [])
    assert client.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Group.objects.exists()
    assert not StoredGrant.objects.exists()
    assert actions() == ["group_deleted", "group_changed", "group_created"]


def test_several_groups_are_deleted_through_the_service(client, ops):
    create_grant(group="ops", job_types=["a"], rights=["run"], by=SYSTEM)
    form = {"action": "delete_selected", "_selected_action": [ops.pk], "post": "yes"}
    assert client.post(GROUPS, form).status_code == 302
    assert (granted(), actions()) == ([], ["group_deleted"])


def test_a_bad_name_of_a_group_is_a_message(client):
    answer = client.post(f"{GROUPS}add/", {"name": "a/b", "members": []}, follow=True)
    assert "A name has letters, digits" in answer.content.decode()
    assert not Group.objects.exists()


def test_a_grant_is_created_changed_and_deleted(client, ann):
    form = {"user": ann.pk, "group": "", "job_types": "billing_*\notp", "rights": ["run"]}
    assert client.post(f"{GRANTS}add/", form).status_code == 302
    grant = StoredGrant.objects.get()
    assert (granted(), grant.created_by) == ([[["billing_*", "otp"], ["run"]]], "root")
    page = client.get(f"{GRANTS}{grant.pk}/change/").content.decode()
    assert "billing_*\notp" in page
    changed = {"job_types": "otp", "rights": ["read", "stop"]}
    assert client.post(f"{GRANTS}{grant.pk}/change/", changed).status_code == 302
    assert granted() == [[["otp"], ["read", "stop"]]]
    assert client.post(f"{GRANTS}{grant.pk}/delete/", {"post": "yes"}).status_code == 302
    assert (granted(), actions()) == ([], ["grant_deleted", "grant_changed", "grant_created"])


def test_several_grants_are_deleted_through_the_service(client, ops):
    grants = [create_grant(group="ops", job_types=["a"], rights=["run"], by=SYSTEM) for _ in range(2)]
    form = {"action": "delete_selected", "_selected_action": [one.pk for one in grants], "post": "yes"}
    assert client.post(GRANTS, form).status_code == 302
    assert (granted(), actions()) == ([], ["grant_deleted", "grant_deleted"])


def test_a_bad_pattern_is_refused_at_its_field(client, ann):
    form = {"user": ann.pk, "group": "", "job_types": "Billing", "rights": ["run"]}
    answer = client.post(f"{GRANTS}add/", form)
    assert (answer.status_code, "Write a job type, or a pattern" in answer.content.decode()) == (200, True)


def test_a_grant_to_nobody_or_to_both_is_a_message(client, ann, ops):
    for holder, sentence in (
        ({"user": "", "group": ""}, "Say who gets the rights"),
        ({"user": ann.pk, "group": ops.pk}, "leave one of them out"),
    ):
        form = {**holder, "job_types": "a", "rights": ["run"]}
        assert sentence in client.post(f"{GRANTS}add/", form, follow=True).content.decode()
    assert not StoredGrant.objects.exists()


def test_a_user_gets_groups_and_becomes_a_service_account(client, ann, ops):
    dev = create_group(name="dev", by=SYSTEM)
    page = client.get(f"/admin/restjob_accounts/user/{ann.pk}/change/").content.decode()
    assert f'<option value="{ops.pk}" selected>ops' in page
    form = {"role": "viewer", "is_active": "on", "is_service": "on", "groups": [dev.pk], "new_password": ""}
    assert client.post(f"/admin/restjob_accounts/user/{ann.pk}/change/", form).status_code == 302
    ann.refresh_from_db()
    assert (ann.is_service, groups_of(ann)) == (True, ["dev"])
