"""Judges answers by the OpenAPI document: the status is documented for the operation, and the body is as it says."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs

from tests.api.caller import problems

PREFIX = "/api/v1/"


class Judge:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._validator = cache(self._make_validator)

    def objections(self, method: str, route: str, answer: Any) -> list[str]:
        """What of the answer is not as documented; empty if all is."""
        status = answer.status_code
        if status >= 500:
            return [f"{status}: {answer.content.decode()[:500]}"]
        content = self._content(method, route, status)
        if content is None:
            return [f"{status} is not documented: {answer.content.decode()[:500]}"]
        if not content:
            return [f"{status} has a body: {answer.content.decode()[:100]}"] if answer.content else []
        kind = answer.headers["Content-Type"].partition(";")[0]
        if kind not in content:
            return [f"{status} is {kind}, which is not documented"]
        if status >= 400:
            problems(answer)
        found = self._validator(method, route, status, kind).iter_errors(answer.json())
        return [f"{status} at {list(error.instance_path)}: {error.message}" for error in found]

    def _content(self, method: str, route: str, status: int) -> Any:
        """Media types of the body with that status; None if the status is not documented."""
        responses = self._document["paths"][f"{PREFIX}{route}"][method.lower()]["responses"]
        response = responses.get(str(status))
        if response is None:
            return None
        if "$ref" in response:
            response = self._document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        return response.get("content", {})

    def _make_validator(self, method: str, route: str, status: int, kind: str) -> Any:
        schema = self._content(method, route, status)[kind]["schema"]
        whole = {**closed(schema), "components": self._document["components"]}
        return jsonschema_rs.Draft202012Validator(whole)


def closed(schema: Any) -> Any:
    """The schema that also refuses properties which are not documented, where some are."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    is_object = "properties" in schema and not {"allOf", "anyOf", "oneOf", "$ref"} & schema.keys()
    if is_object and isinstance(schema["properties"], dict):
        found.setdefault("additionalProperties", False)
    return found
