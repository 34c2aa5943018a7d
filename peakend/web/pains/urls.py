from django.urls import path

from peakend.web.pains import views

app_name = "pains"
urlpatterns = [
    path("", views.index, name="index"),
    path("case/", views.open_case, name="case"),
]
