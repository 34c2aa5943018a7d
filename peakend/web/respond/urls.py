from django.urls import path

from peakend.web.respond import views

app_name = "respond"
urlpatterns = [
    path("<slug:slug>", views.survey, name="survey"),
    path("<slug:slug>/thanks", views.thanks, name="thanks"),
]
