from django.urls import path

from peakend.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("read/", views.read, name="read"),
    path("channels/", views.channels, name="channels"),
    path("channels/new/", views.new_channel, name="new_channel"),
    path("channels/<int:number>/", views.channel, name="channel"),
    path("channels/<int:number>/try/", views.try_channel, name="try_channel"),
]
