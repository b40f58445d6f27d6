"""Serves the Django admin page "Add job": the user chooses a template, then enters payload, start and priority."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.admin_base import admin_actor
from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import AppError, Invalid, Problem
from foundation.strict_json import parse_json
from jobs.services.preparing import MAX_DELAY_SECONDS, Submission
from jobs.services.submit import submit_job
from templates_app import queries as templates
from templates_app.access import Access
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate


class NewJobForm(forms.Form):
    """Defines the form of the admin page "Add job": payload, seconds until the start, and priority of the new job."""

    payload = forms.CharField(
        required=False,
        max_length=settings.BODY_LIMIT,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12, "spellcheck": "false"}),
        help_text="JSON. What is left out takes the template's default.",
    )
    start_in_seconds = forms.FloatField(
        required=False,
        min_value=0,
        max_value=MAX_DELAY_SECONDS,
        help_text="The job is due this many seconds from now. Empty: after the template's own delay.",
    )
    priority = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=9,
        help_text="0 to 9, higher goes first. Empty: the template's own.",
    )

    def clean_payload(self) -> Any:
        """Returns the value of the payload's JSON text, {} for empty text. Raises ValidationError for invalid JSON."""
        try:
            return parse_json((self.cleaned_data["payload"] or "{}").encode())
        except Invalid as exc:
            raise ValidationError(
                [f"{one.attr}: {one.detail}" if one.attr else one.detail for one in exc.problems]
            ) from None

    def add_problem(self, problem: Problem) -> None:
        """Adds a problem that a service reported to the form field that it names, or else to the form as a whole."""
        field, _, place = (problem.attr or "").partition(".")
        known = field if field in self.fields else None
        self.add_error(known, f"{place}: {problem.detail}" if known and place else problem.detail)


def add_job(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Returns the page: a list of templates, the form for the chosen one, or a redirect to the job that was created."""
    actor = admin_actor(request)
    job_type = request.GET.get("job_type", "")
    template = runnable_templates(actor).filter(type=job_type).first() if "\0" not in job_type else None
    if template is None:
        if job_type:
            messages.error(request, "There is no template of this type that you may run.")
        context |= {"title": "Add job: choose a template", "templates": runnable_templates(actor)}
        return render(request, "admin/restjob_jobs/job/choose_template.html", context)
    spec = templates.version_spec(template.type, template.version)
    form = NewJobForm(request.POST or None, initial=_initial(spec))
    if form.is_valid():
        try:
            job_id = submit_job(submission=_submission(template.type, form.cleaned_data), actor=actor)["id"]
        except AppError as exc:
            for problem in exc.problems:
                form.add_problem(problem)
        else:
            messages.success(request, f"The job {job_id} was created.")
            return redirect("admin:restjob_jobs_job_change", job_id)
    context |= {
        "title": f"Add job: {spec.label}",
        "form": form,
        "spec": spec,
        "fields": _describe_fields(spec),
    }
    return render(request, "admin/restjob_jobs/job/add_job.html", context)


def runnable_templates(actor: Actor) -> QuerySet[JobTemplate]:
    """Returns the query of the enabled templates of which the actor may create jobs."""
    access = Access(actor)
    run, edit = (access.types_with(right).condition("type") for right in (JobRight.RUN, JobRight.EDIT))
    found = JobTemplate.objects.filter(run, archived=False, enabled=True)
    return found.filter(Q(user_triggered=True) | edit) if edit else found


def _initial(spec: TemplateSpec) -> dict[str, Any]:
    return {"payload": json.dumps(spec.compiled.initial, indent=2, ensure_ascii=False)}


def _submission(job_type: str, values: dict[str, Any]) -> Submission:
    return Submission(
        job_type=job_type,
        payload=values["payload"],
        start_in_seconds=values["start_in_seconds"],
        priority=values["priority"],
    )


def _describe_fields(spec: TemplateSpec) -> list[dict[str, Any]]:
    """Returns name, label, help and rules of each payload field, to show beside the form's JSON text area."""
    schema = spec.compiled.json_schema
    return [
        {
            "name": name,
            "label": rules.get("title", ""),
            "help": rules.get("description", ""),
            "required": name in schema["required"],
            "rules": json.dumps(
                {key: rule for key, rule in rules.items() if key not in ("title", "description", "default")},
                ensure_ascii=False,
            ),
        }
        for name, rules in schema["properties"].items()
        if not rules.get("readOnly")
    ]
