"""`/health/live` and `/health/ready`: for load balancers and supervisors; the detail only after a login."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import redis
from amqp.exceptions import AMQPError
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from kombu import Connection
from kombu.exceptions import KombuError
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

PATIENCE_SECONDS = 2
NOWHERE = "restjobscheduler.nowhere"


def live(_request: HttpRequest) -> JsonResponse:
    """The process answers; never asks a dependency."""
    return JsonResponse({"status": "ok"})


class ReadyView(APIView):
    """200 while Postgres answers, else 503: no other outage keeps this process from being of use."""

    public_methods = frozenset({"GET"})
    schema = None

    def get(self, request: Request) -> Response:
        database = _database()
        answer: dict[str, Any] = {"status": "ok" if database == "ok" else "unavailable"}
        if database == "ok" and _is_signed_in(request):
            answer["dependencies"] = {"database": database, "broker": _broker(), "redis": _redis()}
        return Response(answer, status=200 if database == "ok" else 503)

    def perform_authentication(self, request: Request) -> None:
        """Not before the database is known to answer: sessions and tokens live there."""


def _is_signed_in(request: Request) -> bool:
    """A token that has expired costs the detail only: it must not make the process look unready."""
    try:
        return request.user.is_authenticated
    except AuthenticationFailed:
        return False


def _checked(check: Callable[[], object], *failures: type[Exception]) -> str:
    try:
        check()
    except failures as exc:
        return (
            f"{type(exc).__name__}: {str(exc).strip().splitlines()[0] if str(exc).strip() else 'no answer'}"
        )
    return "ok"


def _database() -> str:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    return _checked(ask, DatabaseError)


def _broker() -> str:
    ask = _hand_over_a_message if settings.BROKER_URL.startswith("amqp") else _connect
    return _checked(ask, OSError, KombuError, AMQPError)


def _connect() -> None:
    with Connection(settings.BROKER_URL, connect_timeout=PATIENCE_SECONDS) as link:
        link.connect()


def _hand_over_a_message() -> None:
    """A RabbitMQ that is short of memory or disk answers everything but that. No queue gets this message."""
    options = {
        "confirm_publish": True,
        "read_timeout": PATIENCE_SECONDS,
        "write_timeout": PATIENCE_SECONDS,
        "on_blocked": _say_blocked,
    }
    link = Connection(settings.BROKER_URL, connect_timeout=PATIENCE_SECONDS, transport_options=options)
    try:
        channel: Any = link.channel()
        channel.basic_publish(
            channel.prepare_message("", content_encoding="utf-8"),
            routing_key=NOWHERE,
            confirm_timeout=PATIENCE_SECONDS,
        )
    finally:
        if link.connected:
            link.connection.collect()  # at once: a polite end would wait for a broker that says nothing
        link.collect()


def _say_blocked(_reason: str) -> None:
    raise ConnectionError("it takes no messages now, being short of memory or disk")


def _redis() -> str:
    def ask() -> None:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        ) as client:
            client.ping()

    return _checked(ask, redis.RedisError, OSError)
