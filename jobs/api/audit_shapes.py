"""Defines the JSON Schemas and the query parameters of the REST route `audit/`."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter

from accounts.origin import Via
from foundation.paging import page_schema
from jobs.api.answers import TEXT, TIME, Schema, nullable, object_of

VIA: Schema = {"type": "string", "enum": [via.value for via in Via]}
_CHANGE: Schema = {"type": ["object", "null"], "additionalProperties": True}
ENTRY: Schema = object_of(
    id=TEXT,
    at=TIME,
    actor=TEXT,
    on_behalf_of={
        **nullable(TEXT),
        "description": "Who or what stands behind the actor: the API token, or who typed `--as`.",
    },
    address=nullable(TEXT),
    via={
        "type": ["string", "null"],
        "enum": [*VIA["enum"], None],
        "description": "The door; null for entries of a version that did not know it.",
    },
    action=TEXT,
    object={**TEXT, "description": "Such as `job:UUID`, `template:TYPE`, `series:ID` or `user:NAME`."},
    before={**_CHANGE, "description": "Only what changed."},
    after=_CHANGE,
)
PAGE: Schema = page_schema(ENTRY)
PAGE["properties"]["searched_until"] = {
    **TIME,
    "description": "The page ended early, because reading took long: what is older was not looked at yet.",
}
FILTERS = [
    OpenApiParameter("actor", str, description="The name of who acted."),
    OpenApiParameter("action", str, description="Such as `template_updated`, `signed_in` or `job_created`."),
    OpenApiParameter("object", str, description="Such as `user:ada.lovelace`."),
    OpenApiParameter("via", VIA),
    OpenApiParameter("after", TIME, description="Only entries of this time or later."),
    OpenApiParameter("before", TIME, description="Only entries of before this time."),
]
