from django.urls import path

from peakend.web.imports import recordings, views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("files/<str:token>/", views.plan, name="plan"),
    path("recordings/<str:token>/", recordings.recording, name="recording"),
    path("<int:job_id>/", views.show, name="import"),
    path("<int:job_id>/progress/", views.progress, name="progress"),
    path("<int:job_id>/cancel/", views.cancel, name="cancel"),
    path("<int:job_id>/errors.csv", views.errors, name="errors"),
]
