"""The handler `http_request` sends a secret that is bound to hosts nowhere else, whatever the payload says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import handlers
from foundation.hosts import is_allowed
from handlers import _public_address, testing
from handlers.context import Job, JobFailed
from handlers.testing import MemoryReporter, TrialOutcome
from templates_app.documents import parse_document

SHIPPED = json.loads((Path(handlers.__path__[0]) / "http_request.json").read_text())["http_request"]
ADDRESS = "https://api.example.org/x"


class Connected(Exception):
    """Raised in place of a connection."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(host: str, port: int, **_: Any) -> None:
        raise Connected(f"{host}:{port}")

    monkeypatch.setattr(_public_address, "connect", connect)


def bound(*hosts: str) -> dict[str, Any]:
    fields = dict(SHIPPED["payload_schema"])
    fields["secret_header_value"] = {**fields["secret_header_value"], "hosts": list(hosts)}
    return {**SHIPPED, "payload_schema": fields}


def send(url: str, template: dict[str, Any], **payload: Any) -> None:
    given = {"url": url, "secret_header_value": "Bearer s3cret", **payload}
    testing.run("http_request", given, template=template)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (ADDRESS, "api.example.org"),
        (ADDRESS, "*.example.org"),
        ("https://api.example.org:8443/", "api.example.org:8443"),
        ("http://api.example.org/", "http://api.example.org"),
    ],
)
def test_it_goes_where_it_may(url: str, host: str) -> None:
    with pytest.raises(Connected):
        send(url, bound(host))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (ADDRESS, "api.example.net"),
        ("http://api.example.org/", "api.example.org"),
        ("https://api.example.org:8443/", "api.example.org:443"),
        ("https://evil.example/?api.example.org", "api.example.org"),
    ],
)
def test_it_goes_nowhere_else_and_is_not_tried_again(url: str, host: str) -> None:
    with pytest.raises(JobFailed, match="the secret may not go to http") as caught:
        send(url, bound(host))
    assert caught.value.retry is False
    assert "s3cret" not in str(caught.value)


def test_without_a_secret_every_address_is_allowed() -> None:
    with pytest.raises(Connected):
        send(ADDRESS, bound("evil.example"), secret_header_value="")


def test_the_shipped_template_has_no_secret_of_its_own_and_no_warning() -> None:
    spec = parse_document(SHIPPED)
    assert spec.unbound_defaults == []
    assert "secret_header_value" not in SHIPPED["payload"]
    with pytest.raises(Connected):
        send("https://anywhere.example/", SHIPPED)


def test_a_handler_asks_by_the_path_of_the_field() -> None:
    job = Job(id="1", attempt=1, reporter=MemoryReporter(TrialOutcome()), hosts={"o.key": ["*.example.org"]})
    assert job.may_send("o.key", ADDRESS)
    assert not job.may_send("o.key", "https://api.example.org@evil.example/")
    assert job.may_send("another", "https://evil.example/")
    assert is_allowed(ADDRESS, ["*.example.org"])
