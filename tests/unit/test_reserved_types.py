"""Job types whose template's URL would lead to another route are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import get_resolver, resolve, reverse

from catalogue.api import rollback, templates, use
from handlers import registry
from templates_app.documents import RESERVED_TYPES, is_valid_type

API = "/api/v1/templates"
PAGES = ("change", "delete", "history")


def words(resolver: Any) -> Iterator[str]:
    """Returns every word of every URL of the site."""
    for pattern in resolver.url_patterns:
        yield from re.findall(r"[a-z][a-z0-9_]*", str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from words(pattern)


def is_shadowed(job_type: str) -> bool:
    """Returns whether one of the job type's URLs leads to another route."""
    views = {
        "": templates.TemplateView,
        "versions/": use.VersionsView,
        "versions/1/": use.VersionView,
        "rollback/": rollback.RollbackView,
        "form/": use.FormView,
        "validate/": use.ValidateView,
    }
    for end, view in views.items():
        found = resolve(f"{API}/{job_type}/{end}")
        if getattr(found.func, "view_class", None) is not view or found.kwargs.get("job_type") != job_type:
            return True
    names = [f"admin:templates_app_jobtemplate_{page}" for page in PAGES]
    return any(resolve(reverse(name, args=[job_type])).view_name != name for name in names)


def test_no_address_stands_for_a_type_that_is_taken() -> None:
    found = sorted({word for word in words(get_resolver()) if is_valid_type(word)})
    assert len(found) > 50
    assert [word for word in found if is_shadowed(word) and word not in RESERVED_TYPES] == []


@pytest.mark.parametrize("word", sorted(registry.RESERVED_ROUTES))
def test_a_name_is_reserved_only_where_an_address_needs_it(word: str) -> None:
    assert is_shadowed(word)


def test_the_ui_has_no_page_of_its_own_in_the_place_of_a_type() -> None:
    router = (Path(settings.BASE_DIR) / "frontend/src/app/router.tsx").read_text()
    pages = re.findall(r'path="templates/([^"/]+)', router)
    assert pages
    assert [page for page in pages if page != ":type" and page not in RESERVED_TYPES] == []
