"""The minimal DRF endpoint: a ModelSerializer that inserts one row and answers it. Imported by `drf` alone."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.wsgi import get_wsgi_application
from django.db import models
from django.urls import path
from rest_framework import generics, serializers

from bench.references.plain_view import insert


class Row(models.Model):
    """As wide as a job looks from outside, with an index for each of the two usual lists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job_type = models.CharField(max_length=63)
    state = models.CharField(max_length=20, default="scheduled")
    payload: models.JSONField[Any, Any] = models.JSONField()
    start_time = models.DateTimeField(auto_now_add=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150, default="bench")
    started_at = models.DateTimeField(null=True)
    terminated_at = models.DateTimeField(null=True)
    completion_percentage = models.PositiveSmallIntegerField(default=0)
    progress_message = models.TextField(default="")
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    error: models.JSONField[Any, Any] = models.JSONField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(default=0)
    queue = models.CharField(max_length=63, default="default")

    class Meta:
        app_label = "bench"
        db_table = "bench_row"
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="bench_by_state"),
            models.Index(fields=["job_type", "-id"], name="bench_by_type"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RowSerializer(serializers.ModelSerializer[Row]):
    class Meta:
        model = Row
        fields = "__all__"


class Rows(generics.CreateAPIView[Row]):
    queryset = Row._default_manager.all()
    serializer_class = RowSerializer


urlpatterns = [path("rows/", Rows.as_view()), path("plain/", insert)]

application = get_wsgi_application()
