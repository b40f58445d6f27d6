"""The payload_schema language: from an author's fields to JSON Schema 2020-12, form hints and defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler_project.errors import Invalid, Problem
from templates_app.payload_schema import defaults, layout
from templates_app.payload_schema.checker import Checker
from templates_app.payload_schema.field_types import TYPES, Fragment
from templates_app.payload_schema.texts import label_from
from templates_app.reading import Reading, suggestion

DRAFT = "https://json-schema.org/draft/2020-12/schema"
LARGEST = 64 * 1024
AT = "payload_schema"
SHARED_KEYS = ("type", "label", "help", "placeholder", "required", "nullable")
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """What a payload_schema means. `checker` has the rules of `json_schema` and those for the server only."""

    json_schema: dict[str, Any]
    ui_schema: dict[str, Any]
    initial: dict[str, Any]
    warnings: tuple[Problem, ...]
    checker: Checker
    fills_job_type: bool


@dataclass(slots=True)
class _Parts:
    properties: dict[str, Any]
    strict: dict[str, Any]
    required: list[str]
    ui: dict[str, Any]


def compile_payload_schema(
    payload_schema: Mapping[str, Any],
    payload: Mapping[str, Any],
    payload_ui: Mapping[str, Any] | None = None,
) -> Compiled:
    """Compiles the fields with their default values.

    Raises Invalid with every problem; attrs are relative to the template: `payload_schema.user_id.minValue`.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    if len(json.dumps(payload_schema, ensure_ascii=False).encode()) > LARGEST:
        raise Invalid(Problem("too_large", f"payload_schema is larger than {LARGEST // 1024} KB.", AT))
    parts = _Parts({}, {}, [], {})
    for name, spec in payload_schema.items():
        if _name_is_usable(name, problems):
            _add_field(parts, name, spec, payload.get(name), problems, warnings)
    hints = layout.compile_layout(payload_ui or {}, parts.ui, problems)
    if problems:
        raise Invalid(problems)
    fills_job_type = payload_schema.get("job_type", ...) is None
    json_schema = _object(parts.properties, parts.required)
    checker = Checker(_object({**parts.properties, **parts.strict}, parts.required))
    initial = defaults.usable(parts.properties, checker, payload, warnings, hidden=fills_job_type)
    for name, value in initial.items():
        parts.properties[name]["default"] = value
    return Compiled(json_schema, hints, initial, tuple(warnings), checker, fills_job_type)


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _name_is_usable(name: str, problems: list[Problem]) -> bool:
    if name == "job_id":
        remedy = "Name it otherwise: handlers find the job's id there."
        problems.append(
            Problem("reserved", "A field may not be called job_id.", f"{AT}.job_id", name, remedy)
        )
    elif not _FIELD_NAME.fullmatch(name) or name.startswith("__"):
        detail = "A field's name is letters, digits and underscores, begins with no digit, 63 at most."
        problems.append(Problem("pattern", detail, f"{AT}.{name}", name, "Name it like user_id."))
    else:
        return True
    return False


def _add_field(
    parts: _Parts, name: str, spec: Any, default: Any, problems: list[Problem], warnings: list[Problem]
) -> None:
    if spec is None:
        parts.properties[name], parts.ui[name] = _without_rules(name)
        return
    at = f"{AT}.{name}"
    if not isinstance(spec, Mapping):
        remedy = 'Write it like {"type": "string"}, or null to accept anything.'
        problems.append(Problem("type", f"{name} must be an object or null.", at, spec, remedy))
        return
    fragment = _read_field(Reading(spec, problems, at), name, default)
    if fragment is None:
        return
    warnings += [
        Problem(code, detail, f"{at}.{key}", spec.get(key)) for code, key, detail in fragment.warnings
    ]
    parts.properties[name], parts.ui[name] = fragment.schema, fragment.ui
    if fragment.strict:
        parts.strict[name] = {**fragment.schema, **fragment.strict}
    if spec.get("required") is True:
        parts.required.append(name)


def _without_rules(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A field that is null: `job_type` is hidden and filled by the server, others accept any JSON."""
    if name == "job_type":
        return {"type": "string", "title": label_from(name), "readOnly": True}, {"ui:widget": "hidden"}
    return {"title": label_from(name)}, {"ui:field": "json"}


def _read_field(reading: Reading, name: str, default: Any) -> Fragment | None:
    kind = reading.text("type")
    if kind not in TYPES:
        code = "enum" if kind else "required"
        detail = f'There is no type "{kind}".' if kind else "A field needs a type."
        if not reading.has("type") or isinstance(reading.source["type"], str):
            reading.refuse("type", code, detail, suggestion(kind, list(TYPES)))
        return None
    reading.refuse_unknown((*SHARED_KEYS, *TYPES[kind].keys), f"the type {kind}")
    fragment = TYPES[kind].build(reading, default)
    help_text = reading.text("help", longest=4000)
    titles = {"title": reading.text("label") or label_from(name)}
    if help_text:
        titles["description"] = help_text
    placeholder = reading.text("placeholder")
    if placeholder:
        fragment.ui["ui:placeholder"] = placeholder
    reading.flag("required")
    rules = _nullable(fragment.schema) if reading.flag("nullable") else fragment.schema
    fragment.schema = {**titles, **rules}
    return fragment


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same rules, or null."""
    nullable = dict(schema)
    if "type" in nullable:
        nullable["type"] = [nullable["type"], "null"]
    if "enum" in nullable:
        nullable["enum"] = [*nullable["enum"], None]
    if "oneOf" in nullable:
        nullable["oneOf"] = [*nullable["oneOf"], {"const": None, "title": "No value"}]
    return nullable
