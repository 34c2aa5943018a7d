from django.urls import path

from peakend.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:job_id>/cancel/", views.cancel, name="cancel"),
]
