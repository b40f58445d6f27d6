"""The API as one person calls it: JSON in and out, signed in with a session."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import ClientHandler

from accounts.models import User
from accounts.roles import Role
from accounts.services.users import create_user
from scheduler_project.api_schema import error_statuses

Json = dict[str, Any]
V1 = "/api/v1/"
# One for all: each new one would load the middleware anew, and with it look at every static file.
_HANDLER = ClientHandler(enforce_csrf_checks=False)


class Caller:
    """Paths are relative to /api/v1/. `role=None` is somebody who is not signed in."""

    def __init__(self, role: Role | None, *, name: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.client.handler = _HANDLER
        self.user: User | None = None
        if role is not None:
            self.user = create_user(name=name or f"{role}-person", role=role)
            self.client.force_login(self.user)

    def get(self, path: str, query: Any = (), **headers: str) -> Any:
        address = f"{V1}{path}?{urlencode(query, doseq=True)}" if query else f"{V1}{path}"
        return self.client.get(address, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        raw = b"" if body is None else json.dumps(body).encode()
        return self.send_raw(method, path, raw, **headers)

    def send_raw(
        self, method: str, path: str, raw: bytes, content_type: str = "application/json", **headers: str
    ) -> Any:
        # HTTP headers have dashes, Python's keywords do not.
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, f"{V1}{path}", raw, content_type=content_type, headers=named)


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(Role.ADMIN)


def problems(answer: Any) -> list[tuple[str | None, str]]:
    """(attr, code) of each error of a refusal, whose shape is checked on the way."""
    body = answer.json()
    assert set(body) == {"type", "errors"}
    assert all({"code", "detail", "attr"} <= set(error) for error in body["errors"])
    assert all(error["detail"] and error["code"] for error in body["errors"])
    return [(error["attr"], error["code"]) for error in body["errors"]]


def refused(answer: Any) -> tuple[int, list[tuple[str | None, str]]]:
    """Status and problems; on the way, that the API's document knows of such a refusal."""
    view = getattr(getattr(answer.resolver_match, "func", None), "view_class", None)
    if (
        view is not None
        and answer.status_code < 500
        and answer.status_code != 405
        and view.schema is not None
    ):
        ids = answer.resolver_match.kwargs.keys() - {"url_name"}
        documented = error_statuses(view, answer.request["REQUEST_METHOD"], has_ids=bool(ids))
        assert answer.status_code in documented, "refuses = {...} of the view does not tell of it"
    return answer.status_code, problems(answer)
