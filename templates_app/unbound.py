"""Finds default secrets that could be sent anywhere, which only those who may edit the template can use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from foundation.errors import Problem
from templates_app.documents import TemplateSpec
from templates_app.payload_schema.filling import DefaultsFiller
from templates_app.payload_schema.secrets import Path
from templates_app.payload_schema.urls import has_open_url
from templates_app.shared_secrets.loading import load_shared


def warnings_of(spec: TemplateSpec) -> list[Problem]:
    """Returns all warnings for the template's author, also those of shared secrets that could be sent anywhere."""
    if not spec.user_triggered:
        return [*spec.warnings]
    fields = spec.compiled.secret_fields
    has_open = has_open_url(spec.compiled.json_schema)
    shared = [path for path, one in fields.items() if one.shared and (has_open or not one.is_read_only)]
    return [*spec.warnings, *(_warning(spec, path) for path in _without_hosts(spec, shared))]


def _warning(spec: TemplateSpec, path: Path) -> Problem:
    field = spec.compiled.secret_fields[path]
    name = field.shared
    detail = (
        f"The shared secret {name} could be sent to any address: only jobs of those who may edit this use it."
    )
    remedy = "Ask an admin to give it hosts, or add readOnly to the field."
    if field.is_read_only:
        detail = f"Whoever runs a job chooses to which address the shared secret {name} is sent."
        remedy = "Ask an admin to give it hosts, or make the address read-only, too."
    at = f"payload_schema.{'.fields.'.join(path)}.secretRef"
    return Problem("DEFAULT_SECRET_UNBOUND", detail, at, name, remedy)


def find_unbound(spec: TemplateSpec) -> list[Path]:
    """Returns the secret fields with a default or a shared secret that is bound neither to hosts nor read-only."""
    return [*spec.unbound_defaults, *_find_unbound_shared(spec)]


def _find_unbound_shared(spec: TemplateSpec) -> list[Path]:
    fields = spec.compiled.secret_fields
    return _without_hosts(spec, [path for path, one in fields.items() if one.shared and not one.is_bound])


def _without_hosts(spec: TemplateSpec, paths: Collection[Path]) -> list[Path]:
    """Returns those of the fields whose shared secret has no hosts."""
    bound = {name for name, one in load_shared(spec).items() if one.hosts} if paths else set()
    return [path for path in paths if spec.compiled.secret_fields[path].shared not in bound]


def form_without(spec: TemplateSpec, unbound: Collection[Path]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns JSON Schema and initial payload of a form that asks for the secrets at these paths, without defaults."""
    schema = deepcopy(spec.compiled.json_schema)
    for path in unbound:
        _ask_for(schema, path)
    return schema, DefaultsFiller(schema)({})


def _ask_for(schema: dict[str, Any], path: Path) -> None:
    """Makes the field at the path required, without shared secret and default, also in those of objects around."""
    name, *below = path
    field = schema["properties"][name]
    if below:
        _remove(field.get("default"), below)
        _ask_for(field, tuple(below))
        return
    for key in ("default", "x-secretRef"):
        field.pop(key, None)
    if name not in schema["required"] and "x-showIf" not in field:
        schema["required"] = [*schema["required"], name]


def _remove(default: Any, path: list[str]) -> None:
    *above, name = path
    for one in above:
        default = default.get(one) if isinstance(default, Mapping) else None
    if isinstance(default, dict):
        default.pop(name, None)
