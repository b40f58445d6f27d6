from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ApiToken, AuditEntry
from accounts.roles import SYSTEM, Role
from accounts.services.rights import count_changes
from accounts.services.tokens import issue_token, revoke_all_tokens, revoke_token, user_of_token
from accounts.services.users import change_user, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.OPERATOR)


def test_it_issues_a_token_that_opens_the_door_of_its_user(ann):
    row, plain = issue_token(user=ann, name="ci", days=7)
    assert user_of_token(plain) == ann
    assert row.name == "ci"
    assert timedelta(days=6, hours=23) < row.expiry - timezone.now() <= timedelta(days=7)


def test_it_stores_no_token(ann):
    row, plain = issue_token(user=ann, name="ci")
    stored = ApiToken.objects.filter(pk=row.pk).values().get()
    assert len(plain) >= 43
    assert all(plain not in str(value) for value in stored.values())
    assert plain not in str(list(AuditEntry.objects.values()))


def test_it_knows_no_other_token(ann):
    _, plain = issue_token(user=ann, name="ci")
    assert user_of_token(plain[:-1] + ("0" if plain[-1] != "0" else "1")) is None
    assert user_of_token("") is None
    assert user_of_token("\0ÿ") is None


def test_an_expired_token_is_none(ann):
    row, plain = issue_token(user=ann, name="ci")
    ApiToken.objects.filter(pk=row.pk).update(expiry=timezone.now() - timedelta(seconds=1))
    assert user_of_token(plain) is None


def test_a_token_of_an_inactive_user_is_none(ann):
    _, plain = issue_token(user=ann, name="ci")
    change_user(user=ann, by=SYSTEM, active=False)
    assert user_of_token(plain) is None


def test_a_revoked_token_is_none_and_the_audit_trail_says_who_did_it(ann):
    row, plain = issue_token(user=ann, name="ci")
    revoke_token(token=row, by=SYSTEM)
    assert user_of_token(plain) is None
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.object) == ("system", "token_revoked", f"token:{row.pk}")
    assert entry.before == {"user": "ann", "name": "ci"}


def test_revoking_twice_is_recorded_once(ann):
    row, _ = issue_token(user=ann, name="ci")
    same = ApiToken.objects.get(pk=row.pk)
    revoke_token(token=row, by=SYSTEM)
    revoke_token(token=same, by=SYSTEM)
    assert AuditEntry.objects.filter(action="token_revoked").count() == 1


def test_all_tokens_of_a_user_are_revoked_for_good(ann):
    issued = [issue_token(user=ann, name=name)[1] for name in ("ci", "cd")]
    _, bens = issue_token(user=create_user(name="ben", role=Role.VIEWER), name="ci")
    before = count_changes()
    assert [revoke_all_tokens(user=ann, by=SYSTEM) for _ in range(2)] == [2, 0]
    change_user(user=ann, by=SYSTEM, active=False)
    change_user(user=ann, by=SYSTEM, active=True)
    assert [user_of_token(plain) for plain in issued] == [None, None]
    assert user_of_token(bens) is not None
    assert AuditEntry.objects.get(action="tokens_revoked").before == {"count": 2}
    assert count_changes() > before
