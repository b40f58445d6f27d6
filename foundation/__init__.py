"""Holds what all other packages are built on: environment, errors, JSON, database access, and the HTTP API's shape."""
