"""Returns lists page by page, by keyset pagination: each response is `{next, previous, results}`.

`next` and `previous` are addresses with an opaque cursor, which holds the sort key of a row. So a page costs the same
at any depth, and a row that is added or removed between two requests moves no other row to another page.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from foundation.api_bodies import whole_number
from foundation.errors import Invalid, Problem
from foundation.strict_json import dump_json, parse_json

MAX_PAGE_SIZE = 200
PAGE_SIZE = OpenApiParameter(
    "page_size",
    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE},
    description=f"How many rows a page has, at most {MAX_PAGE_SIZE}.",
)
CURSOR = OpenApiParameter(
    "cursor", str, description="Where the page begins: an opaque text from `next` or `previous`."
)
PAGING = [PAGE_SIZE, CURSOR]

Row = TypeVar("Row")
RowModel = TypeVar("RowModel", bound=Model)
Key = tuple[str, ...]


class Page(NamedTuple, Generic[Row]):
    """Holds the rows of one page of a list, and the addresses of the next and previous pages, or None for no page."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None

    def as_json(self, format_row: Callable[[Row], Any]) -> dict[str, Any]:
        """Returns the page as the JSON object of an API response, with each row formatted by `format_row`."""
        return self.as_json_of([format_row(row) for row in self.rows])

    def as_json_of(self, results: list[Any]) -> dict[str, Any]:
        """Returns the page as the JSON object of an API response, with `results`: rows that the caller formatted."""
        return {"next": self.next, "previous": self.previous, "results": results}


class _Cursor(NamedTuple):
    """Holds where a page begins: it has the rows after the row with this key, or before that row if `backwards`."""

    key: Key
    backwards: bool
    with_key: bool = False  # the page includes the row with the key


def page_schema(item: dict[str, Any]) -> dict[str, Any]:
    """Returns the JSON Schema of a list page in an API response; `item` is the schema of one row."""
    link = {"type": ["string", "null"]}
    properties = {"next": link, "previous": link, "results": {"type": "array", "items": item}}
    return {"type": "object", "properties": properties, "required": list(properties)}


def page_size(request: Request, *, default: int = MAX_PAGE_SIZE) -> int:
    """Returns the query parameter `page_size`, or the default. Raises Invalid if it is not from 1 to MAX_PAGE_SIZE."""
    return whole_number(
        request.query_params, PAGE_SIZE.name, default=default, at_least=1, at_most=MAX_PAGE_SIZE
    )


def page_of_rows(
    request: Request,
    rows: QuerySet[RowModel],
    *by: str,
    descending: bool = False,
    default: int = MAX_PAGE_SIZE,
) -> Page[RowModel]:
    """Returns the page of database rows for the request's `cursor` and `page_size`.

    The rows are ordered by the columns `by`, which are unique together. Raises Invalid for a bad cursor or page size.
    """
    size, cursor = page_size(request, default=default), _read_cursor(request, len(by))
    is_descending = descending != (cursor is not None and cursor.backwards)
    ordered = rows.order_by(*(f"-{column}" if is_descending else column for column in by))
    if cursor:
        ordered = ordered.filter(_beyond(rows, by, cursor, "lt" if is_descending else "gt"))
    found = list(ordered[: size + 1])
    return _page(request, found, size, cursor, lambda row: tuple(str(getattr(row, column)) for column in by))


def page_of_list(request: Request, rows: Sequence[Row], by: Callable[[Row], Key]) -> Page[Row]:
    """Returns the page of a list in memory for the request's `cursor` and `page_size`.

    The rows are sorted by the key that `by` returns. Raises Invalid for a bad cursor or page size.
    """
    size, cursor = page_size(request), _read_cursor(request, None)
    found = sorted(rows, key=by, reverse=cursor is not None and cursor.backwards)
    if cursor:
        found = [row for row in found if _is_beyond(by(row), cursor)]
    return _page(request, found[: size + 1], size, cursor, by)


def _page(
    request: Request, found: list[Row], size: int, cursor: _Cursor | None, key_of: Callable[[Row], Key]
) -> Page[Row]:
    """Returns the page with the first `size` rows of `found`, which has the rows beyond the cursor in its direction.

    If `found` has more than `size` rows, the page links to another page in that direction.
    """
    rows, more = found[:size], len(found) > size
    backwards = cursor is not None and cursor.backwards
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)

    def edge(place: int, *, backwards: bool) -> _Cursor:
        """Returns the cursor of the page that begins beyond the row at `place`.

        An empty page has no row: its link leads back to the row of the request's cursor, and includes that row.
        """
        if cursor and not rows:
            return _Cursor(cursor.key, backwards, with_key=True)
        return _Cursor(key_of(rows[place]), backwards)

    return Page(
        rows,
        _link(request, edge(-1, backwards=False)) if has_next else None,
        _link(request, edge(0, backwards=True)) if has_previous else None,
    )


def _is_beyond(key: Key, cursor: _Cursor) -> bool:
    if key == cursor.key:
        return cursor.with_key
    return (key < cursor.key) == cursor.backwards


def _beyond(rows: QuerySet[Any], by: Sequence[str], cursor: _Cursor, comparison: str) -> Q:
    """Returns the filter for rows beyond the cursor's key, ordered by several columns. Raises Invalid for a bad key.

    For example, (a, b) > (x, y) becomes a > x, or a = x and b > y.
    """
    try:
        values = [
            rows.model._meta.get_field(column).to_python(text)
            for column, text in zip(by, cursor.key, strict=True)
        ]
    except ValidationError:
        raise _bad_cursor() from None
    beyond = Q(**dict(zip(by, values, strict=True))) if cursor.with_key else Q()
    for place, column in enumerate(by):
        same = dict(zip(by[:place], values[:place], strict=True))
        beyond |= Q(**same, **{f"{column}__{comparison}": values[place]})
    return beyond


def _read_cursor(request: Request, length: int | None) -> _Cursor | None:
    text = request.query_params.get(CURSOR.name)
    if text is None:
        return None
    try:
        backwards, with_key, *key = parse_json(base64.urlsafe_b64decode(text.encode()))
    except (Invalid, binascii.Error, ValueError, TypeError):
        raise _bad_cursor() from None
    is_key = all(isinstance(one, str) for one in key) and length in (None, len(key))
    if not isinstance(backwards, bool) or not isinstance(with_key, bool) or not is_key:
        raise _bad_cursor()
    return _Cursor(tuple(key), backwards, with_key)


def _bad_cursor() -> Invalid:
    detail = "The cursor is not valid in this list: follow `next` and `previous` of its pages."
    return Invalid(Problem("format", detail, CURSOR.name))


def _link(request: Request, cursor: _Cursor) -> str:
    query = request.query_params.copy()
    query[CURSOR.name] = base64.urlsafe_b64encode(
        dump_json([cursor.backwards, cursor.with_key, *cursor.key])
    ).decode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
