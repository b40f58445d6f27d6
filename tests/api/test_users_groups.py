"""Users in groups, what grants give them, service accounts, and filters of the list of users."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import ApiToken, AuditEntry, SignInLink, User
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.one_time import make_sign_in_link
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from tests.api.caller import Caller, problems, refused
from tests.api.caller import admin as admin

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.VIEWER, password=PASSWORD)


def names(answer):
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def test_a_user_is_created_in_groups_and_has_their_grants(admin):
    create_group(name="ops", by=SYSTEM)
    grant = create_grant(group="ops", job_types=["billing_*"], rights=["run"], by=SYSTEM)
    created = admin.post("users/", {"name": "ann", "groups": ["ops"]})
    assert created.status_code == 201
    assert created.json()["groups"] == ["ops"]
    assert [(one["id"], one["from"]) for one in created.json()["grants"]] == [(grant.pk, "group ops")]
    assert User.objects.get(username="ann").granted == [[["billing_*"], ["run"]]]


def test_a_user_shows_each_grant_with_where_it_comes_from(admin, ann):
    for name in ("ops", "dev"):
        create_group(name=name, members=["ann"], by=SYSTEM)
        create_grant(group=name, job_types=[f"{name}_*"], rights=["read"], by=SYSTEM)
    create_group(name="others", by=SYSTEM)
    create_grant(group="others", job_types=["*"], rights=["edit"], by=SYSTEM)
    create_grant(user="ann", job_types=["mine"], rights=["stop"], by=SYSTEM)
    shown = admin.get("users/ann/").json()
    assert shown["groups"] == ["dev", "ops"]
    assert [(one["from"], one["job_types"], one["rights"]) for one in shown["grants"]] == [
        ("group ops", ["ops_*"], ["read"]),
        ("group dev", ["dev_*"], ["read"]),
        ("own", ["mine"], ["stop"]),
    ]
    assert "grants" not in admin.get("users/?search=ann").json()["results"][0]


def test_groups_of_a_user_are_replaced_and_the_audit_trail_has_both(admin, ann):
    for name in ("ops", "dev"):
        create_group(name=name, by=SYSTEM)
    create_grant(group="dev", job_types=["*"], rights=["run"], by=SYSTEM)
    admin.send("PATCH", "users/ann/", {"groups": ["ops"]})
    changed = admin.send("PATCH", "users/ann/", {"groups": ["dev"]})
    assert (changed.json()["groups"], len(changed.json()["grants"])) == (["dev"], 1)
    entry = AuditEntry.objects.filter(action="user_changed").first()
    assert (entry.object, entry.before, entry.after) == ("user:ann", {"groups": ["ops"]}, {"groups": ["dev"]})
    assert admin.send("PATCH", "users/ann/", {"groups": []}).json()["grants"] == []
    assert User.objects.get(username="ann").granted == []


def test_an_unknown_group_changes_nothing_and_the_nearest_is_suggested(admin, ann):
    create_group(name="operations", by=SYSTEM)
    answer = admin.send("PATCH", "users/ann/", {"role": "editor", "groups": ["operations", "operation"]})
    assert refused(answer) == (400, [("groups.1", "unknown_group")])
    assert "Did you mean operations?" in answer.json()["errors"][0]["detail"]
    assert (User.objects.get(username="ann").role, admin.get("users/ann/").json()["groups"]) == ("viewer", [])


def test_who_becomes_a_service_account_loses_password_sessions_and_links(admin, ann):
    browser = Caller(None)
    assert browser.post("session/", {"username": "ann", "password": PASSWORD}).status_code == 200
    make_sign_in_link(user=ann)
    issue_token(user=ann, name="ci")
    changed = admin.send("PATCH", "users/ann/", {"service": True})
    assert (changed.status_code, changed.json()["service"]) == (200, True)
    assert browser.get("jobs/").status_code == 401
    assert not User.objects.get(username="ann").has_usable_password()
    assert not SignInLink.objects.exists()
    assert ApiToken.objects.count() == 1, "programs go on"
    assert AuditEntry.objects.first().after == {"service": True}


def test_a_service_account_has_no_way_to_sign_in(admin, nobody):
    admin.post("users/", {"name": "ci", "service": True, "role": "operator"})
    with_password = admin.send("PATCH", "users/ci/", {"password": PASSWORD})
    assert refused(with_password) == (400, [("password", "service_account")])
    assert "uses API tokens" in with_password.json()["errors"][0]["detail"]
    assert refused(admin.post("users/ci/reset/")) == (409, [(None, "service_account")])
    # Django's own command asks no service of ours.
    user = User.objects.get(username="ci")
    user.set_password(PASSWORD)
    user.save()
    answer = nobody.post("session/", {"username": "ci", "password": PASSWORD})
    assert refused(answer) == (400, [(None, "service_account")])


def test_a_service_account_can_become_a_person_again(admin):
    admin.post("users/", {"name": "ci", "service": True})
    changed = admin.send("PATCH", "users/ci/", {"service": False, "password": PASSWORD})
    assert (changed.status_code, changed.json()["service"]) == (200, False)
    assert User.objects.get(username="ci").check_password(PASSWORD)


def test_the_list_is_filtered_by_part_of_the_name_role_activity_and_group(admin, ann):
    create_user(name="hannah", role=Role.EDITOR, by=SYSTEM)
    create_group(name="ops", members=["hannah"], by=SYSTEM)
    admin.send("PATCH", "users/ann/", {"active": False})
    assert names(admin.get("users/?search=ANN")) == ["ann", "hannah"]
    assert names(admin.get("users/?role=editor")) == ["hannah"]
    assert names(admin.get("users/?active=false")) == ["ann"]
    assert names(admin.get("users/?active=true&search=ann")) == ["hannah"]
    assert names(admin.get("users/?group=ops")) == ["hannah"]
    assert names(admin.get("users/?group=dev")) == []
    assert names(admin.get("users/?search=%25")) == []


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("role=boss", ("role", "enum")),
        ("active=yes", ("active", "enum")),
        ("rol=editor", ("rol", "unknown_parameter")),
    ],
)
def test_a_filter_that_is_none_is_refused(admin, query, problem):
    assert refused(admin.get(f"users/?{query}")) == (400, [problem])


def test_a_list_of_many_users_costs_no_more_queries(admin, django_assert_max_num_queries):
    create_group(name="ops", by=SYSTEM)
    for number in range(20):
        create_user(name=f"u{number}", role=Role.VIEWER, groups=["ops"])
    admin.get("users/")
    with django_assert_max_num_queries(6):
        assert len(admin.get("users/").json()["results"]) == 21


def test_only_admins_may_reset_passwords(editor, ann):
    answer = editor.post("users/ann/reset/")
    assert (answer.status_code, problems(answer)) == (403, [(None, "permission_denied")])


def test_when_somebody_was_seen_is_the_later_of_sign_in_and_last_use(admin, ann):
    at = timezone.now()
    for last_login, last_seen, told in (
        (None, None, None),
        (at, None, at),
        (at, at - timedelta(days=1), at),
        (at - timedelta(days=1), at, at),
    ):
        User.objects.filter(pk=ann.pk).update(last_login=last_login, last_seen_at=last_seen)
        shown = admin.get("users/ann/").json()["last_seen_at"]
        assert (parse_datetime(shown) if shown else None) == told
