"""Reads heartbeats: which processes are alive, and what keeps the platform from running jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Now

from jobs.models import Process, Series, WorkerNode
from jobs.problems import Code, PlatformProblem
from jobs.states import SeriesState

# After this a process counts as dead: they send heartbeats every 5 or 10 s. All times are of Postgres's clock.
SILENCE_SECONDS = 30
# Dispatchers report every 5 s. The problems of a dead one are ignored earlier than it is taken off the list.
FRESH_SECONDS = 12
_COLUMNS = ("name", "host", "pid", "version", "started_at", "seen_at")


def live_worker_nodes() -> QuerySet[WorkerNode]:
    """Returns the workers whose last heartbeat is at most SILENCE_SECONDS old, sorted by name."""
    return WorkerNode.objects.filter(seen_at__gte=_oldest_live_heartbeat()).order_by("name")


def live_processes() -> list[dict[str, Any]]:
    """Returns the live dispatchers, beats, web processes and workers, each with the problems that it reports."""
    others = Process.objects.filter(seen_at__gte=_oldest_live_heartbeat(), stopped_at=None)
    found = list(others.values("kind", "problems", *_COLUMNS))
    found += [{"kind": "worker", "problems": [], **row} for row in live_worker_nodes().values(*_COLUMNS)]
    return sorted(found, key=lambda row: (row["kind"], row["name"]))


def workers_by_queue() -> dict[str, dict[str, int]]:
    """Returns the live workers of each queue with their number of worker slots: {queue: {worker's name: slots}}."""
    found: dict[str, dict[str, int]] = {}
    for worker, queues, slots in live_worker_nodes().values_list("name", "queues", "slots"):
        for queue in queues:
            found.setdefault(queue, {})[worker] = slots
    return found


def types_by_queue() -> dict[str, frozenset[str] | None]:
    """Returns, by queue, the job types that its live workers have handlers for.

    The value is None if a worker of the queue does not report its types, since it may have handlers for any.
    """
    types: dict[str, frozenset[str] | None] = {}
    for queues, of_worker in live_worker_nodes().values_list("queues", "job_types"):
        for name in queues:
            known = types.get(name, frozenset())
            types[name] = None if known is None or of_worker is None else known | frozenset(of_worker)
    return types


def platform_problems() -> list[PlatformProblem]:
    """Returns what keeps accepted jobs from running, or from running in time, with the most severe problem first."""
    reports = _load_reports()
    dispatchers = [report for report in reports if report.kind == "dispatcher"]
    found = _common_problems([report for report in dispatchers if report.is_fresh])
    if not any(report.is_heard for report in dispatchers):
        found = [PlatformProblem(Code.NO_DISPATCHER, _describe_no_dispatcher(dispatchers))]
    if not any(report.kind == "beat" and report.is_heard for report in reports) and _has_series():
        detail = "No beat is running: recurring jobs start about a second late."
        found.append(PlatformProblem(Code.NO_BEAT, detail))
    return found


class _Report(NamedTuple):
    """Holds a dispatcher's or beat's last heartbeat. `is_heard`: it is recent, even if the process stopped since."""

    kind: str
    problems: list[PlatformProblem]
    seen_at: datetime
    is_heard: bool
    is_fresh: bool


def _load_reports() -> list[_Report]:
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


def _common_problems(reports: list[_Report]) -> list[PlatformProblem]:
    """Returns the problems that all these dispatchers report; a dispatcher without the problem would run jobs."""
    if not reports:
        return []
    common = set.intersection(*({problem.subject for problem in report.problems} for report in reports))
    return [problem for problem in reports[0].problems if problem.subject in common]


def _describe_no_dispatcher(dispatchers: list[_Report]) -> str:
    newest = max((report.seen_at for report in dispatchers), default=None)
    since = f" since {newest.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if newest else ""
    return f"No dispatcher is running: none has reported{since}. Jobs are accepted and wait."


def _has_series() -> bool:
    return Series.objects.filter(state=SeriesState.ACTIVE).exists()


def _oldest_live_heartbeat() -> Any:
    return Now() - timedelta(seconds=SILENCE_SECONDS)
