"""Admin pages of templates; they call the same services as the API."""

from catalogue.admin.template import TemplateAdmin

__all__ = ["TemplateAdmin"]
