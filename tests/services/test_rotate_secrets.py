"""manage.py rotate_secrets: everything sealed gets under the newest key."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import TotpSecret
from accounts.roles import Role
from accounts.services.totp import begin_totp
from accounts.services.users import create_user
from foundation.encryption import is_sealed_with_newest_key, unseal
from jobs.models import Job, LiveJob, Series
from jobs.services import rotation, unreadable_secrets
from jobs.services.rotation import Rotation, rotate_secrets
from templates_app.models import TemplateVersion
from tests.factories import OTP, document, scheduled, store
from tests.services import chains

pytestmark = pytest.mark.django_db
OLD, NEW = (secrets.token_urlsafe(32) + "=" for _ in range(2))
FIELDS: dict[str, Any] = {"payload_schema": {"api_key": {"type": "secret"}}, "payload": {"api_key": "s3cret"}}


@pytest.fixture
def sealed_under_the_old_key(settings: Any) -> Any:
    settings.SECRETS_KEYS = [OLD]
    series = chains.start(**FIELDS)
    Series.objects.filter(pk=series.pk).update(secrets=chains.waiting(series).secrets)
    begin_totp(create_user(name="ann", role=Role.VIEWER))
    return settings


def all_sealed() -> list[str]:
    return [
        sealed
        for model in (TemplateVersion, Series, Job, TotpSecret)
        for sealed in model.objects.values_list("secrets", flat=True)
        if sealed
    ]


def test_all_is_encrypted_again_and_keeps_its_values(
    sealed_under_the_old_key: Any,
) -> None:
    sealed_under_the_old_key.SECRETS_KEYS = [NEW, OLD]
    before = [unseal(sealed) for sealed in all_sealed()]
    assert before[:3] == [{"api_key": "s3cret"}] * 3
    assert rotate_secrets() == Rotation(resealed=4)
    sealed_under_the_old_key.SECRETS_KEYS = [NEW]
    assert [unseal(sealed) for sealed in all_sealed()] == before


def test_doing_it_again_changes_nothing(sealed_under_the_old_key: Any) -> None:
    sealed_under_the_old_key.SECRETS_KEYS = [NEW, OLD]
    rotate_secrets()
    before = all_sealed()
    assert rotate_secrets() == Rotation(already_newest=4)
    assert all_sealed() == before


def test_it_goes_through_more_rows_than_a_batch_has(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECRETS_KEYS = [OLD]
    store(document(**FIELDS))
    for _ in range(5):
        scheduled(OTP)
    monkeypatch.setattr(rotation, "BATCH_SIZE", 2)
    settings.SECRETS_KEYS = [NEW, OLD]
    assert rotate_secrets().resealed == 6
    assert all(is_sealed_with_newest_key(sealed) for sealed in all_sealed())


def test_a_value_that_was_changed_or_wiped_meanwhile_is_left_alone(
    sealed_under_the_old_key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_under_the_old_key.SECRETS_KEYS = [NEW, OLD]
    rows = {table: list(rotation.read_sealed(table)) for table in rotation.TABLES}
    monkeypatch.setattr(rotation, "read_sealed", lambda table: rows[table])
    LiveJob.objects.update(secrets=None)
    assert rotate_secrets().resealed == 3
    assert Job.objects.get().secrets is None


def test_what_no_key_opens_is_counted_and_the_command_says_so(sealed_under_the_old_key: Any) -> None:
    sealed_under_the_old_key.SECRETS_KEYS = [NEW]
    before = all_sealed()
    with pytest.raises(CommandError, match="4 cannot be read: their key is not among SECRETS_KEYS"):
        call_command("rotate_secrets")
    assert all_sealed() == before


def test_the_command_reports_what_it_did(
    sealed_under_the_old_key: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed_under_the_old_key.SECRETS_KEYS = [NEW, OLD]
    call_command("rotate_secrets")
    assert capsys.readouterr().out == "4 encrypted with the newest key, 0 were already.\n"


def test_without_keys_it_is_refused(settings: Any) -> None:
    settings.SECRETS_KEYS = []
    with pytest.raises(CommandError, match="Set SECRETS_KEYS"):
        call_command("rotate_secrets")


@pytest.mark.django_db(transaction=True)
def test_a_process_does_not_start_without_the_key_of_stored_values(sealed_under_the_old_key: Any) -> None:
    unreadable_secrets.refuse_to_start()
    sealed_under_the_old_key.SECRETS_KEYS = [NEW]
    with pytest.raises(SystemExit, match=r"lacks a key: at least 4 .+ rotate_secrets --forget"):
        unreadable_secrets.refuse_to_start()


def test_given_up_values_keep_no_process_from_starting(
    sealed_under_the_old_key: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed_under_the_old_key.SECRETS_KEYS = [NEW]
    store(document("with_the_new_key", **FIELDS))
    call_command("rotate_secrets", "--forget")
    assert capsys.readouterr().out == "4 whose key is lost were given up.\n"
    assert unreadable_secrets.count_unreadable() == 0
    readable = TemplateVersion.objects.get(template__pk="with_the_new_key")
    assert unseal(readable.secrets) == {"api_key": "s3cret"}
    assert rotate_secrets() == Rotation(already_newest=1)


def test_a_ring_of_ten_keys_reads_what_any_of_them_encrypted(sealed_under_the_old_key: Any) -> None:
    others = [secrets.token_urlsafe(32) + "=" for _ in range(8)]
    sealed_under_the_old_key.SECRETS_KEYS = [NEW, *others, OLD]
    assert unreadable_secrets.count_unreadable() == 0
    assert rotate_secrets() == Rotation(resealed=4)
