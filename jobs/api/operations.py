"""Serves the REST routes `operations/...`: shows and cancels background operations that stop or re-run many jobs."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.rights import JobRight
from accounts.roles import Right
from foundation.api_views import APIView
from foundation.paging import PAGING, page_of_rows
from jobs.api import answers
from jobs.services import operations

DEFAULT_PAGE = 50


class OperationsView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="operations_list", parameters=PAGING, responses={200: answers.OPERATIONS})
    def get(self, request: Request) -> Response:
        """Operations of the last days that you may see, newest first, a page at a time: follow `next`."""
        page = page_of_rows(
            request,
            operations.seen_operations(actor_of(request)),
            "id",
            descending=True,
            default=DEFAULT_PAGE,
        )
        return Response(page.as_json_of(operations.describe_all(list(page.rows))))


class OperationView(APIView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="operations_get", responses={200: answers.OPERATION})
    def get(self, request: Request, operation_id: uuid.UUID) -> Response:
        """Progress of an operation, and why jobs were refused. `done` + `refused` = `matched` when it is done."""
        return Response(operations.describe(operation_id, actor_of(request)))


class CancelView(APIView):
    rights = {"POST": JobRight.RUN}
    refuses = {"POST": (409,)}

    @extend_schema(operation_id="operations_cancel", request=None, responses={200: answers.OPERATION})
    def post(self, request: Request, operation_id: uuid.UUID) -> Response:
        """Cancel an operation: jobs not worked on yet are left out, what was done stays done. 409 if all is done."""
        operations.cancel(operation_id=operation_id, actor=actor_of(request))
        return Response(operations.describe(operation_id, actor_of(request)))
