"""Compiles a template's payload_schema to JSON Schema 2020-12, form hints (ui_schema) and default values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.errors import Invalid, Problem
from foundation.json_schema.checker import Checker
from foundation.json_schema.numbers import Converter, integer_converter
from foundation.json_schema.reading import ObjectReader
from templates_app.payload_schema import defaults, layout
from templates_app.payload_schema.fields import TOP, compile_fields
from templates_app.payload_schema.filling import DefaultsFiller
from templates_app.payload_schema.fragment import Scope
from templates_app.payload_schema.secrets import Path, SecretField, secret_fields
from templates_app.payload_schema.server_rules import editors_checker, server_checker

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MAX_BYTES = 64 * 1024


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """Holds what a template's payload_schema compiles to.

    Browsers get `json_schema` and `ui_schema`, and `initial`, an empty payload with defaults filled in. `checker`
    applies `json_schema` and the rules that only the server checks; `editors_checker` lets read-only fields have other
    values. With `fills_job_type` the server sets `job_type`.
    """

    json_schema: dict[str, Any]
    ui_schema: dict[str, Any]
    initial: dict[str, Any]
    warnings: tuple[Problem, ...]
    checker: Checker
    editors_checker: Checker
    fill_defaults: DefaultsFiller
    convert_integers: Converter
    fills_job_type: bool
    secret_fields: Mapping[Path, SecretField]

    @property
    def secret_paths(self) -> tuple[Path, ...]:
        """Returns the paths of the secret fields."""
        return tuple(self.secret_fields)

    @property
    def depends_on_rights(self) -> bool:
        """Returns whether payloads of those who may edit the template can be judged otherwise than those of others."""
        has_unbound = any(not field.is_bound for field in self.secret_fields.values())
        return has_unbound or self.editors_checker is not self.checker


def compile_payload_schema(
    payload_schema: Mapping[str, Any],
    payload: Mapping[str, Any],
    payload_ui: Mapping[str, Any] | None = None,
) -> Compiled:
    """Compiles a template's payload fields with their default values (`payload`) and form layout (`payload_ui`).

    Raises Invalid with every problem; `attr` is the path in the template, such as `payload_schema.user_id.minValue`.
    """
    if len(json.dumps(payload_schema, ensure_ascii=False).encode()) > MAX_BYTES:
        raise Invalid(Problem("too_large", f"payload_schema is larger than {MAX_BYTES // 1024} KB.", TOP))
    problems: list[Problem] = []
    warnings: list[Problem] = []
    scope = Scope(warnings, in_array=False)
    found = compile_fields(ObjectReader(payload_schema, problems, TOP), payload, scope)
    hints = layout.compile_layout(payload_ui or {}, found.ui, problems)
    if problems:
        raise Invalid(problems)
    hidden = {"job_type"} if payload_schema.get("job_type", ...) is None else set()
    schema = {"$schema": DRAFT, **found.schema}
    defaults.apply_defaults(schema, payload, warnings, hidden=hidden)
    fill_defaults = DefaultsFiller(schema)
    checker = server_checker(schema)
    return Compiled(
        json_schema=schema,
        ui_schema=hints,
        initial=fill_defaults({}),
        warnings=tuple(warnings),
        checker=checker,
        editors_checker=editors_checker(schema) if '"readOnly": true' in json.dumps(schema) else checker,
        fill_defaults=fill_defaults,
        convert_integers=integer_converter(schema),
        fills_job_type=bool(hidden),
        secret_fields=secret_fields(schema),
    )
