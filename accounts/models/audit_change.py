"""Defines the column of the audit trail that tells what differs before and after a change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class ChangeField(_TextField):
    """Stores JSON as the text that was signed; it is read as the JSON value."""

    def deconstruct(self) -> Any:
        """Describes the column for migrations: to them it is a text."""
        name, _, *rest = super().deconstruct()
        return name, "django.db.models.TextField", *rest

    def from_db_value(self, value: str | None, _expression: Any, _connection: BaseDatabaseWrapper) -> Any:
        """Returns the JSON value of what is stored; the text itself if somebody has stored what is no JSON."""
        try:
            return None if value is None else json.loads(value)
        except (ValueError, RecursionError):
            return value
