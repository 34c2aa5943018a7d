from django.urls import path

from peakend.web.competitors import views

app_name = "competitors"
urlpatterns = [path("", views.index, name="index")]
