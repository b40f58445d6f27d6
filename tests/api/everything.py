"""What there is, to see that nothing of it was changed."""

from __future__ import annotations

from typing import Any

from accounts.models import ApiToken, Group, Membership, ResetLink, StoredGrant, User, WsTicket
from jobs.models import Job, Series
from templates_app.models import JobTemplate


def everything() -> list[Any]:
    return [
        list(JobTemplate.objects.order_by("pk").values_list("pk", "version", "archived")),
        list(Job.objects.order_by("pk").values_list("pk", "version")),
        list(Series.objects.order_by("pk").values_list("pk", "state")),
        list(ApiToken.objects.order_by("pk").values_list("pk")),
        list(WsTicket.objects.order_by("pk").values_list("pk")),
        list(User.objects.order_by("pk").values_list("pk", "role", "is_active", "is_service", "granted")),
        list(Group.objects.order_by("pk").values_list("pk", "name")),
        list(Membership.objects.order_by("pk").values_list("group", "user")),
        list(StoredGrant.objects.order_by("pk").values_list("pk", "job_types", "rights")),
        list(ResetLink.objects.order_by("pk").values_list("pk")),
    ]
