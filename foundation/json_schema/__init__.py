"""Checks JSON values against JSON Schemas, and reports each problem with the field's path and a sentence for users."""
