"""The root of all addresses."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("peakend.api.urls")),
    path("", include("peakend.web.urls")),
]
