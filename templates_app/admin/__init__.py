"""Admin pages of templates; they call the same services as the API."""

from templates_app.admin.template import TemplateAdmin

__all__ = ["TemplateAdmin"]
