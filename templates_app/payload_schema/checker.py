"""A JSON Schema made ready to judge values: every problem at once, each at its field, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from scheduler_project.errors import Problem
from templates_app.json_limits import dotted
from templates_app.payload_schema import texts
from templates_app.reading import MOST_GUESSES, suggestion

# Keeps a pattern such as (a{999}){999} from filling the memory: it is refused when compiled.
_PATTERNS = RegexOptions(size_limit=1_000_000)


class Checker:
    """Compiles the schema (draft 2020-12, linear-time patterns, no references outside it).

    Raises jsonschema_rs.ValidationError if the schema is none.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._order = {name: place for place, name in enumerate(schema.get("properties", {}))}
        self._validator = Draft202012Validator(
            dict(schema),
            pattern_options=_PATTERNS,
            validate_formats=True,
            ignore_unknown_formats=False,
            offline=True,
        )

    def problems(self, value: Any, at: str = "") -> list[Problem]:
        """All that is wrong with the value, in the order of the fields; `at` names the value itself."""
        if self._validator.is_valid(value):
            return []
        errors = list(self._validator.iter_errors(value))
        not_offered = {tuple(error.instance_path) for error in errors if _rule(error) == "enum"}
        # A value that is no option is often of the wrong type besides: one reason is enough.
        kept = [e for e in errors if _rule(e) != "type" or tuple(e.instance_path) not in not_offered]
        found = [one for error in kept for one in self._problems_of(error, value, at)]
        return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]

    def _problems_of(self, error: ValidationError, root: Any, at: str) -> Iterable[tuple[int, Problem]]:
        path, rule = tuple(error.instance_path), _rule(error)
        parents = list(error.schema_path)
        schema = self._at(parents[:-1])
        if rule == "unknown_field":
            for number, name in enumerate(_unknown_names(error, root, schema)):
                detail = _unknown_field(name, schema, guess=number < MOST_GUESSES)
                yield self._placed((*path, name), Problem(rule, detail, dotted(at, (*path, name))))
        elif rule == "required":
            name = error.kind.as_dict()["property"]
            label = _label(name, schema.get("properties", {}).get(name, {}))
            yield self._placed((*path, name), _required(label, dotted(at, (*path, name))))
        else:
            yield self._placed(path, self._judged(error, rule, schema, dotted(at, path)))

    def _judged(self, error: ValidationError, rule: str, schema: Mapping[str, Any], attr: str) -> Problem:
        path = list(error.instance_path)
        label = _label(next((one for one in reversed(path) if isinstance(one, str)), attr), schema)
        if error.instance is None and rule in ("type", "enum"):
            if self._is_required(list(error.schema_path)):
                return _required(label, attr)
            rule = "type"
        return Problem(rule, texts.explain(rule, texts.Failure(label, schema, error.instance)), attr)

    def _is_required(self, schema_path: Sequence[str | int]) -> bool:
        """Whether the field at .../properties/<name>/<keyword> is in its object's `required`."""
        if len(schema_path) < 3 or schema_path[-3] != "properties":
            return False
        return schema_path[-2] in self._at(schema_path[:-3]).get("required", [])

    def _at(self, schema_path: Sequence[str | int]) -> Mapping[str, Any]:
        found: Any = self._schema
        for step in schema_path:
            found = found[step]
        return found if isinstance(found, Mapping) else {}

    def _placed(self, path: tuple[str | int, ...], problem: Problem) -> tuple[int, Problem]:
        return self._order.get(str(path[0]), len(self._order)) if path else -1, problem


def _rule(error: ValidationError) -> str:
    """The keyword that failed, by the names our users know."""
    name = error.kind.name
    if name == "oneOf":
        return "enum"
    # An object without any field fails as falseSchema, but at the same place.
    return "unknown_field" if list(error.schema_path)[-1:] == ["additionalProperties"] else name


def _unknown_names(error: ValidationError, root: Any, schema: Mapping[str, Any]) -> list[str]:
    if error.kind.name == "additionalProperties":
        return list(error.kind.as_dict()["unexpected"])
    owner = root  # a falseSchema error shows one of the values only
    for step in error.instance_path:
        owner = owner[step]
    return [name for name in owner if name not in schema.get("properties", {})]


def _unknown_field(name: str, schema: Mapping[str, Any], *, guess: bool) -> str:
    fields = schema.get("properties", {})
    known = [
        field for field, rules in fields.items() if not (isinstance(rules, dict) and rules.get("readOnly"))
    ]
    hint = suggestion(name, known, otherwise="The fields are") if guess else ""
    return texts.unknown_field(name, hint)


def _label(name: str, schema: Mapping[str, Any]) -> str:
    return str(schema.get("title") or texts.label_from(name))


def _required(label: str, attr: str) -> Problem:
    return Problem("required", texts.required(label), attr)
