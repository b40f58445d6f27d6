"""Defines the admin pages of a job template, whose document is edited as JSON and saved as by the REST API."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_base import RoleModelAdmin, admin_actor
from accounts.rights import JobRight
from catalogue.admin.forms import TemplateForm, format_document
from catalogue.admin.transfer import export, import_page
from catalogue.services import remove_template, roll_back_template, save_template
from foundation.body_limits import with_body_limit
from foundation.errors import AppError
from handlers import registry
from jobs.admin import display
from jobs.admin.refusals import show_refusals
from templates_app.access import has_right, sees_form, types_with
from templates_app.models import JobTemplate, TemplateVersion
from templates_app.services import StoreOutcome
from templates_app.unbound import warnings_of

if TYPE_CHECKING:
    _Inline = admin.TabularInline[TemplateVersion, JobTemplate]
else:
    _Inline = admin.TabularInline

MAX_VERSIONS_SHOWN = 30


# What the page of a template shows besides its document.
FACTS = ["version", "label", "handler", "enabled", "archived", "updated", "updated_by"]


class VersionInline(_Inline):
    """Lists the newest versions of a job template on its admin page, with a button that rolls back to each."""

    model = TemplateVersion
    verbose_name_plural = f"the newest {MAX_VERSIONS_SHOWN} versions"
    readonly_fields = ("number", "created", "created_by", "document_text", "restore")
    fields = readonly_fields
    ordering = ["-number"]
    extra = 0
    may_roll_back = False
    created = display.time_column("created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TemplateVersion]:
        self.may_roll_back = admin_actor(request).may_somewhere(
            JobRight.EDIT
        )  # an inline is made for each request
        return super().get_queryset(request).filter(number__gt=F("template__version") - MAX_VERSIONS_SHOWN)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or sees_form(admin_actor(request), obj)

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    @admin.display(description="document")
    def document_text(self, version: TemplateVersion) -> SafeString:
        text = format_document(version.document_json)
        return format_html('<details><summary>JSON</summary><pre class="job-json">{}</pre></details>', text)

    @admin.display(description="roll back")
    def restore(self, version: TemplateVersion) -> SafeString | str:
        """Returns a button that rolls the template back to this version; empty text if that is not possible."""
        if version.number == version.template.version or not self.may_roll_back:
            return ""
        address = reverse(
            "admin:templates_app_jobtemplate_rollback", args=[version.template_id, version.number]
        )
        button = '<button type="submit" class="button" formnovalidate formaction="{}">Make it the newest again</button>'
        return format_html(button, address)


def _may_edit(request: HttpRequest, template: JobTemplate | None) -> bool:
    return template is None or has_right(admin_actor(request), JobRight.EDIT, template)


@admin.register(JobTemplate)
class TemplateAdmin(RoleModelAdmin):
    """Lists and exports job templates; users with the right to edit also change, archive and import them."""

    add_right = change_right = delete_right = JobRight.EDIT
    form = TemplateForm
    inlines = [VersionInline]
    list_display = [
        "type", "version", "handler", "enabled", "archived", "user_triggered", "recurring", "updated", "updated_by",
    ]  # fmt: skip
    list_filter = ["enabled", "archived", "user_triggered", "reschedule"]
    search_fields = ["type", "label"]
    actions = None
    updated = display.time_column("updated_at")

    class Media:
        css = display.STYLES

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            return ["document"]
        shown = ["seen_version", *FACTS]
        if self.has_change_permission(request, obj):
            return [*shown, "document", "force"]
        return [*shown, "document_text"] if sees_form(admin_actor(request), obj) else shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobTemplate]:
        seen = types_with(admin_actor(request), JobRight.SEE)
        templates: QuerySet[JobTemplate] = super().get_queryset(request)
        return templates.filter(seen.condition("type"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)

    def get_readonly_fields(self, _request: HttpRequest, _obj: Any = None) -> list[str]:
        return [*FACTS, "document_text"]

    @admin.display(description="handler")
    def handler(self, template: JobTemplate) -> str:
        """Returns "can run" if the template's job handler can, or else why jobs of the template are refused."""
        broken = registry.problem(template.type)
        return "can run" if broken is None else broken.problems[0].detail

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Returns the template; None if there is none, or for a URL with a NUL character, which Postgres refuses."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def get_urls(self) -> list[URLPattern]:
        own_urls = [
            path(
                "import/",
                self.admin_site.admin_view(self.import_view),
                name="templates_app_jobtemplate_import",
            ),
            path(
                "export/",
                self.admin_site.admin_view(self.export_view),
                name="templates_app_jobtemplate_export",
            ),
            path(
                "<str:job_type>/rollback/<int:version>/",
                self.admin_site.admin_view(self.rollback_view),
                name="templates_app_jobtemplate_rollback",
            ),
        ]
        return own_urls + super().get_urls()

    # The body holds the file and the form's other fields.
    @with_body_limit(settings.BULK_BODY_LIMIT + settings.BODY_LIMIT)
    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {"opts": self.opts, "media": self.media}
        return import_page(request, context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return export(request)

    def rollback_view(self, request: HttpRequest, job_type: str, version: int) -> HttpResponse:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        seen = request.POST.get("seen_version", "")
        try:
            outcome = roll_back_template(
                job_type=job_type,
                version=version,
                actor=admin_actor(request),
                expected_version=int(seen) if re.fullmatch("[0-9]{1,9}", seen) else None,
                force="force" in request.POST,
            )
        except AppError as exc:
            show_refusals(request, [(f"version {version}", exc)])
        else:
            done = (
                "has the same document already"
                if outcome == StoreOutcome.UNCHANGED
                else f"is as in version {version} again"
            )
            messages.success(request, f"The template {job_type} {done}.")
        return redirect("admin:templates_app_jobtemplate_change", job_type)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        spec = form.cleaned_data["document"]
        version = form.cleaned_data["seen_version"] if change else None
        force = form.cleaned_data["force"]
        save_template(
            spec=spec, actor=admin_actor(request), expected_version=version, new=not change, force=force
        )
        obj.type = spec.type
        for warning in warnings_of(spec):
            messages.warning(request, f"{warning.attr}: {warning.detail} {warning.remedy or ''}")

    def delete_model(self, request: HttpRequest, obj: JobTemplate) -> None:
        remove_template(job_type=obj.type, actor=admin_actor(request))

    def get_deleted_objects(
        self, objs: Iterable[Any], _request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Returns what the deletion page lists; Django's own method would load every job of the template."""
        listed = [f"{template}; if it has jobs, it is archived instead" for template in objs]
        return listed, {}, set(), []

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        archived = JobTemplate.objects.filter(pk=obj_id).exists()
        done = "has jobs, so it was archived." if archived else "was deleted."
        messages.success(request, f"The template {obj_display} {done}")
        return redirect("admin:templates_app_jobtemplate_changelist")

    @admin.display(boolean=True, ordering="reschedule")
    def recurring(self, template: JobTemplate) -> bool:
        return template.reschedule

    @admin.display(description="document")
    def document_text(self, template: JobTemplate) -> SafeString:
        current = template.versions.get(number=template.version)
        return format_html('<pre class="job-json">{}</pre>', format_document(current.document_json))
