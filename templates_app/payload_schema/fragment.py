"""Defines the types that the parts of the compiler pass to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import Problem
from foundation.json_schema.reading import ObjectReader

Schema = dict[str, Any]


@dataclass(slots=True)
class Fragment:
    """Holds what a field, or an object of fields, compiles to: its JSON Schema and its hints for forms (ui_schema)."""

    schema: Schema
    ui: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Holds what surrounds a field: the list that collects warnings, and whether the field stands in an array."""

    warnings: list[Problem]
    in_array: bool


@dataclass(frozen=True, slots=True)
class FieldType:
    """Holds a type's own keys, the function that compiles them, and its widgets.

    `build` gets the reader of the field, its default value (or None) and its scope.
    """

    keys: tuple[str, ...]
    build: Callable[[ObjectReader, Any, Scope], Fragment]
    widgets: tuple[str, ...] = ()
