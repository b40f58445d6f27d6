"""What people try in order to get at a secret that is not theirs: each row is a payload that must not have it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from foundation.encryption import SecretsUnreadable, seal, unseal
from foundation.errors import AppError, Invalid
from jobs.models import Job, Series
from jobs.services.control import rerun_job
from jobs.services.rotation import Rotation, rotate_secrets
from jobs.services.series_editing import change_series, create_series
from templates_app.models import SharedSecret, TemplateVersion
from tests.api.people import shared_secret
from tests.factories import ANN, EDITOR, OTP, PASSWORD, document, job, scheduled, store, succeeded

pytestmark = pytest.mark.django_db
KEY, MARKER = "s3cret-key", "$encrypted$"
URL = "https://api.example.org/"
FIELDS: dict[str, Any] = {
    "url": {"type": "url"},
    "key": {"type": "secret", "hosts": ["api.example.org"]},
    "mine": {"type": "secret"},
    "note": {"type": "string"},
    "any": {"type": "json"},
    "list": {"type": "array", "items": {"type": "string"}},
    "o": {"type": "object", "fields": {"key": {"type": "secret"}, "text": {"type": "string"}}},
    "more": {"type": "array", "items": {"type": "object", "fields": {"url": {"type": "url"}}}},
}


@pytest.fixture(autouse=True)
def _template(db: None) -> None:
    store(document(payload_schema=FIELDS, payload={"key": KEY, "url": URL}))


ROWS: list[tuple[dict[str, Any], str, str]] = [
    ({"mine": MARKER}, "payload.mine", "SECRET_MISSING"),
    ({"note": MARKER}, "payload.note", "SECRET_MISSING"),
    ({"any": MARKER}, "payload.any", "SECRET_MISSING"),
    ({"any": {"key": MARKER}}, "payload.any.key", "SECRET_MISSING"),
    ({"any": [[MARKER]]}, "payload.any.0.0", "SECRET_MISSING"),
    ({"list": ["a", MARKER]}, "payload.list.1", "SECRET_MISSING"),
    ({"o": {"key": MARKER}}, "payload.o.key", "SECRET_MISSING"),
    ({"o": {"text": MARKER}}, "payload.o.text", "SECRET_MISSING"),
    ({"o": MARKER}, "payload.o", "type"),
    ({"key": [MARKER]}, "payload.key", "type"),
    ({"key": {"key": MARKER}}, "payload.key", "type"),
    ({"key": {"secretRef": "stripe"}}, "payload.key", "type"),
    ({"key.key": MARKER}, "payload.key.key", "unknown_field"),
    ({"@note": MARKER}, "payload.@note", "unknown_field"),
    ({"": MARKER}, "payload.", "unknown_field"),
    ({"url": MARKER}, "payload.url", "format"),
    ({"url": "https://evil.example/"}, "payload.url", "host_not_allowed"),
    ({"url": "http://api.example.org/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://api.example.org@evil.example/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://api.example.org:pw@evil.example/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://user@api.example.org/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://api.example.org.evil.example/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://sub.api.example.org/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://[::1]/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://1.2.3.4/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://xn--pi-example-88b.org/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://api.example.org:99999/"}, "payload.url", "host_not_allowed"),
    ({"url": "https://api.example.org\\@evil.example/"}, "payload.url", "format"),
    ({"url": "https://api.example.org./"}, "payload.url", "format"),
    ({"url": "https://api。example.org/"}, "payload.url", "format"),
    ({"url": "https://evil.example/\n"}, "payload.url", "format"),
    ({"url": "https://evil.example\t/"}, "payload.url", "format"),
    ({"url": "//evil.example/"}, "payload.url", "format"),
    ({"more": [{"url": URL}, {"url": "https://evil.example/"}]}, "payload.more.1.url", "host_not_allowed"),
    ({"url": None}, "payload.url", "type"),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "attr", "code"), ROWS, ids=[f"{number}" for number in range(len(ROWS))])
def test_a_payload_that_is_not_meant_gets_no_secret(payload: dict[str, Any], attr: str, code: str) -> None:
    fields = {"payload": payload, "every_seconds": 60}
    doors: list[Callable[[], object]] = [
        lambda: scheduled(actor=ANN, payload=payload),
        lambda: scheduled(actor=EDITOR, payload=payload),
        lambda: create_series(job_type=OTP, fields=fields, actor=EDITOR),
    ]
    for door in doors:
        with pytest.raises(Invalid) as caught:
            door()
        assert (attr, code) in [(one.attr, one.code) for one in caught.value.problems]
        assert KEY not in str(caught.value)
    assert not Job.objects.exists()
    assert not Series.objects.exists()


def test_the_payload_that_is_meant_gets_it() -> None:
    assert unseal(job(scheduled(actor=ANN, payload={"url": "https://API.EXAMPLE.ORG:443/x?y"})).secrets) == {
        "key": KEY
    }


@pytest.mark.parametrize("payload", [None, {"key": MARKER}, {"mine": MARKER, "key": "x"}])
def test_a_re_run_of_a_job_of_another_type_gets_none_of_ours(payload: Any) -> None:
    store(document(PASSWORD, payload_schema=FIELDS, payload={}))
    other = succeeded(PASSWORD, payload={"key": "theirs", "mine": "x"}, actor=ANN)
    with pytest.raises(Invalid):
        rerun_job(job_id=other, payload=payload, actor=ANN)


@pytest.mark.parametrize("table", [Series, TemplateVersion])
def test_values_that_were_sealed_for_another_field_are_not_used_for_this_one(table: Any) -> None:
    fields = {"payload": {"mine": "x"}, "every_seconds": 60}
    series_id = create_series(job_type=OTP, fields=fields, actor=EDITOR)
    table.objects.update(secrets=seal({"other": "s3cret-other", "o.key": "s3cret-inner"}))
    with pytest.raises(Invalid):
        change_series(series_id=series_id, changes={"payload": {"mine": MARKER}}, actor=EDITOR)


def test_a_lost_key_is_told_at_every_door_and_nothing_else_is_taken_instead(settings: Any) -> None:
    fields = {"payload": {"mine": "x"}, "every_seconds": 60}
    series_id = create_series(job_type=OTP, fields=fields, actor=EDITOR)
    settings.SECRETS_KEYS = [secrets.token_urlsafe(32) + "="]
    for door in (
        lambda: scheduled(actor=ANN, payload={}),
        lambda: scheduled(actor=EDITOR, payload={"key": MARKER}),
        lambda: change_series(series_id=series_id, changes={"payload": {"mine": MARKER}}, actor=EDITOR),
        lambda: store(document(payload_schema=FIELDS, payload={"key": MARKER, "url": URL}, label="x")),
    ):
        with pytest.raises((SecretsUnreadable, AppError), match="their key is not among SECRETS_KEYS"):
            door()
    assert scheduled(actor=ANN, payload={"key": "mine"})


def test_a_ring_of_ten_keys_opens_all_and_rotates_to_the_first(settings: Any) -> None:
    keys = [secrets.token_urlsafe(32) + "=" for _ in range(10)]
    for number, key in enumerate(keys):
        settings.SECRETS_KEYS = [key]
        shared_secret(f"secret{number}", source="value", value=f"value {number}")
    settings.SECRETS_KEYS = keys
    TemplateVersion.objects.update(secrets=None)
    assert rotate_secrets() == Rotation(resealed=9, already_newest=1)
    settings.SECRETS_KEYS = keys[:1]
    opened = [unseal(one.secrets)["value"] for one in SharedSecret.objects.order_by("name")]
    assert opened == [f"value {number}" for number in range(10)]
