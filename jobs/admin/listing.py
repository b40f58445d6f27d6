"""Pages Django admin lists of tables with millions of rows without counting all rows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

MAX_COUNT = 10_000


class CappedPaginator(_Paginator):
    """Pages only the first MAX_COUNT rows of an admin list; users find other rows by filters and search."""

    @cached_property
    def count(self) -> int:
        """Returns the number of rows, or MAX_COUNT if there are more."""
        rows: Any = self.object_list
        number: int = rows.order_by()[:MAX_COUNT].count()
        return number
