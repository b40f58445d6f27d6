"""The next runs of a series take the template's secrets and read-only fields by the rights that its author has then."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Actor, Role
from foundation.encryption import unseal
from foundation.errors import Conflict
from jobs.models import Job, Series
from jobs.services.series_editing import create_series
from jobs.states import LIVE, SeriesState
from templates_app.shared_secrets.store import create_secret
from tests.factories import ANN, EDITOR, OTP, document, finish, scheduled
from tests.services import chains
from tests.services.test_incompatible_payloads import save

pytestmark = pytest.mark.django_db
KEY, MARKER = "s3cret-key", "$encrypted$"
OURS, THEIRS = "https://api.example.org/x", "https://evil.example/"
KEY_FIELD = {"type": "secret"}
UNBOUND = "Key is required: its default is used for editors only"


def template(payload: Any, **fields: Any) -> dict[str, Any]:
    """A template whose jobs repeat three times, with an address field unless `fields` has another."""
    repeats: dict[str, Any] = {"rescheduleAfterTermination": True, "startInSeconds": 5, "maxRuns": 3}
    return document(payload_schema={"url": {"type": "url"}, **fields}, payload=payload, **repeats)


@pytest.fixture(autouse=True)
def _people() -> None:
    for actor in (ANN, EDITOR):
        User.objects.create(username=actor.name, role=actor.role)


def begun(actor: Actor = ANN, **payload: Any) -> Series:
    scheduled(actor=actor, payload=payload)
    return Series.objects.get()


def series_of(actor: Actor, **payload: Any) -> Series:
    made: uuid.UUID = create_series(
        job_type=OTP, fields={"payload": payload, "every_seconds": 10}, actor=actor
    )
    return Series.objects.get(pk=made)


def refused(change: dict[str, Any]) -> list[tuple[str | None, Any]]:
    with pytest.raises(Conflict) as caught:
        save(change)
    return [(one.attr, one.value) for one in caught.value.problems]


def with_default() -> dict[str, Any]:
    return template({"key": KEY}, key=KEY_FIELD)


def shared() -> dict[str, Any]:
    return template({}, key={**KEY_FIELD, "secretRef": "stripe"})


def fixed() -> dict[str, Any]:
    address = {"type": "url", "readOnly": True}
    return template({"url": OURS, "key": KEY}, url=address, key={**KEY_FIELD, "readOnly": True})


@pytest.mark.parametrize(("change", "field"), [(with_default, "key"), (shared, "key"), (fixed, "url")])
def test_a_secret_that_the_template_has_only_since_goes_to_no_address_of_an_operator(
    change: Any, field: str
) -> None:
    create_secret(by=EDITOR, name="stripe", job_types=["*"], source="value", value=KEY)
    save(template({}))
    series = begun(url=THEIRS)
    assert refused(change()) == [(f"payload.{field}", {"series": str(series.pk)})]
    save(change(), force=True)
    series.refresh_from_db()
    waiting = chains.waiting(series)
    assert (series.pinned_version, waiting.template_version, waiting.secrets) == (1, 1, None)
    finish(chains.run_one(series))
    assert (chains.waiting(series).template_version, chains.waiting(series).secrets) == (1, None)


def test_an_editors_series_takes_it() -> None:
    save(template({}))
    series = begun(EDITOR, url=THEIRS)
    save(with_default())
    assert unseal(chains.waiting(series).secrets) == {"key": KEY}


def test_one_of_an_editor_who_lost_the_right_pauses_at_the_next_run_with_the_reason() -> None:
    save(with_default())
    series = series_of(EDITOR, url=THEIRS)
    attempt = chains.run_one(series)
    User.objects.filter(username=EDITOR.name).update(role=Role.OPERATOR)
    finish(attempt)
    series.refresh_from_db()
    assert series.state == SeriesState.PAUSED
    assert UNBOUND in str(series.paused_reason)


@pytest.mark.parametrize("lost", [{"role": Role.OPERATOR}, {"is_active": False}])
def test_one_that_would_be_refused_keeps_nobody_from_changing_the_template(lost: dict[str, Any]) -> None:
    save(with_default())
    series = series_of(EDITOR, url=THEIRS)
    User.objects.filter(username=EDITOR.name).update(**lost)
    save(with_default() | {"label": "Another"})
    series.refresh_from_db()
    assert (series.state, series.paused_by_template) == (SeriesState.PAUSED, False)
    assert UNBOUND in str(series.paused_reason)
    assert not Job.objects.filter(series=series, state__in=LIVE).exists()


def test_what_is_bound_is_taken_for_everybody() -> None:
    bound = {**KEY_FIELD, "hosts": ["api.example.org"]}
    save(template({}))
    series = begun(url=OURS)
    save(template({"key": KEY}, key=bound))
    assert unseal(chains.waiting(series).secrets) == {"key": KEY}


def test_an_operators_copy_of_a_read_only_secret_is_the_templates_own_again() -> None:
    """Series of before have copies of defaults among their secrets."""
    save(fixed())
    series = begun()
    attempt = chains.run_one(series)
    copy = {"secrets": chains.waiting(series).secrets, "payload": {"url": OURS, "key": MARKER}}
    Series.objects.filter(pk=series.pk).update(**copy)
    finish(attempt)
    assert unseal(chains.waiting(series).secrets) == {"key": KEY}
    series.refresh_from_db()
    assert series.state == SeriesState.ACTIVE


@pytest.mark.parametrize("given", [{}, {"key": MARKER}])
def test_each_run_of_a_users_series_takes_the_default_of_its_time(given: dict[str, Any]) -> None:
    bound = {**KEY_FIELD, "hosts": ["api.example.org"], "nullable": True}
    save(template({"key": KEY}, key=bound))
    series = begun(url=OURS, **given)
    assert (series.payload, series.secrets) == ({"url": OURS, **given}, None)
    assert unseal(chains.waiting(series).secrets) == {"key": KEY}
    attempt = chains.run_one(series)
    save(template({"key": "its next one"}, key=bound))
    finish(attempt)
    assert unseal(chains.waiting(series).secrets) == {"key": "its next one"}


def test_a_default_that_was_removed_is_gone_from_the_next_run() -> None:
    bound = {**KEY_FIELD, "hosts": ["api.example.org"], "nullable": True}
    save(template({"key": KEY}, key=bound))
    series = begun(url=OURS)
    save(template({}, key=bound))
    assert (chains.waiting(series).payload, chains.waiting(series).secrets) == ({"url": OURS}, None)


def test_a_read_only_field_has_its_new_default_though_a_form_sent_the_old_one() -> None:
    def nested(default: int) -> dict[str, Any]:
        n = {"type": "uint", "readOnly": True, "default": default}
        inner = {"type": "object", "fields": {"n": n, "m": {"type": "uint"}}}
        return template({}, o=inner, a={"type": "array", "items": inner})

    save(nested(1))
    series = begun(url=OURS, o={"n": 1, "m": 5}, a=[{"n": 1, "m": 6}])
    assert series.payload == {"url": OURS, "o": {"m": 5}, "a": [{"m": 6}]}
    save(nested(2))
    now = {"url": OURS, "o": {"n": 2, "m": 5}, "a": [{"n": 2, "m": 6}]}
    assert chains.waiting(series).payload == now


def test_what_the_user_gave_stays_with_the_series() -> None:
    save(template({"key": KEY}, key={**KEY_FIELD, "hosts": ["api.example.org"]}))
    series = begun(url=OURS, key="mine")
    assert unseal(series.secrets) == {"key": "mine"}
    save(template({"key": "its next one"}, key={**KEY_FIELD, "hosts": ["api.example.org"]}))
    assert unseal(chains.waiting(series).secrets) == {"key": "mine"}
