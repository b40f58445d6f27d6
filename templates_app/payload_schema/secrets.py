"""Finds a schema's secrets, and separates their values from payloads, where the marker `$encrypted$` replaces them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from foundation.errors import Problem

MARKER = "$encrypted$"
Path = tuple[str, ...]


def secret_paths(schema: Mapping[str, Any]) -> tuple[Path, ...]:
    """Returns the paths of the secret fields of an object's schema, also inside nested objects."""
    found: list[Path] = []
    for name, field in schema.get("properties", {}).items():
        found += [(name, *path) for path in secrets_in(field)]
    return tuple(found)


def secrets_in(field: Mapping[str, Any]) -> tuple[Path, ...]:
    """Returns the paths of secrets below a field; the empty path if the field is a secret itself."""
    return ((),) if field.get("x-type") == "secret" else secret_paths(field)


def is_marked(payload: Any, path: Path) -> bool:
    """Returns whether the marker stands at the path."""
    for name in path:
        if not isinstance(payload, Mapping):
            return False
        payload = payload.get(name)
    return bool(payload == MARKER)


def without_marked(
    problems: Sequence[Problem], payload: Any, paths: Collection[Path], at: str
) -> list[Problem]:
    """Leaves out problems of secrets that are markers: the stored value was validated when it was given."""
    stored = {".".join((at, *path)) for path in paths if is_marked(payload, path)}
    return [problem for problem in problems if problem.attr not in stored]


def mask_secrets(value: Any, paths: Collection[Path]) -> Any:
    """Returns the value with the marker in place of each secret; what does not change is not copied."""
    if () in paths:
        return None if value is None else MARKER
    if not isinstance(value, Mapping) or not paths:
        return value
    below = {path[0]: [one[1:] for one in paths if one[0] == path[0]] for path in paths}
    return {name: mask_secrets(item, below.get(name, ())) for name, item in value.items()}


def split_secrets(payload: dict[str, Any], paths: Sequence[Path]) -> tuple[dict[str, Any], dict[str, str]]:
    """Returns the payload with the marker in place of every secret text, and those texts by dotted path."""
    values: dict[str, str] = {}
    for path in paths:
        value = _value_at(payload, path)
        if isinstance(value, str) and value != MARKER:
            values[".".join(path)] = value
            payload = _with_value(payload, path, MARKER)
    return payload, values


def restore_secrets(payload: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Returns the payload with its markers replaced by `values` (dotted path -> secret text)."""
    for place, value in values.items():
        path = tuple(place.split("."))
        if _value_at(payload, path) == MARKER:
            payload = _with_value(payload, path, value)
    return payload


def has_marker(value: Any) -> bool:
    """Returns whether the marker stands anywhere in the value. Faster than `find_markers`; runs for every payload."""
    if isinstance(value, dict):
        return any(map(has_marker, value.values()))
    if isinstance(value, list):
        return any(map(has_marker, value))
    return bool(value == MARKER)


def find_markers(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yields the path of every marker, whether its field is a secret or not."""
    if value == MARKER:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from find_markers(item, (*at, str(key)))


def _value_at(payload: Any, path: Path) -> Any:
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload


def _with_value(payload: dict[str, Any], path: Path, value: str) -> dict[str, Any]:
    """Copies only the objects on the path: the others are shared with the payload that was given."""
    name, *below = path
    return {**payload, name: _with_value(payload[name], tuple(below), value) if below else value}
