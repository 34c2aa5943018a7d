from django.urls import path

from peakend.web.crosstabs import views

app_name = "crosstabs"
urlpatterns = [
    path("", views.index, name="index"),
    path("start/", views.start, name="start"),
    path("stop/<int:job_id>/", views.stop, name="stop"),
    path("export/", views.export, name="export"),
]
