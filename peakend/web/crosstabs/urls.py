from django.urls import path

from peakend.web.crosstabs import views

app_name = "crosstabs"
urlpatterns = [
    path("", views.index, name="index"),
    path("export/", views.export, name="export"),
]
