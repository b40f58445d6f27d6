"""Defines the REST views of templates, which call the services of this package."""
