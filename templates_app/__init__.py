"""Holds job templates and their versions, and validates payloads against them; `catalogue` changes templates."""
