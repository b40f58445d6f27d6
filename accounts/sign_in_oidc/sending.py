"""Sends requests to the sign-in provider: bounded in time, size and number, and without following redirects."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from accounts.sign_in_oidc.errors import away_error, unusable_error
from accounts.sign_in_oidc.settings import is_private_enough
from foundation.connections import release_connection

log = logging.getLogger(__name__)
# Of all requests to the provider that one of our requests needs.
MAX_SECONDS = 4.0
MAX_BYTES = 1024 * 1024
MAX_AT_ONCE = 4
# Each caller occupies a thread of the web process while the provider hangs.
MAX_CALLERS = 12


class _NoRedirects(HTTPRedirectHandler):
    """Makes urllib return a redirect as it is: the address of a secret's receiver comes from discovery alone."""

    def redirect_request(self, *_args: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """Holds the status and the JSON object of a response of the provider."""

    status: int
    body: dict[str, Any]


class Deadline:
    """Measures how much of MAX_SECONDS is left for further requests to the provider."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._end = time.monotonic() + seconds

    def seconds_left(self) -> float:
        """Returns the seconds that are left. Raises Unavailable if there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise away_error("did not answer in time")
        return left


_opener = build_opener(_NoRedirects)
# Plain http leads to this machine only, for which no proxy of the environment is asked.
_direct_opener = build_opener(_NoRedirects, ProxyHandler({}))
# Requests run in these threads, so that nothing, not even a slow look-up of the name, keeps a caller too long.
_threads = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix="sign-in-provider")
_callers = threading.BoundedSemaphore(MAX_CALLERS)


def fetch(
    url: str,
    deadline: Deadline,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Returns the response to a GET, or with `form` to a POST.

    Raises Unavailable if the provider does not answer in time, and ProviderUnusable for anything but a JSON object.
    """
    if not is_private_enough(url):
        raise unusable_error("The sign-in provider names an address that does not begin with https://.")
    body = None if form is None else urlencode(form).encode()
    wanted = {"Accept": "application/json", "User-Agent": "RestJobScheduler", **(headers or {})}
    request = Request(url, data=body, headers=wanted)  # noqa: S310 - the scheme was checked
    release_connection()
    if not _callers.acquire(blocking=False):
        raise away_error("is slow, and too many are waiting for it")
    try:
        status, content = _send_in_time(request, deadline)
    finally:
        _callers.release()
    return Answer(status, _parse(url, status, content))


def _send_in_time(request: Request, deadline: Deadline) -> tuple[int, bytes]:
    sent = _threads.submit(_send, request, deadline.seconds_left())
    try:
        return sent.result(deadline.seconds_left())
    except TimeoutError:
        sent.cancel()
        log.warning("the sign-in provider did not answer in time at %s", request.full_url)
        raise away_error("did not answer in time") from None
    except (OSError, HTTPException, ValueError) as exc:
        log.warning("the sign-in provider cannot be reached at %s: %s", request.full_url, exc)
        raise away_error("cannot be reached") from None


def _send(request: Request, seconds: float) -> tuple[int, bytes]:
    opener = _direct_opener if request.type == "http" else _opener
    try:
        with opener.open(request, timeout=seconds) as answer:
            return answer.status, answer.read(MAX_BYTES + 1)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(MAX_BYTES + 1)


def _parse(url: str, status: int, content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content) if len(content) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict) and status < 500:
        return body
    log.warning("the sign-in provider answered %d without what was asked for at %s", status, url)
    if status >= 500:
        raise away_error(f"answered {status}")
    raise unusable_error("The sign-in provider's answer is not one that OpenID Connect knows.")
