"""Checks JSON values against JSON Schemas, and says every problem at its field in our words."""
