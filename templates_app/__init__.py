"""Stores job templates and their versions, and validates job payloads by them; `catalogue` changes templates."""
