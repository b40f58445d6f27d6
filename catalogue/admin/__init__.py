"""Defines the admin pages of job templates, which call the same services as the REST API."""

from catalogue.admin.template import TemplateAdmin

__all__ = ["TemplateAdmin"]
