"""docs/api.md lists every route of the API with its methods and the role that each needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, get_resolver

from accounts.permissions import lowest_role_with
from tests.support import pages

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PREFIX = "api/v1/"


def _patterns(found: list[object], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        path = prefix + str(getattr(one, "pattern", ""))
        if isinstance(one, URLPattern):
            yield path, one
        else:
            yield from _patterns(getattr(one, "url_patterns", []), path)


def _routes() -> Iterator[tuple[str, str, str]]:
    """(method, route, role) of everything below /api/v1/."""
    for path, pattern in _patterns(list(get_resolver().url_patterns)):
        if path.startswith(PREFIX):
            view = pattern.callback.view_class  # type: ignore[attr-defined]  # as_view sets it
            route = re.sub(r"<\w+:(\w+)>", r"{\1}", path.removeprefix(PREFIX)) or "/"
            for method in METHODS:
                if hasattr(view, method.lower()):
                    yield method, route, _role(view, method)


def _role(view: type, method: str) -> str:
    if method in getattr(view, "public_methods", ()):
        return "-"
    rights = getattr(view, "rights", {})
    return lowest_role_with(rights[method]).value if method in rights else "nobody"


def test_every_route_is_in_the_table_with_the_role_it_needs() -> None:
    table = pages.parse_rows(pages.read_section("docs/api.md", "Routes"))
    assert sorted((row[0], row[1].strip("`"), row[2]) for row in table) == sorted(_routes())
