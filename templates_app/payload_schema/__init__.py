"""Compiles payload_schema, the language that describes a job template's payload, and validates payloads by it.

The browser validates by the same rules in frontend/src/components/schema-form/validate/. Change a rule in both places;
the tests of both run tests/shared/payload_cases.json.
"""

from foundation.masking import MARKER
from templates_app.payload_schema.check import complete_payload
from templates_app.payload_schema.language import Compiled, compile_payload_schema

__all__ = ["MARKER", "Compiled", "compile_payload_schema", "complete_payload"]
