"""Defines the admin pages of templates, which call the same services as the API."""

from catalogue.admin.template import TemplateAdmin

__all__ = ["TemplateAdmin"]
