"""Exports all templates as one file, in the form that an import takes."""

from __future__ import annotations

import json
from typing import Any

from templates_app.queries import current_versions, list_templates


def export_documents() -> dict[str, Any]:
    """Returns each template's document as its author wrote it, by job type in order; archived ones are left out."""
    current = current_versions(list_templates())
    return {name: version.document_json for name, version in sorted(current.items())}


def as_file(documents: Any) -> str:
    """Returns the text of an export file. Equal documents give equal text, so it suits version control."""
    return json.dumps(documents, indent=4, ensure_ascii=False) + "\n"
