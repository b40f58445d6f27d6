"""Serves the admin pages that import and export job templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.admin_base import admin_actor
from catalogue.admin.forms import ImportForm, format_problem_value, format_value
from catalogue.export import as_file, export_documents
from catalogue.importing import ImportReport, import_templates
from foundation.errors import AppError, Problem
from foundation.strict_json import parse_json
from templates_app.documents import parse_file

PAGE = "admin/templates_app/jobtemplate/import.html"


def import_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Serves the page that imports templates: "Check" only reports, "Import" stores all, or none if one is refused."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context |= {"title": "Import templates", "form": form}
    if not form.is_valid():
        return render(request, PAGE, context)
    raw, dry_run = form.raw(), "import" not in request.POST
    options = {name: form.cleaned_data[name] for name in ("prune", "force")}
    # Browsers do not send a file twice, so the form gets its text for "Import" after "Check".
    context["form"] = ImportForm(initial={"text": raw.decode("utf-8", "replace"), **options})
    try:
        specs = parse_file(parse_json(raw))
        report = import_templates(specs=specs, actor=admin_actor(request), dry_run=dry_run, **options)
    except AppError as exc:
        context["problems"] = [_problem_row(problem) for problem in exc.problems]
        return render(request, PAGE, context)
    if dry_run:
        context |= {"report": _types_by_verb(report), "changes": _change_rows(report)}
        context["warnings"] = [_problem_row(warning) for warning in report.warnings]
        return render(request, PAGE, context)
    return _redirect_to_list(request, report)


def export(request: HttpRequest) -> HttpResponse:
    """Returns all templates that are not archived, as a JSON file to download."""
    text = as_file(export_documents(admin_actor(request)))
    headers = {"Content-Disposition": 'attachment; filename="job_templates.json"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


def _redirect_to_list(request: HttpRequest, report: ImportReport) -> HttpResponse:
    for verb, types in _types_by_verb(report):
        messages.success(request, f"{verb}: {', '.join(types)}")
    for warning in report.warnings:
        messages.warning(request, f"{warning.attr}: {warning.detail} {warning.remedy or ''}")
    return redirect("admin:templates_app_jobtemplate_changelist")


def _types_by_verb(report: ImportReport) -> list[tuple[str, list[str]]]:
    found = [
        ("Created", report.created),
        ("Updated", report.updated),
        ("Unchanged", report.unchanged),
        ("Archived", report.archived),
    ]
    return [(verb, types) for verb, types in found if types]


def _change_rows(report: ImportReport) -> list[dict[str, str]]:
    return [
        {
            "path": f"{job_type}.{change['path']}",
            **{side: format_value(change[side]) for side in ("before", "after") if side in change},
        }
        for job_type, changes in (report.changes or {}).items()
        for change in changes
    ]


def _problem_row(problem: Problem) -> dict[str, str | None]:
    return {
        "attr": problem.attr,
        "detail": problem.detail,
        "value": format_problem_value(problem),
        "remedy": problem.remedy,
    }
