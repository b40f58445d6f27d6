"""Finds secret fields in JSON Schemas, and exchanges their values in payloads for the marker `$encrypted$` and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.errors import Problem
from foundation.masking import MARKER

Path = tuple[str, ...]


def secret_paths(schema: Mapping[str, Any]) -> tuple[Path, ...]:
    """Returns the paths of the secret fields in the JSON Schema of an object, also in nested objects."""
    found: list[Path] = []
    for name, field in schema.get("properties", {}).items():
        found += [(name, *path) for path in secrets_in(field)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class SecretField:
    """Describes a secret field: to which `hosts` its value may go (empty: any), and which shared secret it takes."""

    hosts: tuple[str, ...] = ()
    shared: str | None = None  # its `secretRef`
    is_read_only: bool = False

    @property
    def is_bound(self) -> bool:
        """Returns whether a default value of it may be used in jobs of users who may not edit the template."""
        return self.is_read_only or bool(self.hosts)


def secret_fields(
    schema: Mapping[str, Any], at: Path = (), *, fixed: bool = False
) -> dict[Path, SecretField]:
    """Returns the secret fields in the JSON Schema of an object by their paths; `fixed`: the object is read-only."""
    found: dict[Path, SecretField] = {}
    for name, field in schema.get("properties", {}).items():
        path, is_fixed = (*at, name), fixed or bool(field.get("readOnly"))
        if field.get("x-type") == "secret":
            hosts = tuple(field.get("x-hosts", ()))
            found[path] = SecretField(hosts, field.get("x-secretRef"), is_fixed)
        else:
            found |= secret_fields(field, path, fixed=is_fixed)
    return found


def secrets_in(field: Mapping[str, Any]) -> tuple[Path, ...]:
    """Returns the paths of the secret fields inside a field; the empty path if the field is a secret itself."""
    return ((),) if field.get("x-type") == "secret" else secret_paths(field)


def is_marked(payload: Any, path: Path) -> bool:
    """Returns whether the payload has the marker `$encrypted$` at the path."""
    for name in path:
        if not isinstance(payload, Mapping):
            return False
        payload = payload.get(name)
    return bool(payload == MARKER)


def without_marked(
    problems: Sequence[Problem], payload: Any, paths: Collection[Path], at: str
) -> list[Problem]:
    """Returns the problems except those of secret fields with `$encrypted$`, whose stored values were validated."""
    stored = {".".join((at, *path)) for path in paths if is_marked(payload, path)}
    return [problem for problem in problems if problem.attr not in stored]


def mask_secrets(value: Any, paths: Collection[Path]) -> Any:
    """Returns the value with the marker `$encrypted$` in place of each secret that is not null."""
    if () in paths:
        return None if value is None else MARKER
    if not isinstance(value, Mapping) or not paths:
        return value
    below = {path[0]: [one[1:] for one in paths if one[0] == path[0]] for path in paths}
    return {name: mask_secrets(item, below.get(name, ())) for name, item in value.items()}


def split_secrets(payload: dict[str, Any], paths: Sequence[Path]) -> tuple[dict[str, Any], dict[str, str]]:
    """Returns the payload with `$encrypted$` in place of each secret value, and these values by dotted path."""
    values: dict[str, str] = {}
    for path in paths:
        value = value_at(payload, path)
        if isinstance(value, str) and value != MARKER:
            values[".".join(path)] = value
            payload = _with_value(payload, path, MARKER)
    return payload, values


def restore_secrets(payload: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Returns the payload with its markers `$encrypted$` replaced by `values` (dotted path -> secret value)."""
    for place, value in values.items():
        path = tuple(place.split("."))
        if value_at(payload, path) == MARKER:
            payload = _with_value(payload, path, value)
    return payload


def has_marker(value: Any) -> bool:
    """Returns whether the marker `$encrypted$` is anywhere in the value. Faster than `find_markers`."""
    if isinstance(value, dict):
        return any(map(has_marker, value.values()))
    if isinstance(value, list):
        return any(map(has_marker, value))
    return bool(value == MARKER)


def find_markers(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yields the path of every marker `$encrypted$` in the value, also in fields that are not secret."""
    if value == MARKER:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from find_markers(item, (*at, str(key)))


def value_at(payload: Any, path: Path) -> Any:
    """Returns the value at the path; None if there is none."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload


def _with_value(payload: dict[str, Any], path: Path, value: str) -> dict[str, Any]:
    """Returns the payload with `value` at the path; copies only the objects on the path and shares the others."""
    name, *below = path
    return {**payload, name: _with_value(payload[name], tuple(below), value) if below else value}
