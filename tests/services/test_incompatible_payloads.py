"""A change that rejects payloads of live series or waiting jobs is refused, or leaves them on the old version."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEntry
from catalogue import importing, incompatible_payloads, services
from foundation.errors import Conflict, Problem
from jobs.models import Series
from jobs.services import series
from jobs.services.series_editing import change_series, create_series
from templates_app.documents import parse_document, parse_file
from templates_app.queries import get_template
from tests.factories import EDITOR, OTP, begin, document, enqueue, finish, job, recurring, scheduled, store
from tests.services import chains

pytestmark = pytest.mark.django_db
STRICTER: dict[str, Any] = {"payload_schema": {"user_id": {"type": "uint", "maxValue": 7}}}


def series_of(payload: dict[str, Any] | None) -> Series:
    fields = {"payload": payload, "every_seconds": 10}
    return Series.objects.get(pk=create_series(job_type=OTP, fields=fields, actor=EDITOR))


def save(one: dict[str, Any], *, force: bool = False) -> None:
    services.save_template(spec=parse_document(one), actor=EDITOR, force=force)


def refused(work: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(Conflict) as caught:
        work()
    return caught.value.problems


def version_of(job_id: uuid.UUID) -> int:
    return int(job(job_id).template_version)


def pinned(one: Series) -> int | None:
    one.refresh_from_db()
    return one.pinned_version


def test_a_change_that_a_series_and_a_waiting_job_would_not_pass_is_refused_with_their_list() -> None:
    store()
    chain, waiting = series_of({"user_id": 8}), scheduled(payload={"user_id": 9})
    reported = refused(lambda: save(document(**STRICTER)))
    assert [(one.code, one.attr, one.value) for one in reported] == [
        ("would_not_pass", "payload.user_id", {"series": str(chain.pk)}),
        ("would_not_pass", "payload.user_id", {"job_id": str(waiting)}),
    ]
    assert "between 0 and 7" in reported[0].detail
    assert "version 1" in str(reported[0].remedy)
    assert get_template(OTP).version == 1


def test_with_force_the_series_goes_on_with_its_old_version_and_the_job_keeps_its_own() -> None:
    store()
    chain, waiting = series_of({"user_id": 8}), scheduled(payload={"user_id": 9})
    save(document(**STRICTER), force=True)
    assert (get_template(OTP).version, pinned(chain)) == (2, 1)
    finish(chains.run_one(chain))
    assert version_of(chains.waiting(chain).pk) == 1
    assert chains.waiting(chain).payload == {"user_id": 8}
    assert version_of(waiting) == 1
    assert AuditEntry.objects.get(action="template_updated").after["pinned"] == [str(chain.pk)]


def test_a_pinned_series_stays_pinned_until_its_payload_is_changed() -> None:
    store()
    chain = series_of({"user_id": 8})
    save(document(**STRICTER), force=True)
    save(document(**STRICTER, label="a third version"))
    change_series(series_id=chain.pk, changes={"every_seconds": 60}, actor=EDITOR)
    assert (pinned(chain), version_of(chains.waiting(chain).pk)) == (1, 1)
    change_series(series_id=chain.pk, changes={"payload": {"user_id": 5}}, actor=EDITOR)
    assert (pinned(chain), version_of(chains.waiting(chain).pk)) == (None, 3)


def test_what_passes_moves_and_is_no_reason_to_refuse() -> None:
    store()
    chain, waiting = series_of({"user_id": 6}), scheduled(payload={"user_id": 7})
    save(document(**STRICTER))
    assert (pinned(chain), version_of(chains.waiting(chain).pk)) == (None, 2)
    assert version_of(waiting) == 1


def test_force_pins_nothing_that_would_pass() -> None:
    store()
    chain = series_of({"user_id": 6})
    save(document(**STRICTER), force=True)
    assert (pinned(chain), version_of(chains.waiting(chain).pk)) == (None, 2)


def test_jobs_that_run_or_have_ended_are_no_reason_and_queued_ones_are() -> None:
    store()
    handed_over = enqueue(scheduled(payload={"user_id": 9}))
    assert [one.value for one in refused(lambda: save(document(**STRICTER)))] == [
        {"job_id": str(handed_over)}
    ]
    begin(handed_over)
    save(document(**STRICTER))


def test_a_job_of_an_older_version_was_decided_upon_before() -> None:
    store()
    scheduled(payload={"user_id": 9})
    save(document(**STRICTER), force=True)
    save(document(payload_schema={"user_id": {"type": "uint", "maxValue": 7, "label": "Another"}}))
    assert get_template(OTP).version == 3


def test_a_paused_series_counts_and_an_ended_one_does_not() -> None:
    store()
    paused, deleted = series_of({"user_id": 8}), series_of({"user_id": 8})
    series.pause_series(series_id=paused.pk, actor=EDITOR)
    Series.objects.filter(pk=deleted.pk).update(state="ended")
    assert [one.value for one in refused(lambda: save(document(**STRICTER)))] == [{"series": str(paused.pk)}]


def test_a_series_without_a_payload_of_its_own_needs_the_defaults() -> None:
    store()
    chain = series_of(None)
    problems = refused(lambda: save(document(payload={})))
    assert [(one.attr, one.value) for one in problems] == [("payload.user_id", {"series": str(chain.pk)})]


def test_a_change_of_other_keys_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    scheduled()
    monkeypatch.setattr(incompatible_payloads, "_first_problem", None)
    save(document(label="Another", priority=3))


def test_a_templates_own_series_moves_with_its_defaults() -> None:
    chain = chains.start(payload={"user_id": 9})
    save(recurring(**STRICTER, payload={"user_id": 7}))
    assert (pinned(chain), chains.waiting(chain).payload) == (None, {"user_id": 7})


def test_at_most_a_hundred_are_reported_and_all_series_are_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incompatible_payloads, "MAX_REPORTED", 2)
    store()
    several = [series_of({"user_id": 8}) for _ in range(3)]
    assert len(refused(lambda: save(document(**STRICTER)))) == 2
    save(document(**STRICTER), force=True)
    assert [pinned(one) for one in several] == [1, 1, 1]


def test_an_import_is_refused_as_well_and_stores_nothing() -> None:
    store()
    chain = series_of({"user_id": 8})
    file = {OTP: document(**STRICTER), "forgot_password_job": document("forgot_password_job")}

    def take(**options: bool) -> Any:
        return importing.import_templates(specs=parse_file(file), actor=EDITOR, **options)

    for problems in (refused(take), refused(lambda: take(dry_run=True))):
        assert [one.attr for one in problems] == [f"{OTP}.payload.user_id"]
    assert take(dry_run=True, force=True).updated == [OTP]
    assert (pinned(chain), get_template(OTP).version) == (None, 1)
    assert take(force=True).created == ["forgot_password_job"]
    assert (pinned(chain), get_template(OTP).version) == (1, 2)


def test_a_series_whose_secret_cannot_be_read_keeps_nobody_from_changing_the_template(settings: Any) -> None:
    fields = {"key": {"type": "secret"}, "user_id": {"type": "uint"}}
    store(document(payload_schema=fields, payload={}))
    series_of({"key": "s3cret"})
    settings.SECRETS_KEYS = ["7" * 42 + "8="]
    save(document(payload_schema=fields | {"note": {"type": "string"}}, payload={}))
    assert get_template(OTP).version == 2


def test_a_secret_value_is_validated_by_the_new_rules() -> None:
    fields = {"key": {"type": "secret"}}
    store(document(payload_schema=fields, payload={}))
    waiting = scheduled(payload={"key": "short"})
    problems = refused(
        lambda: save(document(payload_schema={"key": {"type": "secret", "minLength": 9}}, payload={}))
    )
    assert [(one.attr, one.value) for one in problems] == [("payload.key", {"job_id": str(waiting)})]
