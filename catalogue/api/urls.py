"""Lists the REST routes of job templates and shared secrets below /api/v1/, and of who has a right on a job type."""

from __future__ import annotations

from django.urls import path

from catalogue.api import files, preview, rollback, secrets, templates, use, who

urlpatterns = [
    path("grants/who/", who.WhoView.as_view()),
    path("secrets/", secrets.SecretsView.as_view()),
    path("secrets/<str:secret>/", secrets.SecretView.as_view()),
    # Not below `templates/`, where any word may be a job type.
    path("template-preview/", preview.PreviewView.as_view()),
    path("templates/", templates.TemplatesView.as_view()),
    path("templates/import/", files.ImportView.as_view()),
    path("templates/export/", files.ExportView.as_view()),
    path("templates/<str:job_type>/", templates.TemplateView.as_view()),
    path("templates/<str:job_type>/versions/", use.VersionsView.as_view()),
    path("templates/<str:job_type>/versions/<int:version>/", use.VersionView.as_view()),
    path("templates/<str:job_type>/rollback/", rollback.RollbackView.as_view()),
    path("templates/<str:job_type>/form/", use.FormView.as_view()),
    path("templates/<str:job_type>/validate/", use.ValidateView.as_view()),
]
