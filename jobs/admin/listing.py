"""Lists over millions of rows: nothing counts them all, nothing sorts by a column without an index."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

COUNT_TO = 10_000


class CappedPaginator(_Paginator):
    """Counts to 10,000 and offers no pages beyond; filters and search lead to the rest."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        number: int = rows.order_by()[:COUNT_TO].count()
        return number
