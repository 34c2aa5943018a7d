from django.urls import path

from peakend.web.conversations import acting, views

app_name = "conversations"
urlpatterns = [
    path("", views.index, name="index"),
    path("list/", views.listing, name="list"),
    path("<int:number>/", views.conversation, name="conversation"),
    path("<int:number>/case/", acting.open_case, name="open_case"),
]
