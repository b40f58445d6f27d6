"""Signing in by a provider: who gets in, under which name, with which role and groups."""

import pytest

from accounts.models import AuditEntry, Group, Membership, ProviderAccount, User
from accounts.roles import Role
from accounts.services.one_time import make_sign_in_link
from accounts.services.users import create_user
from tests.api.oidc_fixtures import START, make_settings


def user_named(name):
    return User.objects.get(username=name)


def groups_of(name):
    return sorted(Membership.objects.filter(user__username=name).values_list("group__name", flat=True))


def test_somebody_with_a_role_gets_in_and_lands_where_the_sign_in_began(browser):
    answer = browser.sign_in(next="/jobs?state=failed")
    assert (answer.status_code, answer["Location"]) == (302, "/jobs?state=failed")
    assert browser.who() == {"username": "ann", "role": "operator"}
    entry = AuditEntry.objects.get(action="signed_in")
    assert (entry.actor, entry.after, entry.address) == ("ann", {"by": "oidc"}, "127.0.0.1")


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example", "jobs"])
def test_a_sign_in_never_leads_to_another_site(browser, elsewhere):
    assert browser.sign_in(next=elsewhere)["Location"] == "/"


def test_the_second_sign_in_is_the_same_user_whatever_the_name_there_is_now(browser, provider, open_browser):
    browser.sign_in()
    provider.set(claims={"preferred_username": "ann.married", "groups": ["ops"]})
    again = open_browser()
    again.sign_in()
    assert again.who() == {"username": "ann", "role": "operator"}
    assert ProviderAccount.objects.get().subject == "sub-ann"


@pytest.mark.parametrize("local", ["ann", "Ann"])
def test_a_name_never_takes_over_the_account_of_somebody_else(browser, provider, open_browser, local):
    create_user(name=local, role=Role.ADMIN)
    browser.sign_in()
    assert browser.who() == {"username": "ann-2", "role": "operator"}
    provider.set(account="sub-other-ann")
    other = open_browser()
    other.sign_in()
    assert other.who() == {"username": "ann-3", "role": "operator"}


def test_without_a_preferred_name_the_address_is_the_name(browser, provider):
    provider.set(claims={"email": "ann@example.org", "groups": ["dev"]})
    browser.sign_in()
    assert browser.who() == {"username": "ann@example.org", "role": "editor"}


def test_role_and_groups_follow_the_provider_at_each_sign_in(browser, provider):
    provider.set(claims={"preferred_username": "ann", "groups": ["ops", "billing"]})
    browser.sign_in()
    by_admin = Group.objects.create(name="night shift")
    Membership.objects.create(group=by_admin, user=user_named("ann"))
    assert groups_of("ann") == ["billing", "night shift", "ops"]
    provider.set(claims={"preferred_username": "ann", "groups": ["root", "ops"]})
    browser.sign_in()
    assert browser.who() == {"username": "ann", "role": "admin"}
    assert groups_of("ann") == ["night shift", "ops", "root"]
    provider.set(claims={"preferred_username": "ann", "groups": ["ops"]})
    browser.sign_in()
    assert browser.who() == {"username": "ann", "role": "operator"}
    change = AuditEntry.objects.filter(action="user_changed").first()
    assert (change.before, change.after) == (
        {"role": "admin"},
        {"role": "operator", "groups_removed": ["root"], "by": "oidc"},
    )


def test_without_a_role_the_answer_is_a_page_with_one_sentence_and_no_user(browser, provider):
    provider.set(claims={"preferred_username": "ann", "groups": ["sales"]})
    answer = browser.sign_in()
    assert answer.status_code == 403
    assert "none of your groups there has a role here." in answer.content.decode()
    assert browser.who() is None
    assert not User.objects.exists()
    assert AuditEntry.objects.get().action == "sign_in_refused"


def test_the_default_role_is_for_who_is_in_no_group(browser, provider, settings):
    settings.OIDC = make_settings(provider.issuer, default_role=Role.VIEWER)
    provider.set(claims={"preferred_username": "ann"})
    browser.sign_in()
    assert browser.who() == {"username": "ann", "role": "viewer"}


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_service": True}])
def test_who_is_switched_off_here_or_is_a_program_does_not_get_in(browser, open_browser, change):
    browser.sign_in()
    User.objects.filter(username="ann").update(**change)
    answer = open_browser().sign_in()
    assert answer.status_code == 403
    assert "Your account here is switched off" in answer.content.decode()


def test_a_link_opens_the_door_while_the_provider_is_away(browser, provider, settings):
    settings.LOCAL_SIGN_IN = False
    provider.set(away="/.well-known", how="error")
    assert browser.platform.get(START).status_code == 503
    user = create_user(name="boss", role=Role.ADMIN)
    browser.platform.post(f"/sign-in/{make_sign_in_link(user=user)}/")
    assert browser.who() == {"username": "boss", "role": "admin"}


def test_without_a_provider_there_is_no_such_page(browser, settings):
    settings.OIDC = None
    assert browser.platform.get(START).status_code == 404
    assert browser.platform.get(f"{START}callback/").status_code == 404
    assert browser.platform.post(f"{START}backchannel-logout/").status_code == 404
