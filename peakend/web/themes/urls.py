from django.urls import path

from peakend.web.themes import views, words

app_name = "themes"
urlpatterns = [
    path("", views.index, name="index"),
    path("words/", words.index, name="words"),
    path("<int:number>/", views.theme, name="theme"),
    path("<int:number>/name/", views.name, name="name"),
    path("<int:number>/dismiss/", views.dismiss, name="dismiss"),
    path("<int:number>/restore/", views.restore, name="restore"),
]
