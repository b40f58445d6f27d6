"""Checks JSON values against JSON Schemas, and reports every problem at its field in our words."""
