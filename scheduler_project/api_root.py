"""Serves `/api/v1/`, which lists the API's main routes for a person who browses the API."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Right
from foundation.api_views import APIView

ROUTES = ("templates", "jobs", "series", "events", "workers", "queues", "tokens", "session")


class ApiRoot(APIView):
    """Lists the addresses of the API's main routes."""

    rights = {"GET": Right.SEE}
    schema = None

    def get(self, request: Request) -> Response:
        """Returns the addresses of the main routes; /api/docs/ describes all routes."""
        here = request.build_absolute_uri("/api/v1/")
        return Response(
            {name: f"{here}{name}/" for name in ROUTES} | {"docs": request.build_absolute_uri("/api/docs/")}
        )
