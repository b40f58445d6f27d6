"""Lists the columns that a job copies from its template; only this module and the model LiveJob name them."""

from __future__ import annotations

from typing import Any

from templates_app.documents import TemplateSpec

# Column of jobs_live -> its type in Postgres. Unless `values_of` says otherwise, TemplateSpec has it by the same name.
TYPES = {
    "queue": "text",
    "priority": "int",
    "limited": "boolean",
    "max_attempts": "int",
    "max_lost": "int",
    "retry_backoff_seconds": "int",
    "timeout_seconds": "int",
    "fresh_process": "boolean",
}
COLUMNS = ", ".join(TYPES)
ASSIGNMENTS = ", ".join(f"{name} = %({name})s" for name in TYPES)
RECORD = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
FROM_NEW = ", ".join(f"new.{name}" for name in TYPES)


def values_of(spec: TemplateSpec) -> dict[str, Any]:
    """Returns the values of these columns, by name, for a job of the template that does not ask for other values."""
    return {name: spec.is_limited if name == "limited" else getattr(spec, name) for name in TYPES}
