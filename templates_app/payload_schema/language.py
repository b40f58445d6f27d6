"""The payload_schema language: from an author's fields to JSON Schema 2020-12, form hints and defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.errors import Invalid, Problem
from foundation.json_schema.checker import Checker
from foundation.json_schema.numbers import Whole, whole_numbers
from foundation.json_schema.reading import Reading
from templates_app.payload_schema import defaults, layout
from templates_app.payload_schema.fields import TOP, compile_fields, compile_item
from templates_app.payload_schema.filling import Filling
from templates_app.payload_schema.fragment import Scope
from templates_app.payload_schema.secrets import Path, secret_paths
from templates_app.payload_schema.server_rules import for_the_server

DRAFT = "https://json-schema.org/draft/2020-12/schema"
LARGEST = 64 * 1024


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """What a payload_schema means. `checker` has the rules of `json_schema` and those for the server only.

    `initial` is what an empty payload is filled with.
    """

    json_schema: dict[str, Any]
    ui_schema: dict[str, Any]
    initial: dict[str, Any]
    warnings: tuple[Problem, ...]
    checker: Checker
    filling: Filling
    whole_numbers: Whole
    fills_job_type: bool
    secret_paths: tuple[Path, ...]


def compile_payload_schema(
    payload_schema: Mapping[str, Any],
    payload: Mapping[str, Any],
    payload_ui: Mapping[str, Any] | None = None,
) -> Compiled:
    """Compiles the fields with their default values.

    Raises Invalid with every problem; attrs are relative to the template: `payload_schema.user_id.minValue`.
    """
    if len(json.dumps(payload_schema, ensure_ascii=False).encode()) > LARGEST:
        raise Invalid(Problem("too_large", f"payload_schema is larger than {LARGEST // 1024} KB.", TOP))
    problems: list[Problem] = []
    warnings: list[Problem] = []
    scope = Scope(warnings, in_array=False, fields=compile_fields, item=compile_item)
    found = compile_fields(Reading(payload_schema, problems, TOP), payload, scope)
    hints = layout.compile_layout(payload_ui or {}, found.ui, problems)
    if problems:
        raise Invalid(problems)
    hidden = {"job_type"} if payload_schema.get("job_type", ...) is None else set()
    schema = {"$schema": DRAFT, **found.schema}
    defaults.settle(schema, payload, warnings, hidden=hidden)
    filling = Filling(schema)
    return Compiled(
        json_schema=schema,
        ui_schema=hints,
        initial=filling({}),
        warnings=tuple(warnings),
        checker=for_the_server(schema),
        filling=filling,
        whole_numbers=whole_numbers(schema),
        fills_job_type=bool(hidden),
        secret_paths=secret_paths(schema),
    )
