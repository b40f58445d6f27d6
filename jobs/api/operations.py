"""`events/`, `workers/`, `queues/`: the feed of all events, and who works where."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.roles import Right
from jobs import overviews, queries
from jobs.api import answers
from jobs.frames import event_body
from scheduler_project.api_bodies import whole_number

EVENTS_A_PAGE = 200


class FeedView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(
        operation_id="events_list", parameters=[OpenApiParameter("after", int)], responses={200: answers.FEED}
    )
    def get(self, request: Request) -> Response:
        """All events, oldest first: a reader that follows `next` sees each exactly once."""
        after = whole_number(request, "after", default=0, at_most=2**63 - 1)
        events = queries.events_after(after, limit=EVENTS_A_PAGE)
        facts = queries.facts()
        results = [event_body(event, facts=facts) for event in events]
        return Response({"results": results, "next": events[-1]["seq"] if events else after})


class WorkersView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="workers_list", responses={200: answers.WORKERS})
    def get(self, request: Request) -> Response:
        """Workers whose heartbeat came within the last 30 seconds."""
        return Response({"results": overviews.live_workers()})


class QueuesView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="queues_list", responses={200: answers.QUEUES})
    def get(self, request: Request) -> Response:
        """Queues with due jobs or workers: how many wait, how long the oldest, how many workers serve it."""
        return Response({"results": overviews.queues()})
