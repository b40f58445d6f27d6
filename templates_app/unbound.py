"""Finds default secrets that could be sent anywhere, which only those who may edit the template can use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from templates_app.documents import TemplateSpec
from templates_app.payload_schema.filling import DefaultsFiller
from templates_app.payload_schema.secrets import Path
from templates_app.shared_secrets.loading import load_shared


def find_unbound(spec: TemplateSpec) -> list[Path]:
    """Returns the secret fields with a default or a shared secret that is bound neither to hosts nor read-only."""
    fields = spec.compiled.secret_fields
    takes_shared = any(rules.shared for rules in fields.values())
    bound = {name for name, one in load_shared(spec).items() if one.hosts} if takes_shared else set()
    shared = [path for path, rules in fields.items() if rules.shared and not rules.is_bound]
    return [*spec.unbound_defaults, *(path for path in shared if fields[path].shared not in bound)]


def form_without(spec: TemplateSpec, unbound: Collection[Path]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns JSON Schema and initial payload of a form that asks for the secrets at these paths, without defaults."""
    schema = deepcopy(spec.compiled.json_schema)
    for path in unbound:
        _ask_for(schema, path)
    return schema, DefaultsFiller(schema)({})


def _ask_for(schema: dict[str, Any], path: Path) -> None:
    """Removes the default at the path, also from those of the objects around it, and makes the field required."""
    name, *below = path
    field = schema["properties"][name]
    if below:
        _remove(field.get("default"), below)
        _ask_for(field, tuple(below))
        return
    field.pop("default", None)
    if name not in schema["required"] and "x-showIf" not in field:
        schema["required"] = [*schema["required"], name]


def _remove(default: Any, path: list[str]) -> None:
    *above, name = path
    for one in above:
        default = default.get(one) if isinstance(default, Mapping) else None
    if isinstance(default, dict):
        default.pop(name, None)
