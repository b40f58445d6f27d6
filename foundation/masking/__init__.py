"""Finds secret values in texts, in the spellings in which programs write them, and replaces them by MARKER."""

# Also stands in payloads and documents where a secret value belongs.
MARKER = "$encrypted$"
