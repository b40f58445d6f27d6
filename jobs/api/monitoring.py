"""Serves the REST routes `events/`, `workers/`, `processes/` and `queues/`: all events of jobs, and what runs where."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.roles import Right
from foundation.api_bodies import whole_number
from foundation.api_views import APIView
from foundation.paging import PAGE_SIZE, PAGING, page_of_list, page_size
from jobs.api import answers
from jobs.live.frames import event_body, may_get_event
from jobs.read import liveness, overviews, queries, records
from jobs.read.visibility import visibility_of


class FeedView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(
        operation_id="events_list",
        parameters=[OpenApiParameter("after", int), PAGE_SIZE],
        responses={200: answers.FEED},
    )
    def get(self, request: Request) -> Response:
        """All events you may see, oldest first: a reader that follows `next` sees each exactly once."""
        after = whole_number(request.query_params, "after", default=0, at_most=2**63 - 1)
        events, upto = records.feed_after(after, limit=page_size(request))
        facts, visibility = queries.waiting_facts(), visibility_of(actor_of(request))
        results = [
            event_body(event, facts=facts, visibility=visibility)
            for event in events
            if may_get_event(event, visibility)
        ]
        return Response({"results": results, "next": upto})


class WorkersView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="workers_list", parameters=PAGING, responses={200: answers.WORKERS})
    def get(self, request: Request) -> Response:
        """Workers whose heartbeat came within the last 30 seconds."""
        return Response(
            page_of_list(
                request,
                overviews.live_workers(visibility_of(actor_of(request))),
                lambda row: (row["name"],),
            ).as_json(dict)
        )


class ProcessesView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="processes_list", parameters=PAGING, responses={200: answers.PROCESSES})
    def get(self, request: Request) -> Response:
        """All processes that reported within the last 30 seconds, and what keeps dispatchers from their work."""
        page = page_of_list(request, liveness.live_processes(), lambda row: (row["kind"], row["name"]))
        return Response(page.as_json(dict))


class QueuesView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="queues_list", parameters=PAGING, responses={200: answers.QUEUES})
    def get(self, request: Request) -> Response:
        """Queues with due jobs or workers: how many wait, how long the oldest, how many workers serve it."""
        return Response(
            page_of_list(
                request,
                overviews.list_queues(visibility_of(actor_of(request))),
                lambda row: (row["queue"],),
            ).as_json(dict)
        )
