"""Defines the tables of job templates, their versions, which never change, and the secrets that they share."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class JobTemplate(models.Model):
    """Stores one job type. Its columns copy those keys of the current version's document that SQL queries need."""

    type = models.CharField(max_length=63, primary_key=True)
    version = models.PositiveIntegerField(default=1)
    label = models.CharField(max_length=200)
    user_triggered = models.BooleanField()
    reschedule = models.BooleanField()
    enabled = models.BooleanField(default=True)
    archived = models.BooleanField(default=False)
    # `access` is "restricted": only admins and those with a grant have any right.
    restricted = models.BooleanField(default=False, db_default=False)
    max_concurrent = models.PositiveIntegerField(null=True)
    queue = models.CharField(max_length=63, default="default")
    priority = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(db_default=Now())
    updated_by = models.CharField(max_length=150)

    class Meta:
        ordering: ClassVar = ["type"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(version__gte=1), name="template_version_from_1"),
            models.CheckConstraint(condition=Q(priority__lte=9), name="template_priority_to_9"),
            models.CheckConstraint(
                condition=Q(max_concurrent__isnull=True) | Q(max_concurrent__gte=1),
                name="template_one_slot_at_least",
            ),
        ]

    def __str__(self) -> str:
        return self.type


class TemplateVersion(models.Model):
    """Stores one version of a job template: the author's JSON document, and its secret default values encrypted."""

    template = models.ForeignKey(JobTemplate, models.CASCADE, db_column="job_type", related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()  # JSON text: a jsonb column would lose the order of keys, and 1.0
    secrets = models.TextField(null=True)  # the default values of its secret fields, encrypted
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=150)

    class Meta:
        ordering: ClassVar = ["template", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "number"], name="template_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="template_number_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} version {self.number}"

    @property
    def document_json(self) -> dict[str, Any]:
        """Returns the template document parsed from its JSON text, with its keys in the author's order."""
        document: dict[str, Any] = json.loads(self.document)
        return document


class DeletedTemplate(models.Model):
    """Stores a deleted job type's last version number; a new template of that type continues the numbering."""

    type = models.CharField(max_length=63, primary_key=True)
    last_version = models.PositiveIntegerField()
    deleted_at = models.DateTimeField(db_default=Now())
    deleted_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return self.type


class SharedSecret(models.Model):
    """Stores a secret that templates name by `secretRef`: which job types may have it, and where its value is kept."""

    name = models.CharField(max_length=63, unique=True)
    job_types = ArrayField(models.CharField(max_length=63))  # patterns, as those of grants
    hosts = ArrayField(models.CharField(max_length=300), null=True)  # null: it may go anywhere
    source = models.CharField(max_length=4200)  # value, env:NAME or file:PATH
    secrets = models.TextField(null=True)  # the value, encrypted, if that is its source
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=150)
    updated_at = models.DateTimeField(db_default=Now())
    updated_by = models.CharField(max_length=150)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
