"""Holds what all other packages build on: environment settings, errors, JSON, database access and the API's format."""
