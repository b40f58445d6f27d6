"""Defines the JSON Schemas of requests and responses about job templates, and builds the responses.

A response has the template's document as its author wrote it, with the read-only key `meta` added.
"""

from __future__ import annotations

from typing import Any

from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.api_errors import PROBLEM
from foundation.paging import page_schema
from jobs.services.upcoming import NEXT_STARTS
from templates_app.access import rights_on, sees_form
from templates_app.documents import MAX_INT32, TemplateSpec
from templates_app.models import JobTemplate
from templates_app.queries import version_spec
from templates_app.unbound import find_unbound, form_without, warnings_of

Schema = dict[str, Any]

META: Schema = {
    "type": "object",
    "properties": {
        "version": {"type": "integer"},
        "archived": {"type": "boolean"},
        "handler": {
            "type": "boolean",
            "description": "Whether there is a handler of this type that can run.",
        },
        "handler_problem": {
            "type": ["string", "null"],
            "description": "Why its jobs are refused: there is no handler, or it cannot be imported or called.",
        },
        "warnings": {"type": "array", "items": PROBLEM},
        "updated_at": {"type": "string", "format": "date-time"},
        "updated_by": {"type": "string"},
        "rights": {
            "type": "array",
            "items": {"type": "string", "enum": [right.value for right in JobRight]},
            "description": "What you may do with this job type.",
        },
        "hidden": {
            "type": "boolean",
            "description": "You may only see that its jobs run: fields, default values and warnings are left out.",
        },
    },
    "required": [
        "version",
        "archived",
        "handler",
        "handler_problem",
        "warnings",
        "updated_at",
        "updated_by",
        "rights",
        "hidden",
    ],
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
_EXAMPLE: Schema = {
    "type": "mail_job",
    "label": "Send a mail",
    "startInSeconds": 0,
    "userTriggered": True,
    "rescheduleAfterTermination": False,
    "payload_schema": {"to": {"type": "string", "required": True, "label": "To"}},
    "payload": {"to": "ann@example.com"},
}
NEW_DOCUMENT: Schema = {**DOCUMENT, "examples": [_EXAMPLE]}
# The type is in the address and may be left out.
CHANGED_DOCUMENT: Schema = {
    **{key: rule for key, rule in DOCUMENT.items() if key != "required"},
    "examples": [{key: value for key, value in _EXAMPLE.items() if key != "type"}],
}
CHANGED_KEYS: Schema = {**CHANGED_DOCUMENT, "examples": [{"priority": 5, "label": None}]}
TEMPLATE: Schema = {
    **DOCUMENT,
    "properties": {**DOCUMENT["properties"], "meta": META},
    "required": ["type", "meta"],
}
TEMPLATES: Schema = page_schema(TEMPLATE)
_VERSION: dict[str, Schema] = {
    "version": {"type": "integer"},
    "created_at": {"type": "string", "format": "date-time"},
    "created_by": {"type": "string"},
    "document": DOCUMENT,
}
VERSIONS: Schema = page_schema({"type": "object", "properties": _VERSION, "required": [*_VERSION]})
_OBJECT: Schema = {"type": "object", "additionalProperties": True}
FORM: Schema = {
    "type": "object",
    "properties": {"schema": _OBJECT, "ui_schema": _OBJECT, "initial": _OBJECT},
    "required": ["schema", "ui_schema", "initial"],
}
PAYLOAD: Schema = {
    "type": "object",
    "properties": {"payload": {"description": "The payload, as it would be sent to create a job."}},
    "required": ["payload"],
    "additionalProperties": False,
    "examples": [{"payload": {}}],
}
ROLLBACK: Schema = {
    "type": "object",
    "properties": {
        "version": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_INT32,
            "description": "The version to roll back to.",
        }
    },
    "required": ["version"],
    "additionalProperties": False,
    "examples": [{"version": 1}],
}
_PROBLEMS: Schema = {"type": "array", "items": PROBLEM}
PREVIEW_OF: Schema = {
    "type": "object",
    "properties": {
        "document": {"description": "The template as it would be stored."},
        "job_type": {"type": "string", "description": "The type that the document must have."},
        "payload": {"description": "A payload to validate against the document."},
    },
    "required": ["document"],
    "additionalProperties": False,
    "examples": [{"document": _EXAMPLE, "payload": {"to": "bob@example.com"}}],
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
        "next_runs": NEXT_STARTS,
    },
    "required": ["problems", "warnings", "form", "trial", "next_runs"],
}
COMPLETED: Schema = {"type": "object", "properties": {"payload": _OBJECT}, "required": ["payload"]}
DOCUMENTS: Schema = {
    "type": "object",
    "additionalProperties": True,
    "description": "job type -> template document",
}
IMPORTED: Schema = {**DOCUMENTS, "examples": [{"mail_job": _EXAMPLE}]}
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
        "warnings": {"type": "array", "items": PROBLEM},
        "changes": {
            "type": "object",
            "additionalProperties": _CHANGES,
            "description": "What would change in each template of `updated`; only of a dry run.",
        },
    },
    "required": ["created", "updated", "unchanged", "archived", "warnings"],
}


# What a template shows of its document to those who may only see that its jobs run.
_ALWAYS_SHOWN = ("type", "label", "description", "userTriggered", "access")


def template_shape(template: JobTemplate, actor: Actor) -> dict[str, Any]:
    """Returns a job template as REST responses have it: its document, and its state in the key `meta`."""
    spec = version_spec(template.type, template.version)
    problem = spec.handler_problem
    is_hidden = not sees_form(actor, template)
    meta = {
        "version": template.version,
        "archived": template.archived,
        "handler": problem is None,
        "handler_problem": problem and problem.detail,
        "warnings": [] if is_hidden else [problem.as_json() for problem in warnings_of(spec)],
        "updated_at": template.updated_at,
        "updated_by": template.updated_by,
        "rights": rights_on(actor, template),
        "hidden": is_hidden,
    }
    document = spec.document
    if is_hidden:
        document = {key: document[key] for key in _ALWAYS_SHOWN if key in document}
    return {**document, "meta": meta}


def form(spec: TemplateSpec, *, may_edit: bool) -> dict[str, Any]:
    """Returns what a payload form is built from: JSON Schema 2020-12, hints for widgets, and default values.

    `may_edit`: whether its user may edit the template; others are asked for secrets whose default they may not use.
    """
    compiled = spec.compiled
    schema, initial = compiled.json_schema, compiled.initial
    if compiled.secret_fields and not may_edit:
        schema, initial = form_without(spec, find_unbound(spec))
    return {"schema": schema, "ui_schema": compiled.ui_schema, "initial": initial}
