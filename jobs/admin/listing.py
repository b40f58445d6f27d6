"""Pages admin lists of millions of rows without counting them all."""

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
    """Counts up to MAX_COUNT rows and offers no pages beyond; filters and search find the rest."""

    @cached_property
    def count(self) -> int:
        """Returns the number of rows, MAX_COUNT at most."""
        rows: Any = self.object_list
        number: int = rows.order_by()[:MAX_COUNT].count()
        return number
