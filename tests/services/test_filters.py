"""Which jobs a list, a count or a stop of many speaks of."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.http import QueryDict

from foundation.errors import Invalid
from jobs.models import Job, Series
from jobs.read.filters import from_body, from_query, read_time
from jobs.services.control import rerun_job
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    PASSWORD,
    document,
    finish,
    queued,
    recurring,
    running,
    scheduled,
    store,
    succeeded,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def found(query: str) -> set[uuid.UUID]:
    return set(from_query(QueryDict(query)).apply(Job.objects.all()).values_list("pk", flat=True))


def refusal(query: str) -> tuple[str | None, str]:
    with pytest.raises(Invalid) as caught:
        from_query(QueryDict(query))
    (problem,) = caught.value.problems
    return problem.attr, problem.code


@pytest.mark.django_db
class TestFinding:
    def test_no_filter_finds_all(self) -> None:
        ids = {scheduled(), scheduled()}
        assert found("") == ids

    def test_by_one_state_or_several(self) -> None:
        one, two, three = scheduled(), queued(), succeeded()
        assert found("state=queued") == {two}
        assert found("state=queued&state=succeeded") == {two, three}
        assert found("state=failed") == set()
        assert one

    def test_by_one_type_or_several(self) -> None:
        store(document(OTP), document(PASSWORD))
        one, two = scheduled(OTP), scheduled(PASSWORD)
        assert found(f"job_type={OTP}") == {one}
        assert found(f"job_type={OTP}&job_type={PASSWORD}") == {one, two}
        assert found("job_type=no_such_job") == set()

    def test_by_author(self) -> None:
        store(document())
        mine, hers = scheduled(actor=ANN), scheduled(actor=EDITOR)
        assert found("created_by=ann") == {mine}
        assert found("created_by=eve") == {hers}
        assert found("created_by=an") == set()

    def test_by_series(self) -> None:
        store(recurring())
        scheduled(actor=EDITOR)
        series = Series.objects.get()
        assert found(f"series={series.pk}") == {series.jobs.get().pk}
        assert found(f"series={uuid.uuid4()}") == set()

    def test_by_one_queue_or_several(self) -> None:
        store(document(OTP), document(PASSWORD, queue="mail"))
        one, two = scheduled(OTP), scheduled(PASSWORD)
        assert found("queue=mail") == {two}
        assert found("queue=mail&queue=default") == {one, two}
        assert found("queue=no_such_queue") == set()

    def test_by_the_time_of_its_end(self) -> None:
        job_id, _ = succeeded(), scheduled()
        ended = Job.objects.get(pk=job_id).terminated_at
        assert ended
        before, at, after = (
            (ended + timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for us in (-1, 0, 1)
        )
        assert found(f"ended_after={before}&ended_before={after}") == {job_id}
        assert found(f"ended_after={at}") == set() == found(f"ended_before={at}")

    def test_by_the_job_that_it_runs_again(self) -> None:
        store(document())
        first = scheduled()
        again = rerun_job(job_id=first, payload=None, actor=ANN)
        assert found(f"rerun_of={first}") == {again}
        assert found(f"rerun_of={again}") == set()

    def test_by_the_reason_of_its_failure(self) -> None:
        scheduled()
        attempt = running()
        finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.TIMEOUT))
        assert found("reason=timeout") == {attempt.job_id}
        assert found("reason=error") == set()

    @pytest.mark.parametrize("search", ["otp", "SEND", "otp_send_job", "%20otp%20"])
    def test_a_search_looks_into_the_type(self, search: str) -> None:
        store(document(OTP), document(PASSWORD))
        job_id, _ = scheduled(OTP), scheduled(PASSWORD)
        assert found(f"search={search}") == {job_id}

    def test_a_search_looks_into_the_authors_name_and_for_an_id(self) -> None:
        store(document())
        mine, hers = scheduled(actor=ANN), scheduled(actor=EDITOR)
        assert found("search=EV") == {hers}
        assert found(f"search={mine}") == {mine}
        assert found(f"search={str(mine).upper()}") == {mine}
        for length in (13, 18, 23, 30):
            assert mine in found(f"search={str(mine)[:length]}")
        assert found(f"search={str(mine)[:34]}") == {mine}

    @pytest.mark.parametrize("search", ["%25", "_", "\\", "'", "%F0%9F%98%80", "x%27;--"])
    def test_a_search_takes_every_character_as_it_is(self, search: str) -> None:
        store(document("a_job"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("jobs.services.preparing.registry.problem", lambda job_type: None)
            job_id = scheduled("a_job")
        assert found(f"search={search}") == ({job_id} if search == "_" else set())

    def test_filters_narrow_each_other(self) -> None:
        store(document(OTP), document(PASSWORD))
        job_id, _, _ = queued(OTP), scheduled(OTP), queued(PASSWORD)
        assert found(f"state=queued&job_type={OTP}&search=otp") == {job_id}


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("state=done", ("state", "enum")),
        ("state=queued&state=", ("state", "enum")),
        ("created_after=yesterday", ("created_after", "format")),
        ("created_before=2026-01-31", ("created_before", "format")),
        ("created_after=2026-01-31T12:00:00", ("created_after", "format")),
        ("ended_after=yesterday", ("ended_after", "format")),
        ("ended_before=2026-01-31", ("ended_before", "format")),
        ("series=7", ("series", "format")),
        ("rerun_of=7", ("rerun_of", "format")),
        ("reason=bad", ("reason", "enum")),
        ("queue=%00", ("queue", "format")),
        ("search=a%00b", ("search", "format")),
        ("created_by=%00", ("created_by", "format")),
        ("job_type=otp&job_type=%00", ("job_type", "format")),
    ],
)
def test_what_is_no_filter_is_refused_by_its_name(query: str, problem: tuple[str, str]) -> None:
    assert refusal(query) == problem


def test_empty_parameters_are_no_filters() -> None:
    assert from_query(QueryDict("created_after=&search=&series=&created_by=")).is_by_state_and_type_only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T12:00:00Z", NOON),
        ("2026-01-31t12:00:00z", NOON),
        ("2026-01-31T12:00:00.000001Z", NOON + timedelta(microseconds=1)),
        ("2026-01-31T12:00:00+00:00", NOON),
        ("2026-01-31T14:00:00+02:00", NOON),
        ("2026-01-31T02:00:00-10:00", NOON),
        # As a query string brings them when their plus was not escaped.
        ("2026-01-31T14:00:00 02:00", NOON),
        ("2026-01-31T22:00:00 10:00", NOON),
        ("2026-01-31 12:00:00Z", NOON),
        ("2026-01-31 14:00:00 02:00", NOON),
    ],
)
def test_a_time_is_read_in_any_zone_and_spelling(text: str, expected: datetime) -> None:
    assert read_time(text, "created_after") == expected


def test_no_time_is_none() -> None:
    assert read_time(None, "created_after") is None
    assert read_time("", "created_after") is None


@pytest.mark.parametrize(
    "body",
    [
        {"state": "queued", "job_type": OTP},
        {"state": ["queued"], "job_type": [OTP]},
    ],
)
def test_a_body_may_give_one_or_a_list(body: dict[str, Any]) -> None:
    wanted = from_body(body)
    assert (wanted.states, wanted.job_types) == (("queued",), (OTP,))


def test_a_body_takes_the_same_filters_as_a_query() -> None:
    series = uuid.uuid4()
    body = {
        "created_after": "2026-01-31T14:00:00+02:00",
        "created_before": "2026-02-01T00:00:00Z",
        "created_by": "ann",
        "series": str(series),
        "search": " otp ",
    }
    wanted = from_body(body)
    assert wanted.created_after == NOON.astimezone(timezone(timedelta(hours=2)))
    assert (wanted.created_by, wanted.series, wanted.search) == ("ann", series, "otp")
    assert not wanted.is_by_state_and_type_only


@pytest.mark.parametrize(
    ("body", "attrs"),
    [
        ({}, ["filter"]),
        (
            {"created_by": "", "search": " ", "job_type": [], "state": "queued"},
            ["created_by", "search", "job_type"],
        ),
        ({"job_type": [OTP, ""]}, ["job_type"]),
        ({"series": None}, ["series"]),
    ],
)
def test_a_body_with_a_blank_in_it_is_refused_there(body: dict[str, Any], attrs: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        from_body(body)
    found = [(problem.attr, problem.code) for problem in caught.value.problems]
    assert found == [(attr if attr == "filter" else f"filter.{attr}", "blank") for attr in attrs]


def test_what_is_wrong_in_a_body_is_told_below_its_filter() -> None:
    with pytest.raises(Invalid) as caught:
        from_body({"created_after": "2026-01-31T12:00:00"})
    assert [problem.attr for problem in caught.value.problems] == ["filter.created_after"]
