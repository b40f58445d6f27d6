"""A one-time link with which a user sets a new password: made by an admin, opened in a browser."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import AuditEntry, ResetLink, SignInLink, User
from accounts.roles import SYSTEM, Role
from accounts.services.one_time import make_sign_in_link
from accounts.services.reset_links import make_reset_link
from accounts.services.users import change_user, create_user
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin
from tests.api.factor_steps import Person

pytestmark = pytest.mark.django_db
OLD, NEW = "correct-horse-battery", "staple-mountain-river"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.VIEWER, password=OLD)


@pytest.fixture
def path(ann):
    return f"/reset-password/{make_reset_link(user=ann, by=SYSTEM)[0]}/"


def send(client, path, password=NEW, repeated=None):
    return client.post(path, {"password": password, "repeated": password if repeated is None else repeated})


def who(client):
    return client.get("/api/v1/session/").json()["user"]


def test_an_admin_makes_a_link_for_a_day(admin, ann, client):
    answer = admin.post("users/ann/reset/")
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"url", "expires_at"}
    left = parse_datetime(body["expires_at"]) - timezone.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24, seconds=5)
    url = urlsplit(body["url"])
    assert (url.scheme, url.netloc) == ("http", "testserver")
    assert client.get(url.path).status_code == 200
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.object) == ("admin-person", "reset_link_made", "user:ann")


def test_only_a_digest_is_stored(admin, ann):
    token = admin.post("users/ann/reset/").json()["url"].split("/")[-2]
    stored = str([*ResetLink.objects.values(), *AuditEntry.objects.values()])
    assert len(token) > 40
    assert token not in stored


def test_there_is_none_for_who_is_not_active(admin, ann):
    change_user(user=ann, by=SYSTEM, active=False)
    answer = admin.post("users/ann/reset/")
    assert refused(answer) == (409, [(None, "inactive")])
    assert refused(admin.post("users/nobody/reset/")) == (404, [(None, "not_found")])
    assert not ResetLink.objects.exists()


def test_showing_the_form_does_not_use_the_link(client, path):
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "Set a new password for ann" in page.content.decode()
    assert who(client) is None
    assert send(client, path).status_code == 302


def test_a_new_password_signs_in_here_and_ends_all_other_sessions(client, path):
    other = Caller(None)
    assert other.post("session/", {"username": "ann", "password": OLD}).status_code == 200
    answer = send(client, path)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert who(client)["username"] == "ann"
    assert who(other.client) is None
    assert User.objects.get(username="ann").check_password(NEW)
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.object) == ("ann", "password_reset", "user:ann")
    assert NEW not in str(list(AuditEntry.objects.values()))


def test_it_works_in_a_browser_that_is_signed_in(client, ann, path):
    client.force_login(ann)
    assert send(client, path).status_code == 302
    assert who(client)["username"] == "ann"
    ben = create_user(name="ben", role=Role.VIEWER)
    send(client, f"/reset-password/{make_reset_link(user=ben, by=SYSTEM)[0]}/")
    assert who(client)["username"] == "ben"


def test_who_has_a_second_factor_signs_in_with_it_afterwards():
    person = Person("pat")
    person.set_up_totp()
    path = f"/reset-password/{make_reset_link(user=person.account, by=SYSTEM)[0]}/"
    assert send(person.client, path).status_code == 302
    assert person.who() is None
    answer = person.sign_in(NEW)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "second_factor")


def test_a_link_works_once(client, path):
    assert send(client, path).status_code == 302
    again = Client()
    for answer in (again.get(path), send(again, path, OLD)):
        assert answer.status_code == 410
        assert "This link is spent" in answer.content.decode()
    assert who(again) is None
    assert User.objects.get(username="ann").check_password(NEW)


def test_other_links_of_the_user_are_gone_with_it(client, ann, path):
    make_sign_in_link(user=ann)
    make_reset_link(user=ann, by=SYSTEM)
    ben = create_user(name="ben", role=Role.VIEWER)
    make_reset_link(user=ben, by=SYSTEM)
    send(client, path)
    assert not SignInLink.objects.exists()
    assert [link.user.username for link in ResetLink.objects.filter(used_at=None)] == ["ben"]


@pytest.mark.parametrize(
    ("passwords", "sentence"),
    [
        (("short", "short"), "This password is too short"),
        (("password123", "password123"), "This password is too common"),
        ((NEW, OLD), "This is not the same password"),
        (("", ""), "This field is required"),
    ],
)
def test_a_password_that_is_none_is_refused_at_its_field_and_the_link_still_works(
    client, path, passwords, sentence
):
    answer = send(client, path, *passwords)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (400, True)
    assert "<title>Error:" in page
    assert 'aria-invalid="true"' in page
    assert not any(word and f'value="{word}"' in page for word in passwords)
    assert send(client, path).status_code == 302


def test_another_site_cannot_send_the_form(path):
    browser = Client(enforce_csrf_checks=True)
    assert send(browser, path).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(path).content.decode())[1]
    form = {"password": NEW, "repeated": NEW, "csrfmiddlewaretoken": token}
    assert browser.post(path, form).status_code == 302


def test_an_expired_link_is_spent(client, path):
    ResetLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (client.get(path).status_code, send(client, path).status_code) == (410, 410)


def test_there_is_none_where_nobody_signs_in_by_password(admin, ann, settings):
    settings.LOCAL_SIGN_IN = False
    assert refused(admin.post("users/ann/reset/")) == (409, [(None, "local_sign_in_off")])


@pytest.mark.parametrize("change", [{"active": False}, {"service": True}])
def test_a_link_of_who_may_no_longer_sign_in_is_spent(client, ann, path, change):
    change_user(user=ann, by=SYSTEM, **change)
    assert (client.get(path).status_code, send(client, path).status_code) == (410, 410)
    assert who(client) is None


@pytest.mark.parametrize("token", ["never-issued", "%00", "%ff"])
def test_a_link_that_never_was_is_spent_too(client, token):
    assert client.get(f"/reset-password/{token}/").status_code == 410
    assert send(client, f"/reset-password/{token}/").status_code == 410


def test_a_link_to_sign_in_sets_no_password(client, ann):
    token = make_sign_in_link(user=ann)
    assert send(client, f"/reset-password/{token}/").status_code == 410


def test_no_cache_keeps_the_page_and_no_other_site_learns_its_address(client, path):
    page = client.get(path)
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "strict-origin"


def test_the_page_can_be_used_without_seeing_it(client, path):
    page = client.get(path).content.decode()
    assert '<html lang="en">' in page
    fields = re.findall(r'<input type="password"[^>]* id="(\w+)"', page)
    assert len(fields) == 2
    assert all(f'<label for="{field}">' in page for field in fields)
    assert page.count("<h1>") == page.count("<main>") == 1


def test_other_methods_are_refused(client, path):
    assert client.head(path).status_code == 405
    assert client.delete(path).status_code == 405
