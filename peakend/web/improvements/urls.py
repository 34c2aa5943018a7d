from django.urls import path

from peakend.web.improvements import views

app_name = "improvements"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<int:number>/", views.initiative, name="initiative"),
    path("<int:number>/prolong/", views.prolong, name="prolong"),
    path("<int:number>/stop/", views.stop, name="stop"),
]
