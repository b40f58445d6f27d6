"""Shows jobs in Django's admin, with a page to add a job and actions to terminate jobs or run them again."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from accounts.admin_base import RoleModelAdmin, admin_actor
from accounts.rights import JobRight
from foundation.errors import AppError
from jobs.admin import display
from jobs.admin.add_job import add_job
from jobs.admin.listing import MAX_COUNT, CappedPaginator, SeenTypesFilter
from jobs.admin.refusals import show_refusals
from jobs.models import Job
from jobs.read import queries
from jobs.read.filters import JobFilter
from jobs.read.visibility import visibility_of
from jobs.read.windows import MIN_SEARCHED, searched_since
from jobs.services.control import rerun_job, terminate_jobs
from jobs.services.rights import refuse_unless_stoppable
from jobs.transitions.ending import MAX_INTERRUPTIONS

MAX_RERUNS = 500
CONTENTS = ("Payload and result", "History", "Log")
HIDDEN = "You may only see that this job ran: its contents are hidden"
SHOWN_ALWAYS = ["job_type", "state_badge", "reason", "waiting", "progress"]
LOOKUPS = {"state__exact", "template__type__exact", "series__id__exact"}


@admin.register(Job)
class JobAdmin(RoleModelAdmin):
    """Lists and shows jobs in Django's admin; its actions terminate jobs or run them again, through the services."""

    add_right = JobRight.RUN
    list_display = ["id", "job_type", "state_badge", "progress", "due", "created", "created_by"]
    list_filter = ["state", ("template", SeenTypesFilter)]
    list_per_page = 50
    ordering = ["-pk"]
    sortable_by = []
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["id"]
    search_help_text = (
        f"An id or its beginning, or a part of the type's or the author's name. It looks at the newest days that have "
        f"{MIN_SEARCHED:,} jobs."
    )
    actions = ["terminate_selected", "run_again"]
    fieldsets = [
        (None, {"fields": ["job_type", "state_badge", "reason", "waiting", "progress", "progress_message"]}),
        ("Payload and result", {"fields": ["payload_json", "result_json", "error_text"]}),
        ("Times", {"fields": ["created", "created_by", "due", "started", "ended"]}),
        ("Run", {"fields": ["attempts", "worker", "queue", "priority", "series_link", "rerun_link"]}),
        ("Stop", {"fields": ["stop_requested", "terminate_requested_by"]}),
        ("History", {"fields": ["history"]}),
        ("Log", {"fields": ["log"]}),
    ]
    readonly_fields = [
        "job_type", "state_badge", "waiting", "progress", "payload_json", "result_json", "error_text", "attempts",
        "series_link", "rerun_link", "history", "log",
        "created", "due", "started", "ended", "stop_requested",
    ]  # fmt: skip

    created = display.time_column("created_at")
    due = display.time_column("start_time")
    started = display.time_column("started_at")
    ended = display.time_column("terminated_at")
    stop_requested = display.time_column("terminate_requested_at")

    class Media:
        css = display.STYLES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        jobs: QuerySet[Job] = super().get_queryset(request)
        return visibility_of(admin_actor(request)).seen_of(jobs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Returns the sections of a job's page, without its contents for a user who may only see that it ran."""
        if obj is None or not visibility_of(admin_actor(request)).hides(obj.template_id, obj.created_by):
            return self.fieldsets
        shown = [(name, options) for name, options in self.fieldsets or () if name not in CONTENTS]
        return [(HIDDEN, shown[0][1] | {"fields": SHOWN_ALWAYS}), *shown[1:]]

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Returns whether the user may run the actions that are declared with `permissions=["run"]`."""
        return admin_actor(request).may_somewhere(JobRight.RUN)

    def has_stop_permission(self, request: HttpRequest) -> bool:
        """Returns whether the user may run the actions that are declared with `permissions=["stop"]`."""
        return admin_actor(request).may_somewhere(JobRight.STOP)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:  # noqa: ARG002 - Django needs the name
        """Returns whether the page's query string may filter by this column: only by indexed ones, not in payloads."""
        return lookup in LOOKUPS and not any("\0" in part for part in value)

    def get_search_results(
        self, _request: HttpRequest, queryset: QuerySet[Job], search_term: str
    ) -> tuple[QuerySet[Job], bool]:
        wanted = JobFilter(search=search_term.strip())
        return wanted.apply(queryset, since=searched_since() if wanted.search else None), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = f"Jobs, newest first; the first {MAX_COUNT:,} are listed"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, _form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {"opts": self.opts, **(extra_context or {})}
        return add_job(request, context)

    @admin.action(description="Terminate selected jobs", permissions=["stop"])
    def terminate_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Terminates the selected jobs; shows how many were terminated, were asked to stop, or had ended before."""
        job_ids = self._selected_ids(request, queryset, at_most=MAX_COUNT)
        try:
            refuse_unless_stoppable(job_ids, admin_actor(request))
        except AppError as exc:
            show_refusals(request, [("Nothing was stopped", exc)])
            return
        if job_ids:
            done = terminate_jobs(job_ids=job_ids, actor=admin_actor(request), dry_run=False)
            outcome = f"{done.terminated} terminated, {done.requested} asked to stop"
            messages.success(request, f"{outcome}, {done.already_ended} had ended.")

    @admin.action(description="Run selected jobs again", permissions=["run"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Creates a new job for each selected job; shows how many were created, and why others were refused."""
        refused: list[tuple[object, AppError]] = []
        job_ids = self._selected_ids(request, queryset, at_most=MAX_RERUNS)
        for job_id in job_ids:
            try:
                rerun_job(job_id=job_id, payload=None, actor=admin_actor(request))
            except AppError as exc:
                refused.append((job_id, exc))
        if len(job_ids) > len(refused):
            messages.success(request, f"{len(job_ids) - len(refused)} new jobs were created.")
        show_refusals(request, refused)

    def _selected_ids(
        self, request: HttpRequest, queryset: QuerySet[Job], *, at_most: int
    ) -> list[uuid.UUID]:
        """Returns the ids of the selected jobs; if these are more than `at_most`, an empty list, and shows an error."""
        job_ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: at_most + 1])
        if len(job_ids) <= at_most:
            return job_ids
        messages.error(request, f"These are more than {at_most:,} jobs: choose fewer. Nothing was done.")
        return []

    @admin.display(description="type")
    def job_type(self, job: Job) -> str:
        return f"{job.template_id}"

    @admin.display(description="state")
    def state_badge(self, job: Job) -> SafeString:
        return display.badge(job.state)

    @admin.display
    def progress(self, job: Job) -> SafeString:
        return display.progress(job)

    @admin.display(description="waiting because")
    def waiting(self, job: Job) -> str:
        return queries.job_as_json(job.pk)["waiting_reason"] or display.NOTHING

    @admin.display
    def attempts(self, job: Job) -> str:
        return (
            f"{job.attempt} run so far; {job.failures} of {job.max_attempts} failed, "
            f"{job.losses} lost by a crash of the run's own process (up to {job.max_lost} start again), "
            f"{job.interruptions} cut short with the worker or by a signal (up to {MAX_INTERRUPTIONS} start again)"
        )

    @admin.display(description="payload")
    def payload_json(self, job: Job) -> str:
        return display.pretty(job.payload)

    @admin.display(description="result")
    def result_json(self, job: Job) -> str:
        return display.result(job)

    @admin.display(description="error")
    def error_text(self, job: Job) -> str:
        return display.error(job)

    @admin.display(description="series")
    def series_link(self, job: Job) -> str:
        if job.series_id is None:
            return display.NOTHING
        return display.link(
            "restjob_jobs_series", job.series_id, f"number {job.series_number} of {job.series_id}"
        )

    @admin.display(description="re-run of")
    def rerun_link(self, job: Job) -> str:
        return (
            display.link("restjob_jobs_job", job.rerun_of, job.rerun_of) if job.rerun_of else display.NOTHING
        )

    @admin.display
    def history(self, job: Job) -> str:
        return display.history(job)

    @admin.display
    def log(self, job: Job) -> str:
        return display.log(job)
