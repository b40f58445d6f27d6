"""Serves `/metrics` for Prometheus: one set of numbers for the whole platform, whichever web process answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from rest_framework.request import Request

from accounts.permissions import actor_of
from accounts.roles import Right
from foundation.api_views import APIView
from foundation.errors import Forbidden, Problem
from jobs.read import metrics
from scheduler_project.metric_families import make_counter, make_gauge, make_histogram


class MetricsView(APIView):
    """Answers with the metrics in Prometheus's text format, or as OpenMetrics if the request accepts that."""

    rights = {"GET": Right.MEASURE}
    schema = None

    def get(self, request: Request) -> HttpResponse:
        """Returns the metrics. Needs a signed-in admin, or an admin's token with the scope `metrics` or `manage`."""
        if actor_of(request).is_limited_by_type:
            detail = "This token is limited to some job types, and metrics tell of all: use another token."
            raise Forbidden(Problem("scope", detail))
        registry = CollectorRegistry(auto_describe=False)
        registry.register(PlatformCollector())
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return HttpResponse(encode(registry), content_type=content_type)

    def check_query(self, request: Request) -> None:
        """Allows any query parameters: scrapers may be set to send some."""

    def perform_content_negotiation(self, *_: Any, **__: Any) -> tuple[Any, str]:
        """Returns the JSON renderer, for errors: `get` chooses between the formats of metrics itself."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type


class PlatformCollector(Collector):
    """Reads all metrics from Postgres each time they are collected."""

    def collect(self) -> Iterator[Metric]:
        """Yields the metrics, with their samples."""
        counts = metrics.read_counts()
        yield make_gauge(
            "jobs", "Jobs that have not ended.", ("state", "queue", "job_type"), metrics.count_live_jobs()
        )
        yield make_counter("jobs_created", "Jobs created.", ("job_type",), counts.created.items())
        yield make_counter("jobs_ended", "Jobs ended.", ("job_type", "state", "reason"), counts.ended.items())
        yield make_histogram("job_wait_seconds", "From due to started, of each attempt.", counts.waits)
        yield make_histogram(
            "job_run_seconds", "From started to ended, of each job's last attempt.", counts.runs
        )
        yield make_gauge(
            "queue_oldest_due_seconds",
            "How long the first due job that has not started has been due.",
            ("queue",),
            metrics.oldest_due_seconds(),
        )
        yield from _collect_workers()
        yield make_gauge(
            "jobs_without_heartbeat",
            "Running jobs whose lease has expired.",
            (),
            [(metrics.count_jobs_without_heartbeat(),)],
        )
        dispatches = metrics.count_dispatches().items()
        yield make_counter("dispatches", "Jobs in dispatch messages.", ("result",), dispatches)
        yield make_gauge(
            "events_unpublished",
            "Events that no browser has seen yet.",
            (),
            [(metrics.count_unpublished_events(),)],
        )
        yield from _collect_processes()
        missing = [(metrics.count_missing_redbeat_entries(),)]
        yield make_gauge(
            "redbeat_entries_missing", "Recurring jobs without an entry in RedBeat.", (), missing
        )


def _collect_workers() -> Iterator[Metric]:
    workers = metrics.count_worker_slots()
    slots = [(name, slots) for name, slots, _ in workers]
    yield make_gauge("worker_slots", "Worker slots of live workers.", ("worker",), slots)
    busy = [(name, busy) for name, _, busy in workers]
    yield make_gauge("worker_slots_busy", "Worker slots with a running job.", ("worker",), busy)


def _collect_processes() -> Iterator[Metric]:
    figures = metrics.read_process_figures()
    clients = sum(one.get("websockets", 0) for _, one in figures)
    yield make_gauge("websocket_clients", "Open websockets.", (), [(clients,)])
    loops: dict[str, float] = {}
    for _, one in figures:
        for name, at in one.get("loops", {}).items():
            loops[name] = max(at, loops.get(name, 0.0))
    yield make_gauge(
        "dispatcher_loop_last_turn_timestamp_seconds",
        "When a loop of any dispatcher last made progress.",
        ("loop",),
        sorted(loops.items()),
    )
