"""Pages Django admin lists of tables with millions of rows, and filters them by the job types that a user sees."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.admin import RelatedFieldListFilter
from django.core.paginator import Paginator
from django.http import HttpRequest

from accounts.admin_base import admin_actor
from accounts.rights import JobRight
from templates_app.access import types_with

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

MAX_COUNT = 10_000


class SeenTypesFilter(RelatedFieldListFilter):
    """Filters an admin list by job type; offers only the job types that the user sees."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        seen = types_with(admin_actor(request), JobRight.SEE).condition("type")
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[tuple[str, Any]] = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to=seen
        )
        return choices


class CappedPaginator(_Paginator):
    """Pages only the first MAX_COUNT rows of an admin list; users find other rows by filters and search."""

    @cached_property
    def count(self) -> int:
        """Returns the number of rows, or MAX_COUNT if there are more."""
        rows: Any = self.object_list
        number: int = rows.order_by()[:MAX_COUNT].count()
        return number
