"""Who lives and what keeps the platform from running jobs: the one reader of what the processes report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Now

from jobs.models import Process, Series, WorkerNode
from jobs.problems import Code, PlatformProblem
from jobs.states import SeriesState

# A process reports every 5 or 10 s. By Postgres's clock, like all times that are compared.
SILENCE_SECONDS = 30
# Dispatchers report every 5 s. One that died has no say in what the platform suffers from while it is still listed.
FRESH_SECONDS = 12
_COLUMNS = ("name", "host", "pid", "version", "started_at", "seen_at")


def live_nodes() -> QuerySet[WorkerNode]:
    return WorkerNode.objects.filter(seen_at__gte=_silent_since()).order_by("name")


def live_processes() -> list[dict[str, Any]]:
    """Dispatchers, beats, web processes and workers, each with what it reports of its troubles."""
    others = Process.objects.filter(seen_at__gte=_silent_since(), stopped_at=None)
    found = list(others.values("kind", "problems", *_COLUMNS))
    found += [{"kind": "worker", "problems": [], **row} for row in live_nodes().values(*_COLUMNS)]
    return sorted(found, key=lambda row: (row["kind"], row["name"]))


def workers_by_queue() -> dict[str, dict[str, int]]:
    """Of each queue that some live worker serves: its workers' names, each with its slots."""
    found: dict[str, dict[str, int]] = {}
    for worker, queues, slots in live_nodes().values_list("name", "queues", "slots"):
        for queue in queues:
            found.setdefault(queue, {})[worker] = slots
    return found


def types_by_queue() -> dict[str, frozenset[str] | None]:
    """Of each queue that some live worker serves: the job types that its workers have handlers for.

    None if one of them does not tell: it may have any.
    """
    types: dict[str, frozenset[str] | None] = {}
    for queues, of_worker in live_nodes().values_list("queues", "job_types"):
        for name in queues:
            known = types.get(name, frozenset())
            types[name] = None if known is None or of_worker is None else known | frozenset(of_worker)
    return types


def platform_problems() -> list[PlatformProblem]:
    """Why jobs are accepted but not run, or not in time, the gravest first."""
    reports = _reports()
    dispatchers = [report for report in reports if report.kind == "dispatcher"]
    found = _of_dispatchers([report for report in dispatchers if report.is_fresh])
    if not any(report.is_heard for report in dispatchers):
        found = [PlatformProblem(Code.NO_DISPATCHER, _no_dispatcher(dispatchers))]
    if not any(report.kind == "beat" and report.is_heard for report in reports) and _has_series():
        detail = "No beat is running: recurring jobs start about a second late."
        found.append(PlatformProblem(Code.NO_BEAT, detail))
    return found


class _Report(NamedTuple):
    """`is_heard`: it reported lately. One that has stopped since then is missed only if no other comes."""

    kind: str
    problems: list[PlatformProblem]
    seen_at: datetime
    is_heard: bool
    is_fresh: bool


def _reports() -> list[_Report]:
    rows = Process.objects.filter(kind__in=("dispatcher", "beat")).annotate(now=Now())
    found = []
    for kind, problems, seen_at, stopped_at, now in rows.values_list(
        "kind", "problems", "seen_at", "stopped_at", "now"
    ):
        is_heard = now - seen_at <= timedelta(seconds=SILENCE_SECONDS)
        parsed = [PlatformProblem(one["code"], one["detail"]) for one in problems]
        is_fresh = stopped_at is None and now - seen_at <= timedelta(seconds=FRESH_SECONDS)
        found.append(_Report(kind, parsed, seen_at, is_heard, is_fresh))
    return found


def _of_dispatchers(reports: list[_Report]) -> list[PlatformProblem]:
    """What all of them report: while one can do its work, jobs run."""
    if not reports:
        return []
    common = set.intersection(*({problem.subject for problem in report.problems} for report in reports))
    return [problem for problem in reports[0].problems if problem.subject in common]


def _no_dispatcher(dispatchers: list[_Report]) -> str:
    newest = max((report.seen_at for report in dispatchers), default=None)
    since = f" since {newest.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if newest else ""
    return f"No dispatcher is running: none has reported{since}. Jobs are accepted and wait."


def _has_series() -> bool:
    return Series.objects.filter(state=SeriesState.ACTIVE).exists()


def _silent_since() -> Any:
    return Now() - timedelta(seconds=SILENCE_SECONDS)
