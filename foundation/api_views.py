"""Defines the base class of all API views, which refuses undeclared query parameters and unexpected bodies.

A view's method declares its query parameters in `@extend_schema`, which also feeds the OpenAPI document. All others
are refused, because a request with a misspelt filter would otherwise return, or change, everything.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView as RestView

from foundation.api_renderers import BrowsableRenderer, OrjsonRenderer
from foundation.errors import Invalid, Problem
from foundation.suggestions import MAX_GUESSES, MAX_NAME_LENGTH, suggestion

# The browsable API's parameter that chooses the renderer; every route accepts it.
FORMAT: str = api_settings.URL_FORMAT_OVERRIDE or ""

TAKE_BODIES = ("POST", "PUT", "PATCH")


class APIView(RestView):
    """Is the base class of API views: refuses undeclared query parameters, and a body where the method takes none."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.check_query(request)
        if request.method in TAKE_BODIES and not self._takes_a_body(request.method):
            self._refuse_body(request)

    def handle_exception(self, exc: Exception) -> Response:
        """Returns the response to an exception as JSON, even if the view's own renderer writes another file format."""
        answer = super().handle_exception(exc)
        if not isinstance(
            getattr(self.request, "accepted_renderer", None), (OrjsonRenderer, BrowsableRenderer)
        ):
            self.request.accepted_renderer = OrjsonRenderer()
            self.request.accepted_media_type = OrjsonRenderer.media_type
        return answer

    def check_query(self, request: Request) -> None:
        """Raises Invalid for query parameters that the view's method does not declare, are blank or are given twice."""
        if request.META.get("QUERY_STRING"):
            refuse_undeclared(request.query_params, query_parameters(self, request.method or ""))

    def _takes_a_body(self, method: str) -> bool:
        schema = declaration(self, method)
        return schema is None or schema.get_request_serializer() is not None

    def _refuse_body(self, request: Request) -> None:
        """Raises Invalid for a JSON body, and UnsupportedMediaType for a form, that the view would silently ignore."""
        sent = request._request
        is_form = request.content_type.startswith(("multipart/", "application/x-www-form-urlencoded"))
        if is_form and (sent.POST or sent.FILES):
            raise UnsupportedMediaType(request.content_type)
        if is_form:
            return  # many clients send an empty form as no body
        body = request.data
        if not body:
            return
        detail = "This address takes no body: leave it out."
        names = list(body)[:MAX_GUESSES] if isinstance(body, dict) else [None]
        raise Invalid(Problem("unknown_field", detail, name and _printable(name)) for name in names)


def refuse_undeclared(query: QueryDict, declared: dict[str, OpenApiParameter]) -> None:
    """Raises Invalid with one problem for each query parameter that is undeclared, blank, repeated or contains NUL."""
    problems: list[Problem] = []
    for name, values in query.lists():
        if name == FORMAT:
            continue
        if name not in declared:
            problems.append(_unknown(name, declared, guess=len(problems) < MAX_GUESSES))
        elif len(values) > 1 and not _is_repeatable(declared[name]):
            problems.append(Problem("duplicate_parameter", "This parameter is given twice.", name))
        elif not _may_be_blank(declared[name]) and not all(value.strip() for value in values):
            detail = "This parameter has no value: write one, or leave the parameter out."
            problems.append(Problem("blank", detail, name))
        elif any("\0" in value for value in values):
            problems.append(Problem("format", "The text has a NUL character.", name))
    if problems:
        raise Invalid(problems)


def declaration(view: RestView, method: str) -> Any:
    """Returns the schema that `@extend_schema` declares on the view for this HTTP method; None if there is none."""
    handler = getattr(view, ("GET" if method == "HEAD" else method).lower(), None)
    schema_class = getattr(handler, "kwargs", {}).get("schema")
    if schema_class is None:
        return None
    schema = schema_class()
    schema.view, schema.method = view, method
    return schema


def query_parameters(view: RestView, method: str) -> dict[str, OpenApiParameter]:
    """Returns the query parameters that the view declares for an HTTP method, keyed by name."""
    schema = declaration(view, method)
    if schema is None:
        return {}
    return {
        parameter.name: parameter
        for parameter in schema.get_override_parameters()
        if parameter.location == OpenApiParameter.QUERY
    }


def _unknown(name: str, declared: dict[str, OpenApiParameter], *, guess: bool) -> Problem:
    shown = _printable(name)
    detail = f"{shown!r} is no parameter of this address."
    if not declared:
        detail = f"{detail} It takes none."
    elif guess:
        detail = f"{detail} {suggestion(name, declared, otherwise='It takes')}"
    return Problem("unknown_parameter", detail, shown)


def _printable(name: str) -> str:
    """Shortens a name and replaces characters that UTF-8 cannot encode, so that an error response can quote it."""
    return name[:MAX_NAME_LENGTH].encode("utf-8", "replace").decode().replace("\0", "?")


def _type_of(parameter: OpenApiParameter) -> Any:
    return parameter.type.get("type") if isinstance(parameter.type, dict) else parameter.type


def _is_repeatable(parameter: OpenApiParameter) -> bool:
    return bool(_type_of(parameter) == "array")


def _may_be_blank(parameter: OpenApiParameter) -> bool:
    """Returns whether the query parameter may be blank, which only a boolean may, as in a bare `?dry_run`."""
    return _type_of(parameter) is bool
