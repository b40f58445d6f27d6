"""Handles jobs that send one HTTP request and check the status of the response.

Guards against server-side request forgery (SSRF): the host name is resolved once, addresses that are not public are
refused unless the operator sets HTTP_REQUEST_PRIVATE=1, and the request goes to a checked address. Redirects are not
followed.
"""

from __future__ import annotations

import http.client
import re
import ssl
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from foundation import env
from foundation.masking.masking import Masking
from handlers import _public_address as addresses
from handlers.context import InvalidPayload, Job, JobFailed

MAX_BODY_BYTES = 64 * 1024
# What is read behind that: so much of a secret that the limit cuts that it is found, in its longest spelling.
MARGIN_BYTES = 4 * 1024
RETURNED_HEADERS = (
    "content-type",
    "content-length",
    "date",
    "etag",
    "last-modified",
    "location",
    "retry-after",
)
# Headers that the client sets itself. A compressed answer would hide the secret from the masking.
RESERVED_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "te", "transfer-encoding"}
)
_OMITTED = "It was sent encoded ({}), though the request asked for none."
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_STATUS = re.compile(r"[1-5](\d\d|xx)")


def validate(data: dict[str, Any]) -> None:
    """Raises InvalidPayload for an invalid or private URL, unusable headers, or malformed expected statuses."""
    try:
        parts = urlsplit(data["url"])
        host, _ = parts.hostname or "", parts.port
    except ValueError as exc:
        raise InvalidPayload("url", f"This is no address: {exc}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidPayload("url", "Write an address that begins with https:// or http:// and names a host")
    if parts.username is not None or parts.password is not None:
        raise InvalidPayload("url", "A password does not belong in an address: use the secret header")
    if addresses.is_private_literal(host) and not _may_use_private():
        raise InvalidPayload("url", f"{host} is not a public address; the operator allows only those")
    for number, header in enumerate(data.get("headers", [])):
        _check_header(f"headers.{number}.name", header["name"], f"headers.{number}.value", header["value"])
    if secret := data.get("secret_header_value"):
        _check_header("secret_header", data.get("secret_header", ""), "secret_header_value", secret)
    if not all(_STATUS.fullmatch(status) for status in _expected_statuses(data)):
        raise InvalidPayload("expected_status", "Write statuses such as 200, 404 or 2xx, with commas between")


def http_request(data: dict[str, Any], job: Job) -> dict[str, Any]:
    """Sends the job's request; returns status, headers, body and seconds. Raises JobFailed for an unexpected status."""
    started, parts = time.monotonic(), urlsplit(data["url"])
    job.progress(5, f"connecting to {parts.hostname}")
    try:
        connection = _connect(parts, data, job)
        try:
            job.checkpoint()
            _send(connection, data, parts)
            job.progress(50, "waiting for the answer")
            with connection.getresponse() as answer:
                body = b"".join(_read_body(answer, started + data["timeout_seconds"], job))
        finally:
            connection.close()
    except addresses.NotPublic as exc:
        raise JobFailed(f"{exc}; the operator allows only those that are", retry=False) from None
    except TimeoutError:
        raise JobFailed(f"{parts.hostname} did not answer within {data['timeout_seconds']} s") from None
    except (OSError, http.client.HTTPException) as exc:
        raise JobFailed(f"no answer from {parts.hostname}: {exc or type(exc).__name__}") from None
    seconds = time.monotonic() - started
    job.log("%s %s: %d %s, %.2f s", data["method"], data["url"], answer.status, answer.reason, seconds)
    return _make_result(data, job, answer, body) | {"seconds": round(seconds, 3)}


def _connect(parts: SplitResult, data: dict[str, Any], job: Job) -> http.client.HTTPConnection:
    """Returns an HTTP client connected to a checked address of the host; the client never connects a second time.

    Raises JobFailed if the job's secret may not go to this host.
    """
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    there = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    if data.get("secret_header_value") and not job.may_send("secret_header_value", there):
        raise JobFailed(f"the secret may not go to {there}", retry=False)
    opened = addresses.connect(host, port, timeout=data["timeout_seconds"], private=_may_use_private())
    try:
        sock = ssl.create_default_context().wrap_socket(opened, server_hostname=host) if secure else opened
    except BaseException:
        opened.close()
        raise
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(host, port)
    connection.sock, connection.auto_open = sock, 0
    return connection


def _send(connection: http.client.HTTPConnection, data: dict[str, Any], parts: SplitResult) -> None:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
    # Sends `Accept-Encoding: identity` as well.
    connection.putrequest(data["method"], f"{path}?{query}" if query else path)
    body = data.get("body")
    headers = [("Connection", "close"), *((one["name"], one["value"]) for one in data.get("headers", []))]
    if secret := data.get("secret_header_value"):
        headers.append((data["secret_header"], secret))
    given = {name.lower() for name, _ in headers}
    if "user-agent" not in given:
        headers.append(("User-Agent", "RestJobScheduler"))
    if body is not None:
        headers.append(("Content-Length", str(len(body.encode()))))
        if "content-type" not in given:
            headers.append(("Content-Type", data.get("content_type", "application/json")))
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(None if body is None else body.encode())


def _read_body(answer: http.client.HTTPResponse, deadline: float, job: Job) -> Iterator[bytes]:
    """Yields chunks of the response body: MAX_BODY_BYTES and MARGIN_BYTES at most.

    Raises TimeoutError after `deadline`, IncompleteRead if the connection ends early, and JobTerminated for a stop.
    """
    left = MAX_BODY_BYTES + MARGIN_BYTES
    while left > 0:
        job.checkpoint()
        if time.monotonic() > deadline:
            raise TimeoutError
        chunk = answer.read1(min(left, 16 * 1024))
        if not chunk:
            if answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
            return
        left -= len(chunk)
        yield chunk


def _make_result(
    data: dict[str, Any], job: Job, answer: http.client.HTTPResponse, body: bytes
) -> dict[str, Any]:
    is_cut = len(body) > MAX_BODY_BYTES
    encoding = _remove_secret(data, _find_encoding(answer)) if body else ""
    keep = len(_decode_body(answer, body[:MAX_BODY_BYTES]))
    text = "" if encoding else _remove_secret(data, _decode_body(answer, body), keep=keep)
    status = str(answer.status)
    if not any(re.fullmatch(one.replace("x", r"\d"), status) for one in _expected_statuses(data)):
        job.log("%s", text[:2000], level="error")
        raise JobFailed(f"the answer was {status} {answer.reason}, not {data['expected_status']}")
    headers = {name: answer.headers[name] for name in RETURNED_HEADERS if name in answer.headers}
    return {
        "status": answer.status,
        "headers": {name: _remove_secret(data, value) for name, value in headers.items()},
        "body": text,
        "truncated": is_cut,
    } | ({"body_omitted": _OMITTED.format(encoding)} if encoding else {})


def _find_encoding(answer: http.client.HTTPResponse) -> str:
    """Returns how the response body is encoded, usually compressed; empty if it is not."""
    named = (
        f"{answer.headers.get('Content-Encoding', '')},{answer.headers.get('Transfer-Encoding', '')}".split(
            ","
        )
    )
    return ", ".join(
        name for one in named if (name := one.strip()).lower() not in ("", "identity", "chunked")
    )


def _decode_body(answer: http.client.HTTPResponse, body: bytes) -> str:
    """Returns the response body as text, by the character set of its headers; replaces bytes that cannot be decoded."""
    try:
        text = body.decode(answer.headers.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _remove_secret(data: dict[str, Any], text: str, *, keep: int | None = None) -> str:
    """Masks the secret header's value in text of the response, because some servers send back what they received."""
    secret = data.get("secret_header_value")
    return Masking([secret]).redact_text(text, keep=keep) if secret else text[:keep]


def _expected_statuses(data: dict[str, Any]) -> list[str]:
    return [part.strip() for part in data["expected_status"].split(",")]


def _check_header(name_field: str, name: str, value_field: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise InvalidPayload(name_field, "A header's name is letters, digits and dashes, like X-Api-Key")
    if name.lower() in RESERVED_HEADERS:
        raise InvalidPayload(name_field, f"{name} is set by the request itself: leave it out")
    if any(character < " " or character == "\x7f" or character > "\xff" for character in value):
        raise InvalidPayload(value_field, "A header's value is one line of Latin letters")


def _may_use_private() -> bool:
    return env.flag("HTTP_REQUEST_PRIVATE", False)
