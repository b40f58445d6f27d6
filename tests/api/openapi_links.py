"""What an answer tells of the ids in further addresses, by the OpenAPI document alone: the links between operations.

A parameter of an address, such as `{series_id}` below `series/`, stands for the property of what `series/` answers that
its name ends with: `id`; or else for `name`. Its values also stand wherever a property has its name, or its plural,
and in addresses that answers contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

PREFIX = "/api/v1/"
Found = Iterator[tuple[str, Any]]


class Links:
    """`identifies`: route of a collection -> (parameter, property of its objects)."""

    def __init__(self, document: Any) -> None:
        self.routes = [path.removeprefix(PREFIX) for path in document["paths"]]
        self.parameters = {name for route in self.routes for name in re.findall(r"{(\w+)}", route)}
        self.identifies: dict[str, tuple[str, str]] = {}
        for route in self.routes:
            for found in re.finditer(r"{(\w+)}/", route):
                collection, parameter = route[: found.start()], found[1]
                own = self._own_property(parameter, document["paths"].get(f"{PREFIX}{collection}", {}))
                if own:
                    self.identifies[collection] = parameter, own

    def _own_property(self, parameter: str, methods: Any) -> str | None:
        named = [name for operation in methods.values() for name in _properties(operation)]
        ends = [name for name in named if parameter.endswith(name)]
        return ends[0] if ends else "name" if "name" in named else None

    def follow(self, route: str, body: Any) -> Found:
        """Yields (parameter, value) of each id in an answer of the route."""
        if route in self.identifies:
            parameter, own = self.identifies[route]
            rows = body.get("results", [body]) if isinstance(body, dict) else []
            yield from ((parameter, row[own]) for row in rows if own in row)
        yield from self._in(body)

    def _in(self, value: Any) -> Found:
        if isinstance(value, list):
            for item in value:
                yield from self._in(item)
        elif isinstance(value, dict):
            for name, item in value.items():
                if name in self.parameters and isinstance(item, str | int):
                    yield name, item
                if name.removesuffix("s") in self.parameters and isinstance(item, list):
                    yield from ((name.removesuffix("s"), one) for one in item if isinstance(one, str))
                yield from self._in(item)
        elif isinstance(value, str) and PREFIX in value:
            yield from self._of_address(value.partition(PREFIX)[2])

    def _of_address(self, address: str) -> Found:
        for route in self.routes:
            found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route), address)
            if found:
                yield from found.groupdict().items()


def _properties(operation: Any) -> list[str]:
    """The properties of what an operation answers, or of the rows of its page."""
    for status, response in operation["responses"].items():
        for media in response.get("content", {}).values() if status < "300" else ():
            properties = media["schema"].get("properties", {})
            rows = properties.get("results", {}).get("items", {})
            return list(rows.get("properties", properties))
    return []
