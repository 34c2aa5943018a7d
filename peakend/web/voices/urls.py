from django.urls import path

from peakend.web.voices import views

app_name = "voices"
urlpatterns = [
    path("", views.index, name="index"),
    path("export/", views.export, name="export"),
    path("<int:voice_id>/", views.voice, name="voice"),
    path("<int:voice_id>/case/", views.take_up, name="take_up"),
]
