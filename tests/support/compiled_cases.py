"""Compiles the schemas of the shared table of payload cases, for the UI's tests, which have no compiler.

Run after a change of the table or of the compiler: .venv/bin/python -m tests.support.compiled_cases
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from foundation.json_schema.formats import FORMATS
from templates_app.payload_schema import Compiled, compile_payload_schema

SHARED = Path(__file__).resolve().parents[1] / "shared"
TABLE = SHARED / "payload_cases.json"
COMPILED = SHARED / "payload_cases_compiled.json"


def read_table() -> list[dict[str, Any]]:
    """Returns the groups of payload cases; each group has a `payload_schema` and its cases."""
    groups: list[dict[str, Any]] = json.loads(TABLE.read_text())
    return groups


def compile_group(group: dict[str, Any]) -> Compiled:
    """Compiles the `payload_schema` of one group."""
    return compile_payload_schema(group["payload_schema"], group.get("payload", {}))


def render_compiled_table() -> str:
    """Returns the content of payload_cases_compiled.json: the formats and the JSON Schema of each group."""
    schemas = {group["name"]: compile_group(group).json_schema for group in read_table()}
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(schema)}" for name, schema in schemas.items())
    formats = json.dumps(FORMATS, indent=2).replace("\n", "\n  ")
    return f'{{\n  "formats": {formats},\n  "schemas": {{\n{lines}\n  }}\n}}\n'


if __name__ == "__main__":
    COMPILED.write_text(render_compiled_table())
