"""How templates look from outside: the author's document plus a read-only `meta`; and the bodies that come in."""

from __future__ import annotations

from typing import Any

from handlers import registry
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate

Schema = dict[str, Any]

_PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "attr": {"type": ["string", "null"]},
    },
    "required": ["code", "detail", "attr"],
}
META: Schema = {
    "type": "object",
    "properties": {
        "version": {"type": "integer"},
        "archived": {"type": "boolean"},
        "handler": {"type": "boolean", "description": "Whether a handler of this type was found."},
        "warnings": {"type": "array", "items": _PROBLEM},
        "updated_at": {"type": "string", "format": "date-time"},
        "updated_by": {"type": "string"},
    },
    "required": ["version", "archived", "handler", "warnings", "updated_at", "updated_by"],
}
DOCUMENT: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "label": {"type": "string"},
        "description": {"type": "string"},
        "startInSeconds": {"type": "integer", "minimum": 0},
        "userTriggered": {"type": "boolean"},
        "rescheduleAfterTermination": {"type": "boolean"},
        "payload_schema": {"type": "object", "additionalProperties": True},
        "payload": {"type": "object", "additionalProperties": True},
    },
    "required": ["type"],
    "additionalProperties": True,
}
TEMPLATE: Schema = {
    **DOCUMENT,
    "properties": {**DOCUMENT["properties"], "meta": META},
    "required": ["type", "meta"],
}
TEMPLATES: Schema = {
    "type": "object",
    "properties": {"results": {"type": "array", "items": TEMPLATE}},
    "required": ["results"],
}
_VERSION: dict[str, Schema] = {
    "version": {"type": "integer"},
    "created_at": {"type": "string", "format": "date-time"},
    "created_by": {"type": "string"},
    "document": DOCUMENT,
}
VERSIONS: Schema = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {"type": "object", "properties": _VERSION, "required": [*_VERSION]},
        }
    },
    "required": ["results"],
}
_OBJECT: Schema = {"type": "object", "additionalProperties": True}
FORM: Schema = {
    "type": "object",
    "properties": {"schema": _OBJECT, "ui_schema": _OBJECT, "initial": _OBJECT},
    "required": ["schema", "ui_schema", "initial"],
}
PAYLOAD: Schema = {
    "type": "object",
    "properties": {"payload": {"description": "As it would be sent to create a job."}},
    "required": ["payload"],
    "additionalProperties": False,
}
_PROBLEMS: Schema = {"type": "array", "items": _PROBLEM}
PREVIEW_OF: Schema = {
    "type": "object",
    "properties": {
        "document": {"description": "The template as it would be stored."},
        "job_type": {"type": "string", "description": "The template that is edited: the type must stay."},
        "payload": {"description": "A payload to try."},
    },
    "required": ["document"],
    "additionalProperties": False,
}
PREVIEW: Schema = {
    "type": "object",
    "properties": {
        "problems": _PROBLEMS,
        "warnings": _PROBLEMS,
        "form": {"oneOf": [FORM, {"type": "null"}]},
        "trial": {
            "type": ["object", "null"],
            "properties": {
                "payload": {"type": ["object", "null"], "additionalProperties": True},
                "errors": _PROBLEMS,
            },
            "required": ["payload", "errors"],
        },
    },
    "required": ["problems", "warnings", "form", "trial"],
}
COMPLETED: Schema = {"type": "object", "properties": {"payload": _OBJECT}, "required": ["payload"]}
DOCUMENTS: Schema = {
    "type": "object",
    "additionalProperties": True,
    "description": "job type -> template document",
}
_TYPES: Schema = {"type": "array", "items": {"type": "string"}}
_CHANGES: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"path": {"type": "string"}, "before": {}, "after": {}},
        "required": ["path"],
    },
}
VERSION: Schema = {
    "type": "object",
    "properties": {**_VERSION, "against": {"type": ["integer", "null"]}, "changes": _CHANGES},
    "required": [*_VERSION, "against", "changes"],
}
REPORT: Schema = {
    "type": "object",
    "properties": {
        "created": _TYPES,
        "updated": _TYPES,
        "unchanged": _TYPES,
        "archived": _TYPES,
        "warnings": {"type": "array", "items": _PROBLEM},
        "changes": {
            "type": "object",
            "additionalProperties": _CHANGES,
            "description": "Of a dry run: what would differ in each template of `updated`.",
        },
    },
    "required": ["created", "updated", "unchanged", "archived", "warnings"],
}


def template_shape(template: JobTemplate, spec: TemplateSpec) -> dict[str, Any]:
    meta = {
        "version": template.version,
        "archived": template.archived,
        "handler": registry.find(template.type) is not None,
        "warnings": [problem.as_json() for problem in spec.warnings],
        "updated_at": template.updated_at,
        "updated_by": template.updated_by,
    }
    return {**spec.document, "meta": meta}


def form(spec: TemplateSpec) -> dict[str, Any]:
    """What a form is made from: JSON Schema 2020-12, hints, default values."""
    compiled = spec.compiled
    return {"schema": compiled.json_schema, "ui_schema": compiled.ui_schema, "initial": compiled.initial}
