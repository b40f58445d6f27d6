"""Lists the URL patterns of the whole site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.reset_page import reset_password_page
from accounts.sign_in_oidc.views import back_channel_logout, begin_sign_in, finish_sign_in
from accounts.views import sign_in_by_link
from scheduler_project import error_pages, health, ui
from scheduler_project.api_documents import DocsView, SchemaView
from scheduler_project.api_root import ApiRoot
from scheduler_project.metrics import MetricsView

urlpatterns = [
    # First, as these get most requests; no other address matches one of them.
    path("api/v1/", include("jobs.api.urls")),
    path("health/live", health.live),
    path("health/ready", health.ReadyView.as_view()),
    path("metrics", MetricsView.as_view()),
    path("sign-in/oidc/", begin_sign_in),
    path("sign-in/oidc/callback/", finish_sign_in),
    path("sign-in/oidc/backchannel-logout/", back_channel_logout),
    path("sign-in/<str:token>/", sign_in_by_link),
    path("reset-password/<str:token>/", reset_password_page),
    path("admin/", admin.site.urls),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(url_name="schema")),
    path("api/v1/", ApiRoot.as_view()),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("catalogue.api.urls")),
    # Browsers request this icon for pages that name none, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url="/static/ui/icon.svg")),
    *ui.urlpatterns(),
    # Last: unknown addresses below these prefixes. Django would redirect a POST without its final slash as a GET.
    re_path(
        f"^(?:{'|'.join(prefix[1:] for prefix in error_pages.PROGRAM_PREFIXES)})(?:/|$)",
        error_pages.json_not_found,
    ),
]
handler400 = error_pages.bad_request
handler404 = error_pages.not_found
handler500 = error_pages.server_error
