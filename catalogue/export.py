"""Exports all job templates as one JSON file, which can be imported again."""

from __future__ import annotations

import json
from typing import Any

from accounts.roles import Actor
from catalogue.rights import is_exported
from templates_app.queries import current_versions, list_templates


def export_documents(actor: Actor) -> dict[str, Any]:
    """Returns job type -> document as its author wrote it, ordered by type.

    Archived templates are left out, and restricted ones that the actor may not edit.
    """
    exported = [template.type for template in list_templates() if is_exported(actor, template)]
    current = current_versions(list_templates().filter(type__in=exported))
    return {name: version.document_json for name, version in sorted(current.items())}


def as_file(documents: Any) -> str:
    """Returns the JSON text of an export file. Equal documents give equal text, so it suits version control."""
    return json.dumps(documents, indent=4, ensure_ascii=False) + "\n"
