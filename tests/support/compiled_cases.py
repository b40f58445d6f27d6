"""The shared table of payload cases, and what its schemas compile to: the UI's tests read that, they have no compiler.

After a change of the table or the compiler: .venv/bin/python -m tests.support.compiled_cases
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


def table() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(TABLE.read_text())
    return groups


def compiled(group: dict[str, Any]) -> Compiled:
    return compile_payload_schema(group["payload_schema"], group.get("payload", {}))


def compiled_table() -> str:
    schemas = {group["name"]: compiled(group).json_schema for group in table()}
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(schema)}" for name, schema in schemas.items())
    formats = json.dumps(FORMATS, indent=2).replace("\n", "\n  ")
    return f'{{\n  "formats": {formats},\n  "schemas": {{\n{lines}\n  }}\n}}\n'


if __name__ == "__main__":
    COMPILED.write_text(compiled_table())
