from django.urls import path

from jobs.consumers import JobStream

websocket_urlpatterns = [path("ws/jobs/", JobStream.as_asgi())]
