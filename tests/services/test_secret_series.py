"""Secret values of series are stored with the series, answered as the marker, and given to each of its jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from foundation.encryption import unseal
from foundation.errors import Conflict, Invalid
from jobs.models import Series
from jobs.services.execute import run_jobs
from jobs.services.series_editing import change_series, create_series
from jobs.states import State
from tests.factories import EDITOR, OTP, WORKER, document, enqueue, finish, job, store
from tests.services import chains

pytestmark = pytest.mark.django_db(transaction=True)
KEY, MARKER = "s3cret-key", "$encrypted$"
FIELDS: dict[str, Any] = {
    "payload_schema": {"api_key": {"type": "secret", "required": True}, "note": {"type": "string"}}
}
OTHER_KEY = "7" * 42 + "8="


def series_with(given: dict[str, Any] | None, **keys: Any) -> Series:
    store(document(OTP, **{"payload": {}} | FIELDS | keys))
    fields = {"payload": given, "every_seconds": 10}
    return Series.objects.get(pk=create_series(job_type=OTP, fields=fields, actor=EDITOR))


def kept(series: Series) -> tuple[Any, Any, Any]:
    """What the series shows, what it keeps, and what its waiting job has."""
    series.refresh_from_db()
    return series.payload, unseal(series.secrets), unseal(chains.waiting(series).secrets)


def test_the_value_is_kept_apart_and_each_job_gets_it() -> None:
    series = series_with({"api_key": KEY})
    assert kept(series) == ({"api_key": MARKER}, {"api_key": KEY}, {"api_key": KEY})
    finish(chains.run_one(series))
    assert kept(series) == ({"api_key": MARKER}, {"api_key": KEY}, {"api_key": KEY})
    assert chains.waiting(series).payload == {"api_key": MARKER}


def test_the_marker_keeps_the_value_and_another_one_takes_its_place() -> None:
    series = series_with({"api_key": KEY})
    change_series(series_id=series.pk, changes={"payload": {"api_key": MARKER, "note": "new"}}, actor=EDITOR)
    assert kept(series) == ({"api_key": MARKER, "note": "new"}, {"api_key": KEY}, {"api_key": KEY})
    change_series(series_id=series.pk, changes={"payload": {"api_key": "another"}}, actor=EDITOR)
    assert kept(series) == ({"api_key": MARKER}, {"api_key": "another"}, {"api_key": "another"})


def test_a_change_of_its_timing_alone_keeps_everything() -> None:
    series = series_with({"api_key": KEY})
    change_series(series_id=series.pk, changes={"every_seconds": 20}, actor=EDITOR)
    assert kept(series) == ({"api_key": MARKER}, {"api_key": KEY}, {"api_key": KEY})


def test_a_marker_takes_the_templates_value_of_each_time() -> None:
    User.objects.create(username=EDITOR.name, role=EDITOR.role)
    series = series_with({"api_key": MARKER}, payload={"api_key": "of the template"})
    assert kept(series) == ({"api_key": MARKER}, {}, {"api_key": "of the template"})
    store(document(OTP, **FIELDS, payload={"api_key": "its next one"}))
    assert kept(series) == ({"api_key": MARKER}, {}, {"api_key": "its next one"})


def test_a_marker_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match=r"payload\.api_key"):
        series_with({"api_key": MARKER})
    assert not Series.objects.exists()


def test_every_job_of_a_templates_own_series_has_the_templates_value() -> None:
    series = chains.start(**FIELDS, payload={"api_key": KEY})
    assert kept(series) == (None, {}, {"api_key": KEY})
    finish(chains.run_one(series))
    assert kept(series) == (None, {}, {"api_key": KEY})


def test_a_series_whose_key_is_gone_goes_on_and_its_runs_tell(
    settings: Any, write_handler: Callable[[str, str], None]
) -> None:
    series = chains.start(**FIELDS, payload={"api_key": KEY})
    attempt = chains.run_one(series)
    settings.SECRETS_KEYS = [OTHER_KEY]
    assert finish(attempt) == State.SUCCEEDED
    job_id = enqueue(chains.waiting(series).pk)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    assert job(job_id).error["type"] == "SecretsUnreadable"
    assert chains.waiting(series).series_number == 3


def test_a_value_whose_key_is_gone_can_be_entered_again(settings: Any) -> None:
    series = series_with({"api_key": KEY})
    settings.SECRETS_KEYS = [OTHER_KEY]
    change_series(series_id=series.pk, changes={"payload": {"api_key": "another"}}, actor=EDITOR)
    assert kept(series) == ({"api_key": MARKER}, {"api_key": "another"}, {"api_key": "another"})


def test_a_series_whose_secret_would_come_to_light_is_named_as_what_would_not_pass() -> None:
    series = series_with({"api_key": KEY})
    open_fields = {"api_key": {"type": "string"}, "note": {"type": "secret"}}
    with pytest.raises(Conflict) as caught:
        store(document(OTP, payload={}, payload_schema=open_fields))
    assert {(one.code, one.attr) for one in caught.value.problems} >= {("would_not_pass", "payload.api_key")}
    assert kept(series) == ({"api_key": MARKER}, {"api_key": KEY}, {"api_key": KEY})
