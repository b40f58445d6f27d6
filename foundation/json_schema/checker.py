"""A JSON Schema made ready to judge values: every problem at once, each at its field, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from foundation.errors import Problem
from foundation.json_schema import texts
from foundation.json_schema.broken_rules import rule_of, without_repetitions
from foundation.json_schema.conditions import is_required
from foundation.json_schema.limits import dotted
from foundation.json_schema.reading import MOST_GUESSES, suggestion

# Keeps a pattern such as (a{999}){999} from filling the memory: it is refused when compiled.
_PATTERNS = RegexOptions(size_limit=1_000_000)


class Checker:
    """Compiles the schema (draft 2020-12, linear-time patterns, no references outside it).

    `rules`, if given, is the same schema with more rules in its places, `keywords` are classes for rules of
    our own; texts are made from `schema`. Raises jsonschema_rs.ValidationError if the schema is none.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        rules: Mapping[str, Any] | None = None,
        keywords: Mapping[str, Any] | None = None,
    ) -> None:
        self._schema = schema
        self._order = {name: place for place, name in enumerate(schema.get("properties", {}))}
        self._validator = Draft202012Validator(
            dict(schema if rules is None else rules),
            pattern_options=_PATTERNS,
            validate_formats=True,
            ignore_unknown_formats=False,
            offline=True,
            keywords=dict(keywords or {}),
        )

    def problems(self, value: Any, at: str = "") -> list[Problem]:
        """All that is wrong with the value, in the order of the fields; `at` names the value itself."""
        if self._validator.is_valid(value):
            return []
        kept = without_repetitions(list(self._validator.iter_errors(value)), self._at)
        found = [one for error in kept for one in self._problems_of(error, value, at)]
        return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]

    def _problems_of(self, error: ValidationError, root: Any, at: str) -> Iterable[tuple[int, Problem]]:
        path, parents = tuple(error.instance_path), list(error.schema_path)[:-1]
        rule = rule_of(error, self._at(parents))
        if rule == "unknown_field":
            schema = self._at(parents)
            for number, name in enumerate(_unknown_names(error, root, schema)):
                detail = _unknown_field(name, schema, guess=number < MOST_GUESSES)
                yield self._placed((*path, name), Problem(rule, detail, dotted(at, (*path, name))))
        elif rule == "required":
            name = error.kind.as_dict()["property"]
            label = _label(name, self._fields_at(parents).get(name, {}))
            yield self._placed((*path, name), _required(label, dotted(at, (*path, name))))
        elif rule == "not_used":
            fields, values = self._fields_at(parents[:-1]), _value_at(root, path[:-1])
            detail = texts.not_used(str(path[-1]), fields, values)
            yield self._placed(path, Problem(rule, detail, dotted(at, path)))
        else:
            yield self._placed(path, self._judged(error, rule, root, dotted(at, path)))

    def _judged(self, error: ValidationError, rule: str, root: Any, attr: str) -> Problem:
        path, schema_path = list(error.instance_path), list(error.schema_path)
        schema = self._at(schema_path[:-1])
        label = _label(next((one for one in reversed(path) if isinstance(one, str)), attr), schema)
        if error.instance is None and rule in ("type", "enum", "read_only"):
            if self._is_required(schema_path, _value_at(root, path[:-1])):
                return _required(label, attr)
            rule = "type"
        return Problem(rule, texts.explain(rule, texts.Failure(label, schema, error.instance)), attr)

    def _is_required(self, schema_path: Sequence[str | int], siblings: Any) -> bool:
        """Whether the field at .../properties/<name>/<keyword> is one that its object needs."""
        if len(schema_path) < 3 or schema_path[-3] != "properties":
            return False
        return is_required(self._at(schema_path[:-3]), str(schema_path[-2]), siblings)

    def _fields_at(self, schema_path: Sequence[str | int]) -> Mapping[str, Any]:
        """The fields of the object that a rule belongs to: conditional rules stand below its `allOf`."""
        places = [place for place, step in enumerate(schema_path) if step == "allOf"]
        owner = schema_path[: places[-1]] if places else schema_path
        fields: Mapping[str, Any] = self._at(owner).get("properties", {})
        return fields

    def _at(self, schema_path: Sequence[str | int]) -> Mapping[str, Any]:
        found: Any = self._schema
        for step in schema_path:
            found = found[step]
        return found if isinstance(found, Mapping) else {}

    def _placed(self, path: tuple[str | int, ...], problem: Problem) -> tuple[int, Problem]:
        return self._order.get(str(path[0]), len(self._order)) if path else -1, problem


def _value_at(root: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        root = root[step]
    return root


def _unknown_names(error: ValidationError, root: Any, schema: Mapping[str, Any]) -> list[str]:
    if error.kind.name == "additionalProperties":
        return list(error.kind.as_dict()["unexpected"])
    owner = _value_at(root, error.instance_path)  # a falseSchema error shows one of the values only
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
