"""Defines the forms of the job templates' admin pages: to edit one document, and to import a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from catalogue.incompatible_payloads import refuse_incompatible
from foundation.errors import ABSENT, AppError, Problem
from foundation.strict_json import parse_json
from templates_app import queries
from templates_app.documents import TemplateSpec, parse_document
from templates_app.models import JobTemplate
from templates_app.services import prepare_template

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[JobTemplate]
else:
    _ModelForm = forms.ModelForm

JSON_TEXT = {"class": "job-document", "rows": 30, "spellcheck": "false"}
MAX_VALUE_LENGTH = 200
KEEP_ON_OLD_VERSION = "Series and waiting jobs that would be rejected stay on the previous version"


class TemplateForm(_ModelForm):
    """Edits a template document as JSON text and parses it to a TemplateSpec; invalid text stays as it was typed."""

    document = forms.CharField(max_length=settings.BODY_LIMIT, widget=forms.Textarea(attrs=JSON_TEXT))
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    force = forms.BooleanField(required=False, label=KEEP_ON_OLD_VERSION)

    class Meta:
        model = JobTemplate
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._exists = not self.instance._state.adding
        if self._exists:
            current = self.instance.versions.get(number=self.instance.version)
            self.initial["document"] = format_document(current.document_json)
            self.initial["seen_version"] = self.instance.version

    def clean_document(self) -> TemplateSpec:
        own_type = self.instance.type if self._exists else None
        with _as_validation_error():
            spec = parse_document(parse_json(self.cleaned_data["document"].encode()), job_type=own_type)
        if not self._exists and queries.list_templates(archived=None).filter(type=spec.type).exists():
            raise ValidationError(f"There is a template {spec.type} already: change that.", "already_exists")
        return spec

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a stale version or incompatible payloads; the typed text stays in the form."""
        current = self.instance
        if self._exists and self.cleaned_data.get("seen_version") != current.version:
            detail = (
                f"{current.updated_by} changed this template meanwhile: it is version {current.version} now."
            )
            raise ValidationError(
                f"{detail} Keep your text aside, and load the page again.", "version_conflict"
            )
        spec = self.cleaned_data.get("document")
        if spec is not None and not self.cleaned_data["force"]:
            with _as_validation_error():
                refuse_incompatible(prepare_template(spec).spec)
        return self.cleaned_data


class ImportForm(forms.Form):
    """Accepts a file of job templates (or its text) and the import's options; `parse_file` checks the content later."""

    file = forms.FileField(required=False, help_text="If a file is chosen, the text is ignored.")
    text = forms.CharField(required=False, widget=forms.Textarea(attrs=JSON_TEXT))
    prune = forms.BooleanField(required=False, label="Archive the templates that the file leaves out")
    force = forms.BooleanField(
        required=False,
        label=KEEP_ON_OLD_VERSION,
        help_text="Also archives all templates if the file has none.",
    )

    def clean(self) -> dict[str, Any]:
        file = self.cleaned_data.get("file")
        if file is None and not self.cleaned_data.get("text"):
            raise ValidationError("Choose a file, or paste its text.", "required")
        if file is not None and file.size > settings.BULK_BODY_LIMIT:
            raise ValidationError(f"A file has at most {settings.BULK_BODY_LIMIT:,} bytes.", "too_large")
        return self.cleaned_data

    def raw(self) -> bytes:
        """Returns the bytes of the uploaded file, or of the pasted text if there is no file."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data["text"]
        raw: bytes = text.encode() if file is None else file.read()
        return raw


def format_document(document: Any) -> str:
    """Returns a template document as indented JSON text, for people to edit."""
    return json.dumps(document, indent=4, ensure_ascii=False)


def format_problem_value(problem: Problem) -> str:
    """Returns the problem's `value` as JSON text; an empty text if the problem has no value."""
    return "" if problem.value is ABSENT else format_value(problem.value)


def format_value(value: object) -> str:
    """Returns the value as JSON text, shortened to MAX_VALUE_LENGTH characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[:MAX_VALUE_LENGTH]} ..."


@contextmanager
def _as_validation_error() -> Iterator[None]:
    """Converts an AppError raised in the `with` block to a ValidationError with a sentence for each problem."""
    try:
        yield
    except AppError as exc:
        raise ValidationError([_sentence(problem) for problem in exc.problems]) from None


def _sentence(problem: Problem) -> str:
    value = format_problem_value(problem)
    parts = [
        f"{problem.attr}: {problem.detail}" if problem.attr else problem.detail,
        f"There stands {value}." if value else "",
        problem.remedy or "",
    ]
    return " ".join(part for part in parts if part)
