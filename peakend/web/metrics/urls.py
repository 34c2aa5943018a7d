from django.urls import path

from peakend.web.metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:code>/", views.metric, name="metric"),
]
