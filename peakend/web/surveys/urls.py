from django.urls import path

from peakend.web.surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<slug:slug>/", views.survey, name="survey"),
    path("<slug:slug>/qr.svg", views.qr_code, name="qr_code"),
    path("<slug:slug>/open/", views.switch, name="switch"),
]
