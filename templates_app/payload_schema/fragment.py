"""Defines the types that the modules of the payload_schema compiler pass to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import Problem
from foundation.json_schema.reading import ObjectReader

Schema = dict[str, Any]


@dataclass(slots=True)
class Fragment:
    """Holds what a payload field, or an object of fields, compiles to: its JSON Schema and form hints (ui_schema)."""

    schema: Schema
    ui: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Holds what surrounds a payload field: the list that collects warnings, and whether it is inside an array."""

    warnings: list[Problem]
    in_array: bool


@dataclass(frozen=True, slots=True)
class FieldType:
    """Describes a type of payload fields, such as `int`: its own keys, its compiler, and the widgets it may have.

    `build` is the compiler; it gets the field's reader, the field's default value (or None) and its scope.
    """

    keys: tuple[str, ...]
    build: Callable[[ObjectReader, Any, Scope], Fragment]
    widgets: tuple[str, ...] = ()
