"""Every address of the site, in one place."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.views import sign_in_by_link
from scheduler_project import error_pages, health, ui
from scheduler_project.api_documents import DocsView, SchemaView
from scheduler_project.api_root import ApiRoot

urlpatterns = [
    # First, for it is asked for most; no other address begins like one of its own.
    path("api/v1/", include("jobs.api.urls")),
    path("health/live", health.live),
    path("health/ready", health.ReadyView.as_view()),
    path("sign-in/<str:token>/", sign_in_by_link),
    path("admin/", admin.site.urls),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(url_name="schema")),
    path("api/v1/", ApiRoot.as_view()),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("catalogue.api.urls")),
    # Pages that name no icon, such as the admin's, are asked for it here.
    path("favicon.ico", RedirectView.as_view(url="/static/ui/icon.svg")),
    *ui.urlpatterns(),
    # Last: what is nobody's below them. Django would send a change without its slash on as a GET.
    re_path(
        f"^(?:{'|'.join(prefix[1:] for prefix in error_pages.PROGRAM_PREFIXES)})(?:/|$)", error_pages.nobodys
    ),
]
handler400 = error_pages.bad_request
handler404 = error_pages.not_found
handler500 = error_pages.server_error
