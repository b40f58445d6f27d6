"""Every address of the site, in one place."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.views import sign_in_by_link
from scheduler_project import api_errors, health, ui
from scheduler_project.api_root import ApiRoot

urlpatterns = [
    # First, for it is asked for most; no other address begins like one of its own.
    path("api/v1/", include("jobs.api.urls")),
    path("health/live", health.live),
    path("health/ready", health.ReadyView.as_view()),
    path("sign-in/<str:token>/", sign_in_by_link),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema")),
    path("api/v1/", ApiRoot.as_view()),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("templates_app.api.urls")),
    # Everything else is a page of the UI, which knows itself what exists; these prefixes are not pages.
    re_path(r"^(?!api/|admin/|static/|health/|ws/|sign-in/).*$", ui.index),
]
handler404 = api_errors.not_found
handler500 = api_errors.server_error
