"""Checks the platform itself: its processes, queues, and templates with their handlers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.conf import settings

from handlers import registry
from jobs.read.liveness import live_processes, platform_problems, workers_by_queue
from scheduler_project.doctor.findings import Outcome, ok, problem, warning
from templates_app.models import JobTemplate

_NEEDED = {
    "web": ("No web process is running.", "manage.py serve"),
    "dispatcher": ("No dispatcher is running: jobs are accepted and wait.", "manage.py dispatch"),
    "worker": ("No worker is running: jobs wait.", "celery -A scheduler_project worker"),
    "beat": ("No beat is running: recurring jobs start a second late.", "celery -A scheduler_project beat"),
}
MAX_NAMED = 5


def check_processes() -> Iterator[Outcome]:
    """Checks whether a process of each kind is alive, and all of this version."""
    alive = live_processes()
    numbers = Counter(process["kind"] for process in alive)
    missing = [kind for kind in _NEEDED if not numbers[kind]]
    for kind in missing:
        detail, command = _NEEDED[kind]
        outcome = warning if kind == "beat" else problem
        yield outcome(detail, f"Start one: `{command}`.")
    versions = {process["version"] for process in alive if process["version"]}
    if versions - {settings.VERSION}:
        yield warning(
            f"Processes of the versions {', '.join(sorted(versions))} are running; this is {settings.VERSION}.",
            "Finish the upgrade: restart the older ones.",
        )
    elif not missing:
        yield ok(", ".join(f"{numbers[kind]} {kind}" for kind in _NEEDED))


def check_dispatching() -> Iterator[Outcome]:
    """Checks what the dispatchers report, such as a broker or Redis that they cannot reach."""
    found = platform_problems()
    for one in found:
        yield problem(one.detail, f"See the operators' page on health: `{one.code}`.")
    if not found:
        yield ok("the dispatchers report no problem")


def check_queues() -> Iterator[Outcome]:
    """Checks whether a live worker serves the queue of each template."""
    served = workers_by_queue().keys()
    queues = JobTemplate.objects.filter(archived=False, enabled=True).values_list("queue", flat=True)
    unserved = sorted(set(queues) - served)
    for queue in unserved:
        yield warning(
            f"No worker serves the queue {queue}, which templates name: their jobs wait.",
            f"Start one: `celery -A scheduler_project worker -Q {queue}`.",
        )
    if not unserved:
        yield ok(f"workers serve {', '.join(sorted(served)) or 'no queue'}")


def check_handlers() -> Iterator[Outcome]:
    """Checks whether this machine has a working handler for each template."""
    found = 0
    for job_type in JobTemplate.objects.filter(archived=False).values_list("type", flat=True):
        if fault := registry.problem(job_type):
            found += 1
            if found <= MAX_NAMED:
                yield warning(
                    str(fault),
                    "Mend the handler, or name its package in HANDLER_PACKAGES, for all processes.",
                )
    if found > MAX_NAMED:
        yield warning(f"{found - MAX_NAMED} more templates have no working handler.", "As above.")
    if not found:
        yield ok("each template has a working handler on this machine")


def check_ui() -> Iterator[Outcome]:
    """Checks whether the UI is built where this command runs."""
    if (settings.UI_DIST / "index.html").is_file():
        yield ok("built")
    else:
        yield warning(
            "The UI is not built here.",
            "Where the web process runs: `cd frontend && npm ci && npm run build`.",
        )
