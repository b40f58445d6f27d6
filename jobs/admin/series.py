"""Shows series of recurring jobs in Django's admin, with actions to pause them, resume them and run them now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_base import RoleModelAdmin, admin_actor
from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import AppError
from jobs.admin import display
from jobs.admin.refusals import show_refusals
from jobs.models import Job, Series
from jobs.read.visibility import visibility_of
from jobs.services.series import pause_series, resume_series, run_series_now
from jobs.states import State


@admin.register(Series)
class SeriesAdmin(RoleModelAdmin):
    """Lists and shows series in Django's admin; its actions pause, resume and run them, through the services."""

    list_display = [
        "template",
        "timing",
        "state_badge",
        "next_start",
        "run_count",
        "paused_reason",
        "owned_by_template",
    ]
    list_select_related = ["template"]
    list_filter = ["state"]
    search_fields = ["template__type"]
    ordering = ["template", "created_at"]
    actions = ["pause", "resume", "run_now"]
    fields = [
        "template", "owned_by_template", "timing", "state_badge", "paused_reason", "pause_ends", "failures_in_row",
        "next_start", "run_count", "max_runs",
        "payload_json", "created", "created_by", "jobs",
    ]  # fmt: skip
    readonly_fields = ["timing", "state_badge", "pause_ends", "next_start", "payload_json", "created", "jobs"]

    next_start = display.time_column("next_start_time")
    created = display.time_column("created_at")
    pause_ends = display.time_column("paused_until")

    class Media:
        css = display.STYLES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = Job.objects.filter(series=OuterRef("pk"), state=State.SCHEDULED)
        series: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = series.annotate(next_start_time=Subquery(waiting.values("start_time")[:1]))
        return visibility_of(admin_actor(request)).seen_of(annotated)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Returns what the page of a series shows, without the payload for a user who may only see that it runs."""
        shown = list(self.fields or ())
        if obj is not None and visibility_of(admin_actor(request)).hides(obj.template_id, obj.created_by):
            shown.remove("payload_json")
        return shown

    def has_edit_permission(self, request: HttpRequest) -> bool:
        return admin_actor(request).may_somewhere(JobRight.EDIT)

    def has_run_permission(self, request: HttpRequest) -> bool:
        return admin_actor(request).may_somewhere(JobRight.RUN)

    @admin.action(description="Pause selected series", permissions=["edit"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Series]) -> None:
        _apply_to_each(request, queryset, "paused", lambda pk, by: pause_series(series_id=pk, actor=by))

    @admin.action(description="Resume selected series", permissions=["edit"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Series]) -> None:
        _apply_to_each(request, queryset, "resumed", lambda pk, by: resume_series(series_id=pk, actor=by))

    @admin.action(description="Run selected series now", permissions=["run"])
    def run_now(self, request: HttpRequest, queryset: QuerySet[Series]) -> None:
        _apply_to_each(request, queryset, "made due", lambda pk, by: run_series_now(series_id=pk, actor=by))

    @admin.display
    def timing(self, series: Series) -> str:
        return (
            f"{series.crontab} ({series.time_zone})" if series.crontab else f"every {series.every_seconds} s"
        )

    @admin.display(description="state")
    def state_badge(self, series: Series) -> SafeString:
        return display.badge(series.state)

    @admin.display(description="payload")
    def payload_json(self, series: Series) -> str:
        return "the template's defaults" if series.payload is None else display.pretty(series.payload)

    @admin.display
    def jobs(self, series: Series) -> SafeString:
        address = f"{reverse('admin:restjob_jobs_job_changelist')}?series__id__exact={series.pk}"
        return format_html('<a href="{}">the jobs of this series</a>', address)


def _apply_to_each(
    request: HttpRequest, chosen: QuerySet[Series], done: str, act: Callable[[Any, Actor], object]
) -> None:
    """Calls `act(id, actor)` for each chosen series; shows how many were `done`, and why others were refused."""
    refused: list[tuple[object, AppError]] = []
    series = list(chosen)
    for one in series:
        try:
            act(one.pk, admin_actor(request))
        except AppError as exc:
            refused.append((one, exc))
    if len(series) > len(refused):
        messages.success(request, f"{len(series) - len(refused)} series {done}.")
    show_refusals(request, refused)
