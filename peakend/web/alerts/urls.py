from django.urls import path

from peakend.web.alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.choose, name="choose"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("<int:number>/", views.rule, name="rule"),
    path("<int:number>/switch/", views.switch, name="switch"),
]
