"""What the compiler's parts hand each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import Problem
from foundation.json_schema.reading import Reading

Schema = dict[str, Any]


@dataclass(slots=True)
class Fragment:
    """What one field, or an object of fields, compiles to: rules and the form's hints."""

    schema: Schema
    ui: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a type may ask of the compiler. `fields` and `item` compile what is written inside a field."""

    warnings: list[Problem]
    in_array: bool
    fields: Callable[[Reading, Mapping[str, Any], Scope], Fragment]
    item: Callable[[Reading, Scope], Fragment | None]


@dataclass(frozen=True, slots=True)
class FieldType:
    """`keys` are its own keys; `build` reads them and is given the field's default value (or None)."""

    keys: tuple[str, ...]
    build: Callable[[Reading, Any, Scope], Fragment]
    widgets: tuple[str, ...] = ()
