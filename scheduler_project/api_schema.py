"""Adds to the OpenAPI document what routes do not declare themselves: error responses, examples of request bodies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.views import APIView

from accounts.rights import JobRight
from accounts.roles import Right
from foundation.api_errors import PROBLEM
from foundation.api_views import TAKE_BODIES

Schema = dict[str, Any]
ERRORS: Schema = {
    "type": "object",
    "properties": {"type": {"type": "string"}, "errors": {"type": "array", "items": PROBLEM}},
    "required": ["type", "errors"],
}
MEANINGS = {
    400: "Something in the address or the body breaks a rule.",
    401: "The request has no valid token or session.",
    403: "Role, grants or scope do not give the right, a second factor is missing, or a browser's X-CSRFToken.",
    404: "What the request names does not exist.",
    406: "The answer is not available in the requested format.",
    409: "The current state does not allow the request.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    429: "Too many requests, at the same moment or with this session: try again after Retry-After seconds.",
}


class DocumentedSchema(AutoSchema):
    """Describes one API route in the OpenAPI document, with its error responses; the schema class of all API views."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Returns drf-spectacular's description of the route, with error responses and examples; None if excluded."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        body = operation.get("requestBody")
        statuses = error_statuses(self.view, self.method, has_ids="{" in self.path)
        for status in statuses:
            operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
        operation["responses"] = dict(sorted(operation["responses"].items()))
        for media in (body or {}).get("content", {}).values():
            examples = media["schema"].get("examples", [])
            if examples:
                media["examples"] = {str(number): {"value": one} for number, one in enumerate(examples, 1)}
        return operation


def error_statuses(view: type[APIView] | APIView, method: str, *, has_ids: bool) -> list[int]:
    """Returns the 4xx statuses (except 405) of a view's method: the usual ones, and those in the view's `refuses`."""
    rights: Mapping[str, Right | JobRight] = getattr(view, "rights", {})
    further: Mapping[str, Collection[int]] = getattr(view, "refuses", {})
    changes = method not in {"GET", "HEAD", "OPTIONS"}
    found = {400, 401, 406, 429, *further.get(method, ())}
    if changes:
        found |= {403, 413}
    if method in rights:
        found.add(403)
    if has_ids:
        found.add(404)
    if method in TAKE_BODIES:
        found.add(415)
    return sorted(found)


def add_error_responses(result: Schema, **_: Any) -> Schema:
    """Adds to the OpenAPI document the error responses that its routes refer to (a hook of drf-spectacular)."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Errors"] = ERRORS
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}
    answers = {str(status): {"description": text, "content": content} for status, text in MEANINGS.items()}
    components.setdefault("responses", {}).update(answers)
    return result
