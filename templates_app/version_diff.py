"""What differs between two versions of a template, also where the marker hides it."""

from __future__ import annotations

from typing import Any

from foundation.encryption import SecretsUnreadable, unseal
from templates_app.diff import changes
from templates_app.models import TemplateVersion
from templates_app.payload_schema import MARKER


def version_changes(before: TemplateVersion, after: TemplateVersion) -> list[dict[str, Any]]:
    """As `diff.changes`; of a secret value that is another one, only that it is."""
    shown = changes(before.document_json, after.document_json)
    return shown + [
        {"path": f"payload.{place}", "before": MARKER, "after": MARKER}
        for place in _other_secrets(before.secrets, after.secrets)
    ]


def _other_secrets(before: str | None, after: str | None) -> list[str]:
    try:
        old, new = unseal(before), unseal(after)
    except SecretsUnreadable:
        return []  # not known, and no reason to keep the rest from being compared
    return [place for place in new if place in old and old[place] != new[place]]
