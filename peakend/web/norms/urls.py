from django.urls import path

from peakend.web.norms import views

app_name = "norms"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("deposit/<slug:slug>/", views.deposit, name="deposit"),
    path("<int:number>/remove/", views.remove, name="remove"),
]
