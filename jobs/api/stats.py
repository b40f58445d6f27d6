"""Serves the REST routes `stats/` and `stats/types/`: what happened to jobs over time, and by job type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.roles import Right
from foundation.api_views import APIView
from foundation.errors import Invalid, Problem
from foundation.paging import PAGING, page_of_list, page_schema
from jobs.api.answers import ID, NUMBER, TEXT, TIME, Schema, array_of, nullable, object_of
from jobs.read import stats
from jobs.read.filters import read_time
from jobs.read.stats import STEPS, Span
from jobs.read.visibility import visibility_of

MAX_STEPS = 1500
MIN_YEAR, MAX_YEAR = 2000, 2200
DEFAULT_SPAN = timedelta(days=1)
DEFAULT_SPAN_OF_TYPES = timedelta(days=7)
_MINUTE, _MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)
_SECONDS: Schema = {"type": ["number", "null"], "description": "seconds; null without any"}
_DURATIONS = object_of(count=NUMBER, mean=_SECONDS, p50=_SECONDS, p95=_SECONDS, p99=_SECONDS)
_FIGURES = {
    "created": NUMBER,
    "ended": object_of(succeeded=NUMBER, failed=NUMBER, terminated=NUMBER),
    "failed": object_of(**dict.fromkeys(stats.REASONS, NUMBER)),
    "wait": _DURATIONS,
    "run": _DURATIONS,
}
BY_STEP = {
    **object_of(
        step={"type": "string", "enum": list(STEPS)},
        steps=array_of(object_of(at=TIME, **_FIGURES)),
        **{"from": TIME, "to": TIME},
    )
}
BY_TYPE = page_schema(
    object_of(
        job_type=TEXT,
        **_FIGURES,
        usual_seconds=_SECONDS,
        last_error=nullable(object_of(job_id=ID, at=TIME, type=TEXT, message=TEXT)),
    )
)
_TIMES = [
    OpenApiParameter("from", datetime, description="Included; a day before `to` by default."),
    OpenApiParameter("to", datetime, description="Not included; now by default."),
]


class StatsView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(
        operation_id="stats_by_step",
        parameters=[
            *_TIMES,
            OpenApiParameter("step", str, enum=list(STEPS), description="`hour` by default."),
            OpenApiParameter("job_type", {"type": "array", "items": TEXT}, description="Repeatable."),
            OpenApiParameter("queue", {"type": "array", "items": TEXT}, description="Repeatable."),
        ],
        responses={200: BY_STEP},
    )
    def get(self, request: Request) -> Response:
        """How many jobs were created and ended in each step, and how long they waited and ran, of those you may see.

        A job counts once its events are numbered, which takes milliseconds. Quantiles are estimated from histograms.
        """
        query = request.query_params
        step, span = _read_step(query.get("step", "hour")), _read_span(request, DEFAULT_SPAN)
        if (number := (span.upper - span.lower) // STEPS[step]) > MAX_STEPS:
            detail = (
                f"These are {number} steps, and {MAX_STEPS} at most: choose a longer step or a shorter time."
            )
            raise Invalid(Problem("too_many_steps", detail, "step"))
        found = stats.read_steps(
            span,
            step,
            job_types=query.getlist("job_type"),
            queues=query.getlist("queue"),
            visibility=visibility_of(actor_of(request)),
        )
        return Response({"step": step, "from": span.lower, "to": span.upper, "steps": found})


class TypeStatsView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="stats_by_type", parameters=[*_TIMES, *PAGING], responses={200: BY_TYPE})
    def get(self, request: Request) -> Response:
        """The same by job type, with the usual duration of a run and the last error; over seven days by default."""
        span, visibility = _read_span(request, DEFAULT_SPAN_OF_TYPES), visibility_of(actor_of(request))
        found = stats.read_types(span, visibility=visibility)
        return Response(page_of_list(request, found, lambda row: (row["job_type"],)).as_json(dict))


def _read_step(text: str) -> str:
    if text not in STEPS:
        raise Invalid(Problem("enum", f"Choose one of: {', '.join(STEPS)}.", "step"))
    return text


def _read_span(request: Request, default: timedelta) -> Span:
    """Returns the request's times, rounded to whole minutes outwards. Raises Invalid if they are in the wrong order."""
    upper = _floor(_read_time(request, "to") or datetime.now(UTC), _MINUTE - _MICROSECOND)
    lower = _floor(_read_time(request, "from") or upper - default)
    if lower >= upper:
        raise Invalid(Problem("conflict", "`from` must be before `to`.", "from"))
    return Span(lower, upper)


def _read_time(request: Request, name: str) -> datetime | None:
    """Returns a time of the request in UTC, if it has one. Raises Invalid for one that cannot be counted with."""
    time = read_time(request.query_params.get(name), name)
    if time is None:
        return None
    if not MIN_YEAR <= time.year <= MAX_YEAR:
        raise Invalid(Problem("out_of_range", f"Write a year from {MIN_YEAR} to {MAX_YEAR}.", name))
    return time.astimezone(UTC)


def _floor(time: datetime, further: timedelta = timedelta()) -> datetime:
    return (time + further).replace(second=0, microsecond=0)
