"""Lists a page at a time, `{next, previous, results}`: a page begins behind the key of a row.

So a page costs the same at any depth, and what comes or goes meanwhile moves no row from one page to another.
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
    description=f"How many there are on a page, at most {MAX_PAGE_SIZE}.",
)
CURSOR = OpenApiParameter(
    "cursor", str, description="Where the page begins: as `next` and `previous` have it, of no other meaning."
)
PAGING = [PAGE_SIZE, CURSOR]

Row = TypeVar("Row")
RowModel = TypeVar("RowModel", bound=Model)
Key = tuple[str, ...]


class Page(NamedTuple, Generic[Row]):
    rows: Sequence[Row]
    next: str | None
    previous: str | None

    def as_json(self, format_row: Callable[[Row], Any]) -> dict[str, Any]:
        return self.as_json_of([format_row(row) for row in self.rows])

    def as_json_of(self, results: list[Any]) -> dict[str, Any]:
        """Where the rows are format_row all together."""
        return {"next": self.next, "previous": self.previous, "results": results}


class _Cursor(NamedTuple):
    key: Key
    backwards: bool
    with_key: bool = False  # the page has that row, too


def paged(item: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of such an answer."""
    link = {"type": ["string", "null"]}
    properties = {"next": link, "previous": link, "results": {"type": "array", "items": item}}
    return {"type": "object", "properties": properties, "required": list(properties)}


def page_size(request: Request, *, default: int = MAX_PAGE_SIZE) -> int:
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
    """`by`: the columns of the order, which together differ from row to row."""
    size, cursor = page_size(request, default=default), _read_cursor(request, len(by))
    falls = descending != (cursor is not None and cursor.backwards)
    ordered = rows.order_by(*(f"-{column}" if falls else column for column in by))
    if cursor:
        ordered = ordered.filter(_beyond(rows, by, cursor, "lt" if falls else "gt"))
    found = list(ordered[: size + 1])
    return _page(request, found, size, cursor, lambda row: tuple(str(getattr(row, column)) for column in by))


def page_of_list(request: Request, rows: Sequence[Row], by: Callable[[Row], Key]) -> Page[Row]:
    """Of what is at hand as a whole, in ascending order of the key."""
    size, cursor = page_size(request), _read_cursor(request, None)
    found = sorted(rows, key=by, reverse=cursor is not None and cursor.backwards)
    if cursor:
        found = [row for row in found if _is_beyond(by(row), cursor)]
    return _page(request, found[: size + 1], size, cursor, by)


def _page(
    request: Request, found: list[Row], size: int, cursor: _Cursor | None, key_of: Callable[[Row], Key]
) -> Page[Row]:
    """`found`: in the direction of the cursor, one more than the page has if there are more."""
    rows, more = found[:size], len(found) > size
    backwards = cursor is not None and cursor.backwards
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)

    def edge(place: int, *, backwards: bool) -> _Cursor:
        """Whence to go on. An empty page leads back to where it was asked for, to that row itself."""
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
    """(a, b) > (x, y) is a > x, or a = x and b > y."""
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
    detail = "This is no place in this list: follow `next` and `previous` of its pages."
    return Invalid(Problem("format", detail, CURSOR.name))


def _link(request: Request, cursor: _Cursor) -> str:
    query = request.query_params.copy()
    query[CURSOR.name] = base64.urlsafe_b64encode(
        dump_json([cursor.backwards, cursor.with_key, *cursor.key])
    ).decode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
