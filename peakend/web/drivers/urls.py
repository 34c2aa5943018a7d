from django.urls import path

from peakend.web.drivers import views

app_name = "drivers"
urlpatterns = [
    path("", views.index, name="index"),
    path("take/", views.take, name="take"),
]
